"""A Cholesky factor that follows its support: rows appended, deleted by rotations, or rebuilt from a given row on.

``L L' = H[A, A] + diag(l2[A]) + GUARD diag(H)[A]``, where A lists the features of the support, oldest first, so
that what comes and goes touches the last rows only. The guard keeps duplicated features apart; it is relative to
each diagonal entry and biases nothing, because the outer iteration follows the true gradient.
"""

from __future__ import annotations

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_risk import INLINE, INNER, KERNEL

__all__ = ["GUARD", "backsolve", "delete_row", "factorise"]

GUARD = 1e-12
_BLOCK = 48  # columns per matrix product
_FEW = 4  # so many new rows are cheaper one by one


@jit(**KERNEL)
def factorise(H: np.ndarray, A: np.ndarray, n: int, l2: np.ndarray, L: np.ndarray, start: int) -> bool:
    """Make rows ``start`` to ``n - 1`` of L, the earlier rows being valid; False where the matrix is singular."""
    if start >= n - _FEW:
        return _append_rows(H, A, n, l2, L, start)
    for left in range(0, n, _BLOCK):
        right = min(left + _BLOCK, n)
        top = max(left, start)
        panel = _panel(H, A, n, l2, L, left, right, top)
        n_diagonal = max(0, right - top)  # rows of the diagonal block itself
        if not _diagonal_block(panel, H, A, L, left, top, n_diagonal):
            return False
        if n - top > n_diagonal:
            below = np.dot(panel[n_diagonal:], _inverse_block(L, left, right).T)
            for i in range(n - top - n_diagonal):
                for j in range(right - left):
                    L[top + n_diagonal + i, left + j] = below[i, j]
    return True


# A view made in a function that counts references costs more than these short products.
@jit(**INNER)
def _rows_product(L: np.ndarray, i: int, j: int, start: int, stop: int) -> float:
    return float(np.dot(L[i, start:stop], L[j, start:stop]))


@jit(**INNER)
def _row_times(L: np.ndarray, i: int, y: np.ndarray) -> float:
    return float(np.dot(L[i, :i], y[:i]))


@jit(**INLINE)
def _append_rows(H: np.ndarray, A: np.ndarray, n: int, l2: np.ndarray, L: np.ndarray, start: int) -> bool:
    for i in range(start, n):
        diagonal = H[A[i], A[i]]
        for j in range(i):
            L[i, j] = (H[A[i], A[j]] - _rows_product(L, i, j, 0, j)) / L[j, j]
        value = diagonal * (1 + GUARD) + l2[A[i]] - _rows_product(L, i, i, 0, i)
        if value <= 0.5 * GUARD * diagonal:
            return False
        L[i, i] = np.sqrt(value)
    return True


@jit(**INLINE)
def _panel(
    H: np.ndarray, A: np.ndarray, n: int, l2: np.ndarray, L: np.ndarray, left: int, right: int, top: int
) -> np.ndarray:
    """Return rows ``top`` on of columns ``left`` to ``right - 1``, less what the earlier columns explain."""
    panel = np.empty((n - top, right - left))
    for i in range(top, n):
        for j in range(left, right):
            panel[i - top, j - left] = H[A[i], A[j]]
        if i < right:
            panel[i - top, i - left] += l2[A[i]] + GUARD * H[A[i], A[i]]
    if left > 0:
        explained = np.dot(L[top:n, :left].copy(), L[left:right, :left].copy().T)
        for i in range(n - top):
            for j in range(right - left):
                panel[i, j] -= explained[i, j]
    return panel


@jit(**INLINE)
def _diagonal_block(
    panel: np.ndarray, H: np.ndarray, A: np.ndarray, L: np.ndarray, left: int, top: int, n_rows: int
) -> bool:
    for i in range(n_rows):
        row = top + i
        for j in range(left, row + 1):
            value = panel[i, j - left] - _rows_product(L, row, j, left, j)
            if j < row:
                L[row, j] = value / L[j, j]
            elif value <= 0.5 * GUARD * H[A[row], A[row]]:
                return False
            else:
                L[row, row] = np.sqrt(value)
    return True


@jit(**INLINE)
def _inverse_block(L: np.ndarray, left: int, right: int) -> np.ndarray:
    """Return the inverse of a diagonal block of L."""
    size = right - left
    inverse = np.zeros((size, size))
    for i in range(size):
        for z in range(i):
            share = L[left + i, left + z]
            for j in range(z + 1):
                inverse[i, j] -= share * inverse[z, j]
        inverse[i, i] = 1.0
        for j in range(i + 1):
            inverse[i, j] /= L[left + i, left + i]
    return inverse


@jit(**KERNEL)
def delete_row(L: np.ndarray, n: int, k: int) -> None:
    """Remove row and column k: the block below gains the deleted column as a rank-one term, by plane rotations."""
    column = np.empty(n)
    cosine = np.empty(n)
    sine = np.empty(n)
    for i in range(k + 1, n):
        column[i - 1] = L[i, k]
        for z in range(k):
            L[i - 1, z] = L[i, z]
        for z in range(k + 1, i + 1):
            L[i - 1, z - 1] = L[i, z]
    for i in range(k, n - 1):
        carried = column[i]
        for z in range(k, i):
            value = L[i, z]
            L[i, z] = cosine[z] * value + sine[z] * carried
            carried = cosine[z] * carried - sine[z] * value
        length = np.sqrt(L[i, i] * L[i, i] + carried * carried)
        cosine[i] = L[i, i] / length
        sine[i] = carried / length
        L[i, i] = length


@jit(**KERNEL)
def backsolve(L: np.ndarray, n: int, y: np.ndarray) -> None:
    """Replace y by the solution of ``L L' x = y``."""
    for i in range(n):
        y[i] = (y[i] - _row_times(L, i, y)) / L[i, i]
    for i in range(n - 1, -1, -1):
        value = y[i] / L[i, i]
        y[i] = value
        for z in range(i):
            y[z] -= value * L[i, z]
