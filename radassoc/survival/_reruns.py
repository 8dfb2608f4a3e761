"""Reruns of the whole nested pipeline: on bootstrap samples of patients, and with imaging permuted."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from radassoc.base.parallel import run_tasks
from radassoc.resampling.metrics import harrell_c
from radassoc.resampling.permute import ResidualBlocks, resample_rows
from radassoc.survival._nested import Nested, nested, nested_measures
from radassoc.survival._pipeline import Arrays, Settings

__all__ = ["CONTRASTS", "PERMUTED_REPEATS", "Reruns", "bootstrap_conditionally", "contrasts", "rerun"]

#: The columns of ``contrasts``: measure and model.
CONTRASTS = (
    ("concordance", "full"),
    ("concordance", "covariates"),
    ("concordance", "volume"),
    ("concordance_difference", "full - covariates"),
    ("concordance_difference", "full - volume"),
)
#: Outer repeats of a permuted rerun: one alone leaves the statistic at the mercy of its folds.
PERMUTED_REPEATS = 2
_LEAST_EVENTS = 6
_MANY = 40


class Reruns(NamedTuple):
    """Bootstraps x contrasts; the permuted statistic; permutations x patients of score, imaging part and group."""

    bootstraps: np.ndarray
    statistics: np.ndarray
    total: np.ndarray | None
    imaging: np.ndarray | None
    high: np.ndarray | None


def contrasts(data: Arrays, found: Nested) -> np.ndarray:
    """Return repeats x ``CONTRASTS`` (NaN where a model does not exist)."""
    return _with_differences(nested_measures(data, found))


def _with_differences(values: np.ndarray) -> np.ndarray:
    return np.column_stack([values, values[:, 0] - values[:, 1], values[:, 0] - values[:, 2]])


def rerun(
    data: Arrays,
    settings: Settings,
    *,
    n_outer_folds: int,
    n_outer_repeats: int,
    n_bootstraps: int,
    n_permutations: int,
) -> Reruns:
    """Rerun the nested pipeline; bootstraps and permutations share one queue of tasks."""
    blocks = ResidualBlocks(data.X, data.Z, data.strata)
    permuted_repeats = min(PERMUTED_REPEATS, n_outer_repeats)
    tested = 3 if data.Z.shape[1] else 0

    def bootstrap(b: int) -> np.ndarray:
        rows = resample_rows(data.strata, seed=settings.seed, path=("bootstrap", b))
        if len(np.unique(rows[data.event[rows]])) < _LEAST_EVENTS:
            return np.full(len(CONTRASTS), np.nan)
        part = data.take(rows)._replace(copies=rows)
        found = nested(part, settings, n_outer_folds=n_outer_folds, n_outer_repeats=1, path=("bootstrap", b))
        return np.asarray(contrasts(part, found)[0])

    def permutation(b: int) -> tuple[float, Nested]:
        part = data._replace(X=blocks.permuted(seed=settings.seed, path=("permutation", b)))
        # the same folds as for the patients themselves: only imaging differs
        found = nested(
            part, settings, n_outer_folds=n_outer_folds, n_outer_repeats=permuted_repeats, path=("validation",)
        )
        return float(contrasts(part, found)[:, tested].mean()), found

    def one(task: tuple[str, int]) -> Any:
        return bootstrap(task[1]) if task[0] == "bootstrap" else permutation(task[1])

    tasks = [("permutation", b) for b in range(n_permutations)] + [("bootstrap", b) for b in range(n_bootstraps)]
    # much of a rerun is interpreted code on small arrays; starting processes pays off only for many of them
    prefer = "processes" if len(tasks) >= _MANY else "threads"
    answers = run_tasks(one, tasks, label="reruns of the pipeline", prefer=prefer)
    nulls = answers[:n_permutations]
    return Reruns(
        np.array(answers[n_permutations:], dtype=float).reshape(n_bootstraps, len(CONTRASTS)),
        np.array([value for value, _ in nulls], dtype=float),
        np.array([found.total[0] for _, found in nulls]) if nulls else None,
        np.array([found.imaging[0] for _, found in nulls]) if nulls else None,
        np.array([found.high[0] for _, found in nulls]) if nulls else None,
    )


def bootstrap_conditionally(data: Arrays, found: Nested, n_bootstraps: int, *, seed: int) -> np.ndarray:
    """Return bootstraps x ``CONTRASTS`` with the out-of-fold scores as they are: conditional on the fitted models."""
    n = len(data.time)
    weights = np.zeros((n, n_bootstraps))
    for b in range(n_bootstraps):
        rows = resample_rows(data.strata, seed=seed, path=("conditional", b))
        weights[:, b] = np.bincount(rows, minlength=n)
    values = np.full((n_bootstraps, 3), np.nan)
    known = (True, data.Z.shape[1] > 0, bool(np.isfinite(data.volume).any()))
    for column, scores in enumerate((found.total, found.covariates, found.volume)):
        if known[column] and n_bootstraps:
            repeats = [
                harrell_c(data.time, data.event, scores[r], strata=data.strata, groups=found.folds[r], weights=weights)
                for r in range(len(scores))
            ]
            values[:, column] = np.mean(repeats, axis=0)
    return _with_differences(values)
