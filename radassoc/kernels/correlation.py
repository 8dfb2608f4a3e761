"""Correlation and partial correlation of all columns of two matrices."""

from __future__ import annotations

import numpy as np

from radassoc.base.jit import jit

__all__ = ["basis", "correlate", "midranks", "residual_units", "residuals"]

#: A column whose residual is this small beside its spread is explained by the covariates up to rounding.
EXPLAINED = 1e-7
#: A column whose spread is this small beside its values is constant up to rounding.
CONSTANT = 1e-12


@jit
def _midranks(columns: np.ndarray, out: np.ndarray) -> None:
    m, n = columns.shape
    for q in range(m):
        column = columns[q]
        order = np.argsort(column)
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
    _midranks(columns, out)
    return np.ascontiguousarray(out.T)


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
    centred = X - X.mean(axis=0)
    spread = np.linalg.norm(centred, axis=0)
    left = residuals(centred, Q)
    length = np.linalg.norm(left, axis=0)
    varies = spread > CONSTANT * np.linalg.norm(X, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(varies & (length > EXPLAINED * spread), left / length, np.nan)


def correlate(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the products (p, g) of unit columns X (n, p) and Y (n, g), kept within -1 and 1."""
    return np.clip(X.T @ Y, -1.0, 1.0)
