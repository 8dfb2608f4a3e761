"""Reruns of the whole nested pipeline: on bootstrap samples of patients, and with imaging permuted."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from radassoc.base.parallel import run_tasks
from radassoc.resampling.permute import ResidualBlocks, resample_rows
from radassoc.survival._added_value import COVARIATES, FULL, difference_of, known_models
from radassoc.survival._contrasts import Horizon, contrasts
from radassoc.survival._nested import Cutting, Nested, nested, nested_measures
from radassoc.survival._optimism import MEASURES, bootstrap_model
from radassoc.survival._pipeline import Arrays, Settings

__all__ = ["PERMUTED_REPEATS", "Outer", "Reruns", "rerun", "row_of_p", "statistic"]

#: Outer repeats of a permuted rerun: one alone leaves the statistic at the mercy of its folds.
PERMUTED_REPEATS = 2
_LEAST_EVENTS = 6
_MANY = 40


class Outer(NamedTuple):
    """How the pipeline is judged: outer folds and repeats, times, and how groups are cut."""

    n_folds: int
    n_repeats: int
    horizon: Horizon
    cutting: Cutting


class Reruns(NamedTuple):
    """What the reruns gave.

    ``bootstraps`` (B, M), the columns of ``contrasts``; ``models`` (B, 3, 2), see ``bootstrap_model``; ``statistics``
    (P,), the permuted statistic; ``total``, ``imaging``, ``groups`` (P, n), the permuted scores and groups.
    """

    bootstraps: np.ndarray
    models: np.ndarray
    statistics: np.ndarray
    total: np.ndarray | None
    imaging: np.ndarray | None
    groups: np.ndarray | None


class _Bootstrap(NamedTuple):
    values: np.ndarray
    models: np.ndarray


class _Permutation(NamedTuple):
    statistic: float
    total: np.ndarray
    imaging: np.ndarray
    groups: np.ndarray


def row_of_p(models: tuple[str, ...]) -> tuple[str, str]:
    """Return the measure and the model whose row carries the p-value of the permutations."""
    if COVARIATES in models:
        return "concordance_difference", difference_of(COVARIATES)
    return "concordance", FULL


def statistic(data: Arrays, found: Nested, n_repeats: int) -> float:
    """Return nested C of the full score, less that of the covariates alone, over the first repeats."""
    values = nested_measures(data, found)[:n_repeats]
    if COVARIATES not in found.models:
        return float(values[:, 0].mean())
    return float((values[:, 0] - values[:, found.models.index(COVARIATES)]).mean())


def rerun(
    data: Arrays, settings: Settings, outer: Outer, *, n_columns: int, n_bootstraps: int, n_permutations: int
) -> Reruns:
    """Rerun the nested pipeline; bootstraps and permutations share one queue of tasks.

    ``n_columns`` is how many values ``contrasts`` gives.
    """
    blocks = ResidualBlocks(data.X, data.Z, data.strata)

    def one(task: tuple[str, int]) -> Any:
        kind, b = task
        if kind == "bootstrap":
            return _bootstrap(data, settings, outer, b, n_columns)
        return _permutation(data, blocks, settings, outer, b)

    tasks = [("permutation", b) for b in range(n_permutations)] + [("bootstrap", b) for b in range(n_bootstraps)]
    # much of a rerun is interpreted code on small arrays; starting processes pays off only for many of them
    prefer = "processes" if len(tasks) >= _MANY else "threads"
    answers = run_tasks(one, tasks, label="reruns of the pipeline", prefer=prefer)
    nulls: list[_Permutation] = answers[:n_permutations]
    boots: list[_Bootstrap] = answers[n_permutations:]
    return Reruns(
        np.array([boot.values for boot in boots], dtype=float).reshape(n_bootstraps, n_columns),
        np.array([boot.models for boot in boots], dtype=float).reshape(n_bootstraps, 3, len(MEASURES)),
        np.array([null.statistic for null in nulls], dtype=float),
        *([np.array(part) for part in list(zip(*nulls, strict=True))[1:]] if nulls else [None] * 3),
    )


def _bootstrap(data: Arrays, settings: Settings, outer: Outer, b: int, n_columns: int) -> _Bootstrap:
    """Judge the pipeline on a bootstrap sample as on the patients themselves; learn it once from the whole sample."""
    rows = resample_rows(data.strata, seed=settings.seed, path=("bootstrap", b))
    if len(np.unique(rows[data.event[rows]])) < _LEAST_EVENTS:
        return _Bootstrap(np.full(n_columns, np.nan), np.full((3, len(MEASURES)), np.nan))
    part = data.take(rows)._replace(copies=rows)
    found = nested(
        part,
        settings,
        n_outer_folds=outer.n_folds,
        n_outer_repeats=1,
        path=("bootstrap", b),
        times=outer.horizon.grid,
        models=known_models(data),
    )
    models = bootstrap_model(data, rows, settings, ("optimism", b), outer.horizon.grid, outer.horizon.tau)
    return _Bootstrap(contrasts(part, found, outer.horizon).values[0], models)


def _permutation(data: Arrays, blocks: ResidualBlocks, settings: Settings, outer: Outer, b: int) -> _Permutation:
    part = data._replace(X=blocks.permuted(seed=settings.seed, path=("permutation", b)))
    n_repeats = min(PERMUTED_REPEATS, outer.n_repeats)
    # the same folds as for the patients themselves: only imaging differs
    found = nested(
        part,
        settings,
        n_outer_folds=outer.n_folds,
        n_outer_repeats=n_repeats,
        path=("validation",),
        cutting=outer.cutting,
        models=tuple(model for model in known_models(data) if model in (FULL, COVARIATES)),  # what the statistic needs
    )
    return _Permutation(statistic(part, found, n_repeats), found.total[0], found.imaging[0], found.groups[0])
