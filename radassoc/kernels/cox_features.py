"""The feature table that all fits of a Cox path share, and what a fit changes in it.

A fit's own imputation differs from the common one at the missing cells of a column only, by one number a column.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_risk import INNER

__all__ = ["Features", "load_row", "new_features", "score_of"]


class Features(NamedTuple):
    """Centred features in rows.

    ``rows`` (p, n); ``single``, the same in single precision; ``margin`` (p,), the rounding error of a gradient in
    single precision per length of the residual. Features with missing cells are numbered: ``gap_of`` (p,) is that
    number or -1, and their cells are ``gap_row[gap_start[g] : gap_start[g + 1]]``.
    """

    rows: np.ndarray
    single: np.ndarray
    margin: np.ndarray
    gap_of: np.ndarray
    gap_start: np.ndarray
    gap_row: np.ndarray


def new_features(rows: np.ndarray, missing: np.ndarray | None = None, largest: np.ndarray | None = None) -> Features:
    """Return the table of centred features in rows.

    Centring changes no gradient (martingale residuals sum to zero in each stratum) and keeps single precision
    meaningful.

    Parameters
    ----------
    rows
        Features x patients, contiguous.
    missing
        Which cells were missing (p, n), and may differ between fits.
    largest
        (p,) the largest shift of those cells in any fit.
    """
    p, n = rows.shape
    gap_of = np.full(p, -1, np.int64)
    start, cells = np.zeros(1, np.int64), np.zeros(0, np.int64)
    square = np.einsum("ij,ij->i", rows, rows)
    if missing is not None and largest is not None:
        n_missing = missing.sum(axis=1)
        with_gaps = np.flatnonzero(n_missing)
        gap_of[with_gaps] = np.arange(with_gaps.size)
        start = np.append(0, np.cumsum(n_missing[with_gaps])).astype(np.int64)
        cells = np.nonzero(missing)[1].astype(np.int64)
        square = square + n_missing * largest**2
    margin = 8 * np.finfo(np.float32).eps * np.sqrt(n) * np.sqrt(square)
    return Features(rows, rows.astype(np.float32), margin.astype(np.float32), gap_of, start, cells)


@jit(**INNER)
def score_of(features: Features, shift: np.ndarray, j: int, residual: np.ndarray) -> float:
    """Return the product of feature ``j`` with the residual, for a fit that shifts missing cells by ``shift``."""
    score = np.dot(features.rows[j], residual)
    g = features.gap_of[j]
    if g >= 0:
        total = 0.0
        for z in range(features.gap_start[g], features.gap_start[g + 1]):
            total += residual[features.gap_row[z]]
        score += shift[g] * total
    return float(score)


@jit(**INNER)
def load_row(features: Features, shift: np.ndarray, j: int, row: np.ndarray) -> float:
    """Write feature ``j`` as the fit has it into ``row``; return its root mean square."""
    for i in range(row.size):
        row[i] = features.rows[j, i]
    g = features.gap_of[j]
    if g >= 0:
        for z in range(features.gap_start[g], features.gap_start[g + 1]):
            row[features.gap_row[z]] += shift[g]
    square = 0.0
    for i in range(row.size):
        square += row[i] * row[i]
    return float(np.sqrt(square / row.size))
