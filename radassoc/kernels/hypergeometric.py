"""The hypergeometric distribution and its non-central kin: tail, odds ratio, exact interval of many 2 x 2 tables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["hypergeometric_tail", "odds_ratio"]

_CHUNK = 128
#: Log odds ratios are looked for within this bound, to 80 / 2^50.
_WIDEST, _HALVINGS = 40.0, 50


def hypergeometric_tail(k: np.ndarray, K: np.ndarray, n: np.ndarray, N: int) -> np.ndarray:
    """Return P(X >= k) where n of N genes are drawn and K of the N belong to a set; k, K, n (m,) whole numbers.

    Examples
    --------
    >>> hypergeometric_tail(np.array([2]), np.array([2]), np.array([2]), 4).round(6).tolist()
    [0.166667]
    """

    def tail(found: np.ndarray, x: np.ndarray, log_weights: np.ndarray) -> np.ndarray:
        weights = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
        return (weights * (x >= found[:, None])).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)

    return _by_chunk(tail, 1, k, K, n, N)[:, 0]


def odds_ratio(k: np.ndarray, K: np.ndarray, n: np.ndarray, N: int, *, confidence: float = 0.95) -> np.ndarray:
    """Return the conditional maximum-likelihood odds ratio and its exact interval, (m, 3).

    The estimate makes the observed overlap the expected one; each end of the interval leaves half of the error beyond.
    """
    half = (1 - confidence) / 2

    def solve(found: np.ndarray, x: np.ndarray, log_weights: np.ndarray) -> np.ndarray:
        inside = np.isfinite(log_weights)
        low, high = x.min(axis=1), np.where(inside, x, -1).max(axis=1)
        column = found[:, None]
        with np.errstate(invalid="ignore"):
            shares = [
                _root(x, log_weights, lambda w: (w * x).sum(axis=1) / w.sum(axis=1) - found),
                _root(x, log_weights, lambda w: (w * (x >= column)).sum(axis=1) / w.sum(axis=1) - half),
                _root(x, log_weights, lambda w: half - (w * (x <= column)).sum(axis=1) / w.sum(axis=1)),
            ]
        least, most = found == low, found == high
        estimate, lower, upper = (np.exp(share) for share in shares)
        estimate = np.where(least, np.where(most, np.nan, 0.0), np.where(most, np.inf, estimate))
        return np.column_stack([estimate, np.where(least, 0.0, lower), np.where(most, np.inf, upper)])

    return _by_chunk(solve, 3, k, K, n, N)


def _by_chunk(
    function: Callable[..., np.ndarray], width: int, k: np.ndarray, K: np.ndarray, n: np.ndarray, N: int
) -> np.ndarray:
    """Apply ``function(found, x, log_weights)`` to all different tables, those of like length together."""
    tables, back = np.unique(np.column_stack([k, K, n]).astype(np.int64), axis=0, return_inverse=True)
    out = np.empty((len(tables), width))
    order = np.argsort(np.minimum(tables[:, 1], tables[:, 2]), kind="stable")
    for first in range(0, len(tables), _CHUNK):
        rows = order[first : first + _CHUNK]
        x, log_weights = _support(tables[rows, 1], tables[rows, 2], N)
        out[rows] = function(tables[rows, 0].astype(float), x, log_weights)
    return out[back.ravel()]


def _support(K: np.ndarray, n: np.ndarray, N: int) -> tuple[np.ndarray, np.ndarray]:
    """Return possible overlaps (m, s) and the logarithms of their weights; impossible ones have weight 0.

    Weights follow one another by exact ratios, which keeps their rounding below that of factorials of large numbers.
    """
    low, high = np.maximum(K + n - N, 0), np.minimum(K, n)
    x = low[:, None] + np.arange((high - low).max() + 1)
    inside = x <= high[:, None]
    before = np.where(inside, x, high[:, None]).astype(float)[:, :-1]
    K, n = K[:, None].astype(float), n[:, None].astype(float)
    with np.errstate(divide="ignore"):
        steps = np.log((K - before) * (n - before)) - np.log((before + 1) * (N - K - n + before + 1))
    log_weights = np.cumsum(np.hstack([np.zeros((len(x), 1)), np.where(inside[:, 1:], steps, 0.0)]), axis=1)
    return x.astype(float), np.where(inside, log_weights, -np.inf)


def _root(x: np.ndarray, log_weights: np.ndarray, rising: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return by halving where ``rising`` of the weights, tilted by a log odds ratio, crosses 0."""
    low, high = np.full(len(x), -_WIDEST), np.full(len(x), _WIDEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        tilted = log_weights + middle[:, None] * x
        above = rising(np.exp(tilted - tilted.max(axis=1, keepdims=True))) > 0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray((low + high) / 2)
