"""Nested cross-validation of the pipeline on arrays: out-of-fold scores, absolute survival, groups."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from radassoc.resampling.folds import allowed_folds, make_folds
from radassoc.resampling.metrics import nested_c
from radassoc.survival._added_value import known_models, scorers, survival
from radassoc.survival._cuts import CutMethod, group_codes, learn_cuts
from radassoc.survival._pipeline import Arrays, Model, Runner, Settings, learn_model

__all__ = ["Cutting", "Nested", "nested", "nested_measures", "serial"]


class Cutting(NamedTuple):
    """How each outer model parts the patients."""

    method: CutMethod = "median"
    n_groups: int = 2


MEDIAN = Cutting()


class Nested(NamedTuple):
    """Out-of-fold values of R repeats, n patients, m ``models`` and T times.

    ``folds`` (R, n); ``scores`` (R, n, m); ``imaging`` (R, n), the full score's imaging part; ``groups`` (R, n), codes
    from low to high risk, NaN where the outer model has no cut; ``empty`` (R, outer folds), whether a model selects no
    feature; ``survival`` (R, n, m, T), or None where no times were asked for.
    """

    models: tuple[str, ...]
    folds: np.ndarray
    scores: np.ndarray
    imaging: np.ndarray
    groups: np.ndarray
    empty: np.ndarray
    survival: np.ndarray | None

    @property
    def total(self) -> np.ndarray:
        """The full scores, (R, n)."""
        return np.asarray(self.scores[:, :, 0])


class _Fold(NamedTuple):
    """What one outer model says of its test fold."""

    scores: np.ndarray
    imaging: np.ndarray
    groups: np.ndarray
    empty: bool
    survival: np.ndarray | None


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
    times: np.ndarray | None = None,
    cutting: Cutting = MEDIAN,
    models: tuple[str, ...] | None = None,
    run: Runner = serial,
) -> Nested:
    """Relearn the pipeline and its rivals in every outer fold of every repeat and apply them to the patients left out.

    With ``times``, each model's absolute survival as well, by the baseline hazard of its own training rows. ``models``
    are those that the data allow by default; a bootstrap sample is told those of all patients.
    """
    _, first = np.unique(data.copies, return_index=True)
    n_folds = allowed_folds(n_outer_folds, int(data.event[first].sum()))
    chance = {"event": data.event, "strata": data.strata, "seed": settings.seed, "copies": data.copies}
    folds = np.stack([make_folds(n_folds, path=(*path, "outer", r), **chance) for r in range(n_outer_repeats)])  # type: ignore[arg-type]
    models = known_models(data) if models is None else models

    def one(task: tuple[int, int]) -> _Fold:
        r, k = task
        train, out = (data.take(np.flatnonzero(rows)) for rows in (folds[r] != k, folds[r] == k))
        return _predict(train, out, settings, (*path, r, k), models, times, cutting)

    tasks = [(r, k) for r in range(n_outer_repeats) for k in range(n_folds)]
    shape = (*folds.shape, len(models))
    found = Nested(
        models,
        folds,
        np.empty(shape),
        np.empty(folds.shape),
        np.empty(folds.shape),
        np.empty((n_outer_repeats, n_folds), dtype=bool),
        None if times is None else np.empty((*shape, len(times))),
    )
    for (r, k), fold in zip(tasks, run(one, tasks), strict=True):
        out = folds[r] == k
        found.scores[r, out], found.imaging[r, out], found.groups[r, out] = fold.scores, fold.imaging, fold.groups
        found.empty[r, k] = fold.empty
        if found.survival is not None:
            found.survival[r, out] = fold.survival
    return found


def _predict(
    train: Arrays,
    out: Arrays,
    settings: Settings,
    path: tuple[int | str, ...],
    models: tuple[str, ...],
    times: np.ndarray | None,
    cutting: Cutting,
) -> _Fold:
    model = learn_model(train, settings, path)
    learned = scorers(model, train, settings, models)
    scores = np.column_stack([scorer(out) for scorer in learned.values()])
    predicted = None
    if times is not None:
        columns = zip(learned.values(), scores.T, strict=True)
        predicted = np.stack([survival(scorer, train, out, score, times) for scorer, score in columns], axis=1)
    groups = _groups(model, train, scores[:, 0], cutting)
    return _Fold(scores, model.imaging(out.X), groups, model.empty, predicted)


def _groups(model: Model, train: Arrays, score: np.ndarray, cutting: Cutting) -> np.ndarray:
    """Part left-out patients by cuts learned from the training rows' own inner out-of-fold scores."""
    if not model.chosen.any():
        return np.full(len(score), np.nan)
    cuts = learn_cuts(model.inner_scores, train.time, train.event, method=cutting.method, n_groups=cutting.n_groups)
    return group_codes(score, cuts) if cuts.size else np.full(len(score), np.nan)


def nested_measures(data: Arrays, found: Nested) -> np.ndarray:
    """Return the nested C of each repeat (rows) and of each of ``found.models`` (columns)."""
    return nested_c(data.time, data.event, found.scores, found.folds, strata=data.strata)
