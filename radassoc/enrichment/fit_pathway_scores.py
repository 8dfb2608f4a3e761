"""Pathway scores as a step that is learned from training samples, frozen, and applied to others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_choice
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, ExpressionError, name_some
from radassoc.base.parallel import one_blas_thread
from radassoc.base.provenance import provenance
from radassoc.base.results import Fit
from radassoc.cohort.align import check_cohort
from radassoc.enrichment._arguments import size_settings
from radassoc.enrichment._genes import usable_genes
from radassoc.enrichment._pathway_methods import ALONE, few_known, first_component, score_alone
from radassoc.enrichment.overlap import Overlap, overlap_sets
from radassoc.kernels.gsva import gsva_scores, kernel_places, place_order

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["METHODS", "PathwayMethod", "PathwayScores", "fit_pathway_scores"]

PathwayMethod = Literal["ssgsea", "gsva", "zscore", "singscore", "pc1"]
METHODS = ("ssgsea", "gsva", "zscore", "singscore", "pc1")
COLUMNS = ("pathway", "size", "n_listed", "coverage", "flag", "method", "explained")
GENE_COLUMNS = ("gene", "fill", "center", "scale")
LOADING_COLUMNS = ("pathway", "gene", "loading")
#: Fewer samples have no distribution to speak of.
_FEWEST = 3


@register("pathway_scores")
@dataclass(frozen=True, eq=False, kw_only=True)
class PathwayScores(Fit):
    """Pathway scores, frozen: the same sample gets the same scores whoever else is in its table.

    Attributes
    ----------
    table
        One row per ``pathway``: ``size`` genes of the training table out of ``n_listed``, ``coverage``, ``flag``,
        ``method``, and for ``"pc1"`` the share of the genes' variance that the component ``explained`` in training.
    genes
        The genes, in the order of the training table; where the method is learned: what fills a gap (``fill``: the
        training mean), ``center`` and ``scale`` (training mean and standard deviation).
    loadings
        The genes of each set, with their ``loading`` where the score is a weighted sum of standardised genes.
    reference
        For ``"gsva"``: the training values of each gene (rows), sorted within the gene, so that no row or column is a
        sample. Empty otherwise.
    dropped
        Gene sets that are not scored, with the reason.
    notes
        What was done to the table of genes, in sentences.
    """

    method: str
    modality: str
    genes: pd.DataFrame
    loadings: pd.DataFrame
    reference: pd.DataFrame
    dropped: pd.DataFrame
    notes: tuple[str, ...] = ()

    def transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the scores (samples x pathways) of a table of genes (samples x genes).

        Raises
        ------
        ExpressionError
            A gene that was there in training is not among the columns, or is there twice.
        """
        genes = self.genes
        wanted = genes["gene"].tolist()
        if absent := [name for name in wanted if name not in frame.columns]:
            raise ExpressionError(
                f"{len(absent)} of the {len(wanted)} genes of the training table are missing: {name_some(absent)}.",
                wanted=f"the genes of the training {self.modality!r} table",
                remedy="Fit the scores again on the genes that both tables have.",
            )
        if frame.columns.has_duplicates and frame.columns[frame.columns.duplicated()].isin(wanted).any():
            twice = frame.columns[frame.columns.duplicated()].unique()
            raise ExpressionError(f"The table names genes more than once: {name_some(twice)}.", wanted="each once")
        X = frame[wanted].to_numpy(dtype=float)
        members = self._members(wanted)
        if self.method in ALONE:
            scores = score_alone(X, members, self.method)
        else:
            known = np.isfinite(X)
            with one_blas_thread():
                scores = self._learned(np.where(known, X, genes["fill"].to_numpy()), members)
            scores = np.where(few_known(known, members), np.nan, scores)
        return pd.DataFrame(scores, index=frame.index, columns=pd.Index(self.table["pathway"], dtype=object, name=None))

    def apply(self, cohort: Cohort) -> Cohort:
        """Return the cohort with the scores as its table ``"pathways"``.

        Parameters
        ----------
        cohort
            Training samples or others, with the genes of the training table.
        """
        from radassoc.tables.table import note

        check_cohort(cohort)
        told = [note("pathways", self.modality, sentence, step="score_pathways") for sentence in self.notes]
        told += [note("pathways", name, reason, step="score_pathways") for name, reason in self._set_notes()]
        scores = self.transform(cohort[self.modality])
        if empty := int(scores.isna().to_numpy().sum()):
            sentence = f"{empty} scores are missing, where fewer than two genes of the set are known in the sample"
            told.append(note("pathways", self.modality, sentence, step="score_pathways"))
        return cohort.with_modality(
            "pathways",
            scores,
            patients=cohort.sample_patients(self.modality),
            features=self.table.set_index("pathway").dropna(axis=1, how="all"),
            notes=told,
        )

    def _members(self, genes: list[str]) -> list[np.ndarray]:
        position = {gene: i for i, gene in enumerate(genes)}
        groups = self.loadings.groupby("pathway", sort=False)["gene"]
        by_name = {name: np.array([position[gene] for gene in part]) for name, part in groups}
        return [by_name[name] for name in self.table["pathway"]]

    def _learned(self, X: np.ndarray, members: list[np.ndarray]) -> np.ndarray:
        if self.method == "gsva":
            return gsva_scores(place_order(kernel_places(X, self.reference.to_numpy().T)), members)
        genes, loadings = self.genes, self.loadings
        Z = (X - genes["center"].to_numpy()) / genes["scale"].to_numpy()
        by_name = {name: part.to_numpy() for name, part in loadings.groupby("pathway", sort=False)["loading"]}
        names = self.table["pathway"]
        return np.column_stack([Z[:, where] @ by_name[name] for name, where in zip(names, members, strict=True)])

    def _set_notes(self) -> list[tuple[str, str]]:
        left_out = [(str(row.pathway), f"gene set left out: {row.reason}") for row in self.dropped.itertuples()]
        small = self.table[self.table["flag"] != ""]
        return left_out + [(str(row.pathway), f"small gene set kept: {row.flag}") for row in small.itertuples()]


