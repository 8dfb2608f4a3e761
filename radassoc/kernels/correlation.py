"""Correlation and partial correlation of all columns of two matrices."""

from __future__ import annotations

import numpy as np

from radassoc.base.jit import jit

__all__ = ["basis", "correlate", "majority", "midranks", "nearly_constant", "residual_units", "residuals", "unit_rows"]

#: A column whose residual is this small beside its spread is explained by the covariates up to rounding.
EXPLAINED = 1e-7
#: Rounding is felt where a residual is this small beside the column's spread.
NEARLY = 1e-2
_BLOCK = 64
#: A column whose spread is this small beside its values is constant up to rounding.
CONSTANT = 1e-12


@jit
def _midranks(columns: np.ndarray, orders: np.ndarray, out: np.ndarray) -> None:
    m, n = columns.shape
    for q in range(m):
        column, order = columns[q], orders[q]
        first, value = 0, column[order[0]]
        for k in range(1, n + 1):
            following = column[order[k]] if k < n else value
            if k == n or following != value:
                rank = 0.5 * (first + k - 1) + 1.0
                for tied in range(first, k):
                    out[q, order[tied]] = rank
                first, value = k, following


def midranks(X: np.ndarray) -> np.ndarray:
    """Return the ranks 1..n of each column of a complete (n, p) matrix; ties share their mean rank.

    Examples
    --------
    >>> midranks(np.array([[3.0], [1.0], [3.0]])).ravel().tolist()
    [2.5, 1.0, 2.5]
    """
    return np.ascontiguousarray(_ranked_rows(np.ascontiguousarray(np.asarray(X, dtype=float).T)).T)


def _ranked_rows(rows: np.ndarray) -> np.ndarray:
    out = np.empty_like(rows)
    if rows.size:
        _midranks(rows, np.argsort(rows, axis=1), out)
    return out


@jit
def _majority(columns: np.ndarray, out: np.ndarray) -> None:
    m, n = columns.shape
    for q in range(m):
        column = columns[q]
        candidate, votes = column[0], 0
        for k in range(n):
            if votes == 0:
                candidate = column[k]
            votes += 1 if column[k] == candidate else -1
        count = 0
        if votes == 0:
            out[q] = 0
            continue
        for k in range(n):
            count += 1 if column[k] == candidate else 0
        out[q] = count if 2 * count > n else 0


def majority(X: np.ndarray) -> np.ndarray:
    """Return how many rows hold the one value that more than half of them share, per column; 0 where none does.

    Examples
    --------
    >>> majority(np.array([[1.0, 0.0], [2.0, 0.0], [2.0, 1.0], [2.0, 1.0]])).tolist()
    [3, 0]
    """
    out = np.zeros(X.shape[1], dtype=np.int64)
    if X.size:
        _majority(np.ascontiguousarray(np.asarray(X, dtype=float).T), out)
    return out


def nearly_constant(X: np.ndarray, few: int) -> np.ndarray:
    """Tell in which columns fewer than ``few`` rows differ from the most common value.

    That value has the majority of the first ``2 * few`` + 1 rows too, and then two neighbours among them share it, or
    the first and the third do: only columns where that is so are counted. Of fewer rows, those where it has the
    majority are told.

    Examples
    --------
    >>> nearly_constant(np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0], [5.0, 4.0]]), 2).tolist()
    [True, False]
    """
    n, X = len(X), np.asarray(X)
    looked_at = X[: 2 * few + 1]
    answer = (looked_at[1:] == looked_at[:-1]).any(axis=0) | (looked_at[0] == looked_at[min(2, n - 1)])
    seen = np.flatnonzero(answer)
    counts = majority(X[:, seen])
    answer[seen] = (counts > 0) & (n - counts < few)
    return answer


