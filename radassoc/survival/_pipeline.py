"""The risk score's pipeline on arrays: prepare, solve the path, choose lambda. Learned anew for every training set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

import numpy as np

from radassoc.kernels.cox_likelihood import partial_loglik
from radassoc.kernels.cox_path import StopRule, solve_path
from radassoc.kernels.cox_risk import risk_sets
from radassoc.preparation.arrays import Learned, learn_arrays
from radassoc.preparation.recipe import Preparation
from radassoc.resampling.folds import allowed_folds, repeated_folds

__all__ = [
    "Arrays",
    "Curve",
    "LambdaRule",
    "Model",
    "Refit",
    "Runner",
    "Settings",
    "Ties",
    "VolumeModel",
    "learn_model",
    "learn_volume",
]

LambdaRule = Literal["min", "1se"]
Ties = Literal["efron", "breslow"]
Runner = Callable[[Callable[[Any], Any], list[Any]], Iterable[Any]]

#: The grid has 100 lambdas; the cross-validation walks it in stages until its minimum lies well behind.
_STAGES = (30, 60, 100)
_PAST_MINIMUM = 10
_FAR = 300.0


class Settings(NamedTuple):
    """What the user chose."""

    recipe: Preparation
    l1_ratio: float = 1.0
    n_folds: int = 10
    n_repeats: int = 10
    lambda_rule: LambdaRule = "min"
    ties: Ties = "efron"
    seed: int = 0


class Arrays(NamedTuple):
    """Imaging (may have gaps), complete covariates, outcome, stratum, tumour volume (or NaN), patient of each row."""

    X: np.ndarray
    Z: np.ndarray
    time: np.ndarray
    event: np.ndarray
    strata: np.ndarray
    volume: np.ndarray
    copies: np.ndarray

    def take(self, rows: np.ndarray) -> Arrays:
        """Return these rows."""
        return Arrays(*(part[rows] for part in self))


class Prepared(NamedTuple):
    """What is learned before any coefficient: the preparation, the covariates' centre and spread."""

    learned: Learned
    center: np.ndarray
    scale: np.ndarray

    def design(self, data: Arrays) -> np.ndarray:
        """Return covariates, then features, all standardised as in training, column-major for the solver."""
        Z = (data.Z - self.center) / self.scale
        return np.asfortranarray(np.hstack([Z, self.learned.transform(data.X)]))


class Refit(NamedTuple):
    """One fold's path: the prepared columns and the coefficients (lambdas x covariates and columns)."""

    prepared: Prepared
    coefficients: np.ndarray


class Curve(NamedTuple):
    """The cross-validation curve, the out-of-fold scores (repeats x patients x lambdas) and the refits behind it."""

    deviance: np.ndarray
    std_error: np.ndarray
    scores: np.ndarray
    refits: list[Refit]


class Model(NamedTuple):
    """A learned pipeline."""

    prepared: Prepared
    lambdas: np.ndarray
    coefficients: np.ndarray
    place: int
    curve: Curve
    n_folds: int

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
        learned = self.prepared.learned
        part = learned._replace(
            columns=learned.columns[used],
            fill=learned.fill[used],
            center=learned.center[used],
            scale=learned.scale[used],
        )
        return np.asarray(part.transform(X) @ beta[used])

    def clinical(self, Z: np.ndarray, *, alone: bool = False) -> np.ndarray:
        """Return the covariates' part; with ``alone`` that of the model without imaging (the head of the path)."""
        gamma = self.coefficients[0 if alone else self.place][: self.n_covariates]
        return np.asarray(((Z - self.prepared.center) / self.prepared.scale) @ gamma)

    @property
    def inner_scores(self) -> np.ndarray:
        """Each training patient's out-of-fold total score at the chosen lambda, averaged over the repeats, (n,)."""
        return np.asarray(self.curve.scores[:, :, self.place].mean(axis=0))

    @property
    def cut(self) -> float:
        """The median of the out-of-fold scores at the chosen lambda; NaN for a score that is constant."""
        scores = self.curve.scores[:, :, self.place]
        return float(np.median(scores)) if self.chosen.any() else float("nan")


def prepare(data: Arrays, recipe: Preparation) -> Prepared:
    """Learn the preparation of imaging and the centre and spread of covariates; no outcome is looked at."""
    center = data.Z.mean(axis=0)
    scale = data.Z.std(axis=0)
    return Prepared(learn_arrays(data.X, recipe), center, np.where(scale > 1e-12 * (1 + np.abs(center)), scale, 1.0))


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
    prepared = prepare(data, settings.recipe)
    design = prepared.design(data)
    risk = _risk(data, settings)
    ratio = 0.01 if len(data.time) < design.shape[1] else 1e-4
    for stage in _STAGES:
        share = ratio ** ((stage - 1) / (_STAGES[-1] - 1))
        solved = _solve(design, risk, data.Z.shape[1], settings, n_lambdas=stage, lambda_min_ratio=share)
        curve = cross_validate(data, folds, solved.lambdas, settings, risk, run)
        if len(solved.lambdas) < stage or np.argmin(curve.deviance) < stage - _PAST_MINIMUM:
            break
    index = choose_lambda(curve, settings.lambda_rule)
    return Model(prepared, solved.lambdas, solved.coefficients, index, curve, n_folds)


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
    solved = _solve(column, _risk(data, settings), 1, settings, lambdas=np.ones(1))
    return VolumeModel(fill, center, scale, float(solved.coefficients[0, 0]))


