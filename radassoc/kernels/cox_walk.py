"""The walk down the path of lambda as one compiled loop, which runs without the interpreter lock.

One lambda costs a tenth of a millisecond on a small cohort: calls from Python would cost as much again, and threads
would wait for one another.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_likelihood import evaluate
from radassoc.kernels.cox_newton import CONVERGED, FULL, solve_lambda
from radassoc.kernels.cox_quadratic import CACHED
from radassoc.kernels.cox_risk import INLINE, INNER, KERNEL, RiskSets
from radassoc.kernels.cox_screen import Screen, add_violators, keep_strong, update_bound
from radassoc.kernels.cox_state import Fit

__all__ = ["NO_ROOM", "Penalty", "Progress", "Record", "Route", "new_penalty", "new_progress", "plan_route", "walk"]

NO_ROOM = -1
_STEP = 0.93  # a coarser list of lambda is walked in steps: a jump lets in thousands of features that all leave again
_LAST, _BEFORE = 0, 1  # places in Progress.lambdas


class Penalty(NamedTuple):
    """Penalty factors (p,), the share of the LASSO, and the penalties (p,) at the present lambda."""

    factor: np.ndarray
    l1_ratio: float
    l1: np.ndarray
    l2: np.ndarray


class Route(NamedTuple):
    """The lambdas to walk and the row of the record each belongs to, -1 for steps in between.

    The first ``n_null`` are too large for any penalised coefficient; the fit is there already.
    """

    lambdas: np.ndarray
    row: np.ndarray
    n_null: int


class Progress(NamedTuple):
    """How far the walk has come: steps done, the last two lambdas solved, whether the last one converged."""

    n_done: np.ndarray
    lambdas: np.ndarray
    converged: np.ndarray


class Record(NamedTuple):
    """What is kept of each lambda, what it takes to write it, and the numbers that end the path.

    ``column`` and ``scale`` (p,) lead back to the columns of ``coefficients``.
    """

    coefficients: np.ndarray
    deviance_ratio: np.ndarray
    converged: np.ndarray
    column: np.ndarray
    scale: np.ndarray
    saturated: float
    null_deviance: float
    max_deviance_ratio: float
    max_nonzero: float
    max_lambdas: float


def new_penalty(factor: np.ndarray, l1_ratio: float) -> Penalty:
    """Return the penalties of an infinite lambda."""
    return Penalty(factor, float(l1_ratio), np.zeros(factor.size), np.zeros(factor.size))


def new_progress(lam: float, converged: bool) -> Progress:
    """Return the start of a walk from the fit at ``lam``."""
    return Progress(np.zeros(1, np.int64), np.full(2, lam), np.full(1, converged))


def plan_route(lambdas: np.ndarray, lambda_max: float) -> Route:
    """Return the steps that lead from ``lambda_max`` through the lambdas."""
    n_null = int((lambdas >= lambda_max).sum())
    steps, rows = list(lambdas[:n_null]), list(range(n_null))
    last = lambda_max
    for row in range(n_null, len(lambdas)):
        goal = lambdas[row]
        n_steps = 1
        if 0 < goal < 0.9 * last:
            n_steps = int(np.ceil(np.log(goal / last) / np.log(_STEP)))
        steps += [last * (goal / last) ** (step / n_steps) for step in range(1, n_steps)] + [goal]
        rows += [-1] * (n_steps - 1) + [row]
        last = goal
    return Route(np.array(steps, dtype=float), np.array(rows, dtype=np.int64), n_null)


@jit(**KERNEL)
def walk(
    Z: np.ndarray,
    risk: RiskSets,
    penalty: Penalty,
    route: Route,
    progress: Progress,
    fit: Fit,
    screen: Screen,
    record: Record,
) -> int:
    """Walk on to the end of the route; the rows of Z are centred features.

    Returns how many lambdas are on record, or NO_ROOM: grow the fit and call again.
    """
    n_recorded = 0
    while progress.n_done[0] < route.lambdas.size:
        step = progress.n_done[0]
        if step >= route.n_null:
            answer = _solve_one(Z, risk, penalty, route.lambdas[step], progress, fit, screen)
            if answer == FULL:
                progress.lambdas[_BEFORE] = progress.lambdas[_LAST]  # no second extrapolation
                return NO_ROOM
            progress.converged[0] = answer == CONVERGED
        progress.n_done[0] += 1
        row = route.row[step]
        if row >= 0:
            n_recorded = row + 1
            if _write(fit, risk, progress.converged[0], row, record):
                break
    return n_recorded


@jit(**INLINE)
def _solve_one(
    Z: np.ndarray, risk: RiskSets, penalty: Penalty, lam: float, progress: Progress, fit: Fit, screen: Screen
) -> int:
    """Solve for one lambda among the features that can matter, until no other one violates optimality."""
    last = progress.lambdas[_LAST]
    before = progress.lambdas[_BEFORE]
    total = risk.total_weight
    _penalise(penalty, lam)
    keep_strong(screen, lam, last, penalty.l1)
    theta = 0.0
    if before > last and last > lam:  # coefficients move almost linearly in lambda
        theta = min((last - lam) / (before - last), 2.0)
    while True:
        strong = screen.strong[: screen.n_strong[0]]
        answer = solve_lambda(Z, risk, penalty.l1, penalty.l2, strong, fit, theta, penalty.l1_ratio < 1.0)
        if answer == FULL:
            break
        theta = 0.0
        update_bound(screen, fit.now.residual, total)
        if not add_violators(screen, Z, fit.now.residual, total, penalty.l1):
            progress.lambdas[_BEFORE] = last
            progress.lambdas[_LAST] = lam
            break
    return answer


@jit(**INNER)
def _penalise(penalty: Penalty, lam: float) -> None:
    for j in range(penalty.factor.size):
        penalty.l1[j] = 0.0
        penalty.l2[j] = 0.0
        if penalty.factor[j] > 0.0:  # an infinite lambda times zero would be no number
            penalty.l1[j] = lam * penalty.l1_ratio * penalty.factor[j]
            if penalty.l1_ratio < 1.0:
                penalty.l2[j] = lam * (1.0 - penalty.l1_ratio) * penalty.factor[j]


@jit(**INNER)
def _write(fit: Fit, risk: RiskSets, converged: bool, row: int, record: Record) -> bool:
    """Write one row of the record; return whether the path ends here."""
    n_nonzero = 0
    for k in range(fit.model.sizes[CACHED]):  # the others are zero
        j = fit.cache.feature[k]
        if fit.beta[j] != 0.0:
            n_nonzero += 1
            record.coefficients[row, record.column[j]] = fit.beta[j] / record.scale[j]
    if record.null_deviance > 0.0:
        loglik = evaluate(fit.eta, risk, fit.now)
        record.deviance_ratio[row] = 1.0 - 2.0 * (record.saturated - loglik) / record.null_deviance
    record.converged[row] = converged
    return bool(
        record.deviance_ratio[row] >= record.max_deviance_ratio
        or n_nonzero >= record.max_nonzero
        or row + 1 >= record.max_lambdas
    )
