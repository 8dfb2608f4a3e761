"""Cuts of a score on arrays: where they lie, and which group a score falls into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from radassoc.base.errors import InputError
from radassoc.kernels.maxstat import max_log_rank

__all__ = ["CutMethod", "between", "group_codes", "group_labels", "learn_cuts", "quantile_cuts"]

CutMethod = Literal["median", "quantiles", "maxstat"]


def learn_cuts(
    score: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    *,
    method: CutMethod,
    n_groups: int = 2,
    min_share: float = 0.1,
) -> np.ndarray:
    """Return the increasing cuts of a score; empty where it parts nobody.

    A cut lies between two distinct scores; a score above it is in the higher group. ``"median"`` and ``"maxstat"`` make
    two groups; only ``"maxstat"`` looks at the outcome, and only it uses ``min_share``. Patients without a score or an
    outcome take no part.

    Examples
    --------
    >>> learn_cuts(np.arange(6.0), np.ones(6), np.ones(6, bool), method="quantiles", n_groups=3).tolist()
    [1.5, 3.5]
    """
    if method == "quantiles":
        return quantile_cuts(score, n_groups)
    if n_groups != 2:
        raise InputError(f"method={method!r} makes two groups, not {n_groups}.", remedy="Use method='quantiles'.")
    if method == "median":
        return quantile_cuts(score, 2)
    if method != "maxstat":
        raise InputError(f"method={method!r} is no way to cut.", wanted="'median', 'quantiles' or 'maxstat'")
    known = np.isfinite(score) & np.isfinite(time)
    score, event = score[known], np.asarray(event)[known].astype(bool)
    if not event.any():
        return np.empty(0)
    statistic, best, _, cuts = max_log_rank(time[known], event, score, min_share=min_share)
    if not statistic > 0:
        return np.empty(0)
    ordered, size = score[cuts.order], cuts.sizes[best]
    return np.array([between(ordered[size - 1], ordered[size])])


def quantile_cuts(score: np.ndarray, n_groups: int) -> np.ndarray:
    """Return ``n_groups - 1`` cuts that part the patients as evenly as ties allow; empty with too few distinct scores.

    Of two equally even cuts the higher is taken, which leaves the median patient among the low.
    """
    levels, counts = np.unique(score[np.isfinite(score)], return_counts=True)
    if levels.size < n_groups:
        return np.empty(0)
    low = np.cumsum(counts)
    chosen: list[int] = []
    for group in range(1, n_groups):
        # every group keeps at least one level
        allowed = np.arange(chosen[-1] + 1 if chosen else 0, levels.size - (n_groups - group))
        uneven = np.abs(n_groups * low[allowed] - group * low[-1])
        chosen.append(int(allowed[np.flatnonzero(uneven == uneven.min())[-1]]))
    return np.array([between(levels[place], levels[place + 1]) for place in chosen])


def between(lower: float, upper: float) -> float:
    """Return the middle of two scores; the lower one where rounding would make it the upper."""
    middle = float(lower) + (float(upper) - float(lower)) / 2
    return middle if middle < upper else float(lower)


def group_codes(score: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Return the number of cuts below each score, as float; NaN for everybody without cuts and for missing scores.

    Examples
    --------
    >>> group_codes(np.array([1.0, 2.0, np.nan]), np.array([1.0])).tolist()
    [0.0, 1.0, nan]
    """
    if len(cuts) == 0:
        return np.full(len(score), np.nan)
    codes = np.searchsorted(np.asarray(cuts, dtype=float), score, side="left").astype(float)
    return np.where(np.isfinite(score), codes, np.nan)


def group_labels(n_groups: int) -> tuple[str, ...]:
    """Name the groups from low to high.

    Examples
    --------
    >>> group_labels(2), group_labels(3), group_labels(4)
    (('low', 'high'), ('low', 'intermediate', 'high'), ('Q1', 'Q2', 'Q3', 'Q4'))
    """
    named: dict[int, Sequence[str]] = {2: ("low", "high"), 3: ("low", "intermediate", "high")}
    return tuple(named.get(n_groups, [f"Q{i}" for i in range(1, n_groups + 1)]))
