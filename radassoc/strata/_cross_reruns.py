"""Reruns of a whole cross-application: on bootstrap samples, and with strata exchanged."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from radassoc.base.parallel import run_tasks
from radassoc.base.seeds import generator
from radassoc.kernels.concordance import cells_of
from radassoc.resampling.permute import resample_rows
from radassoc.strata._cross_models import OTHER, OWN, Trained, balanced, train
from radassoc.strata._crossed import CONTRASTS, MODELS, TESTED, contrasts_of, cross, measured
from radassoc.strata._exchange import exchanged, levelled
from radassoc.strata.overlap import jaccard
from radassoc.survival._pipeline import Arrays, Settings, prepare
from radassoc.survival.stability import cluster_columns

__all__ = ["PERMUTED_REPEATS", "Candidates", "CrossReruns", "average", "candidates", "own_models", "rerun_cross"]

#: Outer repeats of an exchanged rerun.
PERMUTED_REPEATS = 2
_FEWEST_EVENTS = 6
_MANY = 20


class CrossReruns(NamedTuple):
    """Bootstrapped matrices (B, 2, m, 2), exchanged contrasts (P, 7), exchanged similarities (P, 2)."""

    matrices: np.ndarray
    contrasts: np.ndarray
    similarity: np.ndarray


class Candidates(NamedTuple):
    """Columns that a preparation without pruning keeps, and the cluster of each."""

    columns: np.ndarray
    cluster: np.ndarray

    def places(self, selected: np.ndarray) -> np.ndarray:
        """Return the positions of selected columns among the candidates."""
        return np.flatnonzero(np.isin(self.columns, selected))


def candidates(data: Arrays, settings: Settings) -> Candidates:
    """Return the columns that both strata together offer, clustered: complete linkage at |r| = 0.7."""
    from dataclasses import replace

    blocks = tuple(
        block._replace(recipe=replace(block.recipe, max_correlation=None))
        for block in settings.blocks_of(data.X.shape[1])
    )
    prepared = prepare(data, settings._replace(blocks=blocks, screen=None))
    return Candidates(prepared.whole.columns, cluster_columns(prepared.whole.transform(data.X)))


def own_models(data: Arrays, code: np.ndarray, settings: Settings, path: tuple[int | str, ...]) -> list[Trained]:
    """Learn the model of each stratum from one draw of equally many events."""
    chance = generator(settings.seed, *path, "draw")
    rows = np.flatnonzero(balanced(data.event, code, chance))
    part, own = data.take(rows), code[rows]
    return [train(name, part, own, settings, (*path, name), chance) for name in (OWN, OTHER)]


def rerun_cross(
    data: Arrays,
    code: np.ndarray,
    settings: Settings,
    cells: np.ndarray,
    known: Candidates,
    *,
    n_folds: int,
    n_repeats: int,
    n_bootstraps: int,
    n_permutations: int,
) -> CrossReruns:
    """Rerun everything; bootstraps and permutations share one queue of tasks."""
    repeats = min(PERMUTED_REPEATS, n_repeats)
    level = data._replace(X=levelled(data.X, code), Z=levelled(data.Z, code))

    def one(task: tuple[str, int]) -> Any:
        kind, b = task
        if kind == "bootstrap":
            return _bootstrap(data, code, settings, n_folds, b)
        return _permutation(level, code, settings, cells, known, n_folds, repeats, b)

    tasks = [("permutation", b) for b in range(n_permutations)] + [("bootstrap", b) for b in range(n_bootstraps)]
    prefer = "processes" if len(tasks) >= _MANY else "threads"
    answers = run_tasks(one, tasks, label="reruns of the cross-application", prefer=prefer)
    nulls, boots = answers[:n_permutations], answers[n_permutations:]
    shape = (n_bootstraps, 2, len(MODELS), 2)
    return CrossReruns(
        np.array(boots, dtype=float).reshape(shape),
        np.array([null[0] for null in nulls], dtype=float).reshape(n_permutations, len(CONTRASTS)),
        np.array([null[1] for null in nulls], dtype=float).reshape(n_permutations, 2),
    )


def _bootstrap(data: Arrays, code: np.ndarray, settings: Settings, n_folds: int, b: int) -> np.ndarray:
    cells = cells_of(code.size, data.strata, code)
    rows = resample_rows(cells, seed=settings.seed, path=("cross bootstrap", b))
    part, own = data.take(rows)._replace(copies=rows), code[rows]
    distinct = min(np.unique(rows[part.event & (own == s)]).size for s in (0, 1))
    if distinct < _FEWEST_EVENTS:
        return np.full((2, len(MODELS), 2), np.nan)
    found = cross(part, own, settings, n_folds=n_folds, n_repeats=1, path=("cross bootstrap", b))
    return np.asarray(measured(part, own, found)[0])


def _permutation(
    data: Arrays,
    code: np.ndarray,
    settings: Settings,
    cells: np.ndarray,
    known: Candidates,
    n_folds: int,
    n_repeats: int,
    b: int,
) -> tuple[np.ndarray, tuple[float, float]]:
    moved = exchanged(code, cells, seed=settings.seed, path=("cross permutation", b))
    found = cross(data, moved, settings, n_folds=n_folds, n_repeats=n_repeats, path=("cross",), models=TESTED)
    told = contrasts_of(average(measured(data, moved, found)), TESTED)
    first, second = (known.places(m.selected) for m in own_models(data, moved, settings, ("cross", "own")))
    return told, (jaccard(first, second), jaccard(known.cluster[first], known.cluster[second]))


def average(values: np.ndarray) -> np.ndarray:
    """Return the mean over repeats; repeats without a slope (an empty model) are left out."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
