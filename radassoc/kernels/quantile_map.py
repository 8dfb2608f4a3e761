"""Ranks that can be frozen: where a value lies among the quantiles of the training rows."""

from __future__ import annotations

import numpy as np

__all__ = ["LEVELS", "learn_quantiles", "quantile_levels"]

#: Which quantiles are kept: closer together in the tails.
LEVELS = np.array([0, 0.01, 0.025, *np.round(np.arange(0.05, 0.951, 0.05), 2), 0.975, 0.99, 1.0])


def learn_quantiles(X: np.ndarray) -> np.ndarray:
    """Return the quantiles (levels, p) of the columns of a complete X (n, p)."""
    return np.asarray(np.quantile(X, LEVELS, axis=0))


def quantile_levels(X: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Return where each value of X (rows, p) lies among the learned quantiles (levels, p): 0 below, 1 above all.

    Between two quantiles the level grows linearly; a value that several quantiles share has their mean level.

    Examples
    --------
    >>> knots = learn_quantiles(np.arange(101.0)[:, None])
    >>> quantile_levels(np.array([[50.0], [-3.0], [1e9]]), knots).ravel().tolist()
    [0.5, 0.0, 1.0]
    """
    out = np.empty_like(X, dtype=float)
    for j in range(X.shape[1]):
        points, place = np.unique(knots[:, j], return_inverse=True)
        levels = np.bincount(place, weights=LEVELS) / np.bincount(place)
        out[:, j] = np.interp(X[:, j], points, levels)
    return out
