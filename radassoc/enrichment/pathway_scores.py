"""One score per sample and gene set, as a table of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from radassoc.enrichment.fit_pathway_scores import PathwayMethod, fit_pathway_scores

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["score_pathways"]


def score_pathways(
    cohort: Cohort,
    gene_sets: Any,
    *,
    method: PathwayMethod = "ssgsea",
    modality: str = "expression",
    min_size: int = 10,
    max_size: int = 500,
    min_coverage: float = 0.3,
    keep_small: bool | Sequence[str] = True,
) -> Cohort:
    """Score each gene set in each sample and add the scores as the table ``"pathways"``.

    ``"ssgsea"`` and ``"singscore"`` look at one sample at a time: no patient's score depends on the other patients, and
    a gene that is missing in a sample is left out of its ranks. ``"gsva"``, ``"zscore"`` and ``"pc1"`` are learned from
    these samples: as they stand they are for association only. Inside a prediction they must be learned from the
    training patients alone, which is what ``fit_pathway_scores`` is for; this verb is that step, fitted and applied to
    the same samples.

    Parameters
    ----------
    cohort
        With a table of genes. Several samples of a patient stay several samples.
    gene_sets
        A bundled name, a GMT or JSON path, a mapping from names to genes, a list of these, or what ``gene_sets``
        returned.
    method
        ``"ssgsea"`` (Barbie et al. 2009), not scaled by the range over samples; ``"singscore"`` (Foroutan et al. 2018)
        of an up-set, from -0.5 to 0.5; ``"gsva"`` (Hänzelmann et al. 2013) with a Gaussian kernel; ``"zscore"`` (Lee
        et al. 2008), the sum of the genes' z-scores over the root of their number; ``"pc1"``, the first principal
        component of the standardised genes, signed so that their mean loading is positive.
    modality
        The table of genes.
    min_size, max_size, min_coverage, keep_small
        Which sets are scored: see ``radassoc.enrichment.overlap.overlap_sets``.

    Returns
    -------
    Cohort
        With ``cohort["pathways"]`` (samples x sets), ``cohort.features("pathways")`` (``size``, ``n_listed``,
        ``coverage``, ``flag``, ``method``; ``explained`` for ``"pc1"``), and an audit row for each set that was left
        out or is small.

    Raises
    ------
    ExpressionError
        No set shares genes with the table: the message shows identifiers of both.
    DesignError
        Fewer than 3 samples for a method that learns from them.

    Notes
    -----
    Equals R GSVA ``gsva(method="ssgsea", ssgsea.norm=FALSE)``, ``gsva(method="gsva", kcdf="Gaussian")`` and
    ``gsva(method="zscore")`` to 1e-8, and the published formula of singscore to 1e-12. For a method that is learned, a
    gene that is missing in more than 20% of the samples is left out; other gaps take the gene's mean.

    References
    ----------
    See ``fit_pathway_scores``.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> scored = ra.score_pathways(cohort, {"mine": list(cohort.expression.columns[:12])}, method="singscore")
    >>> scored["pathways"].shape
    (60, 1)
    """
    fitted = fit_pathway_scores(
        cohort,
        gene_sets,
        method=method,
        modality=modality,
        min_size=min_size,
        max_size=max_size,
        min_coverage=min_coverage,
        keep_small=keep_small,
    )
    return fitted.apply(cohort)
