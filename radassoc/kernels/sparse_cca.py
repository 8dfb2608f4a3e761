"""Sparse canonical correlation of two tables, for many permutations of the rows of one of them at once.

The penalised matrix decomposition of Witten, Tibshirani and Hastie (2009): u' X'Y v as large as possible with
|u|_2 = |v|_2 = 1, |u|_1 <= c sqrt(p) and |v|_1 <= c sqrt(q). X'Y itself is never formed: with few rows, two products
with X and Y are cheaper, and all permutations share them.
"""

from __future__ import annotations

import numpy as np

from radassoc.base.jit import jit

__all__ = ["bounded_units", "canonical_correlations", "sparse_pairs"]

_STARTS = 20
_CLOSE = 1e-6


@jit
def bounded_units(A: np.ndarray, bound: float, out: np.ndarray) -> None:
    """Write the unit vector of each soft-thresholded row of A (b, p) whose sum of absolute values is at most ``bound``.

    The threshold is the smallest one that meets the bound, solved exactly on the entries that it leaves.
    """
    b, p = A.shape
    for i in range(b):
        size = np.abs(A[i])
        threshold = _threshold(size, bound)
        length = 0.0
        for j in range(p):
            left = size[j] - threshold
            value = 0.0
            if left > 0.0:
                value = left if A[i, j] > 0.0 else -left
            out[i, j] = value
            length += value * value
        if length > 0.0:
            out[i] /= np.sqrt(length)


@jit
def _threshold(size: np.ndarray, bound: float) -> float:
    """Find where |.|_1 / |.|_2 of the thresholded ``size`` falls to ``bound``; it never grows with the threshold."""
    low, high = 0.0, size.max()
    guess = 0.0
    for _ in range(200):
        count = 0
        first = second = 0.0
        for value in size:
            if value > guess:
                count += 1
                first += value
                second += value * value
        if count == 0:
            high = guess
            guess = 0.5 * (low + high)
            continue
        norm1 = first - count * guess
        norm2 = np.sqrt(max(second - 2.0 * guess * first + count * guess * guess, 0.0))
        if norm1 <= bound * norm2:
            if guess == 0.0:
                return 0.0
            high = guess
        else:
            low = guess
        # exact for the entries that are left at this guess
        mean, square = first / count, bound * bound
        spread = max(second / count - mean * mean, 0.0)
        solved = mean - bound * np.sqrt(spread / (count - square)) if count > square else low
        if abs(solved - guess) <= 1e-15 * high or high - low <= 1e-15 * high:
            return solved if low <= solved <= high else high
        guess = solved if low < solved < high else 0.5 * (low + high)
    return high


def sparse_pairs(
    X: np.ndarray,
    Y: np.ndarray,
    rows: np.ndarray,
    penalty: float,
    *,
    start: np.ndarray | None = None,
    rounds: int = 30,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights U (b, p) and V (b, q) of the first sparse pair, for each order of the rows of Y.

    Parameters
    ----------
    X, Y
        (n, p) and (n, q), standardised columns.
    rows
        (b, n): which row of Y stands at each row of X.
    penalty
        c, between 0 and 1; a bound below 1 is taken as 1, which leaves one column.
    start
        (b, q) weights to begin with; by default the leading singular vectors, by power iteration.
    rounds
        At most so many turns of U and V; fewer where neither changes by more than 1e-6.
    """
    back = np.argsort(rows, axis=1)
    V = _leading(X, Y, rows, back) if start is None else start.copy()
    U = np.zeros((len(rows), X.shape[1]))
    bounds = [max(1.0, penalty * np.sqrt(table.shape[1])) for table in (X, Y)]
    active = np.arange(len(rows))
    for _ in range(rounds):
        before = V[active]
        found = np.empty((active.size, X.shape[1]))
        bounded_units(np.take_along_axis(before @ Y.T, rows[active], axis=1) @ X, bounds[0], found)
        U[active] = found
        new = np.empty_like(before)
        bounded_units(np.take_along_axis(found @ X.T, back[active], axis=1) @ Y, bounds[1], new)
        V[active] = new
        active = active[np.abs(new - before).max(axis=1) > _CLOSE]
        if not active.size:
            break
    return U, V


def _leading(X: np.ndarray, Y: np.ndarray, rows: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Return right singular vectors of X'Y by power iteration from the same start for all."""
    V = np.tile(np.linalg.svd(Y, full_matrices=False)[2][0], (len(rows), 1))
    for _ in range(_STARTS):
        U = np.take_along_axis(V @ Y.T, rows, axis=1) @ X
        V = np.take_along_axis(U @ X.T, back, axis=1) @ Y
        V /= np.maximum(np.linalg.norm(V, axis=1, keepdims=True), np.finfo(float).tiny)
    return V


def canonical_correlations(
    X: np.ndarray, Y: np.ndarray, rows: np.ndarray, U: np.ndarray, V: np.ndarray, Q: np.ndarray
) -> np.ndarray:
    """Return the correlation of X u with the permuted Y v given the orthonormal Q (n, k), for each pair of weights."""
    left, right = U @ X.T, np.take_along_axis(V @ Y.T, rows, axis=1)
    left, right = left - (left @ Q) @ Q.T, right - (right @ Q) @ Q.T
    length = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return np.asarray((left * right).sum(axis=1) / np.maximum(length, np.finfo(float).tiny))
