r"""Repeated cross-validation of the elastic-net Cox path as one batched problem.

All fits (folds of all repeats) walk down the same list of lambda together. Every fold relearns its preparation, and
yet all share one feature table, so that the gradients of every feature in every fit are one matrix product:

* the partial likelihood ignores centring;
* a fold's own scaling is a penalty factor of its own on the common table: :math:`v_j s_{fj}` for the LASSO and
  :math:`v_j s_{fj}^2` for the ridge part, per common unit;
* a fold's filter or pruning is an infinite penalty factor;
* a fold's imputation differs from the common one at the missing cells of a column, by one number.

Patients left out of a fit weigh nothing in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from radassoc.base.parallel import one_blas_thread, run_tasks
from radassoc.base.settings import resolve_jobs
from radassoc.kernels.cox_batch import Walker
from radassoc.kernels.cox_fold_paths import FoldPaths, collect, pooled_deviance
from radassoc.kernels.cox_fold_table import FoldTable, fold_table
from radassoc.kernels.cox_path import StopRule, checked_lambdas
from radassoc.kernels.cox_record import Record, new_record, trimmed
from radassoc.kernels.cox_risk import RiskSets, risk_sets, training_sets
from radassoc.kernels.cox_walk import Penalty

__all__ = ["solve_folds"]

_BLOCK = 12  # fits that go together: the product is efficient, and little memory is held
_SLACK = 3  # lambdas that the first fits walk further, for the pooled curve of all may have its minimum later
_STRIDE = 5  # lambdas between two looks at the pooled curve, and at the keyboard


def solve_folds(
    X: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    train: np.ndarray,
    *,
    lambdas: np.ndarray,
    strata: np.ndarray | None = None,
    ties: str = "efron",
    weights: np.ndarray | None = None,
    entry: np.ndarray | None = None,
    l1_ratio: float = 1.0,
    factor: np.ndarray | None = None,
    scale: np.ndarray | Literal["training"] | None = None,
    fill: np.ndarray | None = None,
    missing: np.ndarray | None = None,
    used: np.ndarray | None = None,
    centre: bool = True,
    patience: int | None = None,
    max_deviance_ratio: float = StopRule().max_deviance_ratio,
    n_jobs: int | None = None,
) -> FoldPaths:
    """Fit the Cox path on each of F training sets and judge it on those left out.

    Parameters
    ----------
    X
        Common table (n, p); missing cells hold one common fill in each column.
    time, event, strata, ties, weights, entry
        As in :func:`~radassoc.kernels.cox_risk.risk_sets`, of all patients.
    train
        (F, n), who is in each training set.
    lambdas
        Penalties, not increasing, the same for every fit.
    l1_ratio
        1 is the LASSO; above 0.
    factor
        (p,) multiplies lambda: 0 unpenalised, inf excluded. 1 by default.
    scale
        (F, p), or (1, p) for all: the unit in which each fit penalises a coefficient, in units of X. A fit that
        standardises gives the deviations of its own training part; ``"training"`` stands for these (divisor: the sum of
        the weights, as in cv.glmnet) where no cell is missing. 1 by default. A feature whose scale is not above 0 does
        not vary, and is not used.
    fill, missing
        (F, p) or (1, p), what each fit fills missing cells with, in units of X, and (n, p), which cells were missing.
    used
        (F, p) or (1, p), False where a fit's filter or pruning drops a feature.
    centre
        Whether scores are counted from the mean of the training set, as features centred there would give them.
    patience
        The path ends so many lambdas behind the minimum of the pooled curve; by default no end is sought.
    max_deviance_ratio
        A fit that explains this share of its deviance has saturated, and its last coefficients are carried on.
    n_jobs
        Number of threads; no result depends on it.

    Returns
    -------
    FoldPaths
        Deviances, scores of those left out, coefficients. A training set without an event has no coefficients.

    Raises
    ------
    ValueError
        Missing values, shapes that differ, no event at all, parameters out of range.

    References
    ----------
    van Houwelingen et al. (2006), doi:10.1002/sim.2353 (the grouped deviance).
    """
    lambdas = checked_lambdas(lambdas)
    if not 0 < l1_ratio <= 1:
        raise ValueError(f"l1_ratio={l1_ratio}: wanted a number above 0 and at most 1.")
    if patience is not None and patience < 1:
        raise ValueError(f"patience={patience}: wanted a positive number of lambdas, or None.")
    risk = risk_sets(time, event, entry=entry, strata=strata, weights=weights, ties=ties)
    train = np.ascontiguousarray(train, dtype=np.bool_)
    with one_blas_thread():
        table = fold_table(X, risk, train, factor, scale, fill, missing, used, every=bool(lambdas[-1] == 0))

    def begin(rows: slice, capacity: int = 16) -> Walker:
        out = ~train[rows]
        record = new_record(
            len(lambdas),
            len(out),
            ends=(max_deviance_ratio, np.inf, np.inf),
            left_out=out,
            events_out=_events(risk, out),
            centred=centre,
        )
        walker = _walker(table, risk, train, rows, float(l1_ratio), record, capacity)
        walker.start()
        walker.plan(lambdas)
        return walker

    blocks = _blocks(len(train))
    if patience is None:
        records, n_done = _walk_through(begin, blocks, len(lambdas), n_jobs), len(lambdas)
    else:
        records, n_done = _walk_until(begin, blocks, len(lambdas), n_jobs, patience)
    return collect(records, lambdas[:n_done], train, _events(risk, ~train))


def _events(risk: RiskSets, out: np.ndarray) -> np.ndarray:
    return np.asarray((out * risk.weight) @ risk.died)


def _blocks(n_fits: int) -> list[slice]:
    """Return fits in blocks of nearly one size, an even number of them, whatever the number of workers."""
    n_blocks = min(n_fits, 2 * -(-n_fits // (2 * _BLOCK)))
    ends = np.linspace(0, n_fits, n_blocks + 1).round().astype(int)
    return [slice(int(start), int(end)) for start, end in pairwise(ends)]


def _walker(
    table: FoldTable,
    risk: RiskSets,
    train: np.ndarray,
    rows: slice,
    l1_ratio: float,
    record: Record,
    capacity: int,
) -> Walker:
    scale = table.scale_of(rows)
    return Walker(
        table.features,
        risk,
        training_sets(risk, train[rows]),
        shift=table.shift(rows),
        penalty=Penalty(table.factor, table.unit, scale, l1_ratio),
        limit=table.limit(scale, rows, len(train[rows])),
        record=record,
        capacity=capacity,
    )


def _walk_through(
    begin: Callable[[slice], Walker], blocks: list[slice], n_lambdas: int, n_jobs: int | None
) -> list[Record]:
    """Walk the blocks to the end, one after the other in each worker; the state of a finished block is let go."""
    stopped = False

    def through(rows: slice) -> Record:
        walker = begin(rows)
        for done in range(_STRIDE, n_lambdas + _STRIDE, _STRIDE):
            if stopped:
                raise KeyboardInterrupt
            walker.advance(min(done, n_lambdas))
        return trimmed(walker.record)

    try:
        return _each(through, blocks, n_jobs)
    except BaseException:
        stopped = True  # compiled code hears of no keyboard: the other threads look here
        raise


def _walk_until(
    begin: Callable[..., Walker], blocks: list[slice], n_lambdas: int, n_jobs: int | None, patience: int
) -> tuple[list[Record], int]:
    """Walk until the pooled curve's minimum lies far enough behind; also return how far that is.

    The first two blocks go in step and tell how far it will be; the others follow one after the other, so that the
    state of two blocks is all that is ever held. Where the curve of all asks for more, all walk again, which changes
    no bit of what is known.
    """
    pilot, rest = blocks[:2], blocks[2:]
    walkers = _each(begin, pilot, n_jobs)
    done, end = 0, None
    while end is None:
        done = min(done + _STRIDE, n_lambdas)
        _each(partial(Walker.advance, n_lambdas=done), walkers, n_jobs)
        end = _end([walker.record for walker in walkers], done, n_lambdas, patience + (_SLACK if rest else 0))
    records = [trimmed(walker.record) for walker in walkers]
    capacity = max(walker.capacity for walker in walkers)
    del walkers
    if rest:
        roomy: Callable[[slice], Walker] = partial(begin, capacity=capacity)  # room need not be made again
        records += _walk_through(roomy, rest, done, n_jobs)
        while (end := _end(records, done, n_lambdas, patience)) is None:
            done = min(done + 2 * _STRIDE, n_lambdas)
            records = _walk_through(roomy, blocks, done, n_jobs)
    return records, end


def _end(records: list[Record], done: int, n_lambdas: int, patience: int) -> int | None:
    """Return how many lambdas the pooled curve asks for, or None if that is not known after ``done`` of them."""
    curve = pooled_deviance(records)[:done]
    lowest = np.array([np.argmin(curve[: row + 1]) for row in range(done)])
    past = np.flatnonzero(np.arange(done) - lowest >= patience)
    if past.size:
        return int(past[0]) + 1
    return n_lambdas if done == n_lambdas else None


def _each(function: Callable[[Any], Any], tasks: list[Any], n_jobs: int | None) -> list[Any]:
    if min(resolve_jobs(n_jobs), len(tasks)) == 1:
        with one_blas_thread():
            return [function(task) for task in tasks]
    return run_tasks(function, tasks, label="cross-validation", n_jobs=n_jobs, prefer="threads")
