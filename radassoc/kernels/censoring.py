"""Inverse-probability-of-censoring weights: the Kaplan-Meier estimate of being still under observation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Censoring", "censoring", "survival_at"]


class Censoring(NamedTuple):
    """The censoring distribution G of all patients together, per resample where there are several.

    ``before`` (n,) or (n, B): G(T_i -), the probability of being uncensored just before the patient's own time.
    ``time`` (K,), ``free`` (K,) or (K, B): the steps of G.
    """

    before: np.ndarray
    time: np.ndarray
    free: np.ndarray

    def at(self, times: np.ndarray) -> np.ndarray:
        """Return G(t), censorings at t included: (T,) or (T, B)."""
        return _steps(self.free, np.searchsorted(self.time, times, side="right"))


def censoring(time: np.ndarray, event: np.ndarray, *, weights: np.ndarray | None = None) -> Censoring:
    """Estimate the censoring distribution by Kaplan-Meier; at a tied time deaths come before censorings.

    Parameters
    ----------
    time, event
        Follow-up (n,) and whether it ended in death.
    weights
        Case weights (n,), or resampling multiplicities (n, B).

    Notes
    -----
    Equals ``prodlim::prodlim(Hist(time, event) ~ 1, reverse = TRUE)`` and the G of ``survival::concordance``.
    """
    times, place, deaths, lost, at_risk = _counts(time, event, weights)
    left = at_risk - deaths
    free = np.cumprod(1.0 - np.divide(lost, left, out=np.zeros_like(lost), where=left > 0), axis=0)
    before = np.concatenate([np.ones_like(free[:1]), free[:-1]])[place]
    return Censoring(before, times, free)


def survival_at(
    time: np.ndarray, event: np.ndarray, times: np.ndarray, *, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return the Kaplan-Meier survival at ``times``, (T,) or (T, B); the last value goes on."""
    steps, _, deaths, _, at_risk = _counts(time, event, weights)
    alive = np.cumprod(1.0 - np.divide(deaths, at_risk, out=np.zeros_like(deaths), where=at_risk > 0), axis=0)
    return _steps(alive, np.searchsorted(steps, times, side="right"))


def _steps(values: np.ndarray, place: np.ndarray) -> np.ndarray:
    return np.asarray(np.concatenate([np.ones_like(values[:1]), values])[place])


def _counts(time: np.ndarray, event: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, ...]:
    """Return distinct times, each patient's place among them, weighted deaths, losses and numbers at risk."""
    weight = np.ones(len(time)) if weights is None else np.asarray(weights, dtype=float)
    dead = np.asarray(event, dtype=bool)
    order = np.argsort(time, kind="stable")
    times, first = np.unique(np.asarray(time, dtype=float)[order], return_index=True)
    place = np.searchsorted(times, time)
    sorted_weight, sorted_dead = weight[order], dead[order]
    shape = (-1, *[1] * (weight.ndim - 1))
    leaving = np.add.reduceat(sorted_weight, first, axis=0)
    deaths = np.add.reduceat(sorted_weight * sorted_dead.reshape(shape), first, axis=0)
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    return times, place, deaths, leaving - deaths, at_risk
