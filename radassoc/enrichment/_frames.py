"""The tables of an enrichment result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.enrichment._score import LARGE_SHARE, Scored
from radassoc.enrichment.overlap import Overlap
from radassoc.enrichment.result import COLUMNS, RANKING_COLUMNS, SUBJECT_COLUMNS, WALK_COLUMNS
from radassoc.kernels.correction import two_level

__all__ = ["make_rankings", "make_subjects", "make_table", "make_walks", "most_telling", "subject_p"]


def make_table(scored: list[Scored], overlap: Overlap, genes: pd.Index, *, weight: float, level: float) -> pd.DataFrame:
    """One row per value and set, corrected in two levels: values, and the sets of each."""
    parts = [_rows(item, overlap, genes, weight) for item in scored if item.tested]
    columns = [name for name in COLUMNS if name not in {"p_adjusted", "enriched"}]
    table = tidy(pd.concat(parts), columns) if parts else tidy([], columns)
    table["p_adjusted"], _ = _corrected(scored, level)
    # both tests, and both in the same direction: a set of falling genes can still stand above all other genes
    agrees = np.sign(table["mean_statistic"]) == np.sign(table["es"])
    table["enriched"] = (table["p_adjusted"] < level) & (table["self_contained_p"] < level) & agrees
    return tidy(table, COLUMNS)


def _corrected(scored: list[Scored], level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return adjusted p-values of all rows, and of each tested value by Simes' test of its sets."""
    p = np.concatenate([np.empty(0), *(item.arrays["p_value"] for item in scored if item.tested)])
    counts = [len(item.arrays["p_value"]) for item in scored if item.tested]
    family = np.repeat(np.arange(len(counts)), counts)
    known = np.isfinite(p)
    adjusted = np.full(len(p), np.nan)
    sizes = np.bincount(family[known], minlength=len(counts))
    adjusted[known], families = two_level(p[known], family[known], sizes, level)
    return adjusted, families


def subject_p(scored: list[Scored], level: float) -> np.ndarray:
    """Return one adjusted p-value per value: Simes' test of its sets, Benjamini-Hochberg over the values."""
    answer = np.full(len(scored), np.nan)
    answer[[item.tested for item in scored]] = _corrected(scored, level)[1]
    return answer


def _rows(item: Scored, overlap: Overlap, genes: pd.Index, weight: float) -> pd.DataFrame:
    walked = _walk(item, list(overlap.members.values()), weight)
    wide = f"{item.share:.0%} of all genes associated" if item.share > LARGE_SHARE else ""
    edges = walked.leading_edges()
    es = item.arrays["es"]
    known = overlap.table
    return pd.DataFrame(
        {
            "by": item.name,
            "pathway": list(known.index),
            "size": known["size"].to_numpy(),
            "n_listed": known["n_listed"].to_numpy(),
            "coverage": known["coverage"].to_numpy(),
            **item.arrays,
            "share_associated": item.share,
            "direction": np.select([es > 0, es < 0], ["up", "down"], "none"),
            "flag": ["; ".join(text for text in (flag, wide) if text) for flag in known["flag"]],
            "n_leading_edge": [len(edge) for edge in edges],
            "leading_edge": [";".join(map(str, genes[edge])) for edge in edges],
            "n_patients": item.n_patients,
        }
    )


@dataclass(frozen=True)
class _Walk:
    """The hits of all sets, set by set, each from the highest rank down.

    ``start`` (n_sets + 1) parts them; ``position`` in the ranking, ``gene`` in the table, running sum ``before`` and
    ``after`` each.
    """

    start: np.ndarray
    position: np.ndarray
    gene: np.ndarray
    before: np.ndarray
    after: np.ndarray

    def leading_edges(self) -> list[np.ndarray]:
        """Return each set's genes from the end of the ranking to the peak of the walk, the most extreme first."""
        edges = []
        for first, stop in zip(self.start[:-1], self.start[1:], strict=True):
            before, after, gene = self.before[first:stop], self.after[first:stop], self.gene[first:stop]
            up = after.max() >= -before.min()
            edges.append(gene[: int(after.argmax()) + 1] if up else gene[int(before.argmin()) :][::-1])
        return edges


