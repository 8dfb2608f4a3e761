"""The log-rank test on arrays, for two or more groups, with strata."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["LogRank", "log_rank"]


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
    layers = np.zeros(len(time), dtype=int) if strata is None else strata
    observed, expected = np.zeros(n_groups), np.zeros(n_groups)
    variance = np.zeros((n_groups, n_groups))
    for layer in np.unique(layers):
        inside = layers == layer
        parts = _one_stratum(time[inside], event[inside], group[inside], n_groups)
        for total, part in zip((observed, expected, variance), parts, strict=True):
            total += part
    compared = np.flatnonzero(expected > 0)
    if compared.size < 2:
        return LogRank(observed, expected, float("nan"), 0)
    free = compared[1:]  # the differences sum to zero: one group is redundant
    difference = (observed - expected)[free]
    information = variance[np.ix_(free, free)]
    if np.linalg.matrix_rank(information) < free.size:
        return LogRank(observed, expected, float("nan"), 0)
    return LogRank(observed, expected, float(difference @ np.linalg.solve(information, difference)), free.size)


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
