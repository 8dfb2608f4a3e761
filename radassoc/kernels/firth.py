"""Firth's penalised logistic regression of two classes on each of thousands of columns, given covariates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

__all__ = ["FirthFits", "firth_columns"]

_BLOCK = 128
_MOST_STEPS = 200
_LONGEST = 3.0
_SMALL = 1e-6


class FirthFits(NamedTuple):
    """One entry a column; finite also where a column separates the classes, NaN where no maximum was found."""

    log_odds_ratio: np.ndarray
    std_error: np.ndarray
    low: np.ndarray
    high: np.ndarray


def firth_columns(X: np.ndarray, y: np.ndarray, design: np.ndarray, confidence: float) -> FirthFits:
    """Fit y on the design and one column of X at a time.

    Parameters
    ----------
    X
        Columns (n, p) that the design does not explain; scale them to standard deviation 1, so that steps are stable.
    y
        Classes 0 and 1 (n,).
    design
        Covariates with intercept (n, q), full rank.
    confidence
        Level of the intervals, which are those of the profile penalised likelihood.

    Returns
    -------
    FirthFits
        The formulas of R ``logistf::logistf`` (``pl = TRUE``), maximum and profile to 1e-6.

    References
    ----------
    Heinze G, Schemper M (2002) Stat Med 21:2409. doi:10.1002/sim.1047
    """
    drop = float(special.chdtri(1.0, 1.0 - confidence))
    blocks = [_fit(X[:, k : k + _BLOCK].T, np.asarray(y, float), design, drop) for k in range(0, X.shape[1], _BLOCK)]
    if not blocks:
        return FirthFits(*(np.empty(0) for _ in range(4)))
    return FirthFits(*(np.concatenate(part) for part in zip(*blocks, strict=True)))


def _fit(columns: np.ndarray, y: np.ndarray, design: np.ndarray, drop: float) -> FirthFits:
    model = _Model(columns, y, design)
    start = np.zeros((len(columns), design.shape[1] + 1))
    best, top = _climb(model, start)
    _, _, inverse = model.at(np.where(np.isfinite(best), best, 0.0), np.arange(len(best)))
    low, high = (_bound(model, best, top - drop / 2, side) for side in (-1.0, 1.0))
    return FirthFits(best[:, 0], np.where(np.isfinite(top), np.sqrt(inverse[:, 0, 0]), np.nan), low, high)


class _Model:
    """The penalised likelihoods of a block of columns (p, n), each with its own coefficients."""

    def __init__(self, columns: np.ndarray, y: np.ndarray, design: np.ndarray) -> None:
        self.columns, self.y, self.design = np.ascontiguousarray(columns), y, design
        self._pairs = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)

    def at(self, beta: np.ndarray, who: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return penalised log likelihood, modified score and inverse information of the columns ``who``."""
        x, q = self.columns[who], self.design.shape[1]
        eta = x * beta[:, :1] + beta[:, 1:] @ self.design.T
        chance = special.expit(eta)
        weight = chance * (1 - chance)
        information = np.empty((len(who), q + 1, q + 1))
        weighted = weight * x
        information[:, 0, 0] = (weighted * x).sum(axis=1)
        information[:, 0, 1:] = information[:, 1:, 0] = weighted @ self.design
        information[:, 1:, 1:] = (weight @ self._pairs).reshape(-1, q, q)
        sign, log_determinant = np.linalg.slogdet(information)
        usable = (sign > 0) & np.isfinite(log_determinant)
        inverse = np.linalg.inv(np.where(usable[:, None, None], information, np.eye(q + 1)))
        hat = x * x * inverse[:, :1, 0] + 2 * x * (inverse[:, 0, 1:] @ self.design.T)
        hat += inverse[:, 1:, 1:].reshape(-1, q * q) @ self._pairs.T
        gap = self.y - chance + weight * hat * (0.5 - chance)
        score = np.column_stack([(gap * x).sum(axis=1), gap @ self.design])
        loglik = special.log_expit(np.where(self.y > 0.5, eta, -eta)).sum(axis=1)
        return np.where(usable, loglik + 0.5 * log_determinant, -np.inf), score, inverse


def _climb(model: _Model, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the coefficients of the maximum and its value; NaN where there is none."""
    beta, who = start.copy(), np.arange(len(start))
    top = np.full(len(start), np.nan)
    value, score, inverse = model.at(beta, who)
    length = np.ones(len(start))
    for _ in range(_MOST_STEPS):
        step = np.einsum("pij,pj->pi", inverse, score)
        size = np.abs(step).max(axis=1)
        step *= (length * np.minimum(1.0, _LONGEST / np.maximum(size, 1e-300)))[:, None]
        tried = beta[who] + step
        new_value, new_score, new_inverse = model.at(tried, who)
        better = new_value >= value - 1e-10 * (1 + np.abs(value))
        beta[who[better]] = tried[better]
        value = np.where(better, new_value, value)
        score = np.where(better[:, None], new_score, score)
        inverse = np.where(better[:, None, None], new_inverse, inverse)
        length = np.where(better, 1.0, length / 2)
        done = (size < _SMALL) & np.isfinite(value)
        top[who[done]] = value[done]
        stay = ~done & (length > 1e-6)
        who, value, score, inverse, length = who[stay], value[stay], score[stay], inverse[stay], length[stay]
        if not who.size:
            break
    beta[np.isnan(top)] = np.nan
    return beta, top


def _bound(model: _Model, best: np.ndarray, level: np.ndarray, side: float) -> np.ndarray:
    """Return where the profile of the first coefficient falls to ``level`` on one side (Venzon & Moolgavkar 1988).

    Newton steps for: the score of all other coefficients is zero and the likelihood is ``level``.
    """
    answer = np.full(len(best), np.nan)
    who = np.flatnonzero(np.isfinite(level))
    beta = best[who].copy()
    for _ in range(_MOST_STEPS):
        if not who.size:
            break
        value, score, inverse = model.at(beta, who)
        rise = np.einsum("pi,pij,pj->p", score, inverse, score)
        under = 2 * (value - level[who] + 0.5 * rise) / inverse[:, 0, 0]
        score[:, 0] += side * np.sqrt(np.maximum(under, 0.0))
        step = np.einsum("pij,pj->pi", inverse, score)
        size = np.abs(step).max(axis=1)
        done = (np.abs(value - level[who]) < _SMALL) & (size < 10 * _SMALL)
        answer[who[done]] = beta[done, 0]
        step *= np.minimum(1.0, _LONGEST / np.maximum(size, 1e-300))[:, None]
        stay = ~done & np.isfinite(value)
        who, beta = who[stay], (beta + step)[stay]
    return answer
