"""One score per sample and gene set, as a table of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError
from radassoc.cohort.align import check_cohort
from radassoc.enrichment._genes import complete_genes, usable_genes
from radassoc.enrichment.overlap import Overlap, overlap_sets

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["score_pathways", "ssgsea", "zscore"]

#: Exponent of the rank in ssGSEA, as its authors set it.
_WEIGHT = 0.25


def score_pathways(
    cohort: Cohort,
    gene_sets: Any,
    *,
    method: Literal["ssgsea", "zscore"] = "ssgsea",
    modality: str = "expression",
    min_size: int = 10,
    max_size: int = 500,
    min_coverage: float = 0.3,
    keep_small: bool | Sequence[str] = True,
) -> Cohort:
    """Score each gene set in each sample and add the scores as the table ``"pathways"``.

    ``"ssgsea"`` compares the ranks of the set's genes within one sample with those of all other genes. It is not scaled
    by the range over samples, so that no patient's score depends on the other patients. ``"zscore"`` adds up the
    z-scores of the set's genes over the samples and divides by the root of their number: it is learned from these
    samples, so inside a prediction it must be relearned in every fold; as it stands it is for association only.

    Parameters
    ----------
    cohort
        With a table of genes. Several samples of a patient stay several samples.
    gene_sets
        A bundled name, a GMT path, a mapping from names to genes, a list of these, or what ``gene_sets`` returned.
    method
        ``"ssgsea"`` (Barbie et al. 2009) or ``"zscore"`` (Lee et al. 2008).
    modality
        The table of genes.
    min_size, max_size, min_coverage, keep_small
        Which sets are scored: see ``radassoc.enrichment.overlap.overlap_sets``.

    Returns
    -------
    Cohort
        With ``cohort["pathways"]`` (samples x sets), ``cohort.features("pathways")`` (``size``, ``n_listed``,
        ``coverage``, ``flag``, ``method``), and an audit row for each set that was left out or is small.

    Raises
    ------
    ExpressionError
        No set shares genes with the table: the message shows identifiers of both.

    Notes
    -----
    Equals R GSVA ``gsva(method="ssgsea", ssgsea.norm=FALSE)`` and ``gsva(method="zscore")`` to 1e-8. A gene that is
    missing in more than 20% of the samples is left out; other gaps take the gene's mean.

    References
    ----------
    Barbie DA et al. (2009) Nature 462:108. doi:10.1038/nature08460
    Lee E et al. (2008) PLoS Comput Biol 4:e1000217. doi:10.1371/journal.pcbi.1000217
    """
    from radassoc.tables.table import note

    if method not in {"ssgsea", "zscore"}:
        raise InputError(f"method={method!r} is not known.", wanted="'ssgsea' or 'zscore'")
    check_cohort(cohort)
    frame = cohort[modality]
    # a constant gene has a rank within a sample, but no z-score
    table, told = complete_genes(frame) if method == "ssgsea" else usable_genes(frame)
    overlap = overlap_sets(
        table.columns,
        gene_sets,
        min_size=min_size,
        max_size=max_size,
        min_coverage=min_coverage,
        keep_small=keep_small,
    )
    members = list(overlap.members.values())
    scores = (ssgsea if method == "ssgsea" else zscore)(table.to_numpy(), members)
    notes = [note("pathways", modality, sentence, step="score_pathways") for sentence in (*told, *overlap.notes)]
    notes += [note("pathways", name, reason, step="score_pathways") for name, reason in _set_notes(overlap)]
    return cohort.with_modality(
        "pathways",
        pd.DataFrame(scores, index=frame.index, columns=pd.Index(list(overlap.members), dtype=object)),
        patients=cohort.sample_patients(modality),
        features=overlap.table.assign(method=method),
        notes=notes,
    )


def _set_notes(overlap: Overlap) -> list[tuple[str, str]]:
    left_out = [(str(row.pathway), f"gene set left out: {row.reason}") for row in overlap.dropped.itertuples()]
    flags = overlap.table["flag"]
    return left_out + [(str(name), f"small gene set kept: {flag}") for name, flag in flags[flags != ""].items()]


def ssgsea(X: np.ndarray, members: list[np.ndarray]) -> np.ndarray:
    """Return ssGSEA scores (n_samples, n_sets) of X (n_samples, n_genes), not scaled by their range.

    Genes, samples and sets go to gseapy as numbers, so that it neither changes the case of a name nor looks one up.
    """
    import gseapy

    data = pd.DataFrame(X.T, index=[f"G{i}" for i in range(X.shape[1])], columns=[f"S{i}" for i in range(len(X))])
    sets = {f"P{k}": [f"G{i}" for i in where] for k, where in enumerate(members)}
    found = gseapy.ssgsea(
        data,
        sets,
        outdir=None,
        sample_norm_method="rank",
        correl_norm_type="rank",
        min_size=1,
        max_size=X.shape[1],
        permutation_num=0,
        weight=_WEIGHT,
        threads=1,
        no_plot=True,
        verbose=False,
    ).res2d
    wide = found.pivot(index="Name", columns="Term", values="ES").astype(float)
    return wide.reindex(index=data.columns, columns=list(sets)).to_numpy()


def zscore(X: np.ndarray, members: list[np.ndarray]) -> np.ndarray:
    """Return combined z-scores (n_samples, n_sets): the sum of the genes' z-scores over the root of their number."""
    Z = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    return np.column_stack([Z[:, where].sum(axis=1) / np.sqrt(len(where)) for where in members])
