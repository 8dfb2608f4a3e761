"""Survival of everybody, had all been in one group: averages over a Cox model with a baseline of each group's own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Standardised", "standardised_survival"]


class Standardised(NamedTuple):
    """``survival`` (T,) and ``influence`` (n, T): what each patient adds to the error of the estimate."""

    survival: np.ndarray
    influence: np.ndarray


class _Baseline(NamedTuple):
    """Event times of a group, increments of its cumulative hazard, risk-set sums and means, and what they tell."""

    time: np.ndarray
    hazard: np.ndarray
    total: np.ndarray
    mean: np.ndarray


def standardised_survival(
    Z: np.ndarray,
    beta: np.ndarray,
    covariance: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    group: np.ndarray,
    times: np.ndarray,
) -> list[Standardised]:
    """Return for each group code the mean over all n patients of their predicted survival in that group.

    ``beta`` and ``covariance`` are those of a Cox model of ``Z`` stratified by ``group`` (codes 0 to G - 1). Baseline
    hazards treat ties as Efron does; the influence functions treat them as Breslow does. The variance of the estimate
    is the sum of the squared influences, sampling of the covariates included.
    """
    Z = Z - Z.mean(axis=0)
    risk = np.exp(Z @ beta)
    baselines = [
        _baseline(Z[inside], risk[inside], time[inside], event[inside])
        for inside in (group == code for code in range(int(group.max()) + 1))
    ]
    on_beta = _influence_on_beta(Z, risk, time, event, group, baselines) @ covariance
    return [
        _one_group(Z, risk, time, event, group == code, baseline, on_beta, times)
        for code, baseline in enumerate(baselines)
    ]


def _baseline(Z: np.ndarray, risk: np.ndarray, time: np.ndarray, event: np.ndarray) -> _Baseline:
    times = np.unique(time[event])
    at_risk = time >= times[:, None]
    dying = (time == times[:, None]) & event
    total, gone = at_risk @ risk, dying @ risk
    deaths = dying.sum(axis=1)
    row = np.repeat(np.arange(times.size), deaths)
    share = np.concatenate([np.arange(d) / d for d in deaths]) if times.size else np.empty(0)
    hazard = np.bincount(row, 1.0 / (total[row] - share * gone[row]), minlength=times.size)
    return _Baseline(times, hazard, total, (at_risk @ (risk[:, None] * Z)) / total[:, None])


def _influence_on_beta(
    Z: np.ndarray,
    risk: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    group: np.ndarray,
    baselines: list[_Baseline],
) -> np.ndarray:
    """Return the score residuals (n, p)."""
    residuals = np.zeros_like(Z)
    for code, at in enumerate(baselines):
        inside = np.flatnonzero(group == code)
        lived = (time[inside, None] >= at.time).astype(float)
        residuals[inside] -= risk[inside, None] * ((lived @ at.hazard)[:, None] * Z[inside])
        residuals[inside] += risk[inside, None] * (lived @ (at.hazard[:, None] * at.mean))
        died = inside[event[inside]]
        residuals[died] += Z[died] - at.mean[np.searchsorted(at.time, time[died])]
    return residuals


def _one_group(
    Z: np.ndarray,
    risk: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    inside: np.ndarray,
    at: _Baseline,
    on_beta: np.ndarray,
    times: np.ndarray,
) -> Standardised:
    n = len(time)
    until = (at.time[:, None] <= times).astype(float)  # event times x times
    cumulative = at.hazard @ until
    survival = np.exp(-risk[:, None] * cumulative)
    mean = survival.mean(axis=0)
    # the baseline hazard, through the group's own patients and through beta
    on_hazard = -on_beta @ ((at.hazard[:, None] * at.mean).T @ until)
    lived = (time[inside, None] >= at.time) * (at.hazard / at.total)
    on_hazard[inside] -= risk[inside, None] * (lived @ until)
    died = inside & event
    on_hazard[died] += (time[died, None] <= times) / at.total[np.searchsorted(at.time, time[died])][:, None]
    weighted = risk[:, None] * survival
    through_beta = on_beta @ -(Z.T @ (weighted * cumulative)) / n
    influence = (survival - mean) / n - weighted.mean(axis=0) * on_hazard + through_beta
    return Standardised(mean, influence)
