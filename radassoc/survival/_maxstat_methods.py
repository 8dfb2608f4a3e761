"""The best cut on arrays, and its p-value by each method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.kernels.maxstat import log_rank_scores, max_log_rank, monte_carlo_null, standardised
from radassoc.kernels.maxstat_tails import (
    EXACT_GAUSS_LIMIT,
    HOTHORN_LAUSEN_LIMIT,
    exact_gauss,
    hothorn_lausen,
    integer_scores,
    lausen_1992,
    lausen_1994,
    sum_distribution,
)
from radassoc.survival._cuts import between

__all__ = ["METHODS", "Selected", "is_tied", "p_values", "select"]

METHODS = ("monte_carlo", "lau94", "lau92", "hl", "exact_gauss")
_LEVEL = 0.05


class Selected(NamedTuple):
    """Scores in the order of the variable, sizes of the low groups, the statistic of each cut, the best of them."""

    scores: np.ndarray
    sizes: np.ndarray
    statistic: float
    best: int
    curve: pd.DataFrame


def select(time: np.ndarray, event: np.ndarray, x: np.ndarray, min_share: float) -> Selected:
    """Search all cuts; ``best`` is -1 where there is none."""
    statistic, best, values, cuts = max_log_rank(time, event, x, min_share=min_share)
    ordered = x[cuts.order]
    curve = pd.DataFrame(
        {
            "cut": [between(ordered[size - 1], ordered[size]) for size in cuts.sizes],
            "statistic": -values,
            "n_low": cuts.sizes,
            "n_high": len(x) - cuts.sizes,
        }
    )
    return Selected(log_rank_scores(time, event)[cuts.order], cuts.sizes, statistic, best, curve)


def is_tied(x: np.ndarray, time: np.ndarray, event: np.ndarray) -> bool:
    """Tell whether values or event times are tied."""
    return np.unique(x).size < x.size or bool(np.isin(time, time[event]).sum() > np.unique(time[event]).size)


def p_values(
    found: Selected,
    primary: str,
    *,
    min_share: float,
    n_resamples: int,
    rng: np.random.Generator,
    withheld: str = "",
) -> tuple[list[dict[str, Any]], float]:
    """Return one row a method, and the critical value of the primary one; with ``withheld`` neither."""
    n = len(found.scores)
    rows, critical = [], float("nan")
    for method in METHODS:
        tail, statistic, reason = _tail(method, found, min_share=min_share, n_resamples=n_resamples, rng=rng)
        reason = withheld or reason.format(n=n)
        row = {"method": method, "statistic": statistic, "primary": method == primary, "reason": reason}
        rows.append(row | {"p_value": np.nan if reason else tail(statistic)})
        if method == primary and not reason:
            critical = _critical(tail)
    return rows, critical


def _tail(
    method: str, found: Selected, *, min_share: float, n_resamples: int, rng: np.random.Generator
) -> tuple[Callable[[float], float], float, str]:
    """Return the method's tail probability as a function, its statistic, and why it cannot be computed."""
    n, sizes, statistic = len(found.scores), found.sizes, found.statistic
    if method == "monte_carlo":
        null = np.sort(monte_carlo_null(found.scores, sizes, n_resamples, rng))

        def permuted(b: float) -> float:
            return float((1 + null.size - np.searchsorted(null, b * (1 - 1e-12), side="left")) / (1 + null.size))

        return permuted, statistic, ""
    if method == "lau94":
        return lambda b: lausen_1994(b, sizes, n), statistic, ""
    if method == "lau92":
        return lambda b: lausen_1992(b, min_share=min_share), statistic, ""
    if method == "hl":
        whole = integer_scores(found.scores)
        rounded = float(np.abs(standardised(whole.astype(float), sizes)).max())
        too_many = f"exact only up to {HOTHORN_LAUSEN_LIMIT} patients, not {{n}}" if n > HOTHORN_LAUSEN_LIMIT else ""
        chance = None if too_many else sum_distribution(whole, sizes)
        return lambda b: hothorn_lausen(b, whole, sizes, chance=chance), rounded, too_many
    too_many = f"only up to {EXACT_GAUSS_LIMIT} patients, not {{n}}" if n > EXACT_GAUSS_LIMIT else ""
    return lambda b: exact_gauss(b, sizes, n), statistic, too_many


def _critical(tail: Callable[[float], float]) -> float:
    """Return the statistic beyond which the tail is at most 5%, by bisection."""
    low, high = 1.0, 8.0
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (low, middle) if tail(middle) <= _LEVEL else (middle, high)
    return high
