"""Tests and intervals made of Pillai's trace, the sum of squared canonical correlations of two sets of columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

__all__ = ["chi_square_tails", "effect_interval", "f_tails"]

_DEEP = 1e-200
_TERMS = 30


def chi_square_tails(statistic: np.ndarray, df: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the upper p-value of chi-square and its log10, exact where p underflows.

    Examples
    --------
    >>> p, log10_p = chi_square_tails(np.array([5.991464547, 3000.0]), 2)
    >>> round(float(p[0]), 6), round(float(log10_p[1]), 3)
    (0.05, -651.442)
    """
    half = df / 2.0
    x = np.asarray(statistic, dtype=float) / 2.0
    p = special.gammaincc(half, x)
    with np.errstate(divide="ignore", invalid="ignore"):
        # far out the incomplete gamma function is x^a e^-x over Legendre's continued fraction
        fraction = x + 2 * _TERMS + 1 - half
        for k in range(_TERMS, 0, -1):
            fraction = x + 2 * k - 1 - half - k * (k - half) / fraction
        deep = half * np.log(x) - x - special.gammaln(half) - np.log(fraction)
        return p, np.where(p < _DEEP, deep / np.log(10.0), np.log10(p))


def f_tails(trace: np.ndarray, width: int, other: int, rest: int) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return the F statistic of Pillai's trace with (p-value, log10 p-value).

    ``width`` and ``other`` are the sizes of the two sets, ``rest`` the residual degrees of freedom of the regression of
    one on the other. For one set of size 1 that is the F test of regression, exact for normal errors; otherwise the
    usual approximation of R's ``summary.manova``.
    """
    least, m, half = min(width, other), (abs(width - other) - 1) / 2, (rest - width - 1) / 2
    df1, df2 = least * (2 * m + least + 1), least * (2 * half + least + 1)
    share = np.clip(trace / least, 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        F = share / (1 - share) * df2 / df1
        p = special.betainc(df2 / 2, df1 / 2, 1 - share)
        log10_p = np.log10(p)
        a, b, x = df2 / 2, df1 / 2, 1 - share
        series = special.hyp2f1(a + b, 1.0, a + 1.0, x)
        deep = a * np.log(x) + b * np.log1p(-x) - np.log(a) - special.betaln(a, b) + np.log(series)
    return F, (p, np.where(p < _DEEP, deep / np.log(10.0), log10_p))


def effect_interval(
    trace: np.ndarray, width: int, other: int, n: int, rest: int, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return an interval of trace / min(width, other): noncentral F for a set of size 1, else noncentral chi-square.

    The noncentralities at which the statistic seen is as far out as the level says, over themselves + n (F) or over n
    (chi-square). On ranks an approximation. A statistic smaller than half of what chance gives would shrink the upper
    end to nothing, as if nothing were known exactly; the upper end is then that of the median of chance.

    References
    ----------
    Smithson M (2003) Confidence intervals. doi:10.4135/9781412983761
    """
    tail = (1 - confidence) / 2
    if min(width, other) == 1 == width:
        with np.errstate(divide="ignore", invalid="ignore"):
            F = trace / (1 - trace) * rest / other
        high = np.maximum(F, special.fdtri(other, rest, 0.5))
        ends = [
            _noncentrality(lambda nc, at: special.ncfdtr(other, rest, nc, at), value, probability)
            for value, probability in ((F, 1 - tail), (high, tail))
        ]
        return ends[0] / (ends[0] + n), ends[1] / (ends[1] + n)
    chi, df = n * trace, width * other
    high = np.maximum(chi, special.chdtri(df, 0.5))
    ends = [
        _noncentrality(lambda nc, at: special.chndtr(at, df, nc), value, probability)
        for value, probability in ((chi, 1 - tail), (high, tail))
    ]
    least = n * min(width, other)
    return np.minimum(ends[0] / least, 1.0), np.minimum(ends[1] / least, 1.0)


def _noncentrality(
    distribution: Callable[[np.ndarray, np.ndarray], Any], value: np.ndarray, wanted: float
) -> np.ndarray:
    """Return the noncentrality at which ``value`` is at probability ``wanted``; 0 where it is below at all of them."""
    low, high = np.zeros(np.shape(value)), np.full(np.shape(value), 50.0)
    for _ in range(40):
        above = distribution(high, value) > wanted
        if not above.any():
            break
        high = np.where(above, high * 2, high)
    for _ in range(60):
        middle = (low + high) / 2
        above = distribution(middle, value) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(np.isfinite(value), low, np.nan)
