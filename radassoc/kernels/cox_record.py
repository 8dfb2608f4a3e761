"""What is kept of a batch of Cox paths: coefficients without their zeros, scores of those left out, deviances."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_likelihood import loglik_only
from radassoc.kernels.cox_quadratic import CACHED
from radassoc.kernels.cox_risk import INLINE, INNER, RiskSets
from radassoc.kernels.cox_state import Batch, Scratch
from radassoc.kernels.pages import paged_zeros

__all__ = ["FAR", "Record", "n_nonzero", "new_record", "trimmed", "widen", "write"]

#: How far from the median a score may lie: a wild value of a patient left out would push everybody else's relative
#: risk below the smallest number.
FAR = 300.0


class Record(NamedTuple):
    """The record of B fits over L lambdas, and the rules that end a fit.

    ``column`` and ``value`` hold the coefficients that are not zero, lambda by lambda, within it fit by fit;
    ``counts`` (L, B) tells how many each has, ``n_written`` how many are written. ``deviance_ratio`` and ``converged``
    (L, B). Where ``cross`` is set also ``deviance`` (L, B), minus twice the log partial likelihood of all patients
    less that of the training set, per event of ``events_out`` (B,); and ``eta`` (L, m), the scores of those left out,
    who are ``out_row[out_start[f] : out_start[f + 1]]``, less the mean over the training set if ``centred``.
    A fit that ends is carried on as it is if ``carry_on``.
    """

    column: np.ndarray
    value: np.ndarray
    counts: np.ndarray
    n_written: np.ndarray
    deviance_ratio: np.ndarray
    converged: np.ndarray
    deviance: np.ndarray
    eta: np.ndarray
    out_start: np.ndarray
    out_row: np.ndarray
    events_out: np.ndarray
    cross: bool
    centred: bool
    carry_on: bool
    max_deviance_ratio: float
    max_nonzero: float
    max_lambdas: float


def new_record(
    n_lambdas: int,
    n_fits: int,
    *,
    ends: tuple[float, float, float],
    left_out: np.ndarray | None = None,
    events_out: np.ndarray | None = None,
    centred: bool = False,
) -> Record:
    """Return an empty record; ``left_out`` (B, n) says whose scores are kept, and that all fits go to the end."""
    cross = left_out is not None
    out = np.zeros((n_fits, 0), np.bool_) if left_out is None else left_out
    return Record(
        column=paged_zeros((256 * n_fits,), np.int32),
        value=paged_zeros((256 * n_fits,)),
        counts=np.zeros((n_lambdas, n_fits), np.int32),
        n_written=np.zeros(1, np.int64),
        deviance_ratio=np.zeros((n_lambdas, n_fits)),
        converged=np.zeros((n_lambdas, n_fits), np.bool_),
        deviance=np.zeros((n_lambdas, n_fits)),
        eta=paged_zeros((n_lambdas, int(out.sum()))),  # rows of lambdas never walked are never touched
        out_start=np.append(0, np.cumsum(out.sum(axis=1))).astype(np.int64),
        out_row=np.nonzero(out)[1].astype(np.int64),
        events_out=np.ones(n_fits) if events_out is None else events_out,
        cross=cross,
        centred=centred,
        carry_on=cross,
        max_deviance_ratio=ends[0],
        max_nonzero=ends[1],
        max_lambdas=ends[2],
    )


def trimmed(record: Record) -> Record:
    """Return the same record without space for more coefficients."""
    return _resized(record, int(record.n_written[0]))


def widen(record: Record) -> Record:
    """Return the same record with twice the space for coefficients."""
    return _resized(record, 2 * record.column.size)


def _resized(record: Record, size: int) -> Record:
    column, value = paged_zeros((size,), np.int32), paged_zeros((size,))
    kept = min(size, record.column.size)
    column[:kept], value[:kept] = record.column[:kept], record.value[:kept]
    return record._replace(column=column, value=value)


@jit(**INNER)
def n_nonzero(batch: Batch) -> int:
    """Count the coefficients that are not zero in all fits."""
    found = 0
    for f in range(batch.sizes.shape[0]):
        for k in range(batch.sizes[f, CACHED]):
            found += batch.beta[f, k] != 0.0
    return found


@jit(**INLINE)
def write(
    risk: RiskSets,
    own: RiskSets,
    inside: np.ndarray,
    scale: np.ndarray,
    unit: np.ndarray,
    f: int,
    row: int,
    batch: Batch,
    scratch: Scratch,
    record: Record,
) -> None:
    """Write one fit at one lambda, and end it where a rule says so."""
    found = _write_coefficients(scale, unit, f, row, batch, record)
    record.converged[row, f] = batch.converged[f]
    if row > 0 and not batch.changed[f]:
        record.deviance_ratio[row, f] = record.deviance_ratio[row - 1, f]
        record.deviance[row, f] = record.deviance[row - 1, f]
        for k in range(record.out_start[f], record.out_start[f + 1]):
            record.eta[row, k] = record.eta[row - 1, k]
    else:
        eta = batch.eta[f]
        loglik = loglik_only(eta, own, scratch.now)
        if batch.null_deviance[f] > 0.0:
            record.deviance_ratio[row, f] = 1.0 - 2.0 * (batch.saturated[f] - loglik) / batch.null_deviance[f]
        if record.cross:
            _bound(eta, scratch.trial_eta)
            loglik = loglik_only(scratch.trial_eta, own, scratch.now)
            everyone = loglik_only(scratch.trial_eta, risk, scratch.now)
            n_events = record.events_out[f] if record.events_out[f] > 0.0 else 1.0
            record.deviance[row, f] = -2.0 * (everyone - loglik) / n_events
            _write_scores(scratch.trial_eta, _mean(eta, inside) if record.centred else 0.0, f, row, record)
    batch.changed[f] = False
    if (
        record.deviance_ratio[row, f] >= record.max_deviance_ratio
        or found >= record.max_nonzero
        or row + 1 >= record.max_lambdas
    ):
        batch.ended[f] = True


@jit(**INNER)
def _write_coefficients(scale: np.ndarray, unit: np.ndarray, f: int, row: int, batch: Batch, record: Record) -> int:
    found = 0
    for k in range(batch.sizes[f, CACHED]):  # the others are zero
        if batch.beta[f, k] != 0.0:
            j = batch.feature[f, k]
            place = record.n_written[0] + found
            record.column[place] = j
            record.value[place] = batch.beta[f, k] * scale[j] / unit[j]
            found += 1
    record.n_written[0] += found
    record.counts[row, f] = found
    return found


@jit(**INNER)
def _bound(eta: np.ndarray, out: np.ndarray) -> None:
    """Copy the linear predictor, values too far from the median drawn in."""
    lowest = np.inf
    highest = -np.inf
    for i in range(eta.size):
        lowest = min(lowest, eta[i])
        highest = max(highest, eta[i])
    middle = _median(eta) if highest - lowest > FAR else 0.5 * (lowest + highest)
    for i in range(eta.size):
        out[i] = min(max(eta[i], middle - FAR), middle + FAR)


@jit(**INNER)
def _median(values: np.ndarray) -> float:
    """Return the median by counting, which is slow but seldom asked for."""
    half = values.size // 2
    low = -np.inf
    high = np.inf
    for candidate in values:
        n_below = 0
        n_above = 0
        for value in values:
            n_below += value < candidate
            n_above += value > candidate
        if n_below <= half and n_above < values.size - half:  # it is among the upper half, first of all
            high = min(high, candidate)
        if n_above <= half and n_below < values.size - half:
            low = max(low, candidate)
    return 0.5 * (low + high)


@jit(**INNER)
def _mean(eta: np.ndarray, inside: np.ndarray) -> float:
    total = 0.0
    count = 0
    for i in range(eta.size):
        if inside[i]:
            total += eta[i]
            count += 1
    return total / max(count, 1)


@jit(**INNER)
def _write_scores(eta: np.ndarray, centre: float, f: int, row: int, record: Record) -> None:
    for k in range(record.out_start[f], record.out_start[f + 1]):
        record.eta[row, k] = eta[record.out_row[k]] - centre
