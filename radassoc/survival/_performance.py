"""Every measure of performance of several models at once, on arrays, and the frames that figures draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.kernels.censoring import censoring
from radassoc.kernels.concordance import cells_of
from radassoc.kernels.time_dependent import TimeRoc, time_roc
from radassoc.resampling.metrics import brier, harrell_c, kaplan_meier_brier, over_time, time_auc, uno_c
from radassoc.survival._calibration import CALIBRATION, calibration_rows, calibration_slope
from radassoc.survival._decision import DECISION, decision_rows

__all__ = ["ROC", "Predicted", "calibration_frame", "columns_of", "decision_frame", "measure_all", "roc_frame"]

ROC = ("model", "time", "false_positive", "true_positive", "threshold")


class Predicted(NamedTuple):
    """What a model says of patients: a score (n,), larger means earlier death, and survival (n, G) at grid times.

    ``survival`` is None where a model gives no absolute risk.
    """

    score: np.ndarray
    survival: np.ndarray | None = None


Measured = tuple[str, str, float, float]


def measure_all(
    time: np.ndarray,
    event: np.ndarray,
    predicted: Mapping[str, Predicted],
    *,
    times: np.ndarray,
    tau: float,
    grid: np.ndarray | None = None,
    strata: np.ndarray | None = None,
    groups: np.ndarray | None = None,
) -> list[Measured]:
    """Return ``(measure, model, time, value)`` of every model; time is missing where a measure has none.

    Parameters
    ----------
    time, event
        Outcome (n,).
    predicted
        By model.
    times
        Times of AUC and Brier score.
    tau
        The last time that Uno's C and the integrated Brier score count.
    grid
        The increasing times of the columns of ``survival``, ``times`` among them (``_times.prediction_times``);
        ``times`` by default, which is too coarse for the integrated Brier score.
    strata, groups
        Codes (n,): only pairs of the same stratum and group (test fold) count, and the calibration slope is stratified
        by both. Brier scores compare no patients and need neither. Censoring is estimated for all patients together.

    Returns
    -------
    list
        "concordance", "uno_concordance", "auc" (each time), "calibration_slope"; with absolute risks "brier" (each
        time), "integrated_brier" and "brier_skill" (1 - IBS / IBS of the Kaplan-Meier estimate of these patients).
    """
    columns = np.column_stack([model.score for model in predicted.values()])
    labels = {"strata": strata, "groups": groups}
    ranks = harrell_c(time, event, columns, **labels), uno_c(time, event, columns, tau=tau, **labels)
    areas = time_auc(time, event, columns, times, **labels)
    cells = cells_of(len(time), groups, strata)
    points = np.asarray(times if grid is None else grid, dtype=float)
    found: list[Measured] = []
    for i, (name, model) in enumerate(predicted.items()):
        found += [
            ("concordance", name, np.nan, float(ranks[0][i])),
            ("uno_concordance", name, np.nan, float(ranks[1][i])),
        ]
        found += [("auc", name, float(t), float(area)) for t, area in zip(times, areas[:, i], strict=True)]
        found.append(("calibration_slope", name, np.nan, calibration_slope(time, event, model.score, strata=cells)[0]))
        found += _errors(time, event, name, model.survival, np.asarray(times), points, tau)
    return found


def _errors(
    time: np.ndarray,
    event: np.ndarray,
    name: str,
    survival: np.ndarray | None,
    times: np.ndarray,
    grid: np.ndarray,
    tau: float,
) -> Iterator[Measured]:
    if survival is None:
        return
    errors = brier(time, event, survival, grid)
    for t, value in zip(times, errors[columns_of(grid, times)], strict=True):
        yield "brier", name, float(t), float(value)
    whole = float(over_time(errors, grid, tau=tau))
    yield "integrated_brier", name, np.nan, whole
    reference = float(over_time(kaplan_meier_brier(time, event, grid), grid, tau=tau))
    yield "brier_skill", name, np.nan, 1 - whole / reference if reference > 0 else np.nan


def columns_of(grid: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the positions of ``times`` in ``grid``."""
    place = np.searchsorted(grid, times)
    if (place >= len(grid)).any() or not np.allclose(grid[place], times, rtol=1e-12, atol=0):
        raise ValueError("times must be among the times of the predicted survival.")
    return place


