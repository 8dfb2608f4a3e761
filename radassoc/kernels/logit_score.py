"""The score test of each of thousands of columns in a logistic model, without fitting any of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

__all__ = ["NullModel", "null_model", "permuted_scores", "score_z"]

_FLAT = 1e-9
_MOST_STEPS = 50


class NullModel(NamedTuple):
    """A logistic model of the covariates alone.

    ``design`` (n, q) with intercept, ``residual`` y - p, ``weight`` p (1 - p), ``root`` (n, q) an orthonormal basis of
    the design times the root of the weight, ``penalised``: a class is separated by the covariates, so that the
    likelihood has no maximum and Firth's was taken.
    """

    design: np.ndarray
    residual: np.ndarray
    weight: np.ndarray
    root: np.ndarray
    penalised: bool


def null_model(y: np.ndarray, design: np.ndarray) -> NullModel:
    """Fit y (n,) of 0 and 1 on a design of full rank with intercept (n, q)."""
    beta = _fit(y, design, penalised=False)
    penalised = beta is None
    if beta is None:
        beta = _fit(y, design, penalised=True)
    chance = special.expit(design @ (np.zeros(design.shape[1]) if beta is None else beta))
    weight = chance * (1 - chance)
    root = np.linalg.qr(design * np.sqrt(weight)[:, None])[0]
    return NullModel(design, y - chance, weight, root, penalised)


def _fit(y: np.ndarray, design: np.ndarray, *, penalised: bool) -> np.ndarray | None:
    """Return the maximum of the (penalised) likelihood by Newton steps of bounded length, or None without one."""
    beta = np.zeros(design.shape[1])
    for _ in range(_MOST_STEPS * (4 if penalised else 1)):
        chance = special.expit(design @ beta)
        weight = chance * (1 - chance)
        root, upper = np.linalg.qr(design * np.sqrt(weight)[:, None])
        gap = y - chance
        if penalised:
            gap = gap + (root**2).sum(axis=1) * (0.5 - chance)
        if np.abs(np.diag(upper)).min() < 1e-6 * np.abs(np.diag(upper)).max():
            return None
        step = np.linalg.solve(upper, np.linalg.solve(upper.T, design.T @ gap))
        move = np.abs(design @ step).max()
        beta = beta + step * min(1.0, 2.0 / max(move, 1e-300))
        if move < 1e-9:
            return beta
    return None


def score_z(X: np.ndarray, null: NullModel) -> np.ndarray:
    """Return the score statistic z of each column of X (n, p) given the covariates; NaN where they explain it.

    z squared equals R's ``anova(glm(y ~ Z), glm(y ~ Z + x), test = "Rao")``.
    """
    return _ratio(X, null, _left(X, null))


def _left(X: np.ndarray, null: NullModel) -> np.ndarray:
    """Return the columns, times the root of the weight, less what the covariates tell of them."""
    weighted = X * np.sqrt(null.weight)[:, None]
    once = weighted - null.root @ (null.root.T @ weighted)
    return np.asarray(once - null.root @ (null.root.T @ once))


def _ratio(X: np.ndarray, null: NullModel, left: np.ndarray) -> np.ndarray:
    spread = null.weight @ (X - X.mean(axis=0)) ** 2
    variance = (left**2).sum(axis=0)
    usable = (variance > _FLAT * spread) & (spread > _FLAT**2 * (null.weight @ X**2))
    score = (null.residual / np.sqrt(null.weight)) @ left
    return np.where(usable, score / np.sqrt(np.where(usable, variance, 1.0)), np.nan)


def permuted_scores(X: np.ndarray, null: NullModel, rows: np.ndarray) -> np.ndarray:
    """Return |z| (B, p) after the residuals of the columns of X on the covariates moved between rows.

    ``rows`` (B, n) are permutations. Moving a column against residual and weight of the null model is the same as
    moving these against the column, so that all columns share a few matrix products.
    """
    plain = np.linalg.qr(null.design)[0]
    moved = X - plain @ (plain.T @ X)
    residual, weight = null.residual[rows], null.weight[rows]
    score, spread = residual @ moved, weight @ moved**2
    for k in range(null.root.shape[1]):
        told = (np.sqrt(null.weight) * null.root[:, k])[rows] @ moved
        spread -= told**2
        score -= (null.root[:, k] @ (null.residual / np.sqrt(null.weight))) * told
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, np.abs(score) / np.sqrt(spread), 0.0)
