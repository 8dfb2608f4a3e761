"""Standardised differences of weighted groups, and stabilised inverse-probability weights."""

from __future__ import annotations

import numpy as np

__all__ = ["effective_size", "mahalanobis", "stabilised_weights", "standardised"]


def _moments(x: np.ndarray, w: np.ndarray, *, binary: bool) -> tuple[float, float]:
    total = w.sum()
    mean = float(w @ x / total)
    if binary:
        return mean, mean * (1 - mean)
    left = total**2 - w @ w
    return mean, float(total / left * (w @ (x - mean) ** 2)) if left > 0 else np.nan


def standardised(x: np.ndarray, w: np.ndarray, second: np.ndarray, *, binary: bool) -> float:
    """Return the mean of the second group less that of the first over the root of their mean variance.

    Of an indicator the variance is p (1 - p) (Austin 2009); weighted as by Austin & Stuart (2015). NaN where a group
    has fewer than two patients, infinite where neither varies and the means differ.
    """
    if min(second.sum(), (~second).sum()) < 2:
        return float("nan")
    (m1, v1), (m2, v2) = (_moments(x[inside], w[inside], binary=binary) for inside in (~second, second))
    spread = np.sqrt((v1 + v2) / 2)
    if spread < 1e-12 * max(abs(m1), abs(m2), 1e-300):
        return 0.0 if np.isclose(m1, m2, rtol=1e-9) else float(np.copysign(np.inf, m2 - m1))
    return float((m2 - m1) / spread)


def mahalanobis(levels: np.ndarray, w: np.ndarray, second: np.ndarray) -> float:
    """Return the standardised difference of a category from its indicators (n, q), all levels (Yang & Dalton 2012)."""
    kept = levels.any(axis=0)
    T = levels[:, kept][:, 1:].astype(float)
    if not T.shape[1] or min(second.sum(), (~second).sum()) < 2:
        return float("nan") if not T.shape[1] or not second.any() or second.all() else 0.0
    shares = [w[inside] @ T[inside] / w[inside].sum() for inside in (~second, second)]
    spread = sum(np.diag(p) - np.outer(p, p) for p in shares) / 2
    gap = shares[1] - shares[0]
    solved = np.linalg.pinv(spread, rcond=1e-10, hermitian=True) @ gap
    return float(np.sqrt(gap @ solved)) if np.allclose(spread @ solved, gap, atol=1e-9) else float("inf")


def stabilised_weights(chance: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the share of a patient's own group over the chance to be in it; ``chance`` is that of the second group."""
    share = second.mean()
    return np.where(second, share / chance, (1 - share) / (1 - chance))


def effective_size(w: np.ndarray) -> float:
    """Return how many patients of equal weight would tell a mean as well: (sum w)^2 / sum w^2.

    Examples
    --------
    >>> effective_size(np.array([1.0, 1.0, 1.0])), round(effective_size(np.array([1.0, 3.0])), 2)
    (3.0, 1.6)
    """
    return float(w.sum() ** 2 / (w @ w))
