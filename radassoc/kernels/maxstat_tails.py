"""P-values of a maximally selected statistic without random numbers: approximations, and bounds."""

from __future__ import annotations

import numpy as np
from scipy import special

__all__ = [
    "EXACT_GAUSS_LIMIT",
    "HOTHORN_LAUSEN_LIMIT",
    "exact_gauss",
    "hothorn_lausen",
    "integer_scores",
    "lausen_1992",
    "lausen_1994",
    "sum_distribution",
]

#: Patients beyond which the exact permutation distribution, and the Gaussian integral, take too long.
HOTHORN_LAUSEN_LIMIT = 170
EXACT_GAUSS_LIMIT = 2000
_NODES_PER_SD = 4.0


def lausen_1992(statistic: float, *, min_share: float = 0.1) -> float:
    """Return the tail of the largest absolute value of a standardised Brownian bridge between two shares.

    Lausen & Schumacher 1992, Biometrics 48:73, after Miller & Siegmund 1982; 1 for statistics below 1.
    """
    if statistic < 1:
        return 1.0
    density = np.exp(-(statistic**2) / 2) / np.sqrt(2 * np.pi)
    width = 2 * np.log((1 - min_share) / min_share)
    return float(min(max(density * (4 / statistic + (statistic - 1 / statistic) * width), 0.0), 1.0))


def lausen_1994(statistic: float, sizes: np.ndarray, n: int) -> float:
    """Return the improved Bonferroni approximation that knows where the cuts lie.

    Lausen, Sauerbrei & Schumacher 1994, in Computational Statistics (Physica), p. 1483.
    """
    before, after = sizes[:-1].astype(float), sizes[1:].astype(float)
    distance = np.sqrt(1 - before * (n - after) / ((n - before) * after))
    correction = distance - (statistic**2 / 4 - 1) * distance**3 / 6
    extra = np.exp(-(statistic**2) / 2) / np.pi * correction.sum()
    return float(np.clip(special.erfc(statistic / np.sqrt(2)) + extra, 0.0, 1.0))


def exact_gauss(statistic: float, sizes: np.ndarray, n: int) -> float:
    """Return the probability that the largest of the correlated normal statistics exceeds ``statistic``.

    The statistics of neighbouring cuts form a Markov chain, so that the integral over all of them is one after the
    other on a grid: no random numbers, error below 1e-8.
    """
    if statistic <= 0:
        return 1.0
    before, after = sizes[:-1].astype(float), sizes[1:].astype(float)
    rho = np.sqrt(before * (n - after) / ((n - before) * after))
    spread = np.sqrt(1 - rho**2)
    width = 2 * statistic / spread.min() if rho.size else 0.0
    z, weight = np.polynomial.legendre.leggauss(int(np.ceil(_NODES_PER_SD * width)) + 24)
    z, weight = statistic * z, statistic * weight
    inside = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    gone = float(special.erfc(statistic / np.sqrt(2)))
    for r, s in zip(rho, spread, strict=True):
        leaves = special.ndtr((-statistic - r * z) / s) + special.ndtr(-(statistic - r * z) / s)
        gone += float((weight * inside) @ leaves)
        step = np.exp(-(((z[:, None] - r * z) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi))
        inside = step @ (weight * inside)
    return float(min(gone, 1.0))


def integer_scores(scores: np.ndarray) -> np.ndarray:
    """Return the scores moved to 0 and scaled to at most n, rounded: what ``hothorn_lausen`` counts with."""
    moved = scores - scores.min()
    top = moved.max()
    return np.rint(moved * len(scores) / top).astype(np.int64) if top > 0 else np.zeros(len(scores), dtype=np.int64)


def hothorn_lausen(
    statistic: float, scores: np.ndarray, sizes: np.ndarray, *, chance: np.ndarray | None = None
) -> float:
    """Return an upper bound of the chance of a larger statistic among all permutations of the integer ``scores``.

    Hothorn & Lausen 2003, doi:10.1016/S0167-9473(02)00225-6: the sum over cuts of the probability to exceed, less that
    of having certainly exceeded at the cut before. Only neighbouring cuts are compared, also where ties leave out sizes
    between them. At most ``HOTHORN_LAUSEN_LIMIT`` patients. ``chance`` is ``sum_distribution(scores, sizes)``, where
    several statistics are asked for.
    """
    n, total = len(scores), int(scores.sum())
    mean = sizes / n * total
    variance = sizes * (n - sizes) / (n * n * (n - 1.0)) * (n * float((scores**2).sum()) - total**2)
    if not (variance > 0).all():
        return 1.0
    chance = sum_distribution(scores, sizes) if chance is None else chance
    sums = np.arange(total + 1)
    beyond_this = statistic * (1 + 1e-11)  # the observed statistic itself is no larger one, whatever the rounding
    beyond = (np.abs(sums - mean[:, None]) / np.sqrt(variance)[:, None] > beyond_this) & (chance > 0)
    p = float(chance[beyond].sum())
    for k in np.flatnonzero(np.diff(sizes) == 1):
        for side, step in ((sums < mean[k], int(scores.max())), (sums > mean[k], int(scores.min()))):
            now = np.flatnonzero(beyond[k] & side)
            now = now[now + step <= total]
            p -= float(chance[k, now[beyond[k + 1, now + step]]].sum())
    return float(np.clip(p, 0.0, 1.0))


def sum_distribution(scores: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return (sizes, sums): the probability of each sum of the scores in a random subset of each size."""
    n, total = len(scores), int(scores.sum())
    half = n // 2
    chance = np.zeros((half + 1, total + 1))
    chance[0, 0] = 1.0
    reached = 0
    for k, score in enumerate(np.sort(scores), 1):
        reached += int(score)
        top = min(k, half)
        share = np.arange(top + 1)[:, None] / k
        with_it = chance[:top, : reached - score + 1] * share[1:]
        chance[: top + 1, : reached + 1] *= 1 - share
        chance[1 : top + 1, score : reached + 1] += with_it
    # the rest of a subset of size m is one of size n - m
    return np.stack([chance[m] if m <= half else chance[n - m, ::-1] for m in sizes])
