"""Do estimates of independent strata differ by more than chance: Cochran's Q, and the difference of two."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

__all__ = ["Z_95", "Z_POWER", "Heterogeneity", "heterogeneity"]

Z_95, Z_POWER = 1.959963984540054, 0.8416212335729143


class Heterogeneity(NamedTuple):
    """One entry a row: Q with its degrees of freedom, p, strata used; of two strata their difference as well.

    ``statistic`` is Q; ``df_error`` the denominator degrees of freedom of Welch's test, infinite where p is that of
    chi-square. ``difference`` is the second stratum less the first, with its standard error and 95% interval.
    """

    statistic: np.ndarray
    df: np.ndarray
    df_error: np.ndarray
    p: np.ndarray
    n_strata: np.ndarray
    difference: np.ndarray
    std_error: np.ndarray
    low: np.ndarray
    high: np.ndarray


def heterogeneity(effect: np.ndarray, std_error: np.ndarray, df: np.ndarray | None = None) -> Heterogeneity:
    """Test that the effects of independent strata are equal.

    Parameters
    ----------
    effect, std_error
        Rows x strata; a stratum without estimate is missing (NaN) and takes no part.
    df
        Rows x strata: residual degrees of freedom of each standard error; missing or infinite ones count as known
        errors, and then p is that of Cochran's Q. With them p is that of Welch's F, which for two strata is Welch's t.

    Notes
    -----
    Q and p equal metafor's ``rma(method = "EE")`` (QE, QEp), and QM of a model with the stratum as moderator, to 1e-10.
    With ``df`` p equals ``oneway.test(var.equal = FALSE)`` for means.
    """
    usable = np.isfinite(effect) & np.isfinite(std_error) & (std_error > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(usable, 1.0 / std_error**2, 0.0)
    effect = np.where(usable, effect, 0.0)
    total, n = weight.sum(axis=1), usable.sum(axis=1)
    enough = n >= 2
    safe = np.where(total > 0, total, 1.0)
    mean = (weight * effect).sum(axis=1) / safe
    statistic = np.where(enough, (weight * (effect - mean[:, None]) ** 2).sum(axis=1), np.nan)
    free = np.where(enough, n - 1.0, np.nan)
    error = _error_df(weight / safe[:, None], df, usable, n)
    p = _p(statistic, free, error, n)
    return Heterogeneity(statistic, free, error, p, n, *_difference(effect, std_error, usable, error))


def _error_df(share: np.ndarray, df: np.ndarray | None, usable: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return Welch's denominator degrees of freedom: (k^2 - 1) / (3 sum (1 - w / W)^2 / df)."""
    if df is None:
        return np.full(len(n), np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(usable & np.isfinite(df) & (df > 0), (1.0 - share) ** 2 / df, 0.0).sum(axis=1)
        return np.where(part > 0, (n**2 - 1.0) / (3.0 * part), np.inf)


def _p(statistic: np.ndarray, free: np.ndarray, error: np.ndarray, n: np.ndarray) -> np.ndarray:
    p = special.gammaincc(free / 2.0, statistic / 2.0)
    by_f = np.isfinite(error) & np.isfinite(statistic)
    if by_f.any():
        k, d2, q, d1 = n[by_f].astype(float), error[by_f], statistic[by_f], free[by_f]
        spread = (k**2 - 1.0) / (3.0 * d2)
        f = q / d1 / (1.0 + 2.0 * (k - 2.0) / (k**2 - 1.0) * spread)
        p[by_f] = special.fdtrc(d1, d2, f)
    return np.asarray(p)


def _difference(
    effect: np.ndarray, std_error: np.ndarray, usable: np.ndarray, error: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    nothing = np.full(len(effect), np.nan)
    if effect.shape[1] != 2:
        return nothing, nothing, nothing, nothing
    both = usable.all(axis=1)
    difference = np.where(both, effect[:, 1] - effect[:, 0], np.nan)
    spread = np.where(both, np.hypot(std_error[:, 0], std_error[:, 1]), np.nan)
    quantile = np.where(np.isfinite(error), special.stdtrit(np.where(np.isfinite(error), error, 1.0), 0.975), Z_95)
    return difference, spread, difference - quantile * spread, difference + quantile * spread
