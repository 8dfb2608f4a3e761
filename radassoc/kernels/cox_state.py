"""What a Cox path carries from one lambda to the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.cox_likelihood import Moments, new_moments
from radassoc.kernels.cox_quadratic import Model, new_model
from radassoc.kernels.cox_risk import RiskSets

__all__ = ["Cache", "Fit", "grow", "new_fit"]


class Cache(NamedTuple):
    """Features in play: their number in the table, their values (one row each) and their deviation.

    ``place`` (p,) is the row of each feature of the table, or -1.
    """

    feature: np.ndarray
    rows: np.ndarray
    spread: np.ndarray
    place: np.ndarray


class Fit(NamedTuple):
    """Coefficients, linear predictor and everything that is carried from one lambda to the next."""

    beta: np.ndarray
    previous: np.ndarray
    eta: np.ndarray
    trial_eta: np.ndarray
    change: np.ndarray
    now: Moments
    trial: Moments
    reference: Moments
    has_reference: np.ndarray
    cache: Cache
    model: Model


def new_fit(p: int, risk: RiskSets, capacity: int) -> Fit:
    """Return the empty fit (all coefficients zero) with a cache of ``capacity`` features."""
    n = risk.weight.size
    cache = Cache(np.zeros(capacity, np.int64), np.empty((capacity, n)), np.zeros(capacity), np.full(p, -1, np.int64))
    return Fit(
        beta=np.zeros(p),
        previous=np.zeros(p),
        eta=np.zeros(n),
        trial_eta=np.zeros(n),
        change=np.zeros(n),
        now=new_moments(risk),
        trial=new_moments(risk),
        reference=new_moments(risk),
        has_reference=np.zeros(1, np.bool_),
        cache=cache,
        model=new_model(capacity),
    )


def grow(fit: Fit, capacity: int) -> Fit:
    """Return the same fit with a larger cache: elastic nets can select more features than there are patients."""
    old, model, k = fit.cache, new_model(capacity), fit.cache.feature.size
    cache = Cache(np.zeros(capacity, np.int64), np.empty((capacity, fit.eta.size)), np.zeros(capacity), old.place)
    for name in ("feature", "rows", "spread"):
        getattr(cache, name)[:k] = getattr(old, name)
    for name in ("H", "L"):
        getattr(model, name)[:k, :k] = getattr(fit.model, name)
    for name in ("support", "inside"):
        getattr(model, name)[:k] = getattr(fit.model, name)
    model.sizes[:] = fit.model.sizes
    return fit._replace(cache=cache, model=model)
