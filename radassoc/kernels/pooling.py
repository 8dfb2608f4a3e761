"""Fixed- and random-effects pooling of many rows of estimates at once, and how much they differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from scipy import special

__all__ = ["Differ", "Interval", "Pooled", "TauMethod", "cochran_q", "pool", "tau_squared", "tau_squared_interval"]

TauMethod = Literal["reml", "dersimonian_laird"]
Interval = Literal["wald", "hartung_knapp", "hartung_knapp_truncated"]
_MOST_STEPS = 2_000
_HALVINGS = 80


class Pooled(NamedTuple):
    """One entry a row: estimate, its standard error and degrees of freedom (infinite: normal); ``weights`` (m, k)."""

    estimate: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    weights: np.ndarray


class Differ(NamedTuple):
    """Cochran's Q with its degrees of freedom and p, and the typical variance within strata."""

    q: np.ndarray
    df: np.ndarray
    p: np.ndarray
    typical: np.ndarray


def _weights(v: np.ndarray, tau2: np.ndarray | float = 0.0) -> np.ndarray:
    """Return 1 / (v + tau2), 0 where v is missing."""
    total = v + np.reshape(tau2, (-1, 1))
    return np.divide(1.0, total, out=np.zeros(total.shape), where=np.isfinite(v) & (v > 0))


def _mean(y: np.ndarray, w: np.ndarray) -> np.ndarray:
    total = w.sum(axis=1)
    return np.asarray((w * np.nan_to_num(y)).sum(axis=1) / np.where(total > 0, total, np.nan))


def _left(y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return the residuals, 0 where an estimate is missing."""
    return np.where(w > 0, np.nan_to_num(y) - _mean(y, w)[:, None], 0.0)


def cochran_q(y: np.ndarray, v: np.ndarray) -> Differ:
    """Return Cochran's Q of estimates (m, k) with variances v; a missing one (NaN) takes no part."""
    w = _weights(v)
    q = (w * _left(y, w) ** 2).sum(axis=1)
    df = (w > 0).sum(axis=1) - 1.0
    total, square = w.sum(axis=1), (w**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        typical = df * total / (total**2 - square)
        p = np.where(df > 0, special.gammaincc(np.maximum(df, 1) / 2, q / 2), np.nan)
    return Differ(q, df, p, typical)


def tau_squared(y: np.ndarray, v: np.ndarray, method: TauMethod) -> np.ndarray:
    """Return the variance between strata of each row: by moments (DerSimonian & Laird) or REML, not below 0."""
    if method == "dersimonian_laird":
        w, found = _weights(v), cochran_q(y, v)
        total = w.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.maximum((found.q - found.df) / (total - (w**2).sum(axis=1) / total), 0.0))
    known = np.isfinite(v) & (v > 0)
    n = known.sum(axis=1)
    centred = np.where(known, y - _mean(y, known.astype(float))[:, None], 0.0)
    tau2 = np.maximum((centred**2).sum(axis=1) / np.maximum(n - 1, 1) - np.where(known, v, 0).sum(axis=1) / n, 0.0)
    for _ in range(_MOST_STEPS):  # Fisher scoring of the restricted likelihood
        w = _weights(v, tau2)
        one, two, three = (np.sum(w**power, axis=1) for power in (1, 2, 3))
        with np.errstate(divide="ignore", invalid="ignore"):
            step = ((w * _left(y, w)) ** 2).sum(axis=1) - (one - two / one)
            step /= two - 2 * three / one + (two / one) ** 2
        step = np.where(np.isfinite(step), np.maximum(step, -tau2), 0.0)
        tau2 = tau2 + step
        if (np.abs(step) <= 1e-13 * (tau2 + 1e-3 * np.where(known, v, 0).max(axis=1))).all():
            break
    return np.asarray(tau2)


def tau_squared_interval(y: np.ndarray, v: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the Q-profile interval of the variance between strata (Viechtbauer 2007); 0 where Q never gets so high."""
    df = np.maximum(np.isfinite(v).sum(axis=1) - 1.0, 1.0)
    ends = [special.chdtri(df, (1 + side * level) / 2) for side in (-1, 1)]  # upper and lower quantile

    def profile(tau2: np.ndarray) -> np.ndarray:
        w = _weights(v, tau2)
        return np.asarray((w * _left(y, w) ** 2).sum(axis=1))

    low, high = (_where(profile, end, np.nanmax(v, axis=1)) for end in ends)
    return low, high


def _where(profile: Callable[[np.ndarray], np.ndarray], wanted: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Return where a falling function reaches the wanted value; 0 where it begins below it."""
    low, high = np.zeros(len(wanted)), unit.copy()
    while (above := profile(high) > wanted).any() and np.isfinite(high).all():
        high = np.where(above, 2 * high, high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = profile(middle) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(profile(np.zeros(len(wanted))) > wanted, (low + high) / 2, 0.0)


def pool(y: np.ndarray, v: np.ndarray, tau2: np.ndarray | float, interval: Interval) -> Pooled:
    """Return the mean of each row weighted by 1 / (v + tau2).

    ``"hartung_knapp"`` takes the standard error from the weighted scatter of the estimates, with t; ``..._truncated``
    never below the ordinary one.
    """
    w = _weights(v, tau2)
    estimate, total, n = _mean(y, w), w.sum(axis=1), (w > 0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        square, df = 1 / total, np.full(len(y), np.inf)
        if interval != "wald":
            scatter = (w * _left(y, w) ** 2).sum(axis=1) / (n - 1)
            square = square * (np.maximum(scatter, 1.0) if interval == "hartung_knapp_truncated" else scatter)
            df = n - 1.0
        share = w / total[:, None]
    return Pooled(estimate, np.sqrt(square), df, share)
