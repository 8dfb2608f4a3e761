"""The maximum of the Cox partial likelihood of covariates and one column, for each of thousands of columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_risk import INLINE, KERNEL

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
    layer = np.zeros(len(time), np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    order = np.lexsort((~np.asarray(event, bool), -time, layer))  # latest first; of one time, the dead first
    new = np.append(True, (np.diff(time[order]) != 0) | (np.diff(layer[order]) != 0))
    opens = np.append(True, np.diff(layer[order]) != 0)
    center, scale = Z.mean(axis=0), Z.std(axis=0)
    design = np.empty((len(time), Z.shape[1] + 1))
    design[:, 1:] = ((Z - center) / np.where(scale > 0, scale, 1.0))[order]
    columns = np.ascontiguousarray(X[order].T)
    answer = np.full((2, len(columns)), np.nan)
    dead = np.asarray(event, np.float64)[order]
    _fit_all(columns, design, dead, np.append(new, True), np.append(opens, True), answer)
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
            new_value = _evaluate(design, dead, new, opens, tried, sums, squares)
            if new_value >= value - 1e-10 * (1.0 + abs(value)) or value == -np.inf:
                beta[:] = tried
                value = new_value
                if not _factor(squares[0], first):
                    break
                _solve(squares[0], sums[0], step, first)
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
            _solve(squares[0], sums[0], step, 0)
            answer[1, j] = np.sqrt(step[0])


@jit(**INLINE)
def _evaluate(
    design: np.ndarray,
    dead: np.ndarray,
    new: np.ndarray,
    opens: np.ndarray,
    beta: np.ndarray,
    sums: np.ndarray,
    squares: np.ndarray,
) -> float:
    """Return the log partial likelihood; score and information go to ``sums[0]`` and ``squares[0]``."""
    n, q = design.shape
    sums[:] = 0.0
    squares[:] = 0.0
    risk, dying, deaths, loglik = 0.0, 0.0, 0, 0.0
    for i in range(n):
        if opens[i]:
            risk = 0.0
            sums[1, :] = 0.0
            squares[1, :, :] = 0.0
        eta = 0.0
        for k in range(q):
            eta += design[i, k] * beta[k]
        weight = np.exp(min(eta, 300.0))
        risk += weight
        for k in range(q):
            scaled = weight * design[i, k]
            sums[1, k] += scaled
            for m in range(k + 1):
                squares[1, k, m] += scaled * design[i, m]
        if dead[i] > 0.0:
            loglik += eta
            dying += weight
            deaths += 1
            for k in range(q):
                sums[0, k] += design[i, k]
                scaled = weight * design[i, k]
                sums[2, k] += scaled
                for m in range(k + 1):
                    squares[2, k, m] += scaled * design[i, m]
        if new[i + 1] and deaths > 0:
            for d in range(deaths):
                share = d / deaths
                phi = risk - share * dying
                loglik -= np.log(phi)
                for k in range(q):
                    sums[3, k] = (sums[1, k] - share * sums[2, k]) / phi
                    sums[0, k] -= sums[3, k]
                    for m in range(k + 1):
                        spread = (squares[1, k, m] - share * squares[2, k, m]) / phi
                        squares[0, k, m] += spread - sums[3, k] * sums[3, m]
            dying, deaths = 0.0, 0
            sums[2, :] = 0.0
            squares[2, :, :] = 0.0
    return loglik


@jit(**INLINE)
def _factor(information: np.ndarray, first: int) -> bool:
    """Turn the lower triangle of all coefficients from ``first`` into its Cholesky factor; False where singular."""
    for k in range(first, len(information)):
        own = information[k, k]
        for m in range(first, k + 1):
            value = information[k, m]
            for r in range(first, m):
                value -= information[k, r] * information[m, r]
            if m < k:
                information[k, m] = value / information[m, m]
            elif value > 1e-12 * own:
                information[k, k] = np.sqrt(value)
            else:
                return False
    return True


@jit(**INLINE)
def _solve(factor: np.ndarray, right: np.ndarray, step: np.ndarray, first: int) -> None:
    for k in range(first, len(right)):
        step[k] = right[k]
        for m in range(first, k):
            step[k] -= factor[k, m] * step[m]
        step[k] /= factor[k, k]
    for k in range(len(right) - 1, first - 1, -1):
        for m in range(k + 1, len(right)):
            step[k] -= factor[m, k] * step[m]
        step[k] /= factor[k, k]
