"""Mantel and RV of two tables, and under permutations of the patients of one of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from radassoc.association._paired_tables import PairedTables
from radassoc.base.parallel import run_tasks
from radassoc.kernels.similarity import distances, mantel_scores, residual_gram, rv_coefficient

__all__ = ["BLOCK", "similarities"]

#: Permutations a task: fixed, so that the answer depends on no number of workers.
BLOCK = 100


def similarities(tables: PairedTables, rows: np.ndarray, *, ranked: bool) -> np.ndarray:
    """Return Mantel's statistic and RV for each order of the right table's patients, (b, 2).

    With covariates the tables hold residuals: their rows are permuted, and what the covariates explain of the permuted
    ones is taken away again.
    """
    A, B = tables.X @ tables.X.T, tables.Y @ tables.Y.T
    own = mantel_scores(distances(A), ranked=ranked)
    adjusted = tables.Q.shape[1] > 1
    square = _as_square(mantel_scores(distances(B), ranked=ranked), len(A))
    upper = np.triu_indices(len(A), 1)

    def block(orders: np.ndarray) -> np.ndarray:
        found = np.empty((len(orders), 2))
        for i, order in enumerate(orders):
            moved = B[np.ix_(order, order)]
            if adjusted:
                moved = residual_gram(moved, tables.Q)
                other: Any = mantel_scores(distances(moved), ranked=ranked)
            else:
                other = square[np.ix_(order, order)][upper]
            found[i] = own @ other, rv_coefficient(A, moved)
        return found

    parts = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
    return np.concatenate(run_tasks(block, parts, label="Mantel and RV"))


def _as_square(values: np.ndarray, n: int) -> np.ndarray:
    square = np.zeros((n, n))
    square[np.triu_indices(n, 1)] = values
    return square + square.T
