"""Nested cross-validation of the pipeline on arrays: out-of-fold scores, groups, concordance."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from radassoc.resampling.folds import allowed_folds, make_folds
from radassoc.resampling.metrics import nested_c
from radassoc.survival._pipeline import Arrays, Runner, Settings, learn_model, learn_volume

__all__ = ["MODELS", "Nested", "nested", "nested_measures", "serial"]

#: The columns of ``nested_measures``.
MODELS = ("full", "covariates", "volume")


class Nested(NamedTuple):
    """Out-of-fold values: repeats x patients; ``empty`` is repeats x outer folds."""

    folds: np.ndarray
    total: np.ndarray
    imaging: np.ndarray
    covariates: np.ndarray
    volume: np.ndarray
    high: np.ndarray
    empty: np.ndarray


def serial(function: Any, tasks: list[Any]) -> list[Any]:
    """Run one task after the other."""
    return [function(task) for task in tasks]


def nested(
    data: Arrays,
    settings: Settings,
    *,
    n_outer_folds: int,
    n_outer_repeats: int,
    path: tuple[int | str, ...],
    run: Runner = serial,
) -> Nested:
    """Relearn the pipeline in every outer fold of every repeat and apply it to the patients left out."""
    _, first = np.unique(data.copies, return_index=True)
    n_folds = allowed_folds(n_outer_folds, int(data.event[first].sum()))
    chance = {"event": data.event, "strata": data.strata, "seed": settings.seed, "copies": data.copies}
    folds = np.stack([make_folds(n_folds, path=(*path, "outer", r), **chance) for r in range(n_outer_repeats)])  # type: ignore[arg-type]
    tasks = [(r, k) for r in range(n_outer_repeats) for k in range(n_folds)]

    def one(task: tuple[int, int]) -> tuple[np.ndarray, ...]:
        r, k = task
        train = data.take(np.flatnonzero(folds[r] != k))
        model = learn_model(train, settings, (*path, r, k))
        size = learn_volume(train, settings)
        out = data.take(np.flatnonzero(folds[r] == k))
        imaging = model.imaging(out.X)
        total = imaging + model.clinical(out.Z)
        cut = model.cut
        high = np.where(np.isnan(cut), np.nan, total > cut)
        alone = model.clinical(out.Z, alone=True)
        return total, imaging, alone, size.score(out.volume), high, np.array(model.empty)

    parts = [np.empty(folds.shape) for _ in range(5)]
    empty = np.empty((n_outer_repeats, n_folds), dtype=bool)
    for (r, k), answer in zip(tasks, run(one, tasks), strict=True):
        for part, values in zip(parts, answer[:5], strict=True):
            part[r, folds[r] == k] = values
        empty[r, k] = answer[5]
    total, imaging, covariates, volume, high = parts
    return Nested(folds, total, imaging, covariates, volume, high, empty)


def nested_measures(data: Arrays, found: Nested) -> np.ndarray:
    """Return the nested C of each repeat (rows) and model (columns as ``MODELS``; NaN where there is none)."""
    columns = np.stack([found.total, found.covariates, found.volume], axis=2)
    values = nested_c(data.time, data.event, columns, found.folds, strata=data.strata)
    if data.Z.shape[1] == 0:
        values[:, 1] = np.nan
    if not np.isfinite(data.volume).any():
        values[:, 2] = np.nan
    return values
