"""Moderated t of many genes from their partial correlations with one value, and normal scores of t."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

__all__ = ["Moderated", "moderated_t", "normal_scores"]

#: A variance that is smaller than this beside the median is a gene without signal: it is raised for the prior.
_SMALLEST = 1e-5
#: A correlation of one leaves no variance at all.
_PERFECT = 1 - 1e-12
_STEPS = 50


class Moderated(NamedTuple):
    """Moderated t (b, p), degrees of freedom with those of the prior (b,), prior degrees of freedom and variance."""

    t: np.ndarray
    df_total: np.ndarray
    df_prior: np.ndarray
    variance_prior: np.ndarray


def moderated_t(r: np.ndarray, squares: np.ndarray, df: int) -> Moderated:
    """Return the t of each gene with its residual variance squeezed towards a common one (Smyth 2004).

    Parameters
    ----------
    r
        Partial correlations (b, p) of the genes with each of b values given the covariates.
    squares
        Sums of squares (p,) of the genes' residuals on the covariates alone.
    df
        Residual degrees of freedom of the model with the value.

    Returns
    -------
    Moderated
        Equal to limma's ``eBayes`` of the same model to 1e-8; 0 for a gene without variance.
    """
    r = np.asarray(r)
    left = np.maximum(squares, _SMALLEST * np.median(squares[squares > 0])).astype(r.dtype)
    scale = np.log(left / df).astype(r.dtype)
    # 1 - r^2 as a product keeps its digits where r is near one
    r = np.clip(r, -_PERFECT, _PERFECT) if r.dtype == np.float64 else r
    unexplained = np.maximum((1 - r) * (1 + r), r.dtype.type(1e-7 if r.dtype == np.float32 else 1e-12))
    log_variance = np.log(unexplained) + scale
    center = log_variance.mean(axis=1, dtype=np.float64)
    spread = log_variance.var(axis=1, ddof=1, dtype=np.float64)
    excess = spread - float(special.polygamma(1, df / 2))
    df_prior = np.where(excess > 0, 2 * _trigamma_inverse(np.where(excess > 0, excess, 1.0)), np.inf)
    finite = np.isfinite(df_prior)
    half = np.where(finite, df_prior, 2.0) / 2
    variance_prior = np.exp(center - special.digamma(df / 2) + np.log(df / 2) + special.digamma(half) - np.log(half))
    if not finite.all():
        variance_prior[~finite] = np.exp(log_variance[~finite]).mean(axis=1)
    share = np.where(finite, df / (df + np.where(finite, df_prior, 0.0)), 0.0)
    posterior = unexplained * (left / df) * share[:, None].astype(r.dtype)
    posterior += ((1 - share) * variance_prior)[:, None].astype(r.dtype)
    t = r * np.sqrt(squares).astype(r.dtype) / np.sqrt(posterior)
    return Moderated(t, np.minimum(df + df_prior, float(df) * r.shape[1]), df_prior, variance_prior)


def _trigamma_inverse(x: np.ndarray) -> np.ndarray:
    """Return y > 0 with trigamma(y) = x > 0: Newton's method on 1 / trigamma, which is nearly linear."""
    y = 0.5 + 1 / x
    for _ in range(_STEPS):
        value = special.polygamma(1, y)
        step = value * (1 - value / x) / special.polygamma(2, y)
        y = y + step
        if np.all(np.abs(step) < 1e-12 * y):
            break
    return np.asarray(y)


def normal_scores(t: np.ndarray, df: np.ndarray | float) -> np.ndarray:
    """Return z with the tail probability of t, by the expansion of Hill (1970), which does not run out of digits.

    Examples
    --------
    >>> normal_scores(np.array([2.0, -30.0]), 10.0).round(2).tolist()
    [1.79, -6.61]
    """
    near = np.minimum(df, 1e10) - 0.5
    b = 48 * near * near
    z = near * np.log1p(t * t / (near + 0.5))
    tail = ((((-0.4 * z - 3.3) * z - 24) * z - 85.5) / (0.8 * z * z + 100 + b) + z + 3) / b + 1
    return np.asarray(tail * np.sqrt(z) * np.sign(t))
