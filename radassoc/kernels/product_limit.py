"""Kaplan-Meier estimates on arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

__all__ = ["ProductLimit", "at_times", "log_log_limits", "median_time", "product_limit", "restricted_mean"]


class ProductLimit(NamedTuple):
    """One entry per distinct time: the estimate just after it, and who was there just before it."""

    time: np.ndarray
    survival: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    censored: np.ndarray


def product_limit(time: np.ndarray, event: np.ndarray, *, level: float = 0.95) -> ProductLimit:
    """Return the Kaplan-Meier estimate with Greenwood's variance and log-log intervals.

    The interval is missing where the estimate is 1 or 0, as in R's ``survfit(conf.type="log-log")``.
    """
    times, place = np.unique(time, return_inverse=True)
    events = np.bincount(place[event], minlength=times.size)
    leaving = np.bincount(place, minlength=times.size)
    at_risk = leaving[::-1].cumsum()[::-1]
    survival = np.cumprod(1.0 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_variance = np.cumsum(events / (at_risk * (at_risk - events.astype(float))))
    low, high = log_log_limits(survival, np.sqrt(log_variance), special.ndtri(0.5 + level / 2))
    return ProductLimit(times, survival, low, high, at_risk, events, leaving - events)


def log_log_limits(survival: np.ndarray, std_error: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of survival, ``z`` standard errors of its logarithm wide, on the scale log(-log).

    Missing where the estimate is 1 or 0, as in R's ``survfit(conf.type = "log-log")``.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where((survival > 0) & (survival < 1), survival, np.nan)
        half = z * std_error / np.abs(np.log(inside))
        middle = np.log(-np.log(inside))
        return np.exp(-np.exp(middle + half)), np.exp(-np.exp(middle - half))


def median_time(time: np.ndarray, survival: np.ndarray) -> float:
    """Return the first time at which a survival curve is at most one half; missing where it never is.

    Where the curve runs exactly at one half, this is the middle of that stretch, as R's ``survfit`` prints it.
    """
    tolerance = np.sqrt(np.finfo(float).eps)
    reached = np.flatnonzero(survival < 0.5 + tolerance)
    if not reached.size:
        return float("nan")
    first = reached[0]
    lower = np.flatnonzero(survival[first:] < survival[first])
    if abs(survival[first] - 0.5) < tolerance and lower.size:
        return float((time[first] + time[first + lower[0]]) / 2)
    return float(time[first])


def at_times(found: ProductLimit, times: np.ndarray) -> ProductLimit:
    """Return the estimate at given times: ``at_risk`` just before, ``events`` and ``censored`` up to each.

    Missing beyond the last time of anybody, unless the curve has reached zero by then. Before the first event the
    estimate is 1 without an interval.
    """
    place = np.searchsorted(found.time, times, side="right")
    known = (times <= found.time[-1]) | (found.survival[-1] == 0)

    def step(values: np.ndarray, start: float) -> np.ndarray:
        return np.where(known, np.concatenate([[start], values])[place], np.nan)

    later = np.concatenate([found.at_risk, [0]])[np.searchsorted(found.time, times, side="left")]
    events, censored = (np.concatenate([[0], values.cumsum()])[place] for values in (found.events, found.censored))
    return ProductLimit(
        times,
        step(found.survival, 1.0),
        step(found.ci_low, np.nan),
        step(found.ci_high, np.nan),
        later,
        events,
        censored,
    )


def restricted_mean(found: ProductLimit, tau: float) -> tuple[float, float]:
    """Return the mean survival time up to ``tau``, the area under the curve, and its variance (Greenwood).

    Equals R's ``survfit`` with ``rmean=tau``, and survRM2. Missing where ``tau`` lies beyond the curve and this has not
    reached zero.
    """
    if tau > found.time[-1] and found.survival[-1] > 0:
        return float("nan"), float("nan")
    inside = found.time < tau
    edges = np.concatenate([[0.0], found.time[inside], [tau]])
    area = np.concatenate([[1.0], found.survival[inside]]) * np.diff(edges)
    after = area[::-1].cumsum()[::-1][1:]  # what is left under the curve from each time on
    staying = (found.at_risk - found.events)[inside].astype(float)
    # where all die there is no area left
    terms = np.divide(
        found.events[inside], found.at_risk[inside] * staying, out=np.zeros(len(after)), where=staying > 0
    )
    return float(area.sum()), float(after**2 @ terms)
