"""Learning a preparation from a matrix: fast enough to be repeated in every fold of every resample."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.preparation.columns import count_and_middle, fill_and_standardise
from radassoc.preparation.pruning import prune_correlated
from radassoc.preparation.recipe import Preparation

__all__ = ["CONSTANT", "CORRELATED", "KEPT", "MISSING", "Learned", "learn_arrays"]

#: Why a feature goes or stays.
KEPT, MISSING, CONSTANT, CORRELATED = range(4)


class Learned(NamedTuple):
    """What was learned; the first four fields describe the kept columns, the others every column of the matrix."""

    columns: np.ndarray
    fill: np.ndarray
    center: np.ndarray
    scale: np.ndarray
    outcome: np.ndarray
    n_missing: np.ndarray
    representative: np.ndarray
    correlation: np.ndarray

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return the kept columns of ``X`` (any rows), filled and scaled, one column after the other in memory."""
        part = X.T[self.columns]
        holes = ~np.isfinite(part)
        if holes.any():
            part = np.where(holes, self.fill[:, None], part)
        return np.asarray(((part - self.center[:, None]) / self.scale[:, None]).T)


def learn_arrays(X: np.ndarray, recipe: Preparation) -> Learned:
    """Learn a preparation from ``X`` (training rows x features; not finite means missing)."""
    n, p = X.shape
    values = np.where(np.isfinite(X.T), X.T, np.nan)
    ordered = np.sort(values, axis=1)  # missing values go to the end
    observed, commonest, median = count_and_middle(ordered)
    outcome = np.full(p, KEPT)
    outcome[commonest > recipe.near_constant * observed] = CONSTANT
    outcome[commonest == observed] = CONSTANT
    n_missing = n - observed
    outcome[(n_missing > recipe.max_missing * n) | (observed == 0)] = MISSING

    left = np.flatnonzero(outcome == KEPT)
    part, fill, center, scale = fill_and_standardise(values, left, median, recipe.impute == "mean")
    flat = ~(scale > 0)  # so small that the square vanishes
    outcome[left[flat]] = CONSTANT
    left, part, fill, center, scale = left[~flat], part[~flat], fill[~flat], center[~flat], scale[~flat]

    representative, correlation = np.full(p, -1), np.full(p, np.nan)
    if recipe.max_correlation is not None and left.size:
        stands, r = prune_correlated(part, n_missing[left], recipe.max_correlation)
        gone = stands >= 0
        outcome[left[gone]] = CORRELATED
        representative[left[gone]] = left[stands[gone]]
        correlation[left[gone]] = r[gone]
        left, fill, center, scale = left[~gone], fill[~gone], center[~gone], scale[~gone]
    if recipe.scale == "none":
        center, scale = np.zeros_like(center), np.ones_like(scale)
    return Learned(left, fill, center, scale, outcome, n_missing, representative, correlation)
