"""Which of the found gene sets tell the same, because they share their genes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_choice, check_number, check_whole
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError, name_some
from radassoc.base.provenance import provenance
from radassoc.base.results import Result
from radassoc.tables.gene_sets import gene_sets as read_gene_sets

if TYPE_CHECKING:
    from radassoc.enrichment.comparison import EnrichmentComparison
    from radassoc.enrichment.over_represent import OverRepresentation
    from radassoc.enrichment.result import Enrichment

__all__ = ["Redundancy", "reduce_redundancy", "similarities"]

COLUMNS = (
    "pathway",
    "representative",
    "is_representative",
    "similarity",
    "n_members",
    "n_listed",
    "strength",
    "strength_kind",
    "p_value",
    "p_adjusted",
)
PAIR_COLUMNS = ("pathway_1", "pathway_2", "n_shared", "similarity")
#: Two sets are one from here on: the rules of the enrichment map (Jaccard, overlap) and of Metascape (kappa).
CUTS = {"jaccard": 0.25, "overlap": 0.5, "kappa": 0.3}


@register("redundancy")
@dataclass(frozen=True, eq=False, kw_only=True)
class Redundancy(Result):
    """Found gene sets, each with the one that stands for it.

    Attributes
    ----------
    table
        One row per set, in the order of the p-values: its ``representative`` (itself where ``is_representative``),
        their ``similarity``, how many sets (``n_members``) a representative stands for, itself included; ``n_listed``
        genes; ``strength`` and what it is (``strength_kind``: ``"nes"`` or ``"log2_odds_ratio"``); p-values.
    pairs
        Every two of the sets that share a gene: ``n_shared``, ``similarity``.
    """

    default_figure: ClassVar[str] = "plot_overlap_network"

    pairs: pd.DataFrame


def reduce_redundancy(
    result: Enrichment | EnrichmentComparison | OverRepresentation,
    gene_sets: Any,
    *,
    by: str | None = None,
    measure: Literal["jaccard", "overlap", "kappa"] = "jaccard",
    cut: float | None = None,
    level: float = 0.05,
    most: int | None = None,
) -> Redundancy:
    """Choose a representative for each group of overlapping sets, the smallest p-value first.

    From the smallest p-value to the largest, a set joins the most similar representative so far if their similarity is
    ``cut`` or more, and becomes one itself otherwise. Nothing is tested and no p-value changes: dropping the members
    from a correction for multiple tests would be using the result twice.

    Parameters
    ----------
    result
        What ``enrich``, ``compare_enrichment`` or ``over_represent`` returned.
    gene_sets
        The sets that it tested: their genes as they are listed.
    by
        Which value or list, where the result has several.
    measure
        ``"jaccard"``: shared genes over all genes of the two; ``"overlap"``: over the smaller set, which joins a set to
        one that contains it; ``"kappa"``: Cohen's agreement, among all genes of the collection.
    cut
        Similarity from which on two sets count as one: by default 0.25 (Jaccard) or 0.5 (overlap) as in the enrichment
        map, 0.3 (kappa).
    level
        Sets with a smaller adjusted p-value are reduced.
    most
        Reduce the sets with the smallest p-values instead, this many, whatever their p-values: to look at a result.

    Returns
    -------
    Redundancy
        ``table``, ``pairs``; status ``"no_signal"`` with an empty table where no set was found.

    Raises
    ------
    InputError
        The result has several values and ``by`` names none of them, or a set of the result is not in ``gene_sets``.

    References
    ----------
    Merico D et al. (2010) PLoS One 5:e13984. doi:10.1371/journal.pone.0013984
    Huang DW et al. (2007) Genome Biol 8:R183. doi:10.1186/gb-2007-8-9-r183
    """
    check_choice("measure", measure, tuple(CUTS))
    threshold = CUTS[measure] if cut is None else cut
    check_number("cut", threshold)
    if not 0 < threshold <= 1:
        raise InputError(f"cut={threshold} is no similarity.", wanted="above 0 and at most 1")
    if most is not None:
        check_whole("most", most)
        if most < 1:
            raise InputError(f"most={most}.", wanted="a positive number, or None for all sets below the level")
    rows, kind = _rows(result, by)
    rows = rows[rows["p_adjusted"] < level] if most is None else rows.head(most)
    listed = read_gene_sets(gene_sets)
    if missing := [name for name in rows["pathway"] if name not in listed]:
        raise InputError(f"gene_sets lacks {name_some(missing)}.", wanted="the sets that the result tested")
    shared, similar = similarities([listed[name] for name in rows["pathway"]], measure, _n_genes(listed))
    chosen = _greedy(similar, threshold)
    names = rows["pathway"].to_numpy()
    frame = rows.assign(
        representative=names[chosen],
        is_representative=chosen == np.arange(len(chosen)),
        similarity=similar[np.arange(len(chosen)), chosen],
        n_members=np.bincount(chosen, minlength=len(chosen)),
        strength_kind=kind,
    )
    first, second = np.nonzero(np.triu(shared, 1))
    pairs = {"pathway_1": names[first], "pathway_2": names[second]}
    pairs |= {"n_shared": shared[first, second], "similarity": similar[first, second]}
    return Redundancy(
        table=tidy(frame, COLUMNS),
        pairs=tidy(pd.DataFrame(pairs), PAIR_COLUMNS),
        status="ok" if len(frame) else "no_signal",
        reason="" if len(frame) else f"no gene set has an adjusted p-value below {level:g}",
        params={"by": by, "measure": measure, "cut": threshold, "level": level, "most": most},
        provenance=provenance(n_gene_sets=len(frame), n_representatives=int(frame["is_representative"].sum())),
    )


def _rows(result: Any, by: str | None) -> tuple[pd.DataFrame, str]:
    """Return the tested sets of one value, the smallest p-value first, with their strength and what it is."""
    table = result.table
    if "by" in table:
        values = list(dict.fromkeys(table["by"]))
        if by is None and len(values) > 1:
            raise InputError(f"The result has {len(values)} values: {name_some(values)}.", wanted="by=, one of them")
        if by is not None and by not in values:
            raise InputError(f"The result has no {by!r}; it has {name_some(values)}.", wanted="by=, one of them")
        table = table[table["by"] == by] if by is not None else table
    table = table[table["p_value"].notna()].copy()
    kind = "nes" if "nes" in table else "log2_odds_ratio"
    with np.errstate(divide="ignore"):
        table["strength"] = table["nes"] if kind == "nes" else np.log2(table["odds_ratio"])
    return table.sort_values("p_value", kind="stable").reset_index(drop=True), kind


def _n_genes(listed: Any) -> int:
    return len({gene for genes in listed.values() for gene in genes})


def similarities(members: list[tuple[str, ...]], measure: str, n_genes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how many genes every two sets share, and their similarity; ``n_genes`` is the universe of kappa.

    Examples
    --------
    >>> similarities([("A", "B", "C"), ("B", "C", "D")], "jaccard", 4)[1].tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    from scipy import sparse

    if not members:
        return np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0))
    sizes = np.array([len(genes) for genes in members])
    codes, _ = pd.factorize(np.array([gene for genes in members for gene in genes], dtype=object))
    start = np.concatenate([[0], np.cumsum(sizes)])
    holds = sparse.csr_array((np.ones(len(codes), dtype=np.int64), codes, start), shape=(len(members), codes.max() + 1))
    shared = (holds @ holds.T).toarray()
    if measure == "jaccard":
        return shared, shared / (sizes[:, None] + sizes - shared)
    if measure == "overlap":
        return shared, shared / np.minimum(sizes[:, None], sizes)
    share = sizes / n_genes
    agree = (n_genes - sizes[:, None] - sizes + 2 * shared) / n_genes
    chance = np.outer(share, share) + np.outer(1 - share, 1 - share)
    with np.errstate(invalid="ignore", divide="ignore"):
        return shared, np.where(chance < 1, (agree - chance) / (1 - chance), 1.0)


def _greedy(similar: np.ndarray, cut: float) -> np.ndarray:
    """Return the representative of each set; rows stand in the order of preference."""
    chosen = np.arange(len(similar))
    leaders: list[int] = []
    for i in range(len(similar)):
        best = leaders[int(np.argmax(similar[i, leaders]))] if leaders else i
        if leaders and similar[i, best] >= cut:
            chosen[i] = best
        else:
            leaders.append(i)
    return chosen
