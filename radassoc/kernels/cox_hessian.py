r"""Products with the Hessian of the Cox partial likelihood, without ever forming it.

:math:`W = -\partial^2 \ell / \partial \eta^2` is diagonal minus one term per event time,

.. math::

    W x = h \circ x - e \circ \sum_g \big[1_{R_g} (c_{0g} P_g - c_{1g} Q_g) - 1_{D_g} (c_{1g} P_g - c_{2g} Q_g)\big],

where P and Q are the sums of e x over the risk set and over the dying. Cumulative sums make it O(n), for any ties,
strata, weights and truncation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_risk import INLINE, KERNEL, RiskSets

__all__ = ["Curvature", "fill_hessian", "times_hessian"]

_BLOCK = 96  # rows of the Hessian per matrix product: half the products of the full square


class Curvature(NamedTuple):
    """What the Hessian needs of :class:`~radassoc.kernels.cox_likelihood.Moments`."""

    relative: np.ndarray
    diagonal: np.ndarray
    constants: np.ndarray


@jit(**INLINE)
def times_hessian(x: np.ndarray, out: np.ndarray, risk: RiskSets, at: Curvature, P: np.ndarray, Q: np.ndarray) -> None:
    """Write ``W x`` into ``out``; ``P`` and ``Q`` are work space of one entry per group."""
    _sums_forward(x, risk, at, P, Q)
    _sums_backward(risk, at, P, Q)
    for i in range(x.size):
        out[i] = at.diagonal[i] * x[i] - at.relative[i] * (P[risk.enters[i]] - P[risk.leaves[i]])
    if risk.efron:
        for i in range(x.size):
            if risk.death_group[i] >= 0:
                out[i] += at.relative[i] * Q[risk.death_group[i]]


@jit(**INLINE)
def _sums_forward(x: np.ndarray, risk: RiskSets, at: Curvature, P: np.ndarray, Q: np.ndarray) -> None:
    """Sum e x over each risk set, latest time first, and over the dying."""
    if risk.efron:
        for g in range(Q.size):
            Q[g] = 0.0
        for i in range(x.size):
            if risk.death_group[i] >= 0:
                Q[risk.death_group[i]] += at.relative[i] * x[i]
    total = 0.0
    gone = 0.0
    k = 0
    j = 0
    for g in range(P.size):
        if risk.opens[g]:
            total = 0.0
            gone = 0.0
            k = risk.begin[g]
            j = k
        while k < risk.until_time[g]:
            total += at.relative[risk.by_time[k]] * x[risk.by_time[k]]
            k += 1
        if risk.truncated:
            while j < risk.until_entry[g]:
                gone += at.relative[risk.by_entry[j]] * x[risk.by_entry[j]]
                j += 1
        P[g] = total - gone


@jit(**INLINE)
def _sums_backward(risk: RiskSets, at: Curvature, P: np.ndarray, Q: np.ndarray) -> None:
    """Turn P into the total over all earlier event times, and Q into the dying's own correction."""
    total = 0.0
    for g in range(P.size - 1, -1, -1):
        p = P[g]
        if risk.event_time[g] == -np.inf:  # the empty group that ends a stratum
            total = 0.0
        elif risk.efron:
            total += at.constants[g, 0] * p - at.constants[g, 1] * Q[g]
            Q[g] = at.constants[g, 1] * p - at.constants[g, 2] * Q[g]
        else:
            total += at.constants[g, 0] * p
        P[g] = total


@jit(**KERNEL)
def times(X: np.ndarray, v: np.ndarray, out: np.ndarray) -> None:
    """Fill ``out`` with the product of a matrix and a vector."""
    np.dot(X, v, out)


@jit(**KERNEL)
def fill_hessian(X: np.ndarray, H: np.ndarray, start: int, stop: int, risk: RiskSets, at: Curvature) -> None:
    """Fill rows and columns ``start`` to ``stop - 1`` of ``H = X W X' / sum(w)``; the rows of X are features.

    All entries must come from the same ``at``: only then is H positive semidefinite.
    """
    P = np.empty(risk.n_deaths.size)
    Q = np.empty(risk.n_deaths.size)
    WX = np.empty((stop - start, X.shape[1]))
    for k in range(start, stop):
        times_hessian(X[k], WX[k - start], risk, at, P, Q)
    WX /= risk.total_weight
    for first in range(start, stop, _BLOCK):
        last = min(first + _BLOCK, stop)
        products = np.dot(WX[first - start : last - start], X[:last].T)
        for i in range(first, last):
            for j in range(i + 1):
                H[i, j] = products[i - first, j]
        for j in range(last):  # the other half, row by row: memory is written in order
            for i in range(max(first, j + 1), last):
                H[j, i] = products[i - first, j]
