"""Learning a preparation from a matrix: fast enough to be repeated in every fold of every resample."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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
        return ((part - self.center[:, None]) / self.scale[:, None]).T


def learn_arrays(X: np.ndarray, recipe: Preparation) -> Learned:
    """Learn a preparation from ``X`` (training rows x features; not finite means missing)."""
    n, p = X.shape
    outcome = np.full(p, KEPT)
    values = np.where(np.isfinite(X.T), X.T, np.nan)
    ordered = np.sort(values, axis=1)  # missing values go to the end
    n_missing = np.isnan(ordered).sum(axis=1)
    observed = n - n_missing
    outcome[(n_missing > recipe.max_missing * n) | (observed == 0)] = MISSING
    left = np.flatnonzero(outcome == KEPT)
    constant = _commonest(ordered[left], observed[left]) > recipe.near_constant * observed[left]
    constant |= ordered[left, 0] == ordered[left, observed[left] - 1]
    outcome[left[constant]] = CONSTANT
    left = left[~constant]

    fill = _fill(values[left], ordered[left], observed[left], recipe)
    part = np.where(np.isnan(values[left]), fill[:, None], values[left])
    center = part.mean(axis=1)
    part -= center[:, None]
    scale = np.sqrt((part * part).mean(axis=1))
    flat = ~(scale > 0)  # so small that the square vanishes
    outcome[left[flat]] = CONSTANT
    left, part, fill, center, scale = left[~flat], part[~flat], fill[~flat], center[~flat], scale[~flat]

    representative, correlation = np.full(p, -1), np.full(p, np.nan)
    if recipe.max_correlation is not None and left.size:
        stands, r = prune_correlated(part / scale[:, None], n_missing[left], recipe.max_correlation)
        gone = stands >= 0
        outcome[left[gone]] = CORRELATED
        representative[left[gone]] = left[stands[gone]]
        correlation[left[gone]] = r[gone]
        left, fill, center, scale = left[~gone], fill[~gone], center[~gone], scale[~gone]
    if recipe.scale == "none":
        center, scale = np.zeros_like(center), np.ones_like(scale)
    return Learned(left, fill, center, scale, outcome, n_missing, representative, correlation)


def _commonest(ordered: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Count the most frequent value of each sorted row by its longest run."""
    rows, n = ordered.shape
    count = np.zeros(rows, dtype=np.int64)
    if rows == 0:
        return count
    starts = np.ones((rows, n), dtype=bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]  # each missing value starts a run of its own
    begin = np.flatnonzero(starts)
    np.maximum.at(count, begin // n, np.diff(np.append(begin, rows * n)))
    return np.minimum(count, observed)


def _fill(values: np.ndarray, ordered: np.ndarray, observed: np.ndarray, recipe: Preparation) -> np.ndarray:
    if recipe.impute == "mean":
        return np.nansum(values, axis=1) / observed
    rows = np.arange(len(ordered))
    return (ordered[rows, (observed - 1) // 2] + ordered[rows, observed // 2]) / 2
