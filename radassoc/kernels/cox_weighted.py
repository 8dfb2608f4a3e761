"""Cox models and survival curves with a weight for each patient, and the robust variance that weights call for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["WeightedCox", "WeightedSurvival", "weighted_cox", "weighted_survival"]

_MOST_STEPS = 50
_SMALL = 1e-9


class WeightedCox(NamedTuple):
    """Coefficients (p,), the inverse information, and the robust covariance; NaN without a maximum."""

    coefficients: np.ndarray
    covariance: np.ndarray
    robust: np.ndarray


class _Tied(NamedTuple):
    """One event time of one stratum: who is at risk, and who of them dies."""

    risk: np.ndarray
    dead: np.ndarray


def weighted_cox(
    X: np.ndarray, time: np.ndarray, event: np.ndarray, weight: np.ndarray, *, strata: np.ndarray | None = None
) -> WeightedCox:
    """Maximise the weighted partial likelihood; ``robust`` treats each patient as a cluster (Lin & Wei 1989).

    Equals R's ``coxph(weights = w, robust = TRUE)`` to 1e-8.
    """
    ties = _ties(time, np.asarray(event, dtype=bool), strata)
    center = X.mean(axis=0)
    Z = X - center
    beta: np.ndarray = np.zeros(X.shape[1])
    step: np.ndarray = beta
    value = -np.inf
    for _ in range(_MOST_STEPS):
        tried = beta + step
        found, score, information = _evaluate(Z, tried, weight, ties)
        if not found >= value - 1e-12 * (1 + abs(found)):
            step = step / 2
            continue
        beta, value = tried, found
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            break
        if np.abs(step).max(initial=0.0) < _SMALL * (1 + np.abs(beta).max(initial=0.0)):
            covariance = np.linalg.inv(information)
            change = (_score_residuals(Z, beta, weight, ties) * weight[:, None]) @ covariance
            return WeightedCox(beta, covariance, change.T @ change)
    nothing = np.full((X.shape[1],) * 2, np.nan)
    return WeightedCox(nothing[0], nothing, nothing)


def _ties(time: np.ndarray, event: np.ndarray, strata: np.ndarray | None) -> list[_Tied]:
    layer = np.zeros(len(time), dtype=np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    found = []
    for code in np.unique(layer):
        inside = np.flatnonzero(layer == code)
        for t in np.unique(time[inside][event[inside]]):
            risk = inside[time[inside] >= t]
            found.append(_Tied(risk, (time[risk] == t) & event[risk]))
    return found


def _evaluate(
    Z: np.ndarray, beta: np.ndarray, weight: np.ndarray, ties: list[_Tied]
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return log likelihood, score and information."""
    p = Z.shape[1]
    eta = Z @ beta
    with np.errstate(over="ignore"):
        relative = weight * np.exp(eta)
    loglik, score, information = 0.0, np.zeros(p), np.zeros((p, p))
    for risk, dead in ties:
        x, r = Z[risk], relative[risk]
        own, n = risk[dead], int(dead.sum())
        mean_weight = weight[own].mean()
        loglik += weight[own] @ eta[own]
        score += weight[own] @ Z[own]
        for k in range(n):
            part = np.where(dead, r * (1 - k / n), r)
            total = part.sum()
            mean = (part @ x) / total
            loglik -= mean_weight * np.log(total)
            score -= mean_weight * mean
            information += mean_weight * ((x.T * part) @ x / total - np.outer(mean, mean))
    return loglik, score, information


def _score_residuals(Z: np.ndarray, beta: np.ndarray, weight: np.ndarray, ties: list[_Tied]) -> np.ndarray:
    """Return each patient's part of the score (n, p), not weighted."""
    relative = np.exp(Z @ beta)
    found = np.zeros(Z.shape)
    for risk, dead in ties:
        x, n = Z[risk], int(dead.sum())
        mean_weight = weight[risk[dead]].mean()
        for k in range(n):
            share = np.where(dead, 1 - k / n, 1.0)
            part = weight[risk] * relative[risk] * share
            total = part.sum()
            gap = x - (part @ x) / total
            found[risk] += gap * (dead / n - relative[risk] * share * mean_weight / total)[:, None]
    return found


class WeightedSurvival(NamedTuple):
    """One entry per distinct time: the estimate just after it, and the sum of weights at risk just before it."""

    time: np.ndarray
    survival: np.ndarray
    std_error: np.ndarray
    at_risk: np.ndarray


def weighted_survival(time: np.ndarray, event: np.ndarray, weight: np.ndarray) -> WeightedSurvival:
    """Return the weighted Kaplan-Meier estimate and the standard error of its logarithm by the infinitesimal jackknife.

    The variance is the sum over patients of the squared change of log survival with the patient's weight, times the
    weight. Equals R's ``survfit(weights, robust = TRUE)``, whose ``std.err`` is that of survival, to 1e-10; with equal
    weights it is Greenwood's. Missing where the estimate is zero.
    """
    times, place = np.unique(time, return_inverse=True)
    event = np.asarray(event, dtype=bool)

    def sums(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=values, minlength=times.size)

    def from_here(values: np.ndarray) -> np.ndarray:
        return sums(values)[::-1].cumsum()[::-1]

    at_risk = from_here(weight)
    hazard = sums(weight * event) / at_risk
    survival = np.cumprod(1 - hazard)
    with np.errstate(divide="ignore", invalid="ignore"):
        jump = 1 / (at_risk * (1 - hazard))
        change = np.cumsum(hazard * jump)  # of those still there: the same for all of them
        gone = sums((weight * (change[place] - event * jump[place])) ** 2).cumsum()
        staying = np.append(from_here(weight**2)[1:], 0.0)
        variance = gone + change**2 * staying
    return WeightedSurvival(times, survival, np.sqrt(np.where(survival > 0, variance, np.nan)), at_risk)
