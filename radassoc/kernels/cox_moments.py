"""Score and information of the Cox partial likelihood at each event time (Efron), and tests made of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["CoxMoments", "cox_moments", "proportional_hazards_score", "score_test"]


class CoxMoments(NamedTuple):
    """One entry per distinct event time and stratum.

    ``score`` (m, p): covariates of the dead minus their expectation; ``information`` (m, p, p).
    """

    time: np.ndarray
    deaths: np.ndarray
    score: np.ndarray
    information: np.ndarray


def cox_moments(
    X: np.ndarray, eta: np.ndarray, time: np.ndarray, event: np.ndarray, *, strata: np.ndarray | None = None
) -> CoxMoments:
    """Return the moments of the partial likelihood with linear predictor ``eta``; ties by Efron's method."""
    layers = np.zeros(len(time), dtype=int) if strata is None else strata
    parts = [
        _one_stratum(X[inside], eta[inside], time[inside], event[inside])
        for inside in (layers == layer for layer in np.unique(layers))
        if event[inside].any()
    ]
    if not parts:
        p = X.shape[1]
        return CoxMoments(np.empty(0), np.empty(0), np.empty((0, p)), np.empty((0, p, p)))
    return CoxMoments(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _one_stratum(X: np.ndarray, eta: np.ndarray, time: np.ndarray, event: np.ndarray) -> CoxMoments:
    weight = np.exp(eta - eta.max())
    square = X[:, :, None] * X[:, None, :]
    times, place = np.unique(time, return_inverse=True)

    def sums(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        total = np.zeros((times.size, *values.shape[1:]))
        np.add.at(total, place[chosen], values[chosen])
        return total

    everyone = np.ones(len(time), dtype=bool)
    weighted = (weight, weight[:, None] * X, weight[:, None, None] * square)
    at_risk = [sums(values, everyone)[::-1].cumsum(axis=0)[::-1] for values in weighted]
    dying = [sums(values, event) for values in weighted]
    deaths = np.bincount(place[event], minlength=times.size)
    # Efron: of d tied deaths the k-th sees a risk set from which the share k / d of the dying has left
    row = np.repeat(np.arange(times.size), deaths)
    gone = np.concatenate([np.arange(d) / d for d in deaths if d])
    s0, s1, s2 = (
        all_[row] - gone.reshape(-1, *[1] * (all_.ndim - 1)) * dead[row]
        for all_, dead in zip(at_risk, dying, strict=True)
    )
    mean = s1 / s0[:, None]
    spread = s2 / s0[:, None, None] - mean[:, :, None] * mean[:, None, :]
    score = sums(X, event)
    information = np.zeros((times.size, X.shape[1], X.shape[1]))
    np.subtract.at(score, row, mean)
    np.add.at(information, row, spread)
    some = deaths > 0
    return CoxMoments(times[some], deaths[some], score[some], information[some])


def score_test(moments: CoxMoments) -> tuple[float, int]:
    """Return the score statistic (chi-square) and its degrees of freedom; missing where the information is singular."""
    return _quadratic(moments.score.sum(axis=0), moments.information.sum(axis=0))


def proportional_hazards_score(moments: CoxMoments, weight: np.ndarray, tested: np.ndarray) -> tuple[float, int]:
    """Return the score test that the coefficients ``tested`` do not change with ``weight`` (one value per event time).

    ``moments`` must be those at the maximum of the partial likelihood. All coefficients stay in the model while the
    products ``weight * X[:, tested]`` are tested (Grambsch & Therneau 1994; R's ``cox.zph`` since survival 3.0).
    """
    plain = moments.information.sum(axis=0)
    once = np.tensordot(weight, moments.information, axes=1)[:, tested]
    twice = np.tensordot(weight**2, moments.information, axes=1)[np.ix_(tested, tested)]
    information = np.block([[plain, once], [once.T, twice]])
    score = np.concatenate([np.zeros(len(plain)), (weight @ moments.score)[tested]])
    statistic, df = _quadratic(score, information)
    return statistic, len(tested) if df else 0


def _quadratic(score: np.ndarray, information: np.ndarray) -> tuple[float, int]:
    scale = np.sqrt(np.maximum(np.diag(information), 0.0))
    if not (scale > 0).all():
        return float("nan"), 0
    standard = information / np.outer(scale, scale)
    if not np.isfinite(standard).all() or np.linalg.matrix_rank(standard, tol=1e-10) < score.size:
        return float("nan"), 0
    u = score / scale
    return float(u @ np.linalg.solve(standard, u)), score.size
