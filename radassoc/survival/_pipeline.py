"""The risk score's pipeline on arrays: prepare, solve the path, choose lambda. Learned anew for every training set."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.resampling.folds import allowed_folds, repeated_folds
from radassoc.survival._design import Prepared, pick, prepare
from radassoc.survival._inner import (
    Curve,
    Measure,
    Refit,
    choose_lambda,
    concordance_measure,
    cross_validate,
)
from radassoc.survival._lockstep import cross_validate_together
from radassoc.survival._shapes import Arrays, Block, Criterion, LambdaRule, Runner, Settings, Ties, risk_of
from radassoc.survival._solve import lambda_grid, solve

__all__ = [
    "Arrays",
    "Block",
    "Criterion",
    "Curve",
    "LambdaRule",
    "Measure",
    "Model",
    "Prepared",
    "Refit",
    "Runner",
    "Settings",
    "Ties",
    "VolumeModel",
    "choose_lambda",
    "cross_validate",
    "learn_model",
    "learn_volume",
    "prepare",
    "resampled_coefficients",
]

#: The cross-validation walks down the grid until its minimum lies so many lambdas behind.
_PATIENCE = 15


class Model(NamedTuple):
    """A learned pipeline; ``alone`` are the coefficients of the covariates without imaging."""

    prepared: Prepared
    lambdas: np.ndarray
    coefficients: np.ndarray
    place: int
    curve: Curve
    n_folds: int
    alone: np.ndarray

    @property
    def n_covariates(self) -> int:
        """How many leading coefficients belong to covariates."""
        return len(self.prepared.center)

    @property
    def chosen(self) -> np.ndarray:
        """Coefficients at the chosen lambda: covariates, then kept features, each per standard deviation."""
        return np.asarray(self.coefficients[self.place])

    @property
    def empty(self) -> bool:
        """Whether no feature is selected."""
        return not self.chosen[self.n_covariates :].any()

    def imaging(self, X: np.ndarray) -> np.ndarray:
        """Return the imaging part of the score; 0 where no feature is selected."""
        beta = self.chosen[self.n_covariates :]
        used = np.flatnonzero(beta)
        return np.asarray(pick(self.prepared.learned, used).transform(X) @ beta[used])

    def clinical(self, Z: np.ndarray, *, alone: bool = False) -> np.ndarray:
        """Return the covariates' part; with ``alone`` that of the model without imaging."""
        gamma = self.alone if alone else self.chosen[: self.n_covariates]
        return np.asarray(((Z - self.prepared.center) / self.prepared.scale) @ gamma)

    @property
    def inner_scores(self) -> np.ndarray:
        """Each training patient's out-of-fold total score at the chosen lambda, averaged over the repeats, (n,)."""
        return np.asarray(self.curve.scores[:, :, self.place].mean(axis=0))


def learn_model(data: Arrays, settings: Settings, path: tuple[int | str, ...], run: Runner | None = None) -> Model:
    """Learn the whole pipeline from these rows and nothing else.

    Parameters
    ----------
    data
        The training rows.
    settings
        The user's choices; fewer folds are used where the distinct patients' events ask for it.
    path
        The stream of chance of this training set.
    run
        How the refits are run; one after the other by default.
    """
    _, first = np.unique(data.copies, return_index=True)
    n_folds = allowed_folds(settings.n_folds, int(data.event[first].sum()))
    folds = repeated_folds(
        settings.n_repeats,
        n_folds,
        event=data.event,
        strata=data.strata,
        seed=settings.seed,
        path=(*path, "inner"),
        copies=data.copies,
    )
    prepared = prepare(data, settings)
    design = prepared.design(data)
    risk = risk_of(data, settings)
    q = data.Z.shape[1]
    factors = np.append(np.zeros(q), prepared.factors)
    if settings.l1_ratio == 0 or not prepared.factors.any():
        solved = solve(design, risk, factors, settings.l1_ratio)
        curve = cross_validate(data, folds, solved.lambdas, settings, risk, run)
    else:
        lambdas = lambda_grid(design, risk, factors, settings.l1_ratio)
        patience = _PATIENCE if settings.criterion == "deviance" else None
        curve = cross_validate_together(data, folds, lambdas, settings, patience=patience, run=run)
        solved = solve(design, risk, factors, settings.l1_ratio, lambdas=lambdas[: len(curve.deviance)])
    loss = _loss(data, curve, settings.criterion)
    alone = solved.coefficients[0, :q]
    if (prepared.factors == 0).any():  # the head of the path holds features too
        alone = solve(np.asfortranarray(design[:, :q]), risk, np.zeros(q), 1.0).coefficients[0]
    place = choose_lambda(loss, settings.lambda_rule)
    return Model(prepared, solved.lambdas, solved.coefficients, place, curve, n_folds, alone)


