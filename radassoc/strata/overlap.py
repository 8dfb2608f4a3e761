"""How many selected features two models share, against chance, and with correlated features taken as one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.hypergeometric import hypergeometric_tail

__all__ = ["OVERLAP_COLUMNS", "Shared", "jaccard", "overlap_rows", "shared_of"]

OVERLAP_COLUMNS = (
    "level",
    "n_first",
    "n_second",
    "n_candidates",
    "n_shared",
    "similarity",
    "expected",
    "p_value",
    "null_low",
    "null_high",
    "p_exchangeable",
    "p_value_from",
)
_DRAWS = 2_000


class Shared(NamedTuple):
    """Numbers selected in both models, what they share, and the share of the union (Jaccard)."""

    first: int
    second: int
    both: int

    @property
    def similarity(self) -> float:
        """The number of common over the number of all selected (Jaccard)."""
        union = self.first + self.second - self.both
        return self.both / union if union else float("nan")


def jaccard(first: np.ndarray, second: np.ndarray) -> float:
    """Return the number of common over the number of all selected; missing where nothing is selected.

    Examples
    --------
    >>> jaccard(np.array([1, 2, 3]), np.array([3, 4]))
    0.25
    """
    return shared_of(first, second).similarity


def shared_of(first: np.ndarray, second: np.ndarray) -> Shared:
    """Count two selections, each of them without repeats."""
    one, other = np.unique(first), np.unique(second)
    return Shared(one.size, other.size, np.intersect1d(one, other).size)


def overlap_rows(
    first: np.ndarray,
    second: np.ndarray,
    cluster: np.ndarray,
    exchanged: np.ndarray,
    chance: np.random.Generator,
) -> list[dict[str, object]]:
    """Return the overlap of features and of clusters.

    Parameters
    ----------
    first, second
        Selected candidates, as positions in ``cluster``.
    cluster
        (p,): the cluster of each candidate.
    exchanged
        (B, 2): the Jaccard similarity of features and of clusters where the strata were exchanged at random.
    chance
        For the draws of clusters.
    """
    p = cluster.size
    plain = shared_of(first, second)
    tail = hypergeometric_tail(np.array([plain.both]), np.array([plain.first]), np.array([plain.second]), p)
    grouped = shared_of(cluster[first], cluster[second])
    drawn = _drawn(first.size, second.size, cluster, chance)
    by_draw = float((np.sum(drawn >= grouped.both) + 1) / (drawn.size + 1))
    rows = []
    for place, (level, told, n, expected, p_value, source) in enumerate(
        [
            ("feature", plain, p, plain.first * plain.second / max(p, 1), float(tail[0]), "hypergeometric"),
            (
                "cluster",
                grouped,
                int(np.unique(cluster).size),
                float(drawn.mean()),
                by_draw,
                "random draws of features",
            ),
        ]
    ):
        nothing = told.first == 0 or told.second == 0
        rows.append(
            {
                "level": level,
                "n_first": told.first,
                "n_second": told.second,
                "n_candidates": n,
                "n_shared": told.both,
                "similarity": told.similarity,
                "expected": expected,
                "p_value": float("nan") if nothing else p_value,
                "p_value_from": source,
                **_exchangeable(told.similarity, exchanged[:, place], nothing=nothing),
            }
        )
    return rows


def _drawn(n_first: int, n_second: int, cluster: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return how many clusters two random selections of such sizes share, in many draws."""
    found = np.empty(_DRAWS, dtype=np.int64)
    for b in range(_DRAWS):
        one, other = (cluster[chance.choice(cluster.size, n, replace=False)] for n in (n_first, n_second))
        found[b] = np.intersect1d(one, other).size
    return found


def _exchangeable(similarity: float, null: np.ndarray, *, nothing: bool) -> dict[str, float]:
    """Tell where the similarity lies when patients change their strata, and whether the observed one is smaller."""
    known = null[np.isfinite(null)]
    if known.size == 0:
        return {"null_low": float("nan"), "null_high": float("nan"), "p_exchangeable": float("nan")}
    low, high = np.quantile(known, [0.025, 0.975])
    smaller = float((np.sum(known <= similarity) + 1) / (known.size + 1))
    return {"null_low": float(low), "null_high": float(high), "p_exchangeable": float("nan") if nothing else smaller}