def basis(Z: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis (n, 1 + rank) of the intercept and the centred columns of Z (n, k), k may be 0.

    The number of its columns less one is the rank of the covariates: repeated or constant columns cost nothing.
    """
    n = len(Z)
    intercept = np.full((n, 1), 1.0 / np.sqrt(n))
    centred = Z - Z.mean(axis=0)
    spread = np.linalg.norm(centred, axis=0)
    told = spread > 1e-10 * np.maximum(np.linalg.norm(Z, axis=0), np.finfo(float).tiny)
    if not told.any():
        return intercept
    left, singular, _ = np.linalg.svd(centred[:, told] / spread[told], full_matrices=False)
    return np.hstack([intercept, left[:, singular > 1e-9 * singular[0]]])


def residuals(X: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """Return the columns of X (n, p) less their projection on the orthonormal Q (n, k).

    Projected twice: the second pass takes away the rounding that the first leaves where a column is nearly explained.
    """
    once = X - Q @ (Q.T @ X)
    return once - Q @ (Q.T @ once)


def residual_units(X: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """Return residuals of unit length; NaN in columns that are constant or explained by the covariates."""
    return unit_rows(X, Q)[0].T


def unit_rows(
    X: np.ndarray, Q: np.ndarray, *, ranked: bool = False, dtype: type = float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the residuals of the columns of X (n, p) given Q as rows of unit length (p, n), and what their length was.

    Both are NaN for a column that is constant or explained by the covariates. ``ranked`` takes ranks first; ``dtype``
    is that of the rows, which are computed in double precision. A column's answer does not depend on its neighbours.
    """
    X, Q = np.asarray(X), np.ascontiguousarray(Q, dtype=float)
    rows: np.ndarray = np.empty(X.shape[::-1], dtype=dtype)
    length = np.empty(X.shape[1])
    for first in range(0, X.shape[1], _BLOCK):  # a block stays in the cache for all its steps
        block = slice(first, first + _BLOCK)
        part = midranks(X[:, block]) if ranked else np.array(X[:, block], dtype=float, order="C")
        _units(part, Q, length[block])
        rows[block] = part.T
    return rows, length


@jit
def _units(columns: np.ndarray, Q: np.ndarray, length: np.ndarray) -> None:
    """Centre, take the projection on Q out, and scale, in place.

    Sums run over patients for all columns side by side: each in its own order, and many at once.
    """
    n, p = columns.shape
    mean, size, spread = np.zeros(p), np.zeros(p), np.zeros(p)
    for i in range(n):
        row = columns[i]
        for j in range(p):
            mean[j] += row[j]
            size[j] += row[j] * row[j]
    for j in range(p):
        mean[j] /= n
    for i in range(n):
        row = columns[i]
        for j in range(p):
            row[j] -= mean[j]
            spread[j] += row[j] * row[j]
    along = np.empty((Q.shape[1], p))
    again = np.ones(p)
    _project_out(columns, Q, again, along, length)
    for j in range(p):
        again[j] = 1.0 if length[j] < NEARLY**2 * spread[j] else 0.0
    if again.any():  # a second pass takes away the rounding that the first leaves
        _project_out(columns, Q, again, along, length)
    for j in range(p):
        told = spread[j] > CONSTANT**2 * size[j] and length[j] > EXPLAINED**2 * spread[j]
        length[j] = np.sqrt(length[j]) if told else np.nan
        mean[j] = 1.0 / length[j]
    for i in range(n):
        row = columns[i]
        for j in range(p):
            row[j] *= mean[j]


@jit
def _project_out(columns: np.ndarray, Q: np.ndarray, asked: np.ndarray, along: np.ndarray, square: np.ndarray) -> None:
    """Take the projection on Q out of the columns asked for (1 or 0), in place; return all squared lengths."""
    n, p = columns.shape
    along[:] = 0.0
    for i in range(n):
        row = columns[i]
        for q in range(len(along)):
            weight, into = Q[i, q], along[q]
            for j in range(p):
                into[j] += weight * row[j]
    for q in range(len(along)):
        for j in range(p):
            along[q, j] *= asked[j]
    square[:] = 0.0
    for i in range(n):
        row = columns[i]
        for q in range(len(along)):
            weight, off = Q[i, q], along[q]
            for j in range(p):
                row[j] -= weight * off[j]
        for j in range(p):
            square[j] += row[j] * row[j]


def correlate(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the products (p, g) of unit columns X (n, p) and Y (n, g), kept within -1 and 1."""
    return np.clip(X.T @ Y, -1.0, 1.0)