def fit_pathway_scores(
    cohort: Cohort,
    gene_sets: Any,
    *,
    method: PathwayMethod = "ssgsea",
    modality: str = "expression",
    min_size: int = 10,
    max_size: int = 500,
    min_coverage: float = 0.3,
    keep_small: bool | Sequence[str] = True,
) -> PathwayScores:
    """Learn pathway scores from training samples, to be applied to others as they were learned.

    ``"ssgsea"`` and ``"singscore"`` compare the ranks of the set's genes within one sample with those of all other
    genes; learned are only the genes and the sets, and a gene that is missing in a sample is left out of that sample's
    ranks. The others look at a gene's place among the training samples: ``"zscore"`` (their mean and standard
    deviation), ``"pc1"`` (also the loadings on the first principal component of the set's standardised genes, signed so
    that their mean is positive), ``"gsva"`` (their distribution, smoothed by a Gaussian kernel). There a gene that is
    missing in more than 20% of the training samples is left out, and other gaps take the training mean; a set of which
    fewer than two genes are known in a sample has no score there, with any method. Nothing is
    scaled by the range of the scores, no outcome is used, and a new sample changes neither the step nor the scores of
    others.

    Parameters
    ----------
    cohort
        The training samples, at least 3. Several samples of a patient count as several.
    gene_sets
        A bundled name, a GMT or JSON path, a mapping from names to genes, a list of these, or what ``gene_sets``
        returned.
    method
        ``"ssgsea"`` by default: it needs no reference.
    modality
        The table of genes.
    min_size, max_size, min_coverage, keep_small
        Which sets are scored: see ``radassoc.enrichment.overlap.overlap_sets``.

    Returns
    -------
    PathwayScores
        ``.apply(cohort)`` adds the table ``"pathways"``; ``.transform(frame)`` scores a table of genes.

    Raises
    ------
    DesignError
        Fewer than 3 training samples for a method that learns from them.
    ExpressionError
        No set shares genes with the table.

    Notes
    -----
    On the training samples themselves: equal to R GSVA ``gsva(method="ssgsea", ssgsea.norm=FALSE)`` (equal genes of a
    sample stand in the order of the table, as there; gseapy, which is equal without them, takes the reverse order),
    ``gsva(method="zscore")`` and ``gsva(method="gsva", kcdf="Gaussian", mx.diff=TRUE)`` to 1e-8, and to the published
    formula of singscore (``simpleScore(upSet=, centerScore=TRUE)``) to 1e-12. The PC1 score is the projection on the
    unit vector of loadings; the activity of PLAGE is the same up to its scale.

    References
    ----------
    Barbie DA et al. (2009) Nature 462:108. doi:10.1038/nature08460
    Hänzelmann S, Castelo R, Guinney J (2013) BMC Bioinformatics 14:7. doi:10.1186/1471-2105-14-7
    Lee E et al. (2008) PLoS Comput Biol 4:e1000217. doi:10.1371/journal.pcbi.1000217
    Foroutan M et al. (2018) BMC Bioinformatics 19:404. doi:10.1186/s12859-018-2435-4
    Tomfohr J, Lu J, Kepler TB (2005) BMC Bioinformatics 6:225. doi:10.1186/1471-2105-6-225

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> sets = {"mine": list(cohort.expression.columns[:12])}
    >>> train, test = cohort.subset(cohort.patients[:40]), cohort.subset(cohort.patients[40:])
    >>> step = ra.fit_pathway_scores(train, sets, method="pc1")
    >>> step.apply(test)["pathways"].shape
    (20, 1)
    """
    check_cohort(cohort)
    check_choice("method", method, METHODS)
    frame = cohort[modality]
    if method in ALONE:
        table, told = _observed(frame)
    else:
        if len(frame) < _FEWEST:
            raise DesignError(
                f"{len(frame)} samples have {modality!r}.",
                wanted=f"at least {_FEWEST} samples to learn {method} scores from",
                remedy="method='ssgsea' or 'singscore' scores a sample on its own.",
            )
        table, told = usable_genes(frame)
    sizes = size_settings(min_size, max_size, min_coverage, keep_small)
    overlap = overlap_sets(table.columns, gene_sets, **sizes)
    with one_blas_thread():
        genes, loadings, explained = _learn(table, overlap, method)
    sets = overlap.table.reset_index().assign(method=method, explained=explained)
    values = np.sort(table.to_numpy(), axis=0).T if method == "gsva" else np.empty((0, 0))
    return PathwayScores(
        table=tidy(sets, COLUMNS),
        method=method,
        modality=modality,
        genes=genes,
        loadings=loadings,
        reference=pd.DataFrame(values, columns=[f"value_{i + 1}" for i in range(values.shape[1])]),
        dropped=overlap.dropped,
        notes=(*told, *overlap.notes),
        params={
            "gene_sets": tuple(overlap.members),
            "method": method,
            "modality": modality,
            **sizes,
        },
        provenance=provenance(
            data=cohort.fingerprint,
            n_samples=len(frame),
            n_genes=table.shape[1],
            n_gene_sets=len(overlap.members),
        ),
    )


