"""Maximally selected log-rank statistics on arrays: the best of all cuts, and its conditional distribution."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = [
    "Candidates",
    "candidates",
    "log_rank_scores",
    "max_log_rank",
    "monte_carlo_null",
    "monte_carlo_p",
    "standardised",
]

_CELLS = 4_000_000


class Candidates(NamedTuple):
    """The patients in increasing order of the variable, and the sizes of the low groups that a cut may make."""

    order: np.ndarray
    sizes: np.ndarray


def log_rank_scores(time: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Return the log-rank score of each patient: the event minus the hazard summed up to the patient's time.

    ``a_i = d_i - sum over time_j <= time_i of d_j / (n - c_j + 1)`` with ``c_j`` the number of times up to ``time_j``
    (Hothorn & Lausen 2003), so that tied events share one risk set.

    Examples
    --------
    >>> log_rank_scores(np.array([1.0, 2.0]), np.array([True, True])).tolist()
    [0.5, -0.5]
    """
    n = len(time)
    times, place = np.unique(time, return_inverse=True)
    until = np.bincount(place, minlength=times.size).cumsum()
    deaths = np.bincount(place[event], minlength=times.size)
    hazard = np.cumsum(deaths / (n - until + 1.0))
    return np.asarray(event - hazard[place], dtype=float)


def candidates(x: np.ndarray, *, min_share: float = 0.1) -> Candidates:
    """Return the cuts that lie between distinct values and leave ``min_share`` of the patients on either side.

    As in R's maxstat: a low group of ``floor(n * min_share)`` (at least 1) to ``floor(n * (1 - min_share))`` patients.
    """
    order = np.argsort(x, kind="stable")
    n = len(x)
    sizes = np.flatnonzero(np.diff(x[order]) > 0) + 1
    # n * (1 - 0.1) may fall just short of a whole number; a share is meant as it is written
    least, most = max(1, int(np.floor(n * min_share + 1e-9))), int(np.floor(n * (1 - min_share) + 1e-9))
    return Candidates(order, sizes[(sizes >= least) & (sizes <= most)])


def standardised(ordered: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the standardised sum of the scores of each low group; positive where the low values die earlier.

    ``ordered`` (..., n) are log-rank scores in the order of the variable; mean and variance are those over all
    permutations. Returns (..., number of cuts); 0 where all scores are equal.
    """
    n = ordered.shape[-1]
    total = ordered.sum(axis=-1, keepdims=True)
    spread = ((ordered - total / n) ** 2).sum(axis=-1, keepdims=True)
    variance = sizes * (n - sizes) / (n * (n - 1.0)) * spread
    difference = ordered.cumsum(axis=-1)[..., sizes - 1] - sizes / n * total
    return np.divide(difference, np.sqrt(variance), out=np.zeros_like(difference), where=variance > 1e-20)


def max_log_rank(
    time: np.ndarray, event: np.ndarray, x: np.ndarray, *, min_share: float = 0.1
) -> tuple[float, int, np.ndarray, Candidates]:
    """Return the largest absolute statistic, the position of its cut, all statistics, and the cuts."""
    cuts = candidates(x, min_share=min_share)
    if not cuts.sizes.size:
        return float("nan"), -1, np.empty(0), cuts
    values = standardised(log_rank_scores(time, event)[cuts.order], cuts.sizes)
    # of cuts that are equal but for rounding the lowest, on every machine
    best = int(np.flatnonzero(np.abs(values) >= np.abs(values).max() * (1 - 1e-12))[0])
    return float(np.abs(values[best])), best, values, cuts


def monte_carlo_null(scores: np.ndarray, sizes: np.ndarray, n_resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Return the largest absolute statistic of each of ``n_resamples`` random permutations of the scores."""
    n = len(scores)
    centred = scores - scores.mean()
    scale = np.sqrt(sizes * (n - sizes) / (n * (n - 1.0)) * (centred**2).sum())
    maxima = np.zeros(n_resamples)
    if not (scale > 1e-10).all():
        return maxima
    step = max(1, _CELLS // n)
    for start in range(0, n_resamples, step):
        stop = min(start + step, n_resamples)
        permuted = rng.permuted(np.broadcast_to(centred, (stop - start, n)), axis=1)
        sums = np.cumsum(permuted, axis=1, out=permuted)[:, sizes - 1]
        maxima[start:stop] = np.abs(sums / scale).max(axis=1)
    return maxima


def monte_carlo_p(
    time: np.ndarray,
    event: np.ndarray,
    x: np.ndarray,
    *,
    rng: np.random.Generator,
    min_share: float = 0.1,
    n_resamples: int = 9999,
) -> float:
    """Return ``(b + 1) / (B + 1)``: how often the best cut of a permuted outcome is as good; missing without a cut.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> monte_carlo_p(np.arange(1.0, 21), np.ones(20, bool), np.arange(20.0), rng=rng, n_resamples=999)
    0.001
    """
    statistic, _, _, cuts = max_log_rank(time, event, x, min_share=min_share)
    if np.isnan(statistic):
        return float("nan")
    null = monte_carlo_null(log_rank_scores(time, event), cuts.sizes, n_resamples, rng)
    return float((1 + (null >= statistic * (1 - 1e-12)).sum()) / (1 + n_resamples))