def _ordered(item: Scored) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of the genes from the highest statistic to the lowest, and the statistics in that order.

    Ties stand as in the kernel's walk: ascending and stable, then read from the end.
    """
    order = np.argsort(item.statistic, kind="stable")[::-1]
    return order, item.statistic[order]


def _walk(item: Scored, members: Sequence[np.ndarray], weight: float) -> _Walk:
    """Return the walks of all sets along one ranking, in one pass over all hits."""
    order, ranking = _ordered(item)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    sizes = np.array([len(genes) for genes in members])
    start = np.concatenate([[0], np.cumsum(sizes)])
    owner = np.repeat(np.arange(len(members)), sizes)
    position = rank[np.concatenate([*members, np.empty(0, dtype=np.int64)]).astype(np.int64)]
    position = position[np.lexsort((position, owner))]
    step = np.abs(ranking[position]) ** weight
    total = np.add.reduceat(step, start[:-1]) if len(sizes) else np.empty(0)
    summed = np.cumsum(step)
    behind = np.concatenate([[0.0], summed])[start[:-1]]
    size = np.where(total > 0, total, 1.0)[owner]
    after = np.where(total[owner] > 0, (summed - behind[owner]) / size, 0.0)
    missed = (position - (np.arange(len(position)) - start[owner])) / np.maximum(len(order) - sizes, 1)[owner]
    missed = np.where(total[owner] > 0, missed, 0.0)
    return _Walk(start, position, order[position], after - step / size - missed, after - missed)


def make_subjects(scored: list[Scored], *, n_genes: int, level: float) -> pd.DataFrame:
    """One row per value: whether and how it was tested, and whether any set is enriched along it."""
    rows = [
        {
            "by": item.name,
            "status": item.status,
            "n_patients": item.n_patients,
            "n_genes": n_genes,
            "share_associated": item.share,
            "p_value_from": item.source,
            "p_adjusted": p,
            "reason": item.reason,
        }
        for item, p in zip(scored, subject_p(scored, level), strict=True)
    ]
    return tidy(rows, SUBJECT_COLUMNS)


def most_telling(scored: list[Scored], most: int) -> list[Scored]:
    """Values whose rankings and walks are kept: those with the smallest p-values, in their own order."""
    tested = [item for item in scored if item.tested]
    if len(tested) <= most:
        return tested
    smallest = [np.nanmin(np.append(item.arrays["p_value"], 2.0)) for item in tested]
    return [tested[i] for i in sorted(np.argsort(smallest, kind="stable")[:most])]


def make_rankings(scored: list[Scored], genes: pd.Index) -> pd.DataFrame:
    """All genes along each value, from the highest statistic to the lowest."""
    parts = []
    for item in scored:
        order, ranking = _ordered(item)
        parts.append(pd.DataFrame({"by": item.name, "gene": genes[order].astype(str), "statistic": ranking}))
    return tidy(pd.concat(parts), RANKING_COLUMNS) if parts else tidy([], RANKING_COLUMNS)


def make_walks(scored: list[Scored], overlap: Overlap, genes: pd.Index, *, weight: float) -> pd.DataFrame:
    """Corners of each running sum: two per gene of the set, and both ends."""
    names = genes.astype(str).to_numpy(dtype=object)
    parts = [_corners(item, overlap, names, weight) for item in scored]
    return tidy(pd.concat(parts), WALK_COLUMNS) if parts else tidy([], WALK_COLUMNS)


def _corners(item: Scored, overlap: Overlap, names: np.ndarray, weight: float) -> pd.DataFrame:
    found = _walk(item, list(overlap.members.values()), weight)
    sizes = np.diff(found.start)
    # where each set's corners begin: two a gene and one at either end
    rows = 2 * found.start[:-1] + 2 * np.arange(len(sizes))
    total = 2 * len(found.position) + 2 * len(sizes)
    position, score = np.zeros(total, dtype=np.int64), np.zeros(total)
    gene = np.full(total, "", dtype=object)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    place = 2 * np.arange(len(found.position)) + 2 * owner + 1
    position[place], position[place + 1] = found.position, found.position
    score[place], score[place + 1] = found.before, found.after
    gene[place + 1] = names[found.gene]
    position[rows + 2 * sizes + 1] = len(names)
    pathway = np.repeat(np.array(list(overlap.members), dtype=object), 2 * sizes + 2)
    return pd.DataFrame(
        {"by": item.name, "pathway": pathway, "position": position, "running_score": score, "gene": gene}
    )
