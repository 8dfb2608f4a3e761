"""The matrix of a cross-application on arrays: every model trained and tested on equal numbers of both strata."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.seeds import generator
from radassoc.kernels.concordance import cells_of
from radassoc.resampling.folds import allowed_folds, make_folds
from radassoc.resampling.metrics import harrell_c
from radassoc.strata._cross_models import HALF, INTERACTION, OTHER, OWN, POOLED, STRATIFIED, balanced, train
from radassoc.survival._calibration import calibration_slope
from radassoc.survival._pipeline import Arrays, Runner, Settings

__all__ = ["CONTRASTS", "MODELS", "TESTED", "Contrast", "Crossed", "contrasts_of", "cross", "measured"]

MODELS = (OWN, OTHER, POOLED, HALF, STRATIFIED, INTERACTION)
#: Models that the permuted statistics need.
TESTED = (OWN, OTHER, STRATIFIED)
C, SLOPE = 0, 1


class Crossed(NamedTuple):
    """Scores of R repeats, n patients, m ``models``; a patient who is not drawn in a repeat has fold -1 and no score.

    ``selected`` (2, p): how often an outer model of each stratum selects a column; ``empty`` (m,): the share of outer
    models without features; ``train_events`` (m,): mean number of events that a model was trained on.
    """

    models: tuple[str, ...]
    folds: np.ndarray
    scores: np.ndarray
    selected: np.ndarray
    empty: np.ndarray
    train_events: np.ndarray


class _Fold(NamedTuple):
    scores: np.ndarray
    selected: list[np.ndarray]
    empty: np.ndarray


def cross(
    data: Arrays,
    code: np.ndarray,
    settings: Settings,
    *,
    n_folds: int,
    n_repeats: int,
    path: tuple[int | str, ...],
    models: tuple[str, ...] = MODELS,
    run: Runner = map,
) -> Crossed:
    """Draw equal numbers of events of both strata, fold them, learn every model in every outer training set."""
    folds = _folds(data, code, settings, n_folds, n_repeats, path)
    n_used = int(folds.max()) + 1

    def one(task: tuple[int, int]) -> _Fold:
        r, k = task
        return _fold(data, code, settings, folds[r], k, models, (*path, r, k))

    tasks = [(r, k) for r in range(n_repeats) for k in range(n_used)]
    scores = np.full((*folds.shape, len(models)), np.nan)
    selected, empty = np.zeros((2, data.X.shape[1])), np.zeros(len(models))
    for (r, k), fold in zip(tasks, run(one, tasks), strict=True):
        scores[r, folds[r] == k] = fold.scores
        empty += fold.empty / len(tasks)
        for s in (0, 1):
            selected[s, fold.selected[s]] += 1.0 / len(tasks)
    return Crossed(models, folds, scores, selected, empty, _events(data.event, code, folds, models))


def _folds(
    data: Arrays, code: np.ndarray, settings: Settings, n_folds: int, n_repeats: int, path: tuple[int | str, ...]
) -> np.ndarray:
    used = np.stack([balanced(data.event, code, generator(settings.seed, *path, "draw", r)) for r in range(n_repeats)])
    distinct = [np.unique(data.copies[data.event & (code == s)]).size for s in (0, 1)]
    n = allowed_folds(n_folds, min(distinct))
    cells = cells_of(len(code), data.strata, code)
    folds = np.full(used.shape, -1, dtype=np.int64)
    for r, rows in enumerate(used):
        folds[r, rows] = make_folds(
            n,
            event=data.event[rows],
            strata=cells[rows],
            seed=settings.seed,
            path=(*path, "outer", r),
            copies=data.copies[rows],
        )
    return folds


def _fold(
    data: Arrays,
    code: np.ndarray,
    settings: Settings,
    folds: np.ndarray,
    k: int,
    models: tuple[str, ...],
    path: tuple[int | str, ...],
) -> _Fold:
    rows, out = np.flatnonzero((folds >= 0) & (folds != k)), np.flatnonzero(folds == k)
    part, left = data.take(rows), data.take(out)
    chance = generator(settings.seed, *path, "half")
    learned = {name: train(name, part, code[rows], settings, (*path, name), chance) for name in models}
    scores = np.column_stack([model.score(left, code[out]) for model in learned.values()])
    return _Fold(
        scores, [learned[name].selected for name in (OWN, OTHER)], np.array([model.empty for model in learned.values()])
    )


def _events(event: np.ndarray, code: np.ndarray, folds: np.ndarray, models: tuple[str, ...]) -> np.ndarray:
    """Return the mean number of events in the training sets of each model."""
    n_folds = int(folds.max()) + 1
    first, second = (((folds >= 0) & event & (code == s)).sum(axis=1).mean() * (1 - 1 / n_folds) for s in (0, 1))
    own = {OWN: first, OTHER: second, HALF: (first + second) / 2}
    return np.array([own.get(name, first + second) for name in models])


# ---- what the scores say
def measured(data: Arrays, code: np.ndarray, found: Crossed) -> np.ndarray:
    """Return C and calibration slope (R, 2, m, 2) of each repeat and model in each stratum.

    Only pairs inside one test fold and stratum count; the slope is stratified by the same cells. A constant score has C
    0.5 and no slope.
    """
    values = np.full((len(found.folds), 2, len(found.models), 2), np.nan)
    for r, folds in enumerate(found.folds):
        for s in (0, 1):
            rows = np.flatnonzero((folds >= 0) & (code == s))
            time, event, scores = data.time[rows], data.event[rows], found.scores[r, rows]
            cells = cells_of(rows.size, folds[rows], data.strata[rows])
            values[r, C, :, s] = harrell_c(time, event, scores, groups=cells)
            values[r, SLOPE, :, s] = [_slope(time, event, column, cells) for column in scores.T]
    return values


def _slope(time: np.ndarray, event: np.ndarray, score: np.ndarray, cells: np.ndarray) -> float:
    varies = any(np.ptp(score[cells == cell]) > 0 for cell in np.unique(cells))
    slope = calibration_slope(time, event, score, strata=cells)[0] if varies else np.nan
    return slope if np.isfinite(slope) else np.nan


class Contrast(NamedTuple):
    """A difference between two cells of the matrix: measure, its words, where tested, whether it has a p-value."""

    measure: str
    contrast: str
    tested_on: int | None
    sides: int


_OWN_MODEL = "own - other model"
#: ``tested_on`` None: both strata; ``sides`` 0: an interval and no p.
CONTRASTS = (
    Contrast("concordance", _OWN_MODEL, None, 1),
    Contrast("concordance", _OWN_MODEL, 0, 1),
    Contrast("concordance", _OWN_MODEL, 1, 1),
    Contrast("calibration_slope", "own - other model", None, 1),
    Contrast("calibration_slope", "score x stratum", None, 2),
    Contrast("concordance", "stratified baseline - own model", 0, 0),
    Contrast("concordance", "stratified baseline - own model", 1, 0),
)


def contrasts_of(values: np.ndarray, models: tuple[str, ...]) -> np.ndarray:
    """Return the contrasts (..., 7) of matrices (..., 2, m, 2), in the order of ``CONTRASTS``."""
    at = {name: i for i, name in enumerate(models)}
    c, slope = values[..., C, :, :], values[..., SLOPE, :, :]
    own, other, pooled = at[OWN], at[OTHER], at[STRATIFIED]
    gain = [c[..., own, 0] - c[..., other, 0], c[..., other, 1] - c[..., own, 1]]
    steeper = (slope[..., own, 0] - slope[..., other, 0] + slope[..., other, 1] - slope[..., own, 1]) / 2
    return np.stack(
        [
            (gain[0] + gain[1]) / 2,
            *gain,
            steeper,
            slope[..., pooled, 1] - slope[..., pooled, 0],
            c[..., pooled, 0] - c[..., own, 0],
            c[..., pooled, 1] - c[..., other, 1],
        ],
        axis=-1,
    )
