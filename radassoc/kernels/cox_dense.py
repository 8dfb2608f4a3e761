"""The Cox partial likelihood of a narrow design, patient after patient, and the Cholesky steps that climb it.

For compiled loops over thousands of small models: nothing is allocated.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_risk import INLINE

__all__ = ["Order", "evaluate", "factor", "in_order", "solve"]


class Order(NamedTuple):
    """Patients sorted by stratum, latest first, and of one time the dead first.

    ``new`` (n + 1,) tells where another time or stratum begins, ``opens`` (n,) where a stratum does.
    """

    rows: np.ndarray
    dead: np.ndarray
    new: np.ndarray
    opens: np.ndarray


def in_order(time: np.ndarray, event: np.ndarray, strata: np.ndarray | None) -> Order:
    """Return the order in which the likelihood takes the patients."""
    event = np.asarray(event, bool)
    layer = np.zeros(len(time), np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    order = np.lexsort((~event, -time, layer))
    opens = np.append(True, np.diff(layer[order]) != 0)
    new = np.append(True, (np.diff(time[order]) != 0) | opens[1:])
    return Order(order, event[order].astype(np.float64), np.append(new, True), opens)


@jit(**INLINE)
def evaluate(
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
    sums[:4, :] = 0.0
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
def factor(information: np.ndarray, first: int) -> bool:
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
def solve(lower: np.ndarray, right: np.ndarray, step: np.ndarray, first: int) -> None:
    """Write the answer of the system with this Cholesky factor into ``step[first:]``."""
    for k in range(first, len(right)):
        step[k] = right[k]
        for m in range(first, k):
            step[k] -= lower[k, m] * step[m]
        step[k] /= lower[k, k]
    for k in range(len(right) - 1, first - 1, -1):
        for m in range(k + 1, len(right)):
            step[k] -= lower[m, k] * step[m]
        step[k] /= lower[k, k]
