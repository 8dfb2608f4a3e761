"""The maximum of the Cox partial likelihood of covariates and one column, for each of thousands of columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_dense import evaluate, factor, in_order, solve
from radassoc.kernels.cox_risk import KERNEL

__all__ = ["CoxColumns", "cox_columns"]

_MOST_STEPS = 30
#: A log hazard ratio per standard deviation beyond this runs off to infinity.
_ENDLESS = 12.0
_SMALL = 1e-6  # the step after it is its square


class CoxColumns(NamedTuple):
    """One entry a column: log hazard ratio and its standard error; NaN where the likelihood has no maximum."""

    log_hazard_ratio: np.ndarray
    std_error: np.ndarray


def cox_columns(
    X: np.ndarray, Z: np.ndarray, time: np.ndarray, event: np.ndarray, *, strata: np.ndarray | None = None
) -> CoxColumns:
    """Fit each column of X (n, p) with the covariates Z (n, k): Efron's ties, risk sets within strata.

    Columns should be centred and of standard deviation 1, and not be explained by the covariates. Equals R's
    ``coxph(y ~ Z + x)`` to 1e-6.
    """
    order, dead, new, opens = in_order(time, event, strata)
    center, scale = Z.mean(axis=0), Z.std(axis=0)
    design = np.empty((len(time), Z.shape[1] + 1))
    design[:, 1:] = ((Z - center) / np.where(scale > 0, scale, 1.0))[order]
    columns = np.ascontiguousarray(X[order].T)
    answer = np.full((2, len(columns)), np.nan)
    _fit_all(columns, design, dead, new, opens, answer)
    return CoxColumns(*answer)


@jit(**KERNEL)
def _fit_all(
    columns: np.ndarray, design: np.ndarray, dead: np.ndarray, new: np.ndarray, opens: np.ndarray, answer: np.ndarray
) -> None:
    q = design.shape[1]
    beta, tried, step = np.zeros(q), np.zeros(q), np.zeros(q)
    sums = np.zeros((4, q))  # score; first moments at risk and of the dying; room for the mean
    squares = np.zeros((3, q, q))  # information; second moments at risk and of the dying
    null, start = np.zeros(q), -np.inf
    for j in range(-1, len(columns)):  # first the covariates alone, where every fit begins
        first = 1 if j < 0 else 0
        design[:, 0] = columns[max(j, 0)] if j >= 0 else 0.0 * columns[0]
        beta[:] = null
        tried[:] = null
        value = start
        length = 1.0
        found = False
        for _ in range(_MOST_STEPS):
            new_value = evaluate(design, dead, new, opens, tried, sums, squares)
            if new_value >= value - 1e-10 * (1.0 + abs(value)) or value == -np.inf:
                beta[:] = tried
                value = new_value
                if not factor(squares[0], first):
                    break
                solve(squares[0], sums[0], step, first)
                largest = 0.0
                for k in range(first, q):
                    largest = max(largest, abs(step[k]))
                length = min(1.0, 4.0 / max(largest, 1e-300))
                if largest < _SMALL:
                    found = True
                    break
            else:
                length /= 2.0
            for k in range(first, q):
                tried[k] = beta[k] + length * step[k]
        if j < 0:
            null[:] = beta
        elif found and abs(beta[0]) < _ENDLESS:
            answer[0, j] = beta[0] + step[0]
            sums[0, :] = 0.0
            sums[0, 0] = 1.0
            solve(squares[0], sums[0], step, 0)
            answer[1, j] = np.sqrt(step[0])
