"""Every measure of out-of-fold predictions, and how much the full score gains on its rivals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from radassoc.survival._added_value import FULL, difference_of
from radassoc.survival._nested import Nested
from radassoc.survival._performance import Predicted, calibration_frame, decision_frame, measure_all, roc_frame
from radassoc.survival._pipeline import Arrays

__all__ = ["COMPARED", "ORDER", "Contrasts", "Horizon", "Label", "contrasts", "frames", "limits"]

#: Measures of which the gain of the full score over each rival is told.
COMPARED = ("concordance", "uno_concordance", "auc", "brier", "integrated_brier")
#: The order of a validation's table.
ORDER = (
    "concordance",
    "concordance_difference",
    "uno_concordance",
    "uno_concordance_difference",
    "auc",
    "auc_difference",
    "brier",
    "brier_difference",
    "integrated_brier",
    "integrated_brier_difference",
    "brier_skill",
    "calibration_slope",
)
Label = tuple[str, str, float]


class Horizon(NamedTuple):
    """The times of interest, the last time that counts, and the times at which survival is predicted."""

    times: np.ndarray
    tau: float
    grid: np.ndarray


class Contrasts(NamedTuple):
    """``labels``: measure, model, time (or NaN); ``values`` (R, M): one row a repeat."""

    labels: tuple[Label, ...]
    values: np.ndarray

    def column(self, measure: str, model: str) -> np.ndarray:
        """Return the values of a measure that has no time, one a repeat."""
        return np.asarray(self.values[:, [label[:2] for label in self.labels].index((measure, model))])


def contrasts(data: Arrays, found: Nested, horizon: Horizon) -> Contrasts:
    """Measure each repeat: only pairs inside one test fold and stratum count."""
    rows = []
    for r in range(len(found.folds)):
        told = measure_all(
            data.time,
            data.event,
            _predicted(found, r),
            times=horizon.times,
            tau=horizon.tau,
            grid=horizon.grid,
            strata=data.strata,
            groups=found.folds[r],
        )
        rows.append([value for *_, value in told])
    return with_differences(tuple((measure, model, time) for measure, model, time, _ in told), np.array(rows))


def with_differences(labels: tuple[Label, ...], values: np.ndarray) -> Contrasts:
    """Append what the full score gains on each rival, and put the columns in the order of the table."""
    place = {_key(*label): i for i, label in enumerate(labels)}
    all_labels, columns = [*labels], [*values.T]
    for measure, model, time in labels:
        if measure in COMPARED and model != FULL:
            full, rival = place[_key(measure, FULL, time)], place[_key(measure, model, time)]
            all_labels.append((f"{measure}_difference", difference_of(model), time))
            columns.append(values[:, full] - values[:, rival])
    order = sorted(range(len(columns)), key=lambda i: ORDER.index(all_labels[i][0]))  # stable: models keep their order
    return Contrasts(tuple(all_labels[i] for i in order), np.column_stack([columns[i] for i in order]))


def limits(measure: str) -> tuple[float, float]:
    """Return the smallest and largest value that a measure can take."""
    if measure.endswith("_difference"):
        return -1.0, 1.0
    return {"brier_skill": (-np.inf, 1.0), "calibration_slope": (-np.inf, np.inf)}.get(measure, (0.0, 1.0))


def frames(data: Arrays, found: Nested, horizon: Horizon) -> dict[str, pd.DataFrame]:
    """Return the ROC curves, the calibration and the net benefit of the out-of-fold predictions.

    ROC curves and net benefit are those of all repeats together (ROC curves: the mean over test folds and strata).
    Calibration takes the mean of each patient's predictions over repeats, because its intervals count patients.
    """
    n_repeats = len(found.folds)
    time, event, strata = (np.tile(part, n_repeats) for part in (data.time, data.event, data.strata))
    folds = (found.folds + (found.folds.max() + 1) * np.arange(n_repeats)[:, None]).ravel()
    assert found.survival is not None
    shape = (-1, len(found.models), len(horizon.grid))
    pooled = _labelled(found.models, found.scores.reshape(shape[:2]), found.survival.reshape(shape))
    mean = _labelled(found.models, found.scores.mean(axis=0), found.survival.mean(axis=0))
    times, grid = horizon.times, horizon.grid
    return {
        "roc": roc_frame(time, event, pooled, times=times, strata=strata, groups=folds),
        "calibration": calibration_frame(data.time, data.event, mean, times=times, grid=grid),
        "decision": decision_frame(time, event, pooled, times=times, grid=grid),
    }


def _predicted(found: Nested, repeat: int) -> dict[str, Predicted]:
    survival = None if found.survival is None else found.survival[repeat]
    return _labelled(found.models, found.scores[repeat], survival)


def _labelled(models: tuple[str, ...], scores: np.ndarray, survival: np.ndarray | None) -> dict[str, Predicted]:
    return {
        name: Predicted(scores[:, i], None if survival is None else survival[:, i]) for i, name in enumerate(models)
    }


def _key(measure: str, model: str, time: float) -> tuple[str, str, str]:
    return measure, model, repr(float(time))
