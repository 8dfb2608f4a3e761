"""How predicted risks agree with what happened: slope, groups, and a smooth curve with its distances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from radassoc.kernels.cox_fit import cox_maximum
from radassoc.kernels.product_limit import product_limit

__all__ = ["CALIBRATION", "Smooth", "calibration_distances", "calibration_rows", "calibration_slope", "smooth_curve"]

CALIBRATION = ("model", "time", "group", "n", "predicted", "observed", "ci_low", "ci_high")
_Z_95 = 1.959963984540054
_SMALLEST_GROUP = 10  # patients: a Kaplan-Meier estimate of fewer says little
_FEWEST_EVENTS = 10  # for the smooth curve
_KNOTS = (0.1, 0.5, 0.9)
_CURVE_POINTS = 50


class Smooth(NamedTuple):
    """Risk observed among patients of one predicted risk, with a pointwise 95% band."""

    observed: np.ndarray
    low: np.ndarray
    high: np.ndarray


def calibration_slope(
    time: np.ndarray, event: np.ndarray, score: np.ndarray, *, strata: np.ndarray | None = None
) -> tuple[float, float]:
    """Return the coefficient of a (stratified) Cox model on the score, 1 being ideal, and its standard error.

    Missing where the score is constant or the likelihood has no maximum. Equals R's ``coxph`` (Efron) to 1e-8.
    """
    if len(score) < 2 or np.ptp(score) == 0:
        return np.nan, np.nan
    fit = cox_maximum(np.asarray(score, dtype=float)[:, None], time, event, strata=strata)
    return float(fit.coefficients[0]), float(np.sqrt(fit.covariance[0, 0]))


def calibration_rows(
    time: np.ndarray, event: np.ndarray, risk: np.ndarray, at: float, *, n_groups: int = 5
) -> list[dict[str, Any]]:
    """Return observed against predicted risk at one time.

    Rows of ``group`` "1", "2", ... are quantile groups, "smooth" the smooth curve, and "histogram" the number of
    patients whose predicted risk lies within 0.025 of ``predicted``.

    Parameters
    ----------
    time, event
        Outcome (n,).
    risk
        Predicted probability of death by ``at`` (n,).
    n_groups
        Groups by quantiles of the predicted risk; fewer where a group would have under 10 patients.
    """
    rows = _groups(time, event, risk, at, n_groups) + _histogram(risk)
    low, high = np.quantile(risk, [0.02, 0.98])  # the curve stays where patients are
    if low < high:
        grid = np.linspace(low, high, _CURVE_POINTS)
        curve = smooth_curve(time, event, risk, at, grid)
        if np.isfinite(curve.observed).all():
            columns = (grid, *curve)
            names = ("predicted", "observed", "ci_low", "ci_high")
            rows += [
                dict(zip(names, values, strict=True)) | {"group": "smooth"} for values in zip(*columns, strict=True)
            ]
    nothing = dict.fromkeys(("observed", "ci_low", "ci_high"), np.nan)
    return [{"time": at, "n": 0, **nothing, **row} for row in rows]


def _histogram(risk: np.ndarray) -> list[dict[str, Any]]:
    edges = np.linspace(0, 1, 21)
    counts = np.histogram(risk, edges)[0]
    middle = (edges[1:] + edges[:-1]) / 2
    return [
        {"group": "histogram", "n": int(n), "predicted": float(x)} for x, n in zip(middle, counts, strict=True) if n
    ]


def _groups(time: np.ndarray, event: np.ndarray, risk: np.ndarray, at: float, n_groups: int) -> list[dict[str, Any]]:
    n = max(1, min(n_groups, len(risk) // _SMALLEST_GROUP))
    cuts = np.unique(np.quantile(risk, np.arange(1, n) / n))
    code = np.searchsorted(cuts, risk, side="left")  # a risk at a cut is in the lower group
    rows = []
    for position, group in enumerate(np.unique(code)):
        inside = code == group
        curve = product_limit(time[inside], event[inside])
        last = int(np.searchsorted(curve.time, at, side="right")) - 1
        known = time[inside].max() >= at or (last >= 0 and curve.survival[last] == 0)
        values = (1.0, np.nan, np.nan) if last < 0 else [x[last] for x in (curve.survival, curve.ci_low, curve.ci_high)]
        alive, low, high = values if known else (np.nan, np.nan, np.nan)
        told = {"observed": 1 - alive, "ci_low": 1 - high, "ci_high": 1 - low}
        rows.append({"group": str(position + 1), "n": int(inside.sum()), "predicted": risk[inside].mean(), **told})
    return rows


def smooth_curve(time: np.ndarray, event: np.ndarray, risk: np.ndarray, at: float, grid: np.ndarray) -> Smooth:
    """Return the observed risk at the predicted risks ``grid``, by a Cox model on a spline of log(-log(1 - risk)).

    Restricted cubic spline with knots at the 10th, 50th and 90th percentile (a straight line where they coincide);
    Efron's ties, Breslow's baseline hazard, log-log band. Missing with fewer than 10 events.

    Notes
    -----
    Equals R's ``survfit(coxph(Surv(time, event) ~ rcs(cloglog, 3)), stype = 2, ctype = 1, conf.type = "log-log")``
    to 1e-6.

    References
    ----------
    Austin PC, Harrell FE, van Klaveren D (2020) Stat Med 39:2714. doi:10.1002/sim.8570
    """
    nothing = np.full(len(grid), np.nan)
    x, wanted = _cloglog(risk), _cloglog(grid)
    if event.sum() < _FEWEST_EVENTS or np.ptp(x) == 0:
        return Smooth(nothing, nothing, nothing)
    knots = np.quantile(x, _KNOTS)
    design, asked = _spline(x, knots), _spline(wanted, knots)
    fit = cox_maximum(design, time, event)
    if not np.isfinite(fit.coefficients).all():
        design, asked = design[:, :1], asked[:, :1]
        fit = cox_maximum(design, time, event)
    if not np.isfinite(fit.coefficients).all():
        return Smooth(nothing, nothing, nothing)
    hazard, variance = _cumulative(design, asked, fit.coefficients, fit.covariance, time, event, at)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.exp(_Z_95 * np.sqrt(variance) / hazard)
        return Smooth(-np.expm1(-hazard), -np.expm1(-hazard / ratio), -np.expm1(-hazard * ratio))


def _cloglog(risk: np.ndarray) -> np.ndarray:
    inside = np.clip(risk, 1e-10, 1 - 1e-10)
    return np.asarray(np.log(-np.log1p(-inside)))


def _spline(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Return the restricted cubic spline basis of three knots, scaled as in Harrell's ``rcs``."""
    first, middle, last = knots
    if not first < middle < last:
        return x[:, None]
    cubes = [np.maximum(x - knot, 0.0) ** 3 for knot in knots]
    wide = last - middle
    bend = cubes[0] - cubes[1] * (last - first) / wide + cubes[2] * (middle - first) / wide
    return np.column_stack([x, bend / (last - first) ** 2])


