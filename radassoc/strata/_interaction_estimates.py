"""Numbers of a comparison, one row a feature or pair, whatever the model: effects by stratum and their differences."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from scipy import special

__all__ = ["Estimates", "joint_wald", "merged"]


@dataclass(frozen=True)
class Estimates:
    """m features in k strata, the first of which is the reference.

    Attributes
    ----------
    slopes, variances, df
        (m, k) effect, its variance and the degrees of freedom of that.
    gap_variance, gap_df
        (m, k - 1) of each later effect less the first.
    overall, overall_p
        (m,) test that all effects are equal.
    gap_p
        (m, k - 1) p-value of each difference.
    n, n_events
        (m, k) patients and events.
    """

    slopes: np.ndarray
    variances: np.ndarray
    df: np.ndarray
    gap_variance: np.ndarray
    gap_df: np.ndarray
    overall: np.ndarray
    overall_p: np.ndarray
    gap_p: np.ndarray
    n: np.ndarray
    n_events: np.ndarray

    def some(self, chosen: np.ndarray) -> Estimates:
        """Return the numbers of some features."""
        return Estimates(*(getattr(self, item.name)[chosen] for item in fields(self)))

    @property
    def gaps(self) -> np.ndarray:
        """Differences to the first stratum, (m, k - 1)."""
        return np.asarray(self.slopes[:, 1:] - self.slopes[:, :1])


def merged(parts: list[Estimates], k: int) -> Estimates:
    """Return the numbers of several parts, one after the other."""
    empty: list[Any] = [np.empty((0, k))] * 3 + [np.empty((0, k - 1))] * 2 + [np.empty(0)] * 2 + [np.empty((0, k - 1))]
    empty += [np.empty((0, k), dtype=np.int64)] * 2
    if not parts:
        return Estimates(*empty)
    return Estimates(*(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(Estimates)))


def joint_wald(slopes: np.ndarray, covariance: np.ndarray, df: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Welch's F that the slopes (m, k) with this covariance (m, k, k) are equal, and its p.

    ``df`` (m, k) are the degrees of freedom of each variance. With two groups F is the square of the difference's t.
    """
    k = slopes.shape[1]
    contrast = np.column_stack([-np.ones(k - 1), np.eye(k - 1)])
    gaps = slopes @ contrast.T
    spread = contrast @ covariance @ contrast.T
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.full(len(slopes), np.nan)
        usable = np.isfinite(spread).all(axis=(1, 2)) & (df > 0).all(axis=1)
        solved = np.linalg.solve(spread[usable], gaps[usable, :, None])[:, :, 0]
        distance[usable] = np.einsum("mj,mj->m", gaps[usable], solved) / (k - 1)
        weight = 1 / np.einsum("mkk->mk", covariance)
        uneven = ((1 - weight / weight.sum(axis=1, keepdims=True)) ** 2 / df).sum(axis=1)
        statistic = distance / (1 + 2 * (k - 2) / (k**2 - 1) * uneven)
        second = (k**2 - 1) / (3 * uneven)
        p = special.betainc(second / 2, (k - 1) / 2, second / (second + (k - 1) * statistic))
    return statistic, np.asarray(p)