def choose_lambda(curve: Curve, rule: LambdaRule) -> int:
    """Return the lambda of the smallest deviance, or the largest lambda within one standard error of it."""
    best = int(np.argmin(curve.deviance))
    if rule == "min":
        return best
    return int(np.argmax(curve.deviance <= curve.deviance[best] + curve.std_error[best]))


def cross_validate(
    data: Arrays,
    folds: np.ndarray,
    lambdas: np.ndarray,
    settings: Settings,
    risk: Any,
    run: Runner | None = None,
) -> Curve:
    """Return the grouped deviance per event (full minus training partial likelihood) on one grid of lambdas."""
    n_folds = int(folds.max()) + 1
    tasks = [(r, k) for r in range(len(folds)) for k in range(n_folds)]

    def refit(task: tuple[int, int]) -> tuple[Refit, np.ndarray, np.ndarray]:
        return _refit(data, folds[task[0]] != task[1], lambdas, settings, risk)

    answers = list((run or map)(refit, tasks))
    scores = np.empty((*folds.shape, len(lambdas)))
    deviance = np.empty((len(folds), n_folds, len(lambdas)))
    weight = np.empty((len(folds), n_folds))
    for (r, k), (_, eta, difference) in zip(tasks, answers, strict=True):
        out = folds[r] == k
        scores[r, out] = eta[out]
        weight[r, k] = data.event[out].sum()
        deviance[r, k] = -2 * difference / max(weight[r, k], 1)
    mean, error = _summary(deviance, weight)
    return Curve(mean, error, scores, [answer[0] for answer in answers])


def _summary(deviance: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Event-weighted mean, and the mean over repeats of the standard error within a repeat."""
    share = (weight / weight.sum(axis=1, keepdims=True))[:, :, None]
    mean = (share * deviance).sum(axis=1)
    spread = (share * (deviance - mean[:, None]) ** 2).sum(axis=1) / (deviance.shape[1] - 1)
    return mean.mean(axis=0), np.sqrt(spread).mean(axis=0)


def _refit(
    data: Arrays, train: np.ndarray, lambdas: np.ndarray, settings: Settings, risk: Any
) -> tuple[Refit, np.ndarray, np.ndarray]:
    """Relearn preparation and path on ``train``; scores of all rows and full minus training log likelihood."""
    part = data.take(np.flatnonzero(train))
    prepared = prepare(part, settings.recipe)
    part_risk = _risk(part, settings)
    design = prepared.design(data)
    solved = _solve(np.asfortranarray(design[train]), part_risk, data.Z.shape[1], settings, lambdas=lambdas)
    eta = _bounded(design @ solved.coefficients.T)
    difference = partial_loglik(eta, risk) - partial_loglik(np.ascontiguousarray(eta[train]), part_risk)
    return Refit(prepared, solved.coefficients), eta, difference


def _bounded(eta: np.ndarray) -> np.ndarray:
    """Keep a wild value of a left-out patient from pushing everybody else's relative risk below the smallest number."""
    middle = np.median(eta, axis=0)
    return np.asarray(np.clip(eta, middle - _FAR, middle + _FAR))


class _Solved(NamedTuple):
    lambdas: np.ndarray
    coefficients: np.ndarray


def _solve(design: np.ndarray, risk: Any, n_covariates: int, settings: Settings, **grid: Any) -> _Solved:
    n_features = design.shape[1] - n_covariates
    if design.shape[1] == 0:
        lambdas = grid.get("lambdas", np.ones(1))
        return _Solved(lambdas, np.zeros((len(lambdas), 0)))
    if n_features == 0:  # covariates alone: no penalty, so no grid
        lambdas = grid.get("lambdas", np.ones(1))
        grid = {"lambdas": np.ones(1)}
    solved = solve_path(
        design,
        risk,
        l1_ratio=settings.l1_ratio,
        penalty_factor=np.repeat([0.0, 1.0], [n_covariates, n_features]),
        standardize=False,
        stop=StopRule(),  # a saturated fit has no finite coefficients further down
        **grid,
    )
    if n_features == 0:
        return _Solved(lambdas, np.repeat(solved.coefficients, len(lambdas), axis=0))
    return _filled_up(solved.lambdas, solved.coefficients, grid.get("lambdas"))


def _filled_up(lambdas: np.ndarray, coefficients: np.ndarray, wanted: np.ndarray | None) -> _Solved:
    """Carry the last coefficients of a path that saturated on to the end of the grid that all folds share."""
    if wanted is None or len(lambdas) == len(wanted):
        return _Solved(lambdas, coefficients)
    rows = np.minimum(np.arange(len(wanted)), len(lambdas) - 1)
    return _Solved(wanted, coefficients[rows])


def _risk(data: Arrays, settings: Settings) -> Any:
    return risk_sets(data.time, data.event, strata=data.strata, ties=settings.ties)
