"""The inner cross-validation: what every fold gives at every lambda, the curves made of it, and the choice."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.concordance import concordance
from radassoc.kernels.cox_likelihood import partial_loglik
from radassoc.kernels.cox_risk import RiskSets
from radassoc.survival._design import prepare
from radassoc.survival._shapes import Arrays, LambdaRule, Runner, Settings, risk_of
from radassoc.survival._solve import solve

__all__ = ["Curve", "Measure", "Refit", "choose_lambda", "concordance_measure", "cross_validate", "summarise"]

_FAR = 300.0


class Refit(NamedTuple):
    """One fold's path, kept small.

    ``covariates`` (L, q) are coefficients per unit. Of the features, per standard deviation, there are those that are
    not 0: ``place`` (which lambda), ``column`` (of ``Arrays.X``), ``value``; none of a ridge path, where all are.
    """

    covariates: np.ndarray
    place: np.ndarray
    column: np.ndarray
    value: np.ndarray


class Measure(NamedTuple):
    """A curve over lambdas: its mean over repeats (L,), standard error (L,), and one row a repeat (R, L)."""

    mean: np.ndarray
    std_error: np.ndarray
    repeats: np.ndarray


class Curve(NamedTuple):
    """What the cross-validation gives.

    ``measure`` is the grouped deviance per event; ``folds`` (R, n) the fold of each patient; ``scores`` (R, n, L) the
    out-of-fold scores; ``refits`` one for each repeat and fold, in this order.
    """

    measure: Measure
    folds: np.ndarray
    scores: np.ndarray
    refits: list[Refit]

    @property
    def deviance(self) -> np.ndarray:
        """The mean curve."""
        return self.measure.mean


def cross_validate(
    data: Arrays,
    folds: np.ndarray,
    lambdas: np.ndarray,
    settings: Settings,
    risk: RiskSets,
    run: Runner | None = None,
) -> Curve:
    """Return the grouped deviance per event (full minus training partial likelihood) on one grid of lambdas."""
    n_folds = int(folds.max()) + 1
    tasks = [(r, k) for r in range(len(folds)) for k in range(n_folds)]

    def refit(task: tuple[int, int]) -> tuple[Refit, np.ndarray, np.ndarray]:
        return _refit(data, folds[task[0]] != task[1], lambdas, settings, risk)

    scores = np.empty((*folds.shape, len(lambdas)))
    deviance = np.empty((len(folds), n_folds, len(lambdas)))
    weight = np.empty((len(folds), n_folds))
    refits = []
    for (r, k), (kept, eta, difference) in zip(tasks, (run or map)(refit, tasks), strict=True):
        out = folds[r] == k
        scores[r, out] = eta
        weight[r, k] = data.event[out].sum()
        deviance[r, k] = -2 * difference / max(weight[r, k], 1)
        refits.append(kept)
    return Curve(summarise(deviance, weight), folds, scores, refits)


def summarise(values: np.ndarray, weight: np.ndarray) -> Measure:
    """Return the weighted mean of values (R, K, L) over folds, with the mean over repeats of a repeat's standard error.

    Over all fits together the error would vanish with the number of repeats. A fold without weight has no value.
    """
    share = (weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300))[:, :, None]
    mean = (share * values).sum(axis=1)
    spread = (share * (values - mean[:, None]) ** 2).sum(axis=1) / (values.shape[1] - 1)
    return Measure(mean.mean(axis=0), np.sqrt(spread).mean(axis=0), mean)


def concordance_measure(data: Arrays, curve: Curve) -> Measure:
    """Return the cross-validated concordance: pairs inside one fold and stratum, folds weighted by comparable pairs.

    A repeat without any comparable pair counts as 0.5 at every lambda.
    """
    n_repeats, n_folds = len(curve.folds), int(curve.folds.max()) + 1
    values = np.full((n_repeats, n_folds, curve.scores.shape[2]), 0.5)
    weight = np.zeros((n_repeats, n_folds))
    for r in range(n_repeats):
        for k in range(n_folds):
            out = curve.folds[r] == k
            counts = concordance(data.time[out], data.event[out], curve.scores[r, out], strata=data.strata[out])
            weight[r, k] = counts.comparable[0]
            if weight[r, k] > 0:
                values[r, k] = counts.c_index
    weight[weight.sum(axis=1) == 0] = 1.0
    return summarise(values, weight)


def choose_lambda(loss: Measure, rule: LambdaRule) -> int:
    """Return the lambda of the smallest loss, or the largest lambda within one standard error of it."""
    best = int(np.argmin(loss.mean))
    if rule == "min":
        return best
    return int(np.argmax(loss.mean <= loss.mean[best] + loss.std_error[best]))


def _refit(
    data: Arrays, train: np.ndarray, lambdas: np.ndarray, settings: Settings, risk: RiskSets
) -> tuple[Refit, np.ndarray, np.ndarray]:
    """Relearn preparation and path on ``train``; return scores of the others and full minus training log likelihood."""
    part = data.take(np.flatnonzero(train))
    prepared = prepare(part, settings)
    part_risk = risk_of(part, settings)
    design = prepared.design(data)
    q = data.Z.shape[1]
    factors = np.append(np.zeros(q), prepared.factors)
    solved = solve(np.asfortranarray(design[train]), part_risk, factors, settings.l1_ratio, lambdas=lambdas)
    eta = _bounded(design @ solved.coefficients.T)
    difference = partial_loglik(eta, risk) - partial_loglik(np.ascontiguousarray(eta[train]), part_risk)
    features = solved.coefficients[:, q:]
    place, column = np.nonzero(features) if settings.l1_ratio > 0 else (np.empty(0, np.int64), np.empty(0, np.int64))
    kept = Refit(
        solved.coefficients[:, :q] / prepared.scale,
        place.astype(np.int16),
        prepared.learned.columns[column].astype(np.int32),
        features[place, column],
    )
    return kept, eta[~train], difference


def _bounded(eta: np.ndarray) -> np.ndarray:
    """Keep a wild value of a left-out patient from pushing everybody else's relative risk below the smallest number."""
    middle = np.median(eta, axis=0)
    return np.asarray(np.clip(eta, middle - _FAR, middle + _FAR))
