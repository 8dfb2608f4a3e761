"""Tail probabilities that stay exact where ordinary formulas give zero."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

__all__ = ["correlation_p", "t_from_correlation", "t_tails"]

#: Below this the probability is written through its logarithm, long before floats underflow.
_DEEP = 1e-200


def t_from_correlation(r: np.ndarray, df: np.ndarray | float) -> np.ndarray:
    """Return t = r sqrt(df / (1 - r^2)); infinite where the correlation is perfect."""
    r = np.asarray(r, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return r * np.sqrt(df / ((1.0 - r) * (1.0 + r)))


def t_tails(t: np.ndarray, df: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Return the two-sided p-value of t, and its log10, which stays exact where p itself underflows.

    With x = df / (df + t^2) the p-value is the incomplete beta function I_x(df/2, 1/2). Far out, its logarithm is
    a log x + b log(1 - x) - log a - log B(a, b) + log F(a + b, 1; a + 1; x), with a = df/2 and b = 1/2.
    """
    t, df = np.broadcast_arrays(np.asarray(t, dtype=float), np.asarray(df, dtype=float))
    square = t * t / df
    with np.errstate(invalid="ignore", divide="ignore"):
        p = np.asarray(special.betainc(df / 2.0, 0.5, 1.0 / (1.0 + square)))
        # close to the centre x is close to 1: the other side of the same integral is the precise one
        near = t * t < 1.0
        p[near] = 1.0 - special.betainc(0.5, df[near] / 2.0, square[near] / (1.0 + square[near]))
        log10_p = np.log10(p)
    deep = (p < _DEEP) & np.isfinite(t)
    log10_p[deep] = _log_tail(square[deep], df[deep]) / np.log(10.0)
    return p, log10_p


def _log_tail(square: np.ndarray, df: np.ndarray) -> Any:
    a, b = df / 2.0, 0.5
    log_x = -np.log1p(square)
    log_rest = np.log(square) + log_x  # log(1 - x)
    series = special.hyp2f1(a + b, 1.0, a + 1.0, np.exp(log_x))
    return a * log_x + b * log_rest - np.log(a) - special.betaln(a, b) + np.log(series)


def correlation_p(r: np.ndarray, df: np.ndarray | float) -> np.ndarray:
    """Return the two-sided p-value of a (partial) correlation with ``df`` degrees of freedom."""
    return t_tails(t_from_correlation(r, df), df)[0]