def _loss(data: Arrays, curve: Curve, criterion: Criterion) -> Measure:
    """Return the curve whose minimum is sought."""
    if criterion == "deviance":
        return curve.measure
    ranked = concordance_measure(data, curve)
    return ranked._replace(mean=-ranked.mean)


def resampled_coefficients(
    model: Model, data: Arrays, settings: Settings, run: Runner | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what every refit of the cross-validation has at the chosen lambda.

    Returns
    -------
    covariates, columns, features
        Refits x covariates (per unit); the columns of ``data.X`` that some refit has; refits x these columns (per SD).
    """
    refits = model.curve.refits
    if settings.l1_ratio == 0 and model.prepared.factors.any():
        refits = _ridge_refits(model, data, settings, run)
    chosen = [refit.place == (0 if settings.l1_ratio == 0 else model.place) for refit in refits]
    columns = np.unique(np.concatenate([r.column[here] for r, here in zip(refits, chosen, strict=True)]))
    features = np.zeros((len(refits), columns.size))
    for row, refit, here in zip(features, refits, chosen, strict=True):
        row[np.searchsorted(columns, refit.column[here])] = refit.value[here]
    return (
        np.array([refit.covariates[-1 if settings.l1_ratio == 0 else model.place] for refit in refits]),
        columns,
        features,
    )


def _ridge_refits(model: Model, data: Arrays, settings: Settings, run: Runner | None) -> list[Refit]:
    """Relearn every refit of a ridge score at the chosen lambda alone: of all lambdas they would fill the memory."""
    folds = model.curve.folds
    tasks = [(r, k) for r in range(len(folds)) for k in range(int(folds.max()) + 1)]

    def relearn(task: tuple[int, int]) -> Refit:
        part = data.take(np.flatnonzero(folds[task[0]] != task[1]))
        prepared = prepare(part, settings)
        q = part.Z.shape[1]
        factors = np.append(np.zeros(q), prepared.factors)
        lambdas = model.lambdas[[0, model.place]] if model.place else model.lambdas[:1]
        solved = solve(prepared.design(part), risk_of(part, settings), factors, 0.0, lambdas=lambdas)
        beta = solved.coefficients[-1]
        used = np.flatnonzero(beta[q:])
        columns = prepared.learned.columns[used].astype(np.int32)
        return Refit((beta[:q] / prepared.scale)[None], np.zeros(used.size, np.int16), columns, beta[q:][used])

    return list((run or map)(relearn, tasks))


class VolumeModel(NamedTuple):
    """Tumour volume alone in a Cox model: what fills a gap, and the log hazard ratio per standard deviation."""

    fill: float
    center: float
    scale: float
    coefficient: float

    def score(self, volume: np.ndarray) -> np.ndarray:
        """Return the score of patients from their volume."""
        filled = np.where(np.isfinite(volume), volume, self.fill)
        return np.asarray((filled - self.center) / self.scale * self.coefficient)


def learn_volume(data: Arrays, settings: Settings) -> VolumeModel:
    """Fit volume alone, without penalty; a score of 0 where no volume is known or it does not vary."""
    known = data.volume[np.isfinite(data.volume)]
    if known.size == 0 or np.ptp(known) == 0:
        return VolumeModel(0.0, 0.0, 1.0, 0.0)
    fill = float(np.median(known))
    filled = np.where(np.isfinite(data.volume), data.volume, fill)
    center, scale = float(filled.mean()), float(filled.std())
    column = ((filled - center) / scale)[:, None]
    solved = solve(column, risk_of(data, settings), np.zeros(1), 1.0)
    return VolumeModel(fill, center, scale, float(solved.coefficients[0, 0]))
