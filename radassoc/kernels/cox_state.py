"""What fits of the Cox path carry from one lambda to the next, side by side for a batch of training sets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_hessian import Curvature
from radassoc.kernels.cox_likelihood import Moments, new_moments
from radassoc.kernels.cox_quadratic import Model
from radassoc.kernels.cox_risk import INLINE, RiskSets
from radassoc.kernels.pages import paged_zeros

__all__ = ["Batch", "Cache", "Fit", "Scratch", "fit_of", "grow", "new_batch", "new_scratch"]

_CACHED = ("feature", "rows", "spread", "beta", "previous", "held", "support", "inside")  # of Batch, by cached feature
_SQUARE = ("H", "L")
_GROWTH = 1.2  # room is made for every fit of a batch at once, so not too much of it


class Cache(NamedTuple):
    """Features in play: their number in the table, their values (one row each), deviation and coefficient.

    ``previous`` is the coefficient one lambda before; ``held`` marks those that run to infinity and stay as they are;
    ``place`` (p,) the row of each feature of the table, or -1.
    """

    feature: np.ndarray
    rows: np.ndarray
    spread: np.ndarray
    beta: np.ndarray
    previous: np.ndarray
    held: np.ndarray
    place: np.ndarray


class Fit(NamedTuple):
    """One fit at work: its linear predictor, its cached features and work space."""

    eta: np.ndarray
    trial_eta: np.ndarray
    change: np.ndarray
    now: Moments
    trial: Moments
    reference: Curvature
    has_reference: np.ndarray
    cache: Cache
    model: Model


class Batch(NamedTuple):
    """The state of B fits; the first axis of every array runs over them.

    ``lambdas`` (B, 2), the last two solved; ``pending`` says what a fit waits for at the present lambda, ``theta`` how
    far it starts ahead, ``ended`` that it solves no more, ``changed`` that it is not on record. The parts of the cache
    and the model have one row for each of ``capacity`` features.
    """

    eta: np.ndarray
    residual: np.ndarray
    lambdas: np.ndarray
    theta: np.ndarray
    pending: np.ndarray
    ended: np.ndarray
    changed: np.ndarray
    converged: np.ndarray
    saturated: np.ndarray
    null_deviance: np.ndarray
    relative: np.ndarray
    diagonal: np.ndarray
    constants: np.ndarray
    has_reference: np.ndarray
    feature: np.ndarray
    rows: np.ndarray
    spread: np.ndarray
    beta: np.ndarray
    previous: np.ndarray
    held: np.ndarray
    H: np.ndarray
    L: np.ndarray
    support: np.ndarray
    inside: np.ndarray
    sizes: np.ndarray


class Scratch(NamedTuple):
    """Work space of the fit at work; ``place``, ``l1`` and ``l2`` (p,) are by feature of the table.

    ``solved`` and ``again`` (B,) list and mark fits of the batch.
    """

    now: Moments
    trial: Moments
    trial_eta: np.ndarray
    change: np.ndarray
    place: np.ndarray
    l1: np.ndarray
    l2: np.ndarray
    cached: np.ndarray
    solved: np.ndarray
    again: np.ndarray


def new_batch(n_fits: int, risk: RiskSets, capacity: int, saturated: np.ndarray) -> Batch:
    """Return fits with all coefficients zero and room for ``capacity`` features each."""
    n, groups = risk.weight.size, risk.n_deaths.size
    return Batch(
        eta=np.zeros((n_fits, n)),
        residual=np.zeros((n_fits, n)),
        lambdas=np.full((n_fits, 2), np.inf),
        theta=np.zeros(n_fits),
        pending=np.zeros(n_fits, np.int64),
        ended=np.zeros(n_fits, np.bool_),
        changed=np.ones(n_fits, np.bool_),
        converged=np.zeros(n_fits, np.bool_),
        saturated=saturated,
        null_deviance=np.zeros(n_fits),
        relative=np.zeros((n_fits, n)),
        diagonal=np.zeros((n_fits, n)),
        constants=np.zeros((n_fits, groups, 4)),
        has_reference=np.zeros(n_fits, np.bool_),
        feature=np.zeros((n_fits, capacity), np.int64),
        rows=paged_zeros((n_fits, capacity, n)),
        spread=np.zeros((n_fits, capacity)),
        beta=np.zeros((n_fits, capacity)),
        previous=np.zeros((n_fits, capacity)),
        held=np.zeros((n_fits, capacity), np.bool_),
        H=paged_zeros((n_fits, capacity, capacity)),
        L=paged_zeros((n_fits, capacity, capacity)),
        support=np.zeros((n_fits, capacity), np.int64),
        inside=np.zeros((n_fits, capacity), np.bool_),
        sizes=np.zeros((n_fits, 3), np.int64),
    )


def new_scratch(p: int, risk: RiskSets, capacity: int, n_fits: int) -> Scratch:
    """Return work space for fits of ``p`` features, ``capacity`` of them cached."""
    n = risk.weight.size
    return Scratch(
        now=new_moments(risk),
        trial=new_moments(risk),
        trial_eta=np.zeros(n),
        change=np.zeros(n),
        place=np.full(p, -1, np.int64),
        l1=np.zeros(p),
        l2=np.zeros(p),
        cached=np.zeros((8, capacity)),
        solved=np.zeros(n_fits, np.int64),
        again=np.zeros(n_fits, np.bool_),
    )


def grow(parts: dict[str, np.ndarray], most: int) -> Batch:
    """Return a batch with larger caches from the parts of one, which are taken out as they are copied.

    Elastic nets can select more features than there are patients. If nobody else holds the parts, hardly more memory
    is used than the larger batch takes.
    """
    old = parts["feature"].shape[1]
    capacity = min(most, max(old + 8, int(_GROWTH * old)))
    larger = {}
    for name in Batch._fields:
        part = parts.pop(name)
        larger[name] = _wider(part, capacity, name in _SQUARE) if name in (*_CACHED, *_SQUARE) else part
    return Batch(**larger)


def _wider(part: np.ndarray, capacity: int, square: bool) -> np.ndarray:
    n_fits, old = part.shape[:2]
    wider = paged_zeros((n_fits, capacity, *((capacity,) if square else part.shape[2:])), part.dtype)
    if square:
        wider[:, :old, :old] = part
    else:
        wider[:, :old] = part
    return wider


@jit(**INLINE)
def fit_of(batch: Batch, f: int, scratch: Scratch) -> Fit:
    """Return one fit of the batch, as views."""
    cache = Cache(
        batch.feature[f],
        batch.rows[f],
        batch.spread[f],
        batch.beta[f],
        batch.previous[f],
        batch.held[f],
        scratch.place,
    )
    model = Model(
        batch.H[f],
        batch.L[f],
        scratch.cached[0],
        scratch.cached[1],
        scratch.cached[2],
        scratch.cached[3],
        batch.support[f],
        batch.inside[f],
        batch.sizes[f],
        scratch.cached[4],
        scratch.cached[5],
        scratch.cached[6],
        scratch.cached[7],
    )
    reference = Curvature(batch.relative[f], batch.diagonal[f], batch.constants[f])
    return Fit(
        batch.eta[f],
        scratch.trial_eta,
        scratch.change,
        scratch.now,
        scratch.trial,
        reference,
        batch.has_reference[f : f + 1],
        cache,
        model,
    )