def _observed(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the genes that are known in any sample, and how many gaps they have."""
    known = np.isfinite(frame.to_numpy(dtype=float))
    table = frame.loc[:, known.any(axis=0)]
    gaps = int((~known[:, known.any(axis=0)]).sum())
    if not gaps:
        return table, ()
    gappy = int((~known).any(axis=1).sum())
    return table, (
        f"{gaps} values are missing, in {gappy} of {len(frame)} samples: a sample is scored by the genes known in it.",
    )


def _learn(table: pd.DataFrame, overlap: Overlap, method: str) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Return what is to be told of the genes, their loadings in each set, and the variance that these explain."""
    X = table.to_numpy(dtype=float)
    genes = pd.DataFrame({"gene": table.columns.astype(str)}).assign(fill=np.nan, center=np.nan, scale=np.nan)
    explained = np.full(len(overlap.members), np.nan)
    loadings = {name: np.full(len(where), np.nan) for name, where in overlap.members.items()}
    if method not in ALONE:  # the mean of the filled table is that of the known values
        genes = genes.assign(fill=X.mean(axis=0), center=X.mean(axis=0), scale=X.std(axis=0, ddof=1))
    if method in {"zscore", "pc1"}:
        Z = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
        for s, (name, where) in enumerate(overlap.members.items()):
            if method == "pc1":
                loadings[name], explained[s] = first_component(Z[:, where])
            else:
                loadings[name] = np.full(len(where), 1 / np.sqrt(len(where)))
    rows = [
        pd.DataFrame({"pathway": name, "gene": table.columns[where].astype(str), "loading": loadings[name]})
        for name, where in overlap.members.items()
    ]
    return tidy(genes, GENE_COLUMNS), tidy(pd.concat(rows), LOADING_COLUMNS), explained
