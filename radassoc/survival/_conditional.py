"""The quick bootstrap of a validation: patients are resampled, the out-of-fold predictions stay as they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from radassoc.kernels.concordance import cells_of
from radassoc.resampling.metrics import (
    brier,
    harrell_c,
    integrated_brier,
    kaplan_meier_brier,
    over_time,
    time_auc,
    uno_c,
)
from radassoc.resampling.permute import resample_rows
from radassoc.survival._calibration import calibration_slope
from radassoc.survival._contrasts import Horizon, Label, with_differences
from radassoc.survival._nested import Nested
from radassoc.survival._pipeline import Arrays

__all__ = ["bootstrap_conditionally"]


def bootstrap_conditionally(
    data: Arrays, found: Nested, horizon: Horizon, n_bootstraps: int, *, seed: int
) -> np.ndarray:
    """Return bootstraps x the columns of ``contrasts``, each the mean over repeats, with the models as they are."""
    n = len(data.time)
    drawn = [resample_rows(data.strata, seed=seed, path=("conditional", b)) for b in range(n_bootstraps)]
    weights = np.stack([np.bincount(rows, minlength=n) for rows in drawn], axis=1).astype(float)
    errors = kaplan_meier_brier(data.time, data.event, horizon.grid, weights=weights)
    nobody = over_time(errors, horizon.grid, tau=horizon.tau)
    labels: list[Label] = []
    columns: list[np.ndarray] = []
    for i, model in enumerate(found.models):
        for measure, time, values in _of_model(data, found, i, horizon, weights, nobody, drawn):
            labels.append((measure, model, time))
            columns.append(values)
    return with_differences(tuple(labels), np.column_stack(columns)).values


def _of_model(
    data: Arrays,
    found: Nested,
    model: int,
    horizon: Horizon,
    weights: np.ndarray,
    nobody: np.ndarray,
    drawn: list[np.ndarray],
) -> list[tuple[str, float, np.ndarray]]:
    """Return measure, time and values (B,) in the order of ``measure_all``."""
    assert found.survival is not None
    outcome = data.time, data.event
    times, tau, grid = horizon
    repeats: dict[str, list[np.ndarray]] = {}
    for r, folds in enumerate(found.folds):
        score, survival = found.scores[r, :, model], found.survival[r, :, model]
        pairs: dict[str, Any] = {"strata": data.strata, "groups": folds, "weights": weights}
        whole = integrated_brier(*outcome, survival, grid, tau=tau, weights=weights)
        at = survival[:, np.searchsorted(grid, times)]
        for name, values in {
            "concordance": harrell_c(*outcome, score, **pairs),
            "uno_concordance": uno_c(*outcome, score, tau=tau, **pairs),
            "auc": time_auc(*outcome, score, times, **pairs),
            "calibration_slope": _slopes(data, score, cells_of(len(score), folds, data.strata), drawn),
            "brier": brier(*outcome, at, times, weights=weights),
            "integrated_brier": whole,
            "brier_skill": 1 - whole / nobody,
        }.items():
            repeats.setdefault(name, []).append(values.reshape(-1, weights.shape[1]))  # times (or one) x bootstraps
    told = []
    for name, stack in repeats.items():
        labels = times if name in ("auc", "brier") else [np.nan]
        told += [(name, float(t), values) for t, values in zip(labels, np.mean(stack, axis=0), strict=True)]
    return told


def _slopes(data: Arrays, score: np.ndarray, cells: np.ndarray, drawn: list[np.ndarray]) -> np.ndarray:
    return np.array(
        [calibration_slope(data.time[rows], data.event[rows], score[rows], strata=cells[rows])[0] for rows in drawn]
    )
