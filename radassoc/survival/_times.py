"""Which times a performance is told at, how far it is followed, and at which times risks are predicted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from radassoc.base.errors import DesignError, InputError

__all__ = ["choose_times", "convert", "prediction_times"]

_YEARS = (1.0, 2.0, 3.0, 5.0)
_PER_YEAR = {"days": 365.25, "weeks": 365.25 / 7, "months": 12.0, "years": 1.0}
_STILL_THERE = 0.1  # of the patients: what lies later rests on too few
_FINEST = 100


def choose_times(
    time: np.ndarray,
    event: np.ndarray,
    unit: str,
    *,
    times: Sequence[float] | float | None = None,
    tau: float | None = None,
) -> tuple[np.ndarray, float]:
    """Return the times of interest and tau, in the unit of ``time``.

    Parameters
    ----------
    time, event
        Follow-up (n,) and whether it ended in death; at least one death.
    unit
        The unit of ``time``.
    times
        Increasing times. Default: those of 1, 2, 3 and 5 years that lie between the 10th percentile of the event times
        and the last event time at which a tenth of the patients is at risk; where none does, the quartiles of the event
        times up to there.
    tau
        Default: the last event time at which at least a tenth of the patients is at risk.

    Raises
    ------
    InputError
        Times that are no positive numbers.
    DesignError
        No event up to a time, or nobody observed beyond it.
    """
    at_risk = np.array([(time >= t).mean() for t in time])
    early = time[event & (at_risk >= _STILL_THERE)]
    last = float(early.max()) if early.size else float(time[event].min())
    if times is None:
        chosen = _default(time[event], last, unit)
        chosen = chosen[chosen < time.max()]
    else:
        chosen = np.unique(_positive("times", times))
        _refuse_empty(chosen, time, event)
    limit = last if tau is None else float(_positive("tau", tau)[0])
    if not (event & (time <= limit)).any() or limit > time.max():
        _refuse("tau", limit, time, event)
    return chosen, limit


def _default(died: np.ndarray, last: float, unit: str) -> np.ndarray:
    years = np.array(_YEARS) * _PER_YEAR[unit]
    fitting = years[(years >= np.quantile(died, 0.1)) & (years <= last)]
    if fitting.size:
        return fitting
    return np.unique(np.quantile(died[died <= last], (0.25, 0.5, 0.75), method="lower"))


def _positive(name: str, values: Sequence[float] | float) -> np.ndarray:
    try:
        numbers = np.atleast_1d(np.asarray(values, dtype=float))
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.ndim != 1 or not numbers.size or not (np.isfinite(numbers) & (numbers > 0)).all():
        raise InputError(f"{name}={values!r} is no time.", wanted="positive numbers in the cohort's unit of time")
    return numbers


def _refuse_empty(times: np.ndarray, time: np.ndarray, event: np.ndarray) -> None:
    for t in times:
        if not (event & (time <= t)).any() or not (time > t).any():
            _refuse("times", float(t), time, event)


def _refuse(name: str, t: float, time: np.ndarray, event: np.ndarray) -> None:
    raise DesignError(
        f"{name}: {t:g} has {int((event & (time <= t)).sum())} events up to it and {int((time > t).sum())} patients "
        "observed beyond it.",
        wanted=f"times between the first event ({time[event].min():g}) and the last follow-up ({time.max():g})",
        remedy="Times are in the cohort's own unit; leave them out for the default.",
    )


def convert(times: np.ndarray, unit: str, into: str) -> np.ndarray:
    """Return times of one unit in another; as they are where one of them is not known.

    Examples
    --------
    >>> convert(np.array([24.0]), "months", "years")
    array([2.])
    """
    if unit == into or not (unit in _PER_YEAR and into in _PER_YEAR):
        return times
    return times * (_PER_YEAR[into] / _PER_YEAR[unit])


def prediction_times(time: np.ndarray, times: np.ndarray, tau: float) -> np.ndarray:
    """Return the times at which survival is predicted: ``times``, ``tau`` and follow-ups up to ``tau`` (at most 100).

    The integrated Brier score is computed on them.
    """
    seen = np.unique(time[time <= tau])
    if seen.size > _FINEST:
        seen = seen[np.unique(np.linspace(0, seen.size - 1, _FINEST).round().astype(int))]
    return np.unique(np.concatenate([seen, times, [tau]]))
