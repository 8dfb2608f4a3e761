"""How many of all pairs have a p-value up to each of many edges: what a scan knows of the pairs it did not keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from radassoc.kernels.scan import bin_edges
from radassoc.kernels.tails import t_from_correlation, t_tails

__all__ = ["Tail", "tail_of"]


@dataclass(frozen=True)
class Tail:
    """Counts of p-values up to edges.

    Attributes
    ----------
    log10_p
        Edges, ascending; the last is 0.
    p
        The same as p.
    below
        How many pairs have p at most the edge.
    """

    log10_p: np.ndarray
    p: np.ndarray
    below: np.ndarray

    @property
    def n_tests(self) -> int:
        """How many pairs there are."""
        return int(self.below[-1]) if self.below.size else 0

    def at_least(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the edges nearest to ``p``, and how many pairs have a p-value above each."""
        place = np.clip(np.searchsorted(self.p, p), 1, len(self.p) - 1)
        place -= np.abs(self.p[place - 1] - p) < np.abs(self.p[place] - p)
        return self.p[place], self.n_tests - self.below[place]

    def edge_for(self, count: int) -> float:
        """Return the largest edge that at most ``count`` pairs reach."""
        fit = np.flatnonzero(self.below <= count)
        return float(self.p[fit[-1]]) if fit.size else 0.0


def tail_of(counts: Mapping[int, np.ndarray]) -> Tail:
    """Add the counts of |r| in bins, by degrees of freedom.

    The edges are those of the degrees of freedom that most pairs have, and their counts are exact; pairs of other
    degrees of freedom are counted between their own edges in proportion.
    """
    if not counts:
        return Tail(np.zeros(1), np.ones(1), np.zeros(1))
    r = np.minimum(bin_edges()[:-1], 1.0)[::-1]
    most = max(counts, key=lambda df: int(counts[df].sum()))
    p, log10_p = t_tails(t_from_correlation(r, float(most)), float(most))
    below = np.zeros(len(r))
    for df, in_bins in counts.items():
        reached = in_bins[::-1].cumsum()  # pairs with |r| at least the lower edge of their bin
        if df == most:
            below += reached
            continue
        own = t_tails(t_from_correlation(r, float(df)), float(df))[1]
        below += np.interp(log10_p, np.maximum(own, -1e300), reached)
    return Tail(np.maximum(log10_p, -1e300), p, below)
