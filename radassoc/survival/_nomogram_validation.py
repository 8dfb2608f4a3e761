"""Bootstrap validation of an unpenalised Cox model: optimism of discrimination and calibration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.parallel import run_tasks
from radassoc.kernels.cox_fit import cox_maximum
from radassoc.kernels.cox_likelihood import breslow_hazard
from radassoc.kernels.product_limit import product_limit
from radassoc.resampling.intervals import percentile_interval
from radassoc.resampling.metrics import harrell_c
from radassoc.survival._calibration import _SMALLEST_GROUP as SMALLEST_GROUP
from radassoc.survival._calibration import CALIBRATION, calibration_rows, smooth_curve

__all__ = ["VALIDATION_COLUMNS", "Plan", "Sample", "bootstrap_model", "risks", "validate_model"]

VALIDATION_COLUMNS = ("measure", "apparent", "optimism", "estimate", "ci_low", "ci_high", "interval", "n_bootstraps")
_MEASURES = ("concordance", "calibration_slope", "nagelkerke_r2")
_CHUNK = 10


class Sample(NamedTuple):
    """Patients as arrays."""

    X: np.ndarray
    time: np.ndarray
    event: np.ndarray
    strata: np.ndarray

    def rows(self, chosen: np.ndarray) -> Sample:
        """Return some of the patients, repeats included."""
        return Sample(self.X[chosen], self.time[chosen], self.event[chosen], self.strata[chosen])


class _Resample(NamedTuple):
    """Measures in the bootstrap sample and in the original one; observed minus predicted, times x positions."""

    train: np.ndarray
    test: np.ndarray
    gap: np.ndarray


def risks(coefficients: np.ndarray, fitted: Sample, asked: Sample, times: np.ndarray) -> np.ndarray:
    """Return predicted risks of death by each time, (n, T), with the baseline hazard (Efron) of the fitted patients.

    A stratum without fitted patients has the hazard pooled over strata.
    """
    score = fitted.X @ coefficients
    layers, at, hazard = breslow_hazard(score, fitted.time, fitted.event, fitted.strata, ties="efron")
    out = np.empty((len(asked.time), len(times)))
    for layer in np.unique(asked.strata):
        own = layers == layer
        pooled = breslow_hazard(score, fitted.time, fitted.event, ties="efron")[1:]
        steps_at, steps = (at[own], hazard[own]) if own.any() else pooled
        base = np.append(0.0, steps)[np.searchsorted(steps_at, times, side="right")]
        inside = asked.strata == layer
        out[inside] = -np.expm1(-base * np.exp(asked.X[inside] @ coefficients)[:, None])
    return out


class Plan(NamedTuple):
    """What every resample needs of the original, per time: cuts of predicted risk, groups, grid of the smooth curve."""

    data: Sample
    times: np.ndarray
    cuts: list[np.ndarray]
    groups: list[np.ndarray]
    grids: list[np.ndarray]


def validate_model(
    data: Sample, times: np.ndarray, index: np.ndarray, *, n_groups: int = 5
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the frames ``validation`` and ``calibration`` of a model of all columns.

    Parameters
    ----------
    data
        Patients; columns that the model can tell apart.
    times
        Times of the calibration (T,).
    index
        Bootstrap samples (B, n), as rows of the data.
    n_groups
        Groups of predicted risk.
    """
    coefficients = cox_maximum(*data[:3], strata=data.strata).coefficients
    risk = risks(coefficients, data, data, times)
    rows = [
        {"model": "apparent", **row}
        for t, at in enumerate(times)
        for row in calibration_rows(data.time, data.event, risk[:, t], float(at), n_groups=n_groups)
    ]
    calibration = tidy(rows, CALIBRATION)
    plan = _plan(data, times, risk, calibration, n_groups)
    found = list(_all(plan, index))
    return _validation(coefficients, data, found), _corrected(calibration, plan, found)


