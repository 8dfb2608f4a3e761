"""The inner cross-validation with all folds of all repeats in lockstep on one table, each with its own preparation."""

from __future__ import annotations

import numpy as np

from radassoc.kernels.cox_fold_paths import FoldPaths
from radassoc.kernels.cox_folds import solve_folds
from radassoc.survival._design import Prepared, prepare
from radassoc.survival._inner import Curve, Refit, summarise
from radassoc.survival._shapes import Arrays, Runner, Settings

__all__ = ["cross_validate_together"]


def cross_validate_together(
    data: Arrays,
    folds: np.ndarray,
    lambdas: np.ndarray,
    settings: Settings,
    *,
    patience: int | None = None,
    run: Runner | None = None,
) -> Curve:
    """Return what ``cross_validate`` returns, for as many lambdas as ``patience`` asks to walk.

    A fold's own scaling, filter and imputation are told to the solver as penalties and shifts of one shared table.
    """
    n_folds = int(folds.max()) + 1
    train = (folds[:, None, :] != np.arange(n_folds)[None, :, None]).reshape(-1, folds.shape[1])
    prepared = list((run or map)(lambda rows: prepare(data.take(np.flatnonzero(rows)), settings), list(train)))
    columns = np.unique(np.concatenate([each.learned.columns for each in prepared])).astype(np.int64)
    columns = columns if columns.size else np.zeros(1, dtype=np.int64)  # a table needs a column, though no fold uses it
    X = data.X[:, columns]
    missing = ~np.isfinite(X)
    scale, fill, used = _learned(prepared, columns)
    shared = np.broadcast_to(fill.sum(axis=0) / np.maximum(used.sum(axis=0), 1), X.shape)
    q = data.Z.shape[1]
    paths = solve_folds(
        np.hstack([data.Z, np.where(missing, shared, X)]),
        data.time,
        data.event,
        train,
        lambdas=lambdas,
        strata=data.strata,
        ties=settings.ties,
        l1_ratio=settings.l1_ratio,
        factor=np.append(np.zeros(q), settings.factors_of(columns, data.X.shape[1])),
        scale=np.hstack([np.array([each.scale for each in prepared]), scale]),
        fill=np.hstack([np.zeros((len(train), q)), fill]),
        missing=np.hstack([np.zeros((len(X), q), dtype=bool), missing]),
        used=np.hstack([np.ones((len(train), q), dtype=bool), used]),
        patience=patience,
        n_jobs=1 if run is None else None,  # within a worker there is nobody to share the work with
    )
    weight = paths.events_out.reshape(len(folds), n_folds)
    deviance = paths.deviance.reshape(len(folds), n_folds, -1)
    refits = [_refit(paths, f, each, columns) for f, each in enumerate(prepared)]
    scores = paths.by_repeat(len(folds))
    if any(block.recipe.scale == "none" for block in settings.blocks_of(data.X.shape[1])):
        for f, (rows, each, refit) in enumerate(zip(train, prepared, refits, strict=True)):
            scores[f // n_folds, ~rows] += _origin(data.X[rows], each, refit, paths.n_lambdas)
    return Curve(summarise(deviance, weight), folds, scores, refits)


def _learned(prepared: list[Prepared], columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return scale, fill and whether it is used, of each of these columns in each fold (F, p)."""
    scale, fill = np.ones((len(prepared), columns.size)), np.zeros((len(prepared), columns.size))
    used = np.zeros(scale.shape, dtype=bool)
    for f, each in enumerate(prepared):
        here = np.searchsorted(columns, each.learned.columns)
        scale[f, here], fill[f, here], used[f, here] = each.learned.scale, each.learned.fill, True
    return scale, fill, used


def _origin(X: np.ndarray, prepared: Prepared, refit: Refit, n_lambdas: int) -> np.ndarray:
    """Return the training mean (L,) of a fold's score: the lockstep counts from there, unscaled features from 0."""
    mean = np.zeros(X.shape[1])
    mean[prepared.learned.columns] = prepared.learned.transform(X).mean(axis=0)
    return np.bincount(refit.place, weights=refit.value * mean[refit.column], minlength=n_lambdas)


def _refit(paths: FoldPaths, f: int, prepared: Prepared, columns: np.ndarray) -> Refit:
    """Return the coefficients of one fold: covariates per unit, features per standard deviation."""
    q = len(prepared.center)
    count = paths.counts[f]
    place = np.repeat(np.arange(paths.n_lambdas), count)
    entry = np.repeat(paths.start[f] - (np.cumsum(count) - count), count) + np.arange(place.size)
    entry = entry[np.lexsort((paths.column[entry], place))]
    column, value = paths.column[entry], paths.value[entry]
    clinical = column < q
    covariates = np.zeros((paths.n_lambdas, q))
    covariates[place[clinical], column[clinical]] = value[clinical]
    features = ~clinical
    return Refit(
        covariates / prepared.scale,
        place[features].astype(np.int16),
        columns[column[features] - q].astype(np.int32),
        value[features],
    )
