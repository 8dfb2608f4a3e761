"""Discrimination and error at a time: the area under the time-dependent ROC curve, and the Brier score."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.censoring import censoring

__all__ = ["TimeRoc", "brier", "time_auc", "time_roc"]


class TimeRoc(NamedTuple):
    """A ROC curve from (0, 0) to (1, 1); a patient is called positive if the score is above ``threshold``.

    ``pairs`` is the weighted number of pairs of a case and a control.
    """

    false_positive: np.ndarray
    true_positive: np.ndarray
    threshold: np.ndarray
    pairs: float


def time_auc(
    time: np.ndarray,
    event: np.ndarray,
    scores: np.ndarray,
    times: np.ndarray,
    *,
    cells: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return the cumulative/dynamic AUC at each time, weighted by inverse probability of censoring.

    Cases have died by t and weigh 1 / G(T_i -); controls are alive after t (their 1 / G(t) cancels); a patient censored
    by t is neither. A tied pair counts one half.

    Parameters
    ----------
    time, event
        Follow-up (n,) and whether it ended in death.
    scores
        (n,) or (n, m); one only where ``weights`` has several columns.
    times
        (T,).
    cells
        Codes (n,): only pairs of the same code count; G is that of all patients.
    weights
        Case weights (n,), or resampling multiplicities (n, B).

    Returns
    -------
    ndarray
        (T, m) or (T, B); missing where there is no case or no control.
    """
    weight = np.ones(len(time)) if weights is None else np.asarray(weights, dtype=float)
    columns = np.asarray(scores, dtype=float).reshape(len(time), -1)
    resampled = weight.ndim == 2
    before = censoring(time, event, weights=weight).before
    if not resampled:
        weight, before = weight[:, None], before[:, None]
    code = np.zeros(len(time), dtype=int) if cells is None else np.asarray(cells)
    found = [_areas(time, event, column, times, code, weight, before) for column in columns.T]
    return found[0] if resampled else np.concatenate(found, axis=1)


def _areas(
    time: np.ndarray,
    event: np.ndarray,
    score: np.ndarray,
    times: np.ndarray,
    cell: np.ndarray,
    weight: np.ndarray,
    before: np.ndarray,
) -> np.ndarray:
    order = np.lexsort((score, cell))
    time, dead, score, cell, weight, before = (
        part[order] for part in (time, np.asarray(event, dtype=bool), score, cell, weight, before)
    )
    new_cell = np.append(True, np.diff(cell) != 0)
    new = new_cell | np.append(True, np.diff(score) != 0)
    low = np.maximum.accumulate(np.where(new, np.arange(len(time)), 0))  # first patient of the same cell and score
    high = np.append(np.flatnonzero(new), len(time))[np.cumsum(new)]
    start = np.maximum.accumulate(np.where(new_cell, np.arange(len(time)), 0))
    end = np.append(np.flatnonzero(new_cell), len(time))[np.cumsum(new_cell)]
    areas = np.full((len(times), weight.shape[1]), np.nan)
    for row, t in enumerate(times):
        case = np.flatnonzero(dead & (time <= t))
        controls = np.zeros((len(time) + 1, weight.shape[1]))
        np.cumsum(weight * (time > t)[:, None], axis=0, out=controls[1:])
        below = 0.5 * (controls[low[case]] + controls[high[case]]) - controls[start[case]]
        all_controls = controls[end[case]] - controls[start[case]]
        share = np.divide(weight[case], before[case], out=np.zeros_like(below), where=weight[case] > 0)
        pairs = (share * all_controls).sum(axis=0)
        np.divide((share * below).sum(axis=0), pairs, out=areas[row], where=pairs > 0)
    return areas


def time_roc(
    time: np.ndarray, event: np.ndarray, score: np.ndarray, at: float, *, before: np.ndarray
) -> TimeRoc | None:
    """Return the cumulative/dynamic ROC curve at one time; the area under it (trapezoids) is that of ``time_auc``.

    Thresholds lie between neighbouring scores, so that no patient's value is among them.

    Parameters
    ----------
    time, event, score
        Of the patients (n,).
    at
        The time.
    before
        G(T_i -), the probability of being uncensored just before the own time (n,).

    Returns
    -------
    TimeRoc or None
        None without a case or a control.
    """
    distinct, place = np.unique(score, return_inverse=True)
    dead = np.asarray(event, dtype=bool) & (time <= at)
    case = np.bincount(place, dead / before, minlength=distinct.size)
    control = np.bincount(place, time > at, minlength=distinct.size)
    positives, negatives = (np.append(0.0, np.cumsum(x[::-1])) for x in (case, control))
    if positives[-1] == 0 or negatives[-1] == 0:
        return None
    middle = (distinct[1:] + distinct[:-1]) / 2
    return TimeRoc(
        negatives / negatives[-1],
        positives / positives[-1],
        np.concatenate([[np.inf], middle[::-1], [-np.inf]]),
        float(positives[-1] * negatives[-1]),
    )


def brier(
    time: np.ndarray, event: np.ndarray, survival: np.ndarray, times: np.ndarray, *, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return the Brier score at each time, weighted by inverse probability of censoring.

    Parameters
    ----------
    time, event
        Follow-up (n,) and whether it ended in death.
    survival
        Predicted probability of being alive, (n, T).
    times
        (T,).
    weights
        Case weights (n,), or resampling multiplicities (n, B).

    Returns
    -------
    ndarray
        (T,) or (T, B); missing where nobody can be still under observation.
    """
    weight = np.ones(len(time)) if weights is None else np.asarray(weights, dtype=float)
    censored = censoring(time, event, weights=weight)
    dead = np.asarray(event, dtype=bool)[:, None] & (time[:, None] <= times)
    alive = time[:, None] > times
    share = np.divide(weight, censored.before, out=np.zeros_like(weight), where=weight > 0)
    free = censored.at(times)
    error = (alive * (1.0 - survival) ** 2).T @ weight
    error = np.divide(error, free, out=np.full_like(error, np.nan), where=free > 0)
    return np.asarray((error + (dead * survival**2).T @ share) / weight.sum(axis=0))
