"""The tables of an enrichment result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.enrichment._score import LARGE_SHARE, Scored
from radassoc.enrichment.overlap import Overlap
from radassoc.enrichment.result import COLUMNS, RANKING_COLUMNS, SUBJECT_COLUMNS, WALK_COLUMNS
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.enrichment import walk

__all__ = ["make_rankings", "make_subjects", "make_table", "make_walks", "most_telling"]


def make_table(scored: list[Scored], overlap: Overlap, genes: pd.Index, *, weight: float, level: float) -> pd.DataFrame:
    """One row per value and set, corrected over all of them."""
    rows = [row for item in scored if item.tested for row in _rows(item, overlap, genes, weight)]
    table = tidy(rows, [name for name in COLUMNS if name not in {"p_adjusted", "enriched"}])
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy())
    # both tests, and both in the same direction: a set of falling genes can still stand above all other genes
    agrees = np.sign(table["mean_statistic"]) == np.sign(table["es"])
    table["enriched"] = (table["p_adjusted"] < level) & (table["self_contained_p"] < level) & agrees
    return tidy(table, COLUMNS)


def _rows(item: Scored, overlap: Overlap, genes: pd.Index, weight: float) -> list[dict[str, Any]]:
    order, ranking = _ordered(item)
    wide = f"{item.share:.0%} of all genes associated" if item.share > LARGE_SHARE else ""
    rows = []
    for s, (name, known) in enumerate(overlap.table.iterrows()):
        values = {key: array[s] for key, array in item.arrays.items()}
        edge = _leading_edge(order, ranking, overlap.members[name], weight)
        rows.append(
            {
                "by": item.name,
                "pathway": name,
                "size": known["size"],
                "n_listed": known["n_listed"],
                "coverage": known["coverage"],
                **values,
                "share_associated": item.share,
                "direction": "up" if values["es"] > 0 else "down" if values["es"] < 0 else "none",
                "flag": "; ".join(text for text in (known["flag"], wide) if text),
                "n_leading_edge": len(edge),
                "leading_edge": ";".join(str(gene) for gene in genes[edge]),
                "n_patients": item.n_patients,
            }
        )
    return rows


def _ordered(item: Scored) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of the genes from the highest statistic to the lowest, and the statistics in that order.

    Ties stand as in the kernel's walk: ascending and stable, then read from the end.
    """
    order = np.argsort(item.statistic, kind="stable")[::-1]
    return order, item.statistic[order]


def _walk(
    order: np.ndarray, ranking: np.ndarray, members: np.ndarray, weight: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    inside = np.zeros(len(order), dtype=bool)
    inside[members] = True
    return walk(ranking, inside[order], weight=weight)


def _leading_edge(order: np.ndarray, ranking: np.ndarray, members: np.ndarray, weight: float) -> np.ndarray:
    """Return the genes from the end of the ranking to the peak of the walk, the most extreme first."""
    positions, before, after = _walk(order, ranking, members, weight)
    if after.max() >= -before.min():
        return np.asarray(order[positions[: int(after.argmax()) + 1]])
    return np.asarray(order[positions[int(before.argmin()) :][::-1]])


def make_subjects(scored: list[Scored], *, n_genes: int) -> pd.DataFrame:
    """One row per value: whether and how it was tested."""
    rows = [
        {
            "by": item.name,
            "status": item.status,
            "n_patients": item.n_patients,
            "n_genes": n_genes,
            "share_associated": item.share,
            "p_value_from": item.source,
            "reason": item.reason,
        }
        for item in scored
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
    parts = []
    for item in scored:
        order, ranking = _ordered(item)
        for name, members in overlap.members.items():
            positions, before, after = _walk(order, ranking, members, weight)
            corners = np.column_stack([before, after]).ravel()
            told = [text for gene in genes[order[positions]] for text in ("", str(gene))]
            parts.append(
                pd.DataFrame(
                    {
                        "by": item.name,
                        "pathway": name,
                        "position": np.concatenate([[0], np.repeat(positions, 2), [len(order)]]),
                        "running_score": np.concatenate([[0.0], corners, [0.0]]),
                        "gene": ["", *told, ""],
                    }
                )
            )
    return tidy(pd.concat(parts), WALK_COLUMNS) if parts else tidy([], WALK_COLUMNS)
