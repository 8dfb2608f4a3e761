"""The models of a cross-application: each stratum's own, pooled, stratified baseline, interaction; all on arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from radassoc.kernels.concordance import cells_of
from radassoc.preparation.recipe import Preparation
from radassoc.survival._pipeline import Arrays, Block, Model, Settings, learn_model, prepare

__all__ = ["HALF", "INTERACTION", "OTHER", "OWN", "POOLED", "STRATIFIED", "Trained", "balanced", "train"]

#: Models by name; ``OWN`` and ``OTHER`` are those of the first and of the second stratum.
OWN, OTHER = "first", "second"
POOLED, HALF, STRATIFIED, INTERACTION = "pooled", "pooled, half", "stratified baseline", "interaction"
#: A table that was prepared already is taken as it is.
_AS_IT_IS = Preparation(max_missing=1.0, near_constant=1.0, max_correlation=None, scale="none")

Score = Callable[[Arrays, np.ndarray], np.ndarray]


class Trained(NamedTuple):
    """A learned model: its score of rows and their stratum codes, and the columns of ``Arrays.X`` it selects."""

    score: Score
    selected: np.ndarray
    coefficients: np.ndarray

    @property
    def empty(self) -> bool:
        return self.selected.size == 0


def balanced(event: np.ndarray, code: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return which rows (n,) take part so that both strata have the same number of events.

    Deaths of the larger stratum are drawn until there are as many as in the smaller one, and the censored in the same
    proportion, so that the share of deaths stays as it is.
    """
    deaths = [int((event & (code == s)).sum()) for s in (0, 1)]
    used = np.zeros(event.size, dtype=bool)
    for s in (0, 1):
        share = min(deaths) / max(deaths[s], 1)
        for kind in (True, False):
            rows = np.flatnonzero((code == s) & (event == kind))
            n = rows.size if share == 1 else round(rows.size * share)
            used[chance.permutation(rows)[:n]] = True
    return used


def train(
    name: str,
    data: Arrays,
    code: np.ndarray,
    settings: Settings,
    path: tuple[int | str, ...],
    chance: np.random.Generator,
) -> Trained:
    """Learn one model from training rows of both strata."""
    if name in (OWN, OTHER):
        return _plain(data.take(np.flatnonzero(code == (name == OTHER))), settings, path)
    if name == POOLED:
        return _plain(data, settings, path)
    if name == HALF:
        return _plain(data.take(_half(data.event, code, chance)), settings, path)
    layered = data._replace(strata=cells_of(len(code), data.strata, code))
    if name == STRATIFIED:
        return _plain(layered, settings, path)
    return _interaction(layered, code, settings, path)


def _half(event: np.ndarray, code: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return half of the deaths and half of the censored of each stratum: as many events as one stratum has."""
    kept = []
    for s in (0, 1):
        for kind in (True, False):
            rows = chance.permutation(np.flatnonzero((code == s) & (event == kind)))
            kept.append(rows[: (rows.size + s) // 2])  # the odd one of the first stratum goes, that of the second stays
    return np.sort(np.concatenate(kept))


def _plain(data: Arrays, settings: Settings, path: tuple[int | str, ...]) -> Trained:
    model = learn_model(data, settings, path)

    def score(rows: Arrays, code: np.ndarray) -> np.ndarray:
        del code
        return model.imaging(rows.X) + model.clinical(rows.Z)

    beta = _imaging(model)
    used = np.flatnonzero(beta)
    return Trained(score, model.prepared.learned.columns[used], beta[used])


def _imaging(model: Model) -> np.ndarray:
    return np.asarray(model.chosen[model.n_covariates :])


def _interaction(data: Arrays, code: np.ndarray, settings: Settings, path: tuple[int | str, ...]) -> Trained:
    """Learn features and their products with the stratum (-1, 1) together, under one penalty.

    The preparation is learned once from the training rows, because the product of an unscaled feature with the stratum
    would be the stratum itself. Covariates that vary in both strata have a product of their own, without penalty.
    """
    prepared = prepare(data, settings._replace(screen=None))
    varying = np.logical_and(*[np.ptp(data.Z[code == s], axis=0) > 0 for s in (0, 1)])

    def widened(rows: Arrays, code: np.ndarray) -> Arrays:
        sign = np.where(code == 1, 1.0, -1.0)[:, None]
        X = prepared.whole.transform(rows.X)
        return rows._replace(X=np.hstack([X, X * sign]), Z=np.hstack([rows.Z, (rows.Z * sign)[:, varying]]))

    factors = np.concatenate([prepared.factors, np.maximum(prepared.factors, 1.0)])
    wide = settings._replace(recipe=_AS_IT_IS, blocks=_blocks(factors))
    model = learn_model(widened(data, code), wide, path)

    def score(rows: Arrays, code: np.ndarray) -> np.ndarray:
        both = widened(rows, code)
        return model.imaging(both.X) + model.clinical(both.Z)

    used = model.prepared.learned.columns[np.flatnonzero(_imaging(model))]
    selected = np.unique(prepared.whole.columns[used % max(prepared.whole.columns.size, 1)])
    return Trained(score, selected, np.full(selected.size, np.nan))


def _blocks(factors: np.ndarray) -> tuple[Block, ...]:
    """Return the runs of columns with the same penalty factor."""
    start = np.append(0, np.flatnonzero(np.diff(factors)) + 1) if factors.size else np.zeros(0, dtype=int)
    widths = np.diff(np.append(start, factors.size))
    return tuple(Block(int(width), float(factors[at]), _AS_IT_IS) for at, width in zip(start, widths, strict=True))
