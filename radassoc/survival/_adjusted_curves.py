"""Adjusted survival curves: what each group's survival would be with everybody's covariates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.columns import tidy
from radassoc.base.errors import NumericalError
from radassoc.cohort.align import Aligned
from radassoc.kernels.product_limit import log_log_limits
from radassoc.kernels.standardised_survival import Standardised, standardised_survival
from radassoc.survival.hazards import fit_cox

__all__ = ["ADJUSTED_COLUMNS", "Adjusted", "adjusted_survival"]

ADJUSTED_COLUMNS = ("group", "time", "survival", "ci_low", "ci_high")


class Adjusted(NamedTuple):
    """The curves, rows for the landmark table, and why there are none."""

    curves: pd.DataFrame
    landmarks: list[dict[str, Any]]
    reason: str


def adjusted_survival(data: Aligned, labels: Sequence[str], times: np.ndarray, *, level: float = 0.95) -> Adjusted:
    """Return the curves of direct standardisation, and survival and its differences at landmark ``times``.

    A Cox model of covariates and strata (as indicators) with a baseline hazard of each group's own, so that groups need
    no proportional hazards; each group's curve is the mean over *all* patients of their predicted survival in that
    group. Intervals come from the influence functions of the whole estimate (covariates, coefficients, baseline),
    log-log for survival, Wald for differences.
    """
    assert data.time is not None
    assert data.event is not None
    codes = data.values["group"].to_numpy().astype(int)
    present = [code for code in range(len(labels)) if (codes == code).any()]
    dense = np.searchsorted(present, codes)
    indicators = [data.strata == stratum for stratum in np.unique(data.strata)[1:]]
    Z = np.column_stack([data.covariates.to_numpy(dtype=float), *indicators]).astype(float)
    if len(present) < 2:
        return _none("all patients with known covariates are in one group")
    if not all(data.event[dense == g].any() for g in range(len(present))):
        return _none("a group has no event: its adjusted curve is not estimable")
    try:
        fit = fit_cox(Z, data.time, data.event, strata=dense)
    except NumericalError as error:
        return _none(error.found)
    z = float(special.ndtri(0.5 + level / 2))
    last = [float(data.time[dense == g].max()) for g in range(len(present))]
    grid = np.unique(np.concatenate([[0.0], data.time[data.event], last, times]))
    found = standardised_survival(Z, fit.coefficients, fit.covariance, data.time, data.event, dense, grid)
    names = [labels[code] for code in present]
    curves = [_curve(name, at, grid, end, z) for name, at, end in zip(names, found, last, strict=True)]
    counts = {"at_risk": 0, "n_patients": len(codes), "n_events": int(data.event.sum())}
    rows: list[dict[str, Any]] = []
    for t in times:
        k = int(np.searchsorted(grid, t))
        known = [t <= end for end in last]
        rows += [_at(name, at, k, t, z, ok) | counts for name, at, ok in zip(names, found, known, strict=True)]
        for g in range(1, len(present)):
            contrast = f"{names[g]} vs {names[0]}"
            rows.append(_difference(contrast, found[g], found[0], k, t, z, known[g] and known[0]) | counts)
    return Adjusted(tidy(pd.concat(curves, ignore_index=True), ADJUSTED_COLUMNS), rows, "")


def _none(reason: str) -> Adjusted:
    return Adjusted(tidy([], ADJUSTED_COLUMNS), [], reason)


def _curve(name: str, at: Standardised, grid: np.ndarray, end: float, z: float) -> pd.DataFrame:
    low, high = _log_log(at, z)
    frame = pd.DataFrame({"group": name, "time": grid, "survival": at.survival, "ci_low": low, "ci_high": high})
    # a step curve needs no rows between its steps
    steps = np.concatenate([[True], np.diff(at.survival) != 0]) | (grid == end)
    return frame[steps & (grid <= end)]


def _log_log(at: Standardised, z: float) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt((at.influence**2).sum(axis=0)) / at.survival
    return log_log_limits(at.survival, error, z)


def _at(name: str, at: Standardised, k: int, t: float, z: float, known: bool) -> dict[str, Any]:
    low, high = _log_log(at, z)
    return _told(name, "adjusted_survival", t, at.survival[k], low[k], high[k], "log-log", known)


def _difference(
    contrast: str, other: Standardised, first: Standardised, k: int, t: float, z: float, known: bool
) -> dict[str, Any]:
    value = other.survival[k] - first.survival[k]
    half = z * np.sqrt(((other.influence[:, k] - first.influence[:, k]) ** 2).sum())
    return _told(contrast, "adjusted_survival_difference", t, value, value - half, value + half, "Wald", known)


def _told(
    contrast: str, measure: str, t: float, value: float, low: float, high: float, kind: str, known: bool
) -> dict[str, Any]:
    interval = known and bool(np.isfinite(low)) and low < high
    reason = (
        "" if interval else "no event by then: there is no interval" if known else "a group was not followed so long"
    )
    return {
        "time": float(t),
        "contrast": contrast,
        "measure": measure,
        "estimate": float(value) if known else np.nan,
        "ci_low": float(low) if interval else np.nan,
        "ci_high": float(high) if interval else np.nan,
        "interval": kind if interval else "none",
        "reason": reason,
    }
