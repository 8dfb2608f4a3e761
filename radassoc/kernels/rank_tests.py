"""Mann-Whitney tests of many columns between two classes, and the area under the curve with its interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from radassoc.kernels.correlation import midranks

__all__ = ["TwoClasses", "auc_interval", "fisher_p", "mann_whitney", "normal_tails"]

_FLAT = 1e-12


class TwoClasses(NamedTuple):
    """One entry a column: the area under the curve, the normal statistic, DeLong's standard error."""

    auc: np.ndarray
    z: np.ndarray
    std_error: np.ndarray


def mann_whitney(X: np.ndarray, y: np.ndarray) -> TwoClasses:
    """Compare each column of a complete X (n, p) between class 1 and class 0 of y (n,).

    H0: a value of one class is as likely above as below one of the other. ``auc`` is P(class 1 > class 0) + P(tie) / 2.
    z is corrected for ties, without continuity correction, as R's ``wilcox.test(exact = FALSE, correct = FALSE)``; NaN
    where a column is constant. The standard error is DeLong's, as R's ``pROC::var``.
    """
    one = np.asarray(y) > 0.5
    n, n_one = one.size, int(one.sum())
    n_zero = n - n_one
    ranks = midranks(X)
    above = (ranks[one] - midranks(X[one])) / n_zero  # share of class 0 below each of class 1
    below = 1.0 - (ranks[~one] - midranks(X[~one])) / n_one
    auc = above.mean(axis=0)
    spread = ((ranks - (n + 1) / 2) ** 2).sum(axis=0) * (n_one * n_zero / (n * (n - 1.0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(spread > _FLAT, (auc - 0.5) * (n_one * n_zero) / np.sqrt(spread), np.nan)
    variance = above.var(axis=0, ddof=1) / n_one + below.var(axis=0, ddof=1) / n_zero
    return TwoClasses(np.where(spread > _FLAT, auc, np.nan), z, np.sqrt(variance))


def auc_interval(
    auc: np.ndarray, std_error: np.ndarray, n_one: int, n_zero: int, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return an interval of the area under the curve that stays within 0 and 1.

    DeLong's standard error on the logit scale; where the classes do not overlap, which leaves it at zero, the score
    interval of Newcombe's method 5.

    References
    ----------
    DeLong ER et al. (1988) Biometrics 44:837. doi:10.2307/2531595
    Newcombe RG (2006) Stat Med 25:559. doi:10.1002/sim.2324
    """
    quantile = float(special.ndtri(0.5 + confidence / 2))
    inside = (auc > 0) & (auc < 1) & (std_error > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = quantile * std_error / (auc * (1 - auc))
        low, high = special.expit(special.logit(auc) - half), special.expit(special.logit(auc) + half)
    flat = np.flatnonzero(~inside & np.isfinite(auc))
    for i in flat:
        low[i], high[i] = _newcombe(float(auc[i]), n_one, n_zero, quantile)
    return low, high


def _newcombe(auc: float, n_one: int, n_zero: int, quantile: float) -> tuple[float, float]:
    middle = (n_one + n_zero) / 2 - 1

    def outside(theta: float) -> bool:
        more = middle * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        variance = theta * (1 - theta) * (1 + more) / (n_one * n_zero)
        return bool((theta - auc) ** 2 > quantile**2 * variance)

    def bound(end: float) -> float:
        near, far = auc, end
        if not outside(far):
            return far
        for _ in range(60):
            half = (near + far) / 2
            near, far = (near, half) if outside(half) else (half, far)
        return near

    return bound(1e-12) if auc > 0 else 0.0, bound(1 - 1e-12) if auc < 1 else 1.0


def normal_tails(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the two-sided p-value of z and its log10, exact where p underflows.

    Examples
    --------
    >>> p, log10_p = normal_tails(np.array([1.959963984540054, 50.0]))
    >>> round(float(p[0]), 6), round(float(log10_p[1]), 3)
    (0.05, -544.665)
    """
    log_p = special.log_ndtr(-np.abs(z)) + np.log(2.0)
    return np.exp(log_p), log_p / np.log(10.0)


def fisher_p(n: int, n_one: int, n_marked: int, both: int) -> float:
    """Return Fisher's exact two-sided p of a 2 x 2 table: R's ``fisher.test`` (relative tolerance 1e-7).

    Examples
    --------
    >>> round(fisher_p(8, 4, 4, 3), 6)  # Fisher's tea
    0.485714
    """
    counts = np.arange(max(0, n_one + n_marked - n), min(n_one, n_marked) + 1)
    logs = -sum(special.gammaln(part + 1.0) for part in (counts, n_one - counts, n_marked - counts))
    logs = logs - special.gammaln(n - n_one - n_marked + counts + 1.0)
    chance = np.exp(logs - logs.max())
    here = chance[both - counts[0]]
    return float(min(1.0, chance[chance <= here * (1 + 1e-7)].sum() / chance.sum()))
