"""The walk of a batch of fits down the path of lambda as one compiled loop, which runs without the interpreter lock.

One lambda of one fit costs some hundredths of a millisecond on a small cohort: calls from Python would cost as much
again, and threads would wait for one another. A single path is a batch of one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_features import Features
from radassoc.kernels.cox_likelihood import evaluate
from radassoc.kernels.cox_newton import CONVERGED, FULL, solve_lambda
from radassoc.kernels.cox_quadratic import CACHED
from radassoc.kernels.cox_record import Record, n_nonzero, write
from radassoc.kernels.cox_risk import INLINE, INNER, UNCOUNTED, RiskSets, Training, risk_of
from radassoc.kernels.cox_screen import (
    Screen,
    add_violators,
    keep_strong,
    largest_lambdas,
    set_residual,
    update_gradients,
)
from radassoc.kernels.cox_state import Batch, Fit, Scratch, fit_of

__all__ = ["DONE", "NO_ROOM", "NO_SPACE", "Penalty", "Route", "plan_route", "walk"]

DONE, NO_ROOM, NO_SPACE = 0, 1, 2
_RATIO = 0.93  # a coarser list of lambda is walked in steps: a jump lets in thousands of features that all leave again
_LAST, _BEFORE = 0, 1  # places in Batch.lambdas
_IDLE, _WAITING, _SOLVED = 0, 1, 2  # what a fit waits for at the present lambda
_STEP, _PHASE = 0, 1  # places in progress
_HUGE = 3e38  # an infinite lambda in single precision; times zero it is zero


class Penalty(NamedTuple):
    """Penalty factors (p,) per ``scale / unit`` of a coefficient, and the share of the LASSO.

    The rows of the table are features divided by ``unit`` (p,); a fit penalises them per its own ``scale`` (B or 1, p).
    """

    factor: np.ndarray
    unit: np.ndarray
    scale: np.ndarray
    l1_ratio: float


class Route(NamedTuple):
    """The lambdas to walk and the row of the record each belongs to, -1 for steps in between.

    It begins with a route of its own, of one infinite lambda: the fit of what is not penalised.
    """

    lambdas: np.ndarray
    row: np.ndarray


def plan_route(lambdas: np.ndarray, start: float) -> Route:
    """Return the steps that lead through the lambdas, ``start`` being large enough for all coefficients to be zero."""
    steps: list[float] = []
    rows: list[int] = []
    last = start
    for row, goal in enumerate(lambdas):
        n_steps = 1
        if 0 < goal < 0.9 * last:
            n_steps = int(np.ceil(np.log(goal / last) / np.log(_RATIO)))
        steps += [last * (goal / last) ** (step / n_steps) for step in range(1, n_steps)] + [goal]
        rows += [-1] * (n_steps - 1) + [row]
        last = min(last, goal)
    return Route(np.array(steps, dtype=float), np.array(rows, dtype=np.int64))


@jit(**UNCOUNTED)
def walk(
    features: Features,
    shift: np.ndarray,
    risk: RiskSets,
    training: Training,
    penalty: Penalty,
    route: Route,
    stop: int,
    progress: np.ndarray,
    batch: Batch,
    screen: Screen,
    scratch: Scratch,
    record: Record,
) -> int:
    """Walk on until ``stop`` steps of the route are done, or all fits have ended.

    Returns DONE; or NO_ROOM (grow the batch) or NO_SPACE (grow the record), and call again.
    """
    while progress[_STEP] < stop:
        lam = route.lambdas[progress[_STEP]]
        if progress[_PHASE] == 0:
            if lam == np.inf:
                _start(risk, training, batch, screen, scratch)
            _begin(lam, penalty.l1_ratio, batch, screen)
            keep_strong(features, screen)
            progress[_PHASE] = 1
        while progress[_PHASE] == 1:
            for f in range(batch.pending.size):
                if batch.pending[f] == _WAITING and not _solve_one(
                    features, shift, risk, training, penalty, lam, f, batch, screen, scratch
                ):
                    return NO_ROOM
            n_solved = _list_solved(batch, scratch.solved)
            update_gradients(features, shift, screen, scratch.solved[:n_solved])
            if not _check(features, shift, training, lam, penalty.l1_ratio, batch, screen, scratch.again):
                progress[_PHASE] = 2
        if lam == np.inf:
            largest_lambdas(features, screen, batch.theta)
            for f in range(batch.theta.size):
                batch.lambdas[f, :] = batch.theta[f] / penalty.l1_ratio
        row = route.row[progress[_STEP]]
        if row >= 0:
            if record.n_written[0] + n_nonzero(batch) > record.column.size:
                return NO_SPACE
            for f in range(batch.pending.size):
                _write_one(risk, training, penalty, f, row, batch, scratch, record)
        progress[_STEP] += 1
        progress[_PHASE] = 0
        if not record.carry_on and _all_ended(batch):
            break
    return DONE


@jit(**INLINE)
def _start(risk: RiskSets, training: Training, batch: Batch, screen: Screen, scratch: Scratch) -> None:
    """Evaluate the model without coefficients; a training set without an event ends here."""
    for f in range(batch.eta.shape[0]):
        loglik = evaluate(batch.eta[f], risk_of(risk, training, f), scratch.now)
        batch.null_deviance[f] = 2.0 * (batch.saturated[f] - loglik)
        n_deaths = 0
        for g in range(training.n_deaths.shape[1]):
            n_deaths += training.n_deaths[f, g]
        batch.ended[f] = n_deaths == 0
        if n_deaths > 0:
            set_residual(screen, f, scratch.now.residual, training.total[f])


@jit(**INNER)
def _all_ended(batch: Batch) -> bool:
    n_ended = 0
    for f in range(batch.ended.size):
        n_ended += batch.ended[f]
    return n_ended == batch.ended.size


@jit(**INNER)
def _begin(lam: float, l1_ratio: float, batch: Batch, screen: Screen) -> None:
    """Say which fits have to be solved at this lambda, how far ahead they start and what their strong features are."""
    for f in range(batch.pending.size):
        last = batch.lambdas[f, _LAST]
        before = batch.lambdas[f, _BEFORE]
        batch.pending[f] = _IDLE
        batch.theta[f] = 0.0
        screen.threshold[f] = np.inf
        if not batch.ended[f] and (lam < last or lam == np.inf):
            batch.pending[f] = _WAITING
            batch.changed[f] = True
            screen.threshold[f] = _HUGE if lam == np.inf else l1_ratio * max(2.0 * lam - last, 0.0)
            if before > last:  # coefficients move almost linearly in lambda
                batch.theta[f] = min((last - lam) / (before - last), 2.0)


@jit(**INLINE)
def _solve_one(
    features: Features,
    shift: np.ndarray,
    risk: RiskSets,
    training: Training,
    penalty: Penalty,
    lam: float,
    f: int,
    batch: Batch,
    screen: Screen,
    scratch: Scratch,
) -> bool:
    """Solve one fit among the features it looks at; False where its cache is full."""
    fit = fit_of(batch, f, scratch)
    own = risk_of(risk, training, f)
    own_shift = shift[min(f, shift.shape[0] - 1)]
    strong = screen.strong[f, : screen.n_strong[f]]
    _open(penalty, lam, f, strong, fit, scratch)
    elastic = penalty.l1_ratio < 1.0
    answer = solve_lambda(features, own_shift, own, scratch.l1, scratch.l2, strong, fit, batch.theta[f], elastic)
    for k in range(fit.model.sizes[CACHED]):
        scratch.place[fit.cache.feature[k]] = -1
    batch.theta[f] = 0.0  # no second extrapolation
    if answer == FULL:
        return False
    batch.converged[f] = answer == CONVERGED
    batch.pending[f] = _SOLVED
    for i in range(fit.eta.size):
        batch.residual[f, i] = fit.now.residual[i]
    set_residual(screen, f, batch.residual[f], own.total_weight)
    return True


@jit(**INNER)
def _open(penalty: Penalty, lam: float, f: int, strong: np.ndarray, fit: Fit, scratch: Scratch) -> None:
    """Lay ready the penalties of the features in play and the places of those in the cache."""
    for s in range(strong.size):
        _penalise(penalty, lam, f, strong[s], scratch)
    for k in range(fit.model.sizes[CACHED]):
        j = fit.cache.feature[k]
        _penalise(penalty, lam, f, j, scratch)
        scratch.place[j] = k


@jit(**INNER)
def _penalise(penalty: Penalty, lam: float, f: int, j: int, scratch: Scratch) -> None:
    scratch.l1[j] = 0.0
    scratch.l2[j] = 0.0
    if penalty.factor[j] > 0.0:  # an infinite lambda times zero would be no number
        ratio = penalty.scale[min(f, penalty.scale.shape[0] - 1), j] / penalty.unit[j]
        scratch.l1[j] = lam * penalty.l1_ratio * penalty.factor[j] * ratio
        if penalty.l1_ratio < 1.0:
            scratch.l2[j] = lam * (1.0 - penalty.l1_ratio) * penalty.factor[j] * ratio * ratio


@jit(**INNER)
def _list_solved(batch: Batch, solved: np.ndarray) -> int:
    n_solved = 0
    for f in range(batch.pending.size):
        if batch.pending[f] == _SOLVED:
            solved[n_solved] = f
            n_solved += 1
    return n_solved


@jit(**INNER)
def _check(
    features: Features,
    shift: np.ndarray,
    training: Training,
    lam: float,
    l1_ratio: float,
    batch: Batch,
    screen: Screen,
    again: np.ndarray,
) -> bool:
    """Send back the fits that must look at more features; the others are done with this lambda."""
    for f in range(again.size):
        again[f] = False
        solved = batch.pending[f] == _SOLVED
        screen.threshold[f] = min(lam * l1_ratio, _HUGE) if solved else np.inf
    any_again = add_violators(features, shift, screen, batch.residual, training.total, again)
    for f in range(again.size):
        if batch.pending[f] == _SOLVED:
            batch.pending[f] = _WAITING if again[f] else _IDLE
            if not again[f]:
                batch.lambdas[f, _BEFORE] = batch.lambdas[f, _LAST]
                batch.lambdas[f, _LAST] = lam
    return any_again


@jit(**INLINE)
def _write_one(
    risk: RiskSets,
    training: Training,
    penalty: Penalty,
    f: int,
    row: int,
    batch: Batch,
    scratch: Scratch,
    record: Record,
) -> None:
    own = risk_of(risk, training, f)
    scale = penalty.scale[min(f, penalty.scale.shape[0] - 1)]
    write(risk, own, training.inside[f], scale, penalty.unit, f, row, batch, scratch, record)