def roc_frame(
    time: np.ndarray,
    event: np.ndarray,
    predicted: Mapping[str, Predicted],
    *,
    times: np.ndarray,
    strata: np.ndarray | None = None,
    groups: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return the cumulative/dynamic ROC curve of each model and time; no patient's score is among the thresholds.

    With several strata or groups the curve is the mean of theirs at each rate of false positives, weighted by their
    pairs, so that the area under it is the AUC; such a curve has no thresholds.
    """
    before = censoring(time, event).before
    cells = cells_of(len(time), groups, strata)
    parts = []
    for name, model in predicted.items():
        for t in np.asarray(times, dtype=float):
            curves = [
                curve
                for inside in (cells == cell for cell in np.unique(cells))
                if (curve := time_roc(time[inside], event[inside], model.score[inside], t, before=before[inside]))
            ]
            if curves:
                mean = curves[0] if len(curves) == 1 else _mean_curve(curves)
                parts.append(pd.DataFrame(dict(zip(ROC[2:], mean, strict=False))).assign(model=name, time=t))
    return tidy(pd.concat(parts) if parts else pd.DataFrame(columns=list(ROC)), ROC)


def _mean_curve(curves: list[TimeRoc]) -> TimeRoc:
    """Average the rates of true positives at each rate of false positives, on both sides of each step."""
    x = np.unique(np.concatenate([curve.false_positive for curve in curves]).round(12))
    total = sum(curve.pairs for curve in curves)
    low, high = (
        sum(curve.pairs / total * side for curve, side in zip(curves, sides, strict=True))
        for sides in zip(*(_sides(curve, x) for curve in curves), strict=True)
    )
    true_positive = np.column_stack([low, high]).ravel()
    return TimeRoc(np.repeat(x, 2), true_positive, np.full(2 * x.size, np.nan), total)


def _sides(curve: TimeRoc, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the curve just before and just after each ``x``; it rises upright where only cases have a score."""
    own, first = np.unique(curve.false_positive.round(12), return_index=True)
    bottom = curve.true_positive[first]
    top = curve.true_positive[np.append(first[1:], curve.true_positive.size) - 1]
    left = np.searchsorted(own, x, side="right") - 1
    right = np.minimum(left + 1, own.size - 1)
    exact = own[left] == x
    share = (x - own[left]) / np.where(exact, 1.0, own[right] - own[left])
    between = top[left] + share * (bottom[right] - top[left])
    return np.where(exact, bottom[left], between), np.where(exact, top[left], between)


def calibration_frame(
    time: np.ndarray,
    event: np.ndarray,
    predicted: Mapping[str, Predicted],
    *,
    times: np.ndarray,
    grid: np.ndarray | None = None,
    n_groups: int = 5,
) -> pd.DataFrame:
    """Return observed against predicted risk of each model with absolute risks, at each time.

    Rows of ``group`` "1", "2", ... are quantile groups of the predicted risk (mean prediction; Kaplan-Meier risk with
    its log-log interval), rows "smooth" the curve of ``_calibration.smooth_curve`` with its pointwise band (n is 0),
    rows "histogram" the number of patients by predicted risk.
    """
    rows = []
    for name, risk, t in _risks(predicted, times, grid):
        rows += [{"model": name, **row} for row in calibration_rows(time, event, risk, t, n_groups=n_groups)]
    return tidy(rows, CALIBRATION)


def decision_frame(
    time: np.ndarray,
    event: np.ndarray,
    predicted: Mapping[str, Predicted],
    *,
    times: np.ndarray,
    grid: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return the net benefit of each model with absolute risks, of treating all and of treating none, at each time."""
    rows = []
    at: dict[float, dict[str, np.ndarray]] = {}
    for name, risk, t in _risks(predicted, times, grid):
        at.setdefault(t, {})[name] = risk
    for t, risks in at.items():
        rows += decision_rows(time, event, risks, t)
    return tidy(rows, DECISION)


def _risks(
    predicted: Mapping[str, Predicted], times: np.ndarray, grid: np.ndarray | None
) -> Iterator[tuple[str, np.ndarray, float]]:
    points = np.asarray(times if grid is None else grid, dtype=float)
    place = columns_of(points, np.asarray(times, dtype=float))
    for name, model in predicted.items():
        if model.survival is not None:
            for t, column in zip(times, place, strict=True):
                yield name, 1 - model.survival[:, column], float(t)
