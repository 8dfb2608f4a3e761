"""Tail probabilities that stay exact where ordinary formulas give zero."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

__all__ = ["correlation_p", "t_from_correlation", "t_log10_p", "t_p"]

#: Below this the probability is written through its logarithm, long before floats underflow.
_DEEP = 1e-200


def t_from_correlation(r: np.ndarray, df: np.ndarray | float) -> np.ndarray:
    """Return t = r sqrt(df / (1 - r^2)); infinite where the correlation is perfect."""
    r = np.asarray(r, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return r * np.sqrt(df / ((1.0 - r) * (1.0 + r)))


def t_p(t: np.ndarray, df: np.ndarray | float) -> np.ndarray:
    """Return the two-sided p-value of t; 0 below about 1e-300, where :func:`t_log10_p` still tells."""
    t, df = np.broadcast_arrays(np.asarray(t, dtype=float), np.asarray(df, dtype=float))
    return _tail(t, df)


def t_log10_p(t: np.ndarray, df: np.ndarray | float) -> np.ndarray:
    """Return log10 of the two-sided p-value of t.

    With x = df / (df + t^2) the p-value is the incomplete beta function I_x(df/2, 1/2). Far out, where it underflows,
    its logarithm is a log x + b log(1 - x) - log a - log B(a, b) + log F(a + b, 1; a + 1; x), with a = df/2, b = 1/2.
    """
    t, df = np.broadcast_arrays(np.asarray(t, dtype=float), np.asarray(df, dtype=float))
    p = _tail(t, df)
    with np.errstate(divide="ignore"):
        answer = np.log10(p)
    deep = (p < _DEEP) & np.isfinite(t)
    if deep.any():
        answer[deep] = _log_tail(t[deep], df[deep]) / np.log(10.0)
    return answer


def _tail(t: np.ndarray, df: np.ndarray) -> Any:
    # I_x(a, b) with x = 1 / (1 + t^2 / df) keeps its relative precision in the far tail; near the centre x is close to
    # 1 and the complement from the other side is the precise one
    square = t * t / df
    with np.errstate(divide="ignore", invalid="ignore"):
        far = special.betainc(df / 2.0, 0.5, 1.0 / (1.0 + square))
        near = special.betaincc(0.5, df / 2.0, square / (1.0 + square))
    return np.where(square < 1.0, near, far)


def _log_tail(t: np.ndarray, df: np.ndarray) -> Any:
    a, b = df / 2.0, 0.5
    square = t * t / df
    log_x = -np.log1p(square)
    series = special.hyp2f1(a + b, 1.0, a + 1.0, np.exp(log_x))
    log_rest = np.log(square) - np.log1p(square)  # log(1 - x)
    return a * log_x + b * log_rest - np.log(a) - special.betaln(a, b) + np.log(series)


def correlation_p(r: np.ndarray, df: np.ndarray | float) -> np.ndarray:
    """Return the two-sided p-value of a (partial) correlation with ``df`` degrees of freedom."""
    return t_p(t_from_correlation(r, df), df)
