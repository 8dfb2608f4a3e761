"""Gene sets along rankings that come without patients: what preranked tools do, for comparison with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_whole
from radassoc.base.errors import InputError, name_some
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.enrichment._arguments import check_settings, size_settings
from radassoc.enrichment._assemble import correction_of
from radassoc.enrichment._frames import make_rankings, make_subjects, make_table, make_walks, most_telling
from radassoc.enrichment._null import gene_null
from radassoc.enrichment._score import Scored, set_p_values, tie_note
from radassoc.enrichment.overlap import Overlap, overlap_sets
from radassoc.enrichment.result import Enrichment
from radassoc.kernels.enrichment import Sets, pack_sets, walk_scores
from radassoc.kernels.rank_walk import set_sums

__all__ = ["preranked"]

_MOST_WALKS = 20
_EXPLORATORY = (
    "Exploratory only: random sets of genes take genes as independent. Genes of one pathway rise and fall together, so "
    "that even a random ranking of patients gives such sets small p-values; enrich(cohort, ...) permutes patients."
)


def preranked(
    ranking: pd.Series | pd.DataFrame,
    gene_sets: Any,
    *,
    n_permutations: int = 1000,
    weight: float = 1.0,
    min_size: int = 10,
    max_size: int = 500,
    min_coverage: float = 0.0,
    keep_small: bool | Sequence[str] = False,
    level: float = 0.05,
    seed: int = 0,
) -> Enrichment:
    """Compare gene sets with random sets of genes along one or many given rankings; exploratory.

    Null hypothesis: the genes of the set are a random draw from the ranked genes, independent of one another. They are
    not: co-expressed genes move together, so the p-values are too small (``benchmarks/null_enrichment.csv``). Use it to
    compare with published results, or where only a ranking is left; with patients use ``enrich``. Nothing is called
    ``enriched``, and no self-contained p-value exists.

    Parameters
    ----------
    ranking
        Statistics indexed by gene, or a frame of genes x rankings. Genes without a number are left out.
    gene_sets
        As in ``enrich``.
    n_permutations
        Random sets per size; sets of one size and all rankings share them.
    weight
        Exponent of the statistic in the walk: 1 as in GSEA; 0 is the classic Kolmogorov-Smirnov walk.
    min_size, max_size, min_coverage, keep_small
        See ``radassoc.enrichment.overlap.overlap_sets``; by default as preranked tools do.
    level
        Of the two-level correction over several rankings.
    seed
        Of the random sets.

    Returns
    -------
    Enrichment
        The tables of ``enrich``; ``subjects["p_value_from"]`` is ``"genes"`` and ``n_patients`` 0.

    Raises
    ------
    InputError
        The ranking is no Series or frame of numbers, or names a gene twice.
    ExpressionError
        No set shares genes with the ranking.

    Notes
    -----
    ES equals gseapy's ``prerank`` to 1e-5 (and with it that of Bioconductor's fgsea); NES and p agree within Monte
    Carlo error (correlation of NES above 0.999 at 1,000 random sets). p is (1 + #) / (1 + # of the same sign), as in
    fgsea. Tied genes stand in the reverse order of the table; a note tells how many there are.

    References
    ----------
    Subramanian A et al. (2005) PNAS 102:15545. doi:10.1073/pnas.0506580102
    Korotkevich G et al. (2021) bioRxiv 060012. doi:10.1101/060012

    Examples
    --------
    >>> import pandas as pd
    >>> ranking = pd.Series(range(30, -30, -1), index=[f"G{i}" for i in range(60)], dtype=float)
    >>> found = preranked(ranking, {"first": [f"G{i}" for i in range(10)]}, n_permutations=99)
    >>> found.table[["pathway", "direction"]].to_numpy().tolist(), found.table["es"].round(3).tolist()
    ([['first', 'up']], [1.0])
    """
    check_whole("n_permutations", n_permutations)
    check_settings(n_permutations, weight, level)
    frame, notes = _read(ranking)
    sizes = size_settings(min_size, max_size, min_coverage, keep_small)
    overlap = overlap_sets(frame.index, gene_sets, **sizes)
    sets = pack_sets(list(overlap.members.values()), len(frame))
    scored = _score(frame, sets, n_permutations=n_permutations, weight=weight, seed=seed)
    params = {
        "by": tuple(item.name for item in scored),
        "gene_sets": tuple(overlap.members),
        "statistic": "given",
        "null": "genes",
        "covariates": (),
        "n_permutations": n_permutations,
        "weight": weight,
        **sizes,
        "level": level,
        "seed": seed,
    }
    return _result(scored, overlap, frame.index, params, (*overlap.notes, *notes))


def _score(frame: pd.DataFrame, sets: Sets, *, n_permutations: int, weight: float, seed: int) -> list[Scored]:
    statistics = np.ascontiguousarray(frame.to_numpy().T)
    ordered = -np.sort(-statistics, axis=1)
    nulls = gene_null(ordered, sets.sizes, n_permutations=n_permutations, weight=weight, seed=seed)
    es = walk_scores(statistics, sets, weight=weight, stable=True)
    means = set_sums(statistics.T, sets).T / sets.sizes
    missing = np.full(len(sets.sizes), np.nan)
    scored = []
    for k, name in enumerate(map(str, frame.columns)):
        arrays = set_p_values(es[k], means[k], nulls[k], known=True)
        arrays |= {"camera_p": missing, "inter_gene_correlation": missing}
        told = tie_note(name, ordered[k])
        scored.append(Scored(name, 0, source="genes", notes=told, statistic=statistics[k], arrays=arrays))
    return scored


def _result(
    scored: list[Scored], overlap: Overlap, genes: pd.Index, params: Mapping[str, Any], notes: tuple[str, ...]
) -> Enrichment:
    weight, level = params["weight"], params["level"]
    table = make_table(scored, overlap, genes, weight=weight, level=level)
    shown = most_telling(scored, _MOST_WALKS)
    family = Family(
        hypothesis="The genes of a set are a random draw from the ranked genes, independent of one another",
        n_tests=len(table),
        correction=correction_of(len(scored)),
    )
    return Enrichment(
        table=table,
        subjects=make_subjects(scored, n_genes=len(genes), level=level),
        ranking=make_rankings(shown, genes),
        walks=make_walks(shown, overlap, genes, weight=weight),
        dropped=overlap.dropped,
        notes=(_EXPLORATORY, *notes, *(note for item in scored for note in item.notes)),
        families=(family,),
        params=params,
        provenance=provenance(seed=params["seed"], n_genes=len(genes), n_gene_sets=len(overlap.members)),
    )


def _read(ranking: Any) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a complete frame of genes x rankings, and what was left out."""
    if isinstance(ranking, pd.Series):
        ranking = ranking.to_frame("ranking" if ranking.name is None else str(ranking.name))
    if not isinstance(ranking, pd.DataFrame) or not ranking.shape[1]:
        raise InputError(
            f"A ranking was expected, not {type(ranking).__name__}.",
            wanted="a Series indexed by gene, or a frame of genes x rankings",
        )
    text = [str(name) for name, kind in ranking.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    if text:
        raise InputError(f"The rankings {name_some(text)} are no numbers.", wanted="one number per gene")
    if ranking.index.has_duplicates or ranking.columns.has_duplicates:
        twice = [*ranking.index[ranking.index.duplicated()], *ranking.columns[ranking.columns.duplicated()]]
        raise InputError(
            f"The ranking names {name_some(dict.fromkeys(map(str, twice)))} more than once.",
            wanted="each gene and each ranking once",
            remedy="Keep one row per gene, such as the one with the largest statistic.",
        )
    known = np.isfinite(ranking.to_numpy(dtype=float)).all(axis=1)
    if known.sum() < 2:
        raise InputError(f"{known.sum()} genes have a number in every ranking.", wanted="at least two")
    told = f"{(~known).sum()} genes without a number were left out: {name_some(ranking.index[~known])}."
    return ranking.loc[known].astype(float), (told,) if (~known).any() else ()
