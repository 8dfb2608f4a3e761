"""The rows of an evaluation: every measure of every model with its bootstrap interval, and the differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from radassoc.kernels.cox_fit import cox_maximum
from radassoc.resampling.intervals import detectable_effect, percentile_interval
from radassoc.resampling.metrics import (
    brier,
    harrell_c,
    kaplan_meier_at,
    kaplan_meier_brier,
    over_time,
    time_auc,
    uno_c,
)
from radassoc.resampling.permute import resample_rows
from radassoc.survival._calibration import calibration_distances, calibration_slope
from radassoc.survival._performance import Predicted, columns_of
from radassoc.survival._reclassification import reclassification

__all__ = ["Patients", "Row", "added_value", "differences", "draw", "empty_row", "measures", "reclassified"]

Row = dict[str, Any]
#: (measure, time or None) -> the estimate, then one value for each bootstrap sample
Values = dict[tuple[str, float | None], np.ndarray]

_Z_95 = 1.959963984540054
_PARTS = ("imaging", "covariates")  # of a score: alone, their slope need not be 1
_DIFFERENCES = ("concordance", "uno_concordance", "auc", "brier", "integrated_brier")


class Patients(NamedTuple):
    """Outcome, stratum codes, times of interest, and weights: a column of ones, then the bootstrap's multiplicities."""

    time: np.ndarray
    event: np.ndarray
    strata: np.ndarray
    weights: np.ndarray
    times: np.ndarray
    tau: float
    grid: np.ndarray


def draw(strata: np.ndarray, n_bootstraps: int, seed: int) -> np.ndarray:
    """Return a column of ones and the multiplicities of patients in each bootstrap sample, drawn within strata."""
    weights = np.ones((len(strata), n_bootstraps + 1))
    for b in range(n_bootstraps):
        drawn = resample_rows(strata, seed=seed, path=("evaluation", b))
        weights[:, b + 1] = np.bincount(drawn, minlength=len(strata))
    return weights


def measures(patients: Patients, predicted: Mapping[str, Predicted]) -> tuple[list[Row], dict[str, Values]]:
    """Return the rows of every model, and by model the bootstrap values that differences are made of."""
    values: dict[str, Values] = {}
    rows = []
    for name, model in predicted.items():
        values[name] = _ranked(patients, model.score)
        if model.survival is not None:
            values[name] |= _absolute(patients, model.survival)
        rows += [_row(measure, name, t, resampled) for (measure, t), resampled in values[name].items()]
        if name not in _PARTS:
            rows.append(_slope(patients, name, model.score))
        rows += _distances(patients, name, model.survival)
    return rows, values


def _ranked(patients: Patients, score: np.ndarray) -> Values:
    time, event, strata, weights, times, tau, _ = patients
    found: Values = {
        ("concordance", None): harrell_c(time, event, score, strata=strata, weights=weights)[0],
        ("uno_concordance", None): uno_c(time, event, score, tau=tau, strata=strata, weights=weights)[0],
    }
    areas = time_auc(time, event, score, times, strata=strata, weights=weights)
    return found | {("auc", float(t)): area for t, area in zip(times, areas, strict=True)}


def _absolute(patients: Patients, survival: np.ndarray) -> Values:
    time, event, _, weights, times, tau, grid = patients
    errors = brier(time, event, survival, grid, weights=weights)
    here = columns_of(grid, times)
    found: Values = {("brier", float(t)): errors[i] for t, i in zip(times, here, strict=True)}
    whole = over_time(errors, grid, tau=tau)
    reference = over_time(kaplan_meier_brier(time, event, grid, weights=weights), grid, tau=tau)
    died = 1 - kaplan_meier_at(time, event, times, weights=weights)
    expected = (1 - survival[:, here]).T @ weights / weights.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found[("integrated_brier", None)] = whole
        found[("brier_skill", None)] = 1 - whole / reference
        ratios = np.where(expected > 0, died / expected, np.nan)
    return found | {("observed_expected", float(t)): ratio for t, ratio in zip(times, ratios, strict=True)}


def _row(measure: str, model: str, t: float | None, values: np.ndarray) -> Row:
    low, high = percentile_interval(values[1:])
    return {
        **empty_row(measure, model, t),
        "estimate": float(values[0]),
        "ci_low": low,
        "ci_high": high,
        "detectable": detectable_effect(low, high) if measure.endswith("_difference") else np.nan,
        "interval": "bootstrap" if np.isfinite(low) else "none",
    }


def empty_row(measure: str, model: str, t: float | None = None) -> Row:
    """Return a row in which nothing is known yet."""
    missing = dict.fromkeys(("estimate", "ci_low", "ci_high", "detectable", "statistic", "p_value"), np.nan)
    return {"measure": measure, "model": model, "time": np.nan if t is None else t, **missing, "interval": "none"}


def _slope(patients: Patients, name: str, score: np.ndarray) -> Row:
    slope, error = calibration_slope(patients.time, patients.event, score, strata=patients.strata)
    return _wald(empty_row("calibration_slope", name), slope, error)


def _wald(row: Row, estimate: float, error: float) -> Row:
    if not np.isfinite(error):
        return row
    half = _Z_95 * error
    return {**row, "estimate": estimate, "ci_low": estimate - half, "ci_high": estimate + half, "interval": "wald"}


def _distances(patients: Patients, model: str, survival: np.ndarray | None) -> Iterator[Row]:
    if survival is None:
        return
    for t, column in zip(patients.times, columns_of(patients.grid, patients.times), strict=True):
        found = calibration_distances(patients.time, patients.event, 1 - survival[:, column], float(t))
        for measure, value in found.items():
            yield {**empty_row(measure, model, float(t)), "estimate": value}


def differences(values: Mapping[str, Values], first: str, others: Sequence[str]) -> list[Row]:
    """Return the change of each measure from each other model to the first, with intervals and without p-values."""
    return [
        _row(f"{measure}_difference", f"{first} - {other}", t, mine - values[other][measure, t])
        for other in others
        for (measure, t), mine in values[first].items()
        if measure in _DIFFERENCES and (measure, t) in values[other]
    ]


def added_value(patients: Patients, known: np.ndarray, added: np.ndarray, model: str) -> Row:
    """Return the likelihood-ratio test that a second score says nothing beside a first, in a Cox model of both.

    ``estimate`` is the log hazard ratio of a unit of the second, given the first: 1 where it is right as it stands.
    """
    row = empty_row("likelihood_ratio", model)
    both = np.column_stack([known, added])
    outcome = {"time": patients.time, "event": patients.event, "strata": patients.strata}
    larger = cox_maximum(both, **outcome)
    if larger.redundant[1]:
        return row
    gain = max(0.0, 2 * (larger.loglik - cox_maximum(both[:, :1], **outcome).loglik))
    row |= {"statistic": gain, "p_value": float(special.erfc(np.sqrt(gain / 2)))}
    return _wald(row, float(larger.coefficients[1]), float(np.sqrt(larger.covariance[1, 1])))


def reclassified(
    patients: Patients, old: np.ndarray, new: np.ndarray, model: str, thresholds: Sequence[float]
) -> list[Row]:
    """Return reclassification from the survival predicted by one model to that of another, at each time."""
    rows = []
    for t, column in zip(patients.times, columns_of(patients.grid, patients.times), strict=True):
        found = reclassification(
            patients.time,
            patients.event,
            1 - old[:, column],
            1 - new[:, column],
            float(t),
            thresholds=thresholds,
            weights=patients.weights,
        )
        rows += [_row(measure, model, float(t), values) for measure, values in found.items()]
    return rows
