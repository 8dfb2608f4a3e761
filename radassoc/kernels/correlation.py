"""Correlation and partial correlation of all columns of two matrices."""

from __future__ import annotations

import numpy as np

from radassoc.base.jit import jit

__all__ = ["basis", "correlate", "majority", "midranks", "nearly_constant", "residual_units", "residuals", "unit_rows"]

#: A column whose residual is this small beside its spread is explained by the covariates up to rounding.
EXPLAINED = 1e-7
#: Rounding is felt where a residual is this small beside the column's spread.
NEARLY = 1e-2
_BLOCK = 256
#: A column whose spread is this small beside its values is constant up to rounding.
CONSTANT = 1e-12


@jit
def _midranks(columns: np.ndarray, orders: np.ndarray, out: np.ndarray) -> None:
    m, n = columns.shape
    for q in range(m):
        column, order = columns[q], orders[q]
        i = 0
        while i < n:
            j = i
            while j + 1 < n and column[order[j + 1]] == column[order[i]]:
                j += 1
            for k in range(i, j + 1):
                out[q, order[k]] = 0.5 * (i + j) + 1.0
            i = j + 1


def midranks(X: np.ndarray) -> np.ndarray:
    """Return the ranks 1..n of each column of a complete (n, p) matrix; ties share their mean rank.

    Examples
    --------
    >>> midranks(np.array([[3.0], [1.0], [3.0]])).ravel().tolist()
    [2.5, 1.0, 2.5]
    """
    columns = np.ascontiguousarray(np.asarray(X, dtype=float).T)
    out = np.empty_like(columns)
    _midranks(columns, np.argsort(columns, axis=1), out)
    return np.ascontiguousarray(out.T)


@jit
def _majority(columns: np.ndarray, looked_at: int, out: np.ndarray) -> None:
    m, n = columns.shape
    for q in range(m):
        column = columns[q]
        candidate, votes = column[0], 0
        for k in range(looked_at):
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
    columns = np.ascontiguousarray(np.asarray(X, dtype=float).T)
    return _counted(columns, columns.shape[1])


def nearly_constant(X: np.ndarray, few: int) -> np.ndarray:
    """Tell in which columns fewer than ``few`` rows differ from the most common value.

    That value then has the majority of the first ``2 * few`` + 1 rows too, so that only they need a vote; of fewer
    rows, those where it has the majority are told.

    Examples
    --------
    >>> nearly_constant(np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0], [5.0, 4.0]]), 2).tolist()
    [True, False]
    """
    columns = np.ascontiguousarray(np.asarray(X, dtype=float).T)
    counts = _counted(columns, min(columns.shape[1], 2 * few + 1))
    return (counts > 0) & (columns.shape[1] - counts < few)


def _counted(columns: np.ndarray, looked_at: int) -> np.ndarray:
    out = np.zeros(len(columns), dtype=np.int64)
    if columns.size:
        _majority(columns, looked_at, out)
    return out


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


def unit_rows(X: np.ndarray, Q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the residuals of the columns of X (n, p) given Q as rows of unit length (p, n), and what their length was.

    Both are NaN for a column that is constant or explained by the covariates.
    """
    # a copy, changed in place: new memory costs more time than the sums
    left = np.array(np.asarray(X).T, dtype=float, order="C")
    size = _lengths(left)
    left -= left.mean(axis=1, keepdims=True)
    spread = _lengths(left)
    _project_out(left, Q)
    length = _lengths(left)
    near = np.flatnonzero(length < NEARLY * spread)
    if near.size:  # a second pass takes away the rounding that the first leaves
        again = left[near]
        _project_out(again, Q)
        left[near], length[near] = again, _lengths(again)
    length[(spread <= CONSTANT * size) | (length <= EXPLAINED * spread)] = np.nan
    left /= length[:, None]
    return left, length


def _project_out(rows: np.ndarray, Q: np.ndarray) -> None:
    for first in range(0, len(rows), _BLOCK):
        part = rows[first : first + _BLOCK]
        part -= (part @ Q) @ Q.T


def _lengths(rows: np.ndarray) -> np.ndarray:
    return np.sqrt(np.einsum("ij,ij->i", rows, rows))


def correlate(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the products (p, g) of unit columns X (n, p) and Y (n, g), kept within -1 and 1."""
    return np.clip(X.T @ Y, -1.0, 1.0)