def _plan(data: Sample, times: np.ndarray, risk: np.ndarray, calibration: pd.DataFrame, n_groups: int) -> Plan:
    n = max(1, min(n_groups, len(data.time) // SMALLEST_GROUP))
    cuts = [np.unique(np.quantile(column, np.arange(1, n) / n)) for column in risk.T]
    groups = [np.unique(np.searchsorted(cut, column, side="left")) for cut, column in zip(cuts, risk.T, strict=True)]
    smooth = calibration[calibration["group"] == "smooth"]
    grids = [smooth.loc[smooth["time"] == at, "predicted"].to_numpy(dtype=float) for at in times]
    return Plan(data, times, cuts, groups, grids)


# ---- resamples
def _all(plan: Plan, index: np.ndarray) -> Iterable[_Resample]:
    """Fit in chunks, which do not depend on the number of workers; samples without a finite fit are left out."""
    chunks = [index[start : start + _CHUNK] for start in range(0, len(index), _CHUNK)]

    def work(chunk: np.ndarray) -> list[_Resample | None]:
        return [bootstrap_model(plan, rows) for rows in chunk]

    for answers in run_tasks(work, chunks, label="bootstrap"):
        yield from (one for one in answers if one is not None)


def bootstrap_model(plan: Plan, rows: np.ndarray) -> _Resample | None:
    """Refit in one bootstrap sample; None where it has no finite estimate."""
    data, drawn = plan.data, plan.data.rows(rows)
    coefficients = cox_maximum(*drawn[:3], strata=drawn.strata).coefficients
    if not np.isfinite(coefficients).all():
        return None
    train, test = (_measures(coefficients, sample) for sample in (drawn, data))
    gaps = [_gaps(plan, sample, risks(coefficients, drawn, sample, plan.times)) for sample in (drawn, data)]
    return _Resample(train, test, gaps[0] - gaps[1])


def _measures(coefficients: np.ndarray, sample: Sample) -> np.ndarray:
    """Return concordance, calibration slope and Nagelkerke's R2 of the model that has this score alone."""
    score = sample.X @ coefficients
    concordance = float(harrell_c(sample.time, sample.event, score, strata=sample.strata)[0])
    one = cox_maximum(score[:, None], *sample[1:3], strata=sample.strata)
    n = len(score)
    largest = -np.expm1(2 * one.null_loglik / n)
    return np.array([concordance, one.coefficients[0], -np.expm1(-2 * (one.loglik - one.null_loglik) / n) / largest])


def _gaps(plan: Plan, sample: Sample, risk: np.ndarray) -> np.ndarray:
    """Return observed minus predicted risk: of each group, then along the smooth curve, of all times in a row."""
    parts = []
    for t, at in enumerate(plan.times):
        code = np.searchsorted(plan.cuts[t], risk[:, t], side="left")
        parts += [_gap(sample, risk[:, t], code == group, float(at)) for group in plan.groups[t]]
        if plan.grids[t].size:
            curve = smooth_curve(sample.time, sample.event, risk[:, t], float(at), plan.grids[t])
            parts += list(curve.observed - plan.grids[t])
    return np.array(parts)


def _gap(sample: Sample, risk: np.ndarray, inside: np.ndarray, at: float) -> float:
    """Return 1 - Kaplan-Meier minus mean predicted risk of a group; missing where it is empty or not followed."""
    if not inside.any() or sample.time[inside].max() < at:
        return float("nan")
    curve = product_limit(sample.time[inside], sample.event[inside])
    last = int(np.searchsorted(curve.time, at, side="right")) - 1
    alive = 1.0 if last < 0 else float(curve.survival[last])
    return 1.0 - alive - float(risk[inside].mean())


# ---- frames
def _validation(coefficients: np.ndarray, data: Sample, found: list[_Resample]) -> pd.DataFrame:
    apparent = _measures(coefficients, data)
    rows = []
    for k, measure in enumerate(_MEASURES):
        train = np.array([one.train[k] for one in found])
        test = np.array([one.test[k] for one in found])
        known = np.isfinite(train) & np.isfinite(test)
        optimism = float((train - test)[known].mean()) if known.any() else float("nan")
        row = {"measure": measure, "apparent": apparent[k], "optimism": optimism, "estimate": apparent[k] - optimism}
        row |= {"ci_low": np.nan, "ci_high": np.nan, "interval": "none", "n_bootstraps": int(known.sum())}
        if measure == "concordance":  # the apparent slope is 1 in every sample: nothing to shift
            low, high = (end - optimism for end in percentile_interval(train[known]))
            row |= {"ci_low": low, "ci_high": high, "interval": "location-shifted bootstrap"} if low == low else {}
        rows.append(row)
    return tidy(rows, VALIDATION_COLUMNS)


def _corrected(calibration: pd.DataFrame, plan: Plan, found: list[_Resample]) -> pd.DataFrame:
    """Add the curves from which the mean optimism of observed minus predicted risk is taken away."""
    if not found:
        return calibration
    gaps = np.array([one.gap for one in found])
    known = np.isfinite(gaps)
    mean = np.where(known, gaps, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    corrected = calibration[calibration["group"] != "histogram"].copy()
    corrected["model"] = "optimism-corrected"
    corrected["observed"] = np.clip(corrected["observed"] - mean, 0.0, 1.0)
    corrected[["ci_low", "ci_high"]] = np.nan
    return tidy(pd.concat([calibration, corrected], ignore_index=True), CALIBRATION)
