"""The log-rank test on arrays, for two or more groups, with strata."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["LogRank", "log_rank", "log_rank_trend"]


class LogRank(NamedTuple):
    """Observed and expected events of each group; chi-square is missing where nothing can be compared."""

    observed: np.ndarray
    expected: np.ndarray
    statistic: float
    df: int


def log_rank(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, n_groups: int, *, strata: np.ndarray | None = None
) -> LogRank:
    """Return the log-rank statistic of groups coded 0 to ``n_groups - 1``, summed over strata.

    Groups that were never at risk of an event leave the test, as in R's ``survdiff``.
    """
    observed, expected, variance = _all_strata(time, event, group, n_groups, strata)
    compared = np.flatnonzero(expected > 0)
    if compared.size < 2:
        return LogRank(observed, expected, float("nan"), 0)
    free = compared[1:]  # the differences sum to zero: one group is redundant
    difference = (observed - expected)[free]
    information = variance[np.ix_(free, free)]
    if np.linalg.matrix_rank(information) < free.size:
        return LogRank(observed, expected, float("nan"), 0)
    return LogRank(observed, expected, float(difference @ np.linalg.solve(information, difference)), free.size)


def log_rank_trend(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, n_groups: int, *, strata: np.ndarray | None = None
) -> LogRank:
    """Return the log-rank test for a trend over ordered groups: one degree of freedom, scores 0, 1, 2, ...

    ``(w'(O - E))^2 / w'V w`` (Tarone 1975); the score test of a Cox model with the code as its only covariate and
    ``ties="exact"``.
    """
    observed, expected, variance = _all_strata(time, event, group, n_groups, strata)
    scores = np.arange(n_groups, dtype=float)
    spread = float(scores @ variance @ scores)
    if spread <= 1e-12:
        return LogRank(observed, expected, float("nan"), 0)
    return LogRank(observed, expected, float(scores @ (observed - expected)) ** 2 / spread, 1)


def _all_strata(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, n_groups: int, strata: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    layers = np.zeros(len(time), dtype=int) if strata is None else strata
    observed, expected = np.zeros(n_groups), np.zeros(n_groups)
    variance = np.zeros((n_groups, n_groups))
    for layer in np.unique(layers):
        inside = layers == layer
        parts = _one_stratum(time[inside], event[inside], group[inside], n_groups)
        for total, part in zip((observed, expected, variance), parts, strict=True):
            total += part
    return observed, expected, variance


def _one_stratum(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, n_groups: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return observed events, expected events and their hypergeometric covariance."""
    times, place = np.unique(time, return_inverse=True)
    leaving = np.zeros((times.size, n_groups))
    died = np.zeros((times.size, n_groups))
    np.add.at(leaving, (place, group), 1.0)
    np.add.at(died, (place[event], group[event]), 1.0)
    dying = died.sum(axis=1) > 0
    at_risk = leaving[::-1].cumsum(axis=0)[::-1][dying]
    deaths = died[dying].sum(axis=1)
    n = at_risk.sum(axis=1)
    share = at_risk / n[:, None]
    weight = deaths * (n - deaths) / np.maximum(n - 1.0, 1.0)
    covariance = np.diag(weight @ share) - (share * weight[:, None]).T @ share
    return died.sum(axis=0), deaths @ share, covariance
