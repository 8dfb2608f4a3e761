"""Own log hazard ratios in each group, beside a common one, for each of thousands of columns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_dense import evaluate, factor, in_order, solve
from radassoc.kernels.cox_risk import INNER, KERNEL

__all__ = ["CoxInteractions", "cox_interactions"]

_MOST_STEPS = 30
#: A log hazard ratio per unit beyond this runs off to infinity.
_ENDLESS = 12.0
_SMALL = 1e-7  # the covariance is that of one step before


class CoxInteractions(NamedTuple):
    """One row a column; NaN where a likelihood has no maximum.

    ``slopes`` (p, k) and their ``covariance`` (p, k, k): log hazard ratio of the column in each of k groups; ``common``
    (p,): the one of all groups; ``ratio`` and ``score`` (p,): chi-squares of equal slopes, from the two maxima of the
    likelihood and from the slope of it where all are equal.
    """

    slopes: np.ndarray
    covariance: np.ndarray
    common: np.ndarray
    ratio: np.ndarray
    score: np.ndarray


def cox_interactions(
    X: np.ndarray,
    group: np.ndarray,
    Z: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    *,
    strata: np.ndarray | None = None,
) -> CoxInteractions:
    """Fit each column of X (n, p) with a slope for each code of ``group`` (n,), and Z (n, c) in the model.

    Efron's ties, risk sets within strata. Columns should be centred and of standard deviation 1 or so. Equals R's
    ``coxph(y ~ Z + x:group)``, its ``anova`` against ``coxph(y ~ Z + x)`` and the score test at the latter, to 1e-6.
    """
    order = in_order(time, event, strata)
    n, p, k = len(time), X.shape[1], int(group.max()) + 1
    center, scale = Z.mean(axis=0), Z.std(axis=0)
    given = ((Z - center) / np.where(scale > 0, scale, 1.0))[order.rows]
    narrow, wide = np.zeros((n, 1 + Z.shape[1])), np.zeros((n, k + Z.shape[1]))
    narrow[:, 1:], wide[:, k:] = given, given
    columns = np.ascontiguousarray(X[order.rows].T)
    answer = CoxInteractions(*(np.full((p, *shape), np.nan) for shape in ((k,), (k, k), (), (), ())))
    if p:
        _fit_all(
            columns, group[order.rows].astype(np.int64), k, narrow, wide, order.dead, order.new, order.opens, answer
        )
    return answer


@jit(**KERNEL)
def _fit_all(
    columns: np.ndarray,
    group: np.ndarray,
    k: int,
    narrow: np.ndarray,
    wide: np.ndarray,
    dead: np.ndarray,
    new: np.ndarray,
    opens: np.ndarray,
    answer: CoxInteractions,
) -> None:
    n, few, q = len(group), narrow.shape[1], wide.shape[1]
    null, common, own = np.zeros(few), np.zeros(few), np.zeros(q)
    room, spread = np.zeros((6, few)), np.zeros((3, few, few))
    all_room, all_spread = np.zeros((6, q)), np.zeros((3, q, q))
    if few > 1:  # the covariates alone, where every fit begins
        _climb(narrow, dead, new, opens, null, room, spread, 1)
    for j in range(len(columns)):
        for i in range(n):
            narrow[i, 0] = columns[j, i]
            for g in range(k):
                wide[i, g] = columns[j, i] if group[i] == g else 0.0
        for m in range(few):
            common[m] = null[m]
        restricted, _ = _climb(narrow, dead, new, opens, common, room, spread, 0)
        if not np.isfinite(restricted) or abs(common[0]) > _ENDLESS:
            continue
        answer.common[j] = common[0]
        for m in range(q):
            own[m] = common[max(m - k + 1, 0)]
        full, score = _climb(wide, dead, new, opens, own, all_room, all_spread, 0)
        largest = 0.0
        for g in range(k):
            largest = max(largest, abs(own[g]))
        if not np.isfinite(full) or largest > _ENDLESS:
            continue
        answer.score[j] = score
        answer.ratio[j] = max(2.0 * (full - restricted), 0.0)
        for g in range(k):
            answer.slopes[j, g] = own[g]
            for m in range(q):
                all_room[0, m] = 1.0 if m == g else 0.0
            solve(all_spread[0], all_room[0], all_room[5], 0)
            for h in range(k):
                answer.covariance[j, g, h] = all_room[5, h]


@jit(**INNER)
def _climb(
    design: np.ndarray,
    dead: np.ndarray,
    new: np.ndarray,
    opens: np.ndarray,
    beta: np.ndarray,
    sums: np.ndarray,
    squares: np.ndarray,
    first: int,
) -> tuple[float, float]:
    """Move ``beta[first:]`` to the maximum; return the log likelihood there, NaN where there is none.

    Also return the score test of where it began. The Cholesky factor of the information is left in ``squares[0]``.
    """
    q = len(beta)
    for k in range(q):
        sums[4, k] = beta[k]
    value, length, score = -np.inf, 1.0, np.nan
    for _ in range(_MOST_STEPS):
        found = evaluate(design, dead, new, opens, sums[4], sums, squares)
        if found >= value - 1e-10 * (1.0 + abs(value)) or value == -np.inf:
            for k in range(q):
                beta[k] = sums[4, k]
            begins = value == -np.inf
            value = found
            if not factor(squares[0], first):
                break
            solve(squares[0], sums[0], sums[5], first)
            largest, rise = 0.0, 0.0
            for k in range(first, q):
                largest = max(largest, abs(sums[5, k]))
                rise += sums[5, k] * sums[0, k]
            if begins:
                score = rise
            length = min(1.0, 4.0 / max(largest, 1e-300))
            if largest < _SMALL:
                for k in range(first, q):
                    beta[k] += sums[5, k]
                return value, score
        else:
            length /= 2.0
        for k in range(first, q):
            sums[4, k] = beta[k] + length * sums[5, k]
    return np.nan, score