def _cumulative(
    design: np.ndarray,
    asked: np.ndarray,
    beta: np.ndarray,
    covariance: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    at: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cumulative hazard at one time for the rows of ``asked``, and its variance (Breslow)."""
    center = design.mean(axis=0)
    relative = np.exp((design - center) @ beta)
    died = np.unique(time[event & (time <= at)])
    at_risk = time >= died[:, None]
    total = at_risk @ relative
    deaths = ((time == died[:, None]) & event).sum(axis=1)
    mean = (at_risk @ (relative[:, None] * (design - center))) / total[:, None]
    step = deaths / total
    own = np.exp((asked - center) @ beta)
    away = (asked - center) * step.sum() - step @ mean
    spread = (step / total).sum() + np.einsum("gp,pq,gq->g", away, covariance, away)
    return own * step.sum(), own**2 * spread


def calibration_distances(time: np.ndarray, event: np.ndarray, risk: np.ndarray, at: float) -> Mapping[str, float]:
    """Return ICI, E50 and E90: mean, median and 90th percentile of |smooth observed - predicted risk| over patients."""
    distinct, place = np.unique(risk, return_inverse=True)
    observed = smooth_curve(time, event, risk, at, distinct).observed[place]
    apart = np.abs(observed - risk)
    return {
        "ici": float(apart.mean()),
        "e50": float(np.quantile(apart, 0.5)),
        "e90": float(np.quantile(apart, 0.9)),
    }
