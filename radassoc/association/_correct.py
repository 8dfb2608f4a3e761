"""Adjusted p-values of the pairs that a scan kept, for all the pairs that it tested."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radassoc.association._tail import Tail
from radassoc.kernels.correction import LAMBDAS, dependence_factor, step_down, step_up, storey_null_share

__all__ = ["CORRECTIONS", "Corrected", "correct", "null_share", "possible_cut"]

#: What each correction is called in a report.
CORRECTIONS = {
    "bh": "Benjamini-Hochberg",
    "by": "Benjamini-Yekutieli",
    "holm": "Holm",
    "storey": "Storey's q-value",
    "two_level": "two levels (Simes and Benjamini-Hochberg per left column, then within)",
    "max_statistic": "Westfall-Young, largest statistic under permutation",
}
#: Two p-values this close are one: they were summed in another order.
_SAME = 1 + 1e-9


@dataclass(frozen=True)
class Corrected:
    """Adjusted values at p-values: exact up to the last of ``p``; above it at most one bin of the scan too large."""

    p: np.ndarray
    adjusted: np.ndarray
    edges: np.ndarray
    edge_adjusted: np.ndarray

    def at(self, p: np.ndarray) -> np.ndarray:
        """Return the adjusted value of each p-value; NaN stays."""
        flat = np.asarray(p, dtype=float).ravel()
        place = np.searchsorted(self.p, flat * _SAME, side="right")
        answer = np.append(self.adjusted, np.nan)[place - 1]
        unknown = (flat > (self.p[-1] if self.p.size else -1.0) * _SAME) & ~np.isnan(flat)
        if unknown.any():
            if not self.edges.size:
                answer[unknown] = 1.0
            else:
                k = np.minimum(np.searchsorted(self.edges, flat[unknown]), len(self.edges) - 1)
                answer[unknown] = self.edge_adjusted[k]
        answer[np.isnan(flat)] = np.nan
        return answer.reshape(np.shape(p))


def null_share(p: np.ndarray, tail: Tail | None) -> float:
    """Return Storey's estimate from all p-values, or from the counts of a scan at the edges nearest to its lambdas."""
    if tail is None:
        known = p[~np.isnan(p)]
        return storey_null_share(np.array([(known >= at).sum() for at in LAMBDAS]), known.size)
    at, above = tail.at_least(LAMBDAS)
    return storey_null_share(above, tail.n_tests, at)


def correct(p: np.ndarray, n_tests: int, correction: str, tail: Tail | None = None) -> Corrected:
    """Adjust for ``n_tests`` by ``"bh"``, ``"by"``, ``"holm"`` or ``"storey"``; ``p`` holds all or the smallest."""
    known = np.sort(p[~np.isnan(p)])
    factor = _factor(known, n_tests, correction, tail)
    last = known[-1] if known.size else -1.0
    edges, at_edges = np.empty(0), np.empty(0)
    if tail is not None:
        above = (tail.p > last) & (tail.below > 0)
        edges, counts = tail.p[above], tail.below[above]
        if correction == "holm":
            before = np.r_[known.size, counts[:-1]]
            at_edges = np.minimum(np.maximum.accumulate(edges * (n_tests - before)), 1.0)
        else:
            raw = np.minimum(edges * factor * n_tests / np.maximum(counts, 1), 1.0)
            at_edges = np.minimum.accumulate(raw[::-1])[::-1]
    if correction == "holm":
        return Corrected(known, step_down(known, n_tests), edges, at_edges)
    beyond = float(at_edges[0]) if at_edges.size else 1.0
    return Corrected(known, step_up(known, n_tests, factor=factor, beyond=beyond), edges, at_edges)


def _factor(p: np.ndarray, n_tests: int, correction: str, tail: Tail | None) -> float:
    if correction == "by":
        return dependence_factor(n_tests)
    return null_share(p, tail) if correction == "storey" else 1.0


def possible_cut(tail: Tail, correction: str, level: float) -> float:
    """Return a p-value above which the correction finds nothing at ``level``, judged by the counts of the whole scan.

    Between two edges a p-value is at least the lower one and its rank at most the count at the upper one.
    """
    m = tail.n_tests
    low, upper = np.r_[0.0, tail.p[:-1]], tail.p
    if correction == "holm":
        possible = low * (m - np.r_[0, tail.below[:-1]] - np.diff(np.r_[0, tail.below])) < level
    elif correction == "two_level":
        return level
    else:
        factor = _factor(np.empty(0), m, correction, tail)
        # counts in single precision: a pair on the edge may have been counted on its other side
        possible = low * factor * m < level * (tail.below * (1 + 1e-6) + 1) * _SAME
    possible &= tail.below > 0
    return float(upper[np.flatnonzero(possible)[-1]]) if possible.any() else 0.0
