r"""One lambda of the elastic-net Cox path, by Newton steps with a Hessian that is kept while it serves.

An exact Hessian costs far more than everything else in a step, and from one lambda to the next it hardly changes.
It is therefore frozen at a reference point while steps follow the *true* gradient; a step that shrinks too little
buys a new one. The fixed point satisfies the true optimality conditions: a stale Hessian costs time, never
accuracy. Because the quadratic model is solved directly, the step is an honest estimate of the error: with steps
that shrink by a factor rho, the error left is about step * rho / (1 - rho).
"""

from __future__ import annotations

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_features import Features, load_row, score_of
from radassoc.kernels.cox_hessian import Curvature, fill_hessian, times
from radassoc.kernels.cox_likelihood import Moments, evaluate
from radassoc.kernels.cox_quadratic import CACHED, FACTORED, SUPPORT, Model, solve_model
from radassoc.kernels.cox_risk import INLINE, INNER, RiskSets
from radassoc.kernels.cox_state import Cache, Fit

__all__ = ["CONVERGED", "FULL", "SLACK", "UNFINISHED", "solve_lambda"]

CONVERGED, FULL, UNFINISHED = 0, 1, 2
SLACK = 1e-9  # share of lambda by which a gradient may exceed it and still count as equal
_TOLERANCE = 1e-9  # error allowed in a coefficient times its feature's deviation
_MAX_STEPS = 100
_FLAT = 1e-10  # an unpenalised coefficient without curvature per variance: the likelihood has no maximum along it
_WIDE = 150.0  # no unpenalised coefficient moves a patient further than that from the mean: numbers end soon after
_ENOUGH = 0.2  # steps that shrink less than this want a new Hessian


@jit(**INLINE)
def solve_lambda(
    features: Features,
    shift: np.ndarray,
    risk: RiskSets,
    l1: np.ndarray,
    l2: np.ndarray,
    strong: np.ndarray,
    fit: Fit,
    theta: float,
    elastic: bool,
) -> int:
    """Minimise over the strong features, starting from the coefficients in the cache.

    ``shift`` is what the fit adds to the missing cells of each feature that has any.
    ``theta`` > 0 starts further along the last change of the coefficients, which move almost linearly in lambda;
    ``elastic`` says that some l2 is not zero.
    Returns CONVERGED, FULL (grow the cache and call again) or UNFINISHED.
    """
    total = risk.total_weight
    sizes = fit.model.sizes
    if theta > 0.0:
        _extrapolate(fit.eta, fit.cache, sizes[CACHED], theta)
    loglik = evaluate(fit.eta, risk, fit.now)
    if theta > 0.0 and loglik == -np.inf:
        _retreat(fit.eta, fit.cache, sizes[CACHED])
        loglik = evaluate(fit.eta, risk, fit.now)
    _load(fit.cache, l1, l2, fit.model)
    objective = _penalty(fit.cache, fit.model, 0.0) - loglik / total
    if elastic:
        sizes[FACTORED] = 0  # lambda sits on the diagonal of an elastic net's factor
    last = 0.0
    converged = False
    fresh = False
    renew = not fit.has_reference[0]
    for _ in range(_MAX_STEPS):
        known = sizes[CACHED]
        if not _admit(features, shift, fit.now.residual, total, l1, strong, fit.cache, sizes, fit.model.inside):
            return FULL
        if sizes[CACHED] == 0 or (converged and sizes[CACHED] == known):
            return CONVERGED
        _load(fit.cache, l1, l2, fit.model)
        if renew:
            _score(fit.cache, fit.now.residual, total, fit.model)
            _forget(fit.cache, l1, fit.model)
            _load(fit.cache, l1, l2, fit.model)
            _keep(fit.now, fit.reference)
            fit.has_reference[0] = True
            fresh = True
            renew = False
            known = 0
        if sizes[CACHED] > known:
            fill_hessian(fit.cache.rows, fit.model.H, known, sizes[CACHED], risk, fit.reference)
            last = 0.0
        _score(fit.cache, fit.now.residual, total, fit.model)
        solve_model(fit.model)
        step = _direction(fit.cache, fit.model, fit.change)
        length, objective = _search(fit, risk, total, objective, fresh)
        if length == 0.0:  # blame the stale Hessian first
            if fresh:
                return UNFINISHED
            renew = True
            converged = False
            continue
        _accept(fit.cache, fit.model, length)
        for i in range(fit.eta.size):
            fit.eta[i] = fit.trial_eta[i]
        _copy(fit.trial, fit.now)
        ratio = step / last if last > 0.0 else 1.0
        error = step * ratio / (1 - ratio) if ratio < 0.5 else step
        converged = error <= _TOLERANCE and length == 1.0
        if _hold(fit.cache, risk.weight, fit.model):
            converged = False
        renew = not converged and last > 0.0 and ratio > _ENOUGH
        fresh = not renew and fresh and step > 1e-2  # far from home one Hessian does not last
        last = step
    return UNFINISHED


@jit(**INNER)
def _extrapolate(eta: np.ndarray, cache: Cache, n_cached: int, theta: float) -> None:
    for k in range(n_cached):
        old = cache.beta[k]
        move = 0.0 if cache.held[k] else theta * (old - cache.previous[k])
        if move != 0.0 and old != 0.0 and cache.previous[k] != 0.0 and (old + move) * old > 0.0:
            cache.beta[k] = old + move
            for i in range(eta.size):
                eta[i] += move * cache.rows[k, i]
        cache.previous[k] = old


@jit(**INNER)
def _retreat(eta: np.ndarray, cache: Cache, n_cached: int) -> None:
    """Undo an extrapolation."""
    for k in range(n_cached):
        move = cache.previous[k] - cache.beta[k]
        if move != 0.0:
            cache.beta[k] = cache.previous[k]
            for i in range(eta.size):
                eta[i] += move * cache.rows[k, i]


@jit(**INNER)
def _load(cache: Cache, l1: np.ndarray, l2: np.ndarray, model: Model) -> None:
    """Lay out the model at the coefficients; one that is held is a zero there that nothing can move."""
    for k in range(model.sizes[CACHED]):
        j = cache.feature[k]
        model.b[k] = 0.0 if cache.held[k] else cache.beta[k]
        model.l1[k] = np.inf if cache.held[k] else l1[j]
        model.l2[k] = l2[j]


@jit(**INNER)
def _penalty(cache: Cache, model: Model, length: float) -> float:
    """Return the penalty at a share of the way from beta to the model's minimum."""
    penalty = 0.0
    for k in range(model.sizes[CACHED]):
        if cache.held[k]:
            continue
        value = cache.beta[k]
        value += length * (model.b[k] - value)
        penalty += model.l1[k] * abs(value) + 0.5 * model.l2[k] * value * value
    return penalty


@jit(**INLINE)
def _score(cache: Cache, residual: np.ndarray, total: float, model: Model) -> None:
    m = model.sizes[CACHED]
    times(cache.rows[:m], residual, model.score[:m])
    for k in range(m):
        model.score[k] /= total


@jit(**INNER)
def _admit(
    features: Features,
    shift: np.ndarray,
    residual: np.ndarray,
    total: float,
    l1: np.ndarray,
    strong: np.ndarray,
    cache: Cache,
    sizes: np.ndarray,
    inside: np.ndarray,
) -> bool:
    """Cache the strong features that violate optimality; False (and nothing admitted) where there is no room."""
    known = sizes[CACHED]
    for s in range(strong.size):
        j = strong[s]
        if cache.place[j] >= 0:
            continue
        score = score_of(features, shift, j, residual) / total
        if abs(score) > l1[j] * (1 + SLACK) or l1[j] == 0.0:
            k = sizes[CACHED]
            if k == cache.feature.size:
                for z in range(known, k):
                    cache.place[cache.feature[z]] = -1
                sizes[CACHED] = known
                return False
            cache.place[j] = k
            cache.feature[k] = j
            cache.spread[k] = load_row(features, shift, j, cache.rows[k])
            cache.beta[k] = 0.0
            cache.previous[k] = 0.0
            cache.held[k] = False
            inside[k] = False
            sizes[CACHED] += 1
    return True


@jit(**INNER)
def _forget(cache: Cache, l1: np.ndarray, model: Model) -> None:
    """Drop cached features that are out of play, and start the support anew; the Hessian is to be refilled."""
    kept = 0
    sizes = model.sizes
    sizes[SUPPORT] = 0
    sizes[FACTORED] = 0
    for k in range(sizes[CACHED]):
        j = cache.feature[k]
        if cache.beta[k] == 0.0 and abs(model.score[k]) < 0.98 * l1[j]:
            cache.place[j] = -1
            continue
        cache.feature[kept] = j
        cache.place[j] = kept
        cache.spread[kept] = cache.spread[k]
        cache.beta[kept] = cache.beta[k]
        cache.previous[kept] = cache.previous[k]
        cache.held[kept] = cache.held[k]
        if kept < k:
            for i in range(cache.rows.shape[1]):
                cache.rows[kept, i] = cache.rows[k, i]
        model.inside[kept] = cache.beta[kept] != 0.0 and not cache.held[kept]
        if model.inside[kept]:
            model.support[sizes[SUPPORT]] = kept
            sizes[SUPPORT] += 1
        kept += 1
    sizes[CACHED] = kept


@jit(**INLINE)
def _direction(cache: Cache, model: Model, change: np.ndarray) -> float:
    """Fill the change of the linear predictor; return the largest standardised change of a coefficient."""
    largest = 0.0
    m = model.sizes[CACHED]
    for k in range(m):
        model.step[k] = 0.0
        if cache.held[k]:
            continue
        if model.l1[k] == 0.0 and model.H[k, k] <= _FLAT * cache.spread[k] ** 2:
            model.b[k] = cache.beta[k]  # it runs to infinity: any further step would be rounding error
        model.step[k] = model.b[k] - cache.beta[k]
        largest = max(largest, abs(model.step[k]) * cache.spread[k])
    times(cache.rows[:m].T, model.step[:m], change)
    return largest


@jit(**INLINE)
def _search(fit: Fit, risk: RiskSets, total: float, objective: float, fresh: bool) -> tuple[float, float]:
    """Halve the step until it does not climb; return its length (0 where the Hessian is stale) and the objective."""
    length = 1.0
    while True:
        for i in range(fit.eta.size):
            fit.trial_eta[i] = fit.eta[i] + length * fit.change[i]
        loglik = evaluate(fit.trial_eta, risk, fit.trial)
        value = _penalty(fit.cache, fit.model, length) - loglik / total
        if value <= objective + 1e-12 * (1 + abs(objective)):
            return length, value
        if not fresh:
            return 0.0, objective
        length *= 0.5
        if length < 1e-8:
            return 0.0, objective


@jit(**INNER)
def _accept(cache: Cache, model: Model, length: float) -> None:
    for k in range(model.sizes[CACHED]):
        if cache.held[k]:
            continue
        old = cache.beta[k]
        cache.beta[k] = model.b[k] if length == 1.0 else old + length * (model.b[k] - old)


@jit(**INNER)
def _hold(cache: Cache, weight: np.ndarray, model: Model) -> bool:
    """Hold unpenalised coefficients that have run as far as numbers reach; tell whether any is new."""
    found = False
    for k in range(model.sizes[CACHED]):
        if model.l1[k] == 0.0 and not cache.held[k]:
            widest = 0.0
            for i in range(weight.size):
                if weight[i] > 0.0:
                    widest = max(widest, abs(cache.rows[k, i]))
            if abs(cache.beta[k]) * widest > _WIDE:
                cache.held[k] = True
                found = True
    return found


@jit(**INNER)
def _copy(source: Moments, target: Moments) -> None:
    for i in range(target.relative.size):
        target.relative[i] = source.relative[i]
        target.diagonal[i] = source.diagonal[i]
        target.residual[i] = source.residual[i]
    _copy_constants(source.constants, target.constants)


@jit(**INNER)
def _keep(source: Moments, target: Curvature) -> None:
    for i in range(target.relative.size):
        target.relative[i] = source.relative[i]
        target.diagonal[i] = source.diagonal[i]
    _copy_constants(source.constants, target.constants)


@jit(**INNER)
def _copy_constants(source: np.ndarray, target: np.ndarray) -> None:
    for g in range(target.shape[0]):
        for c in range(4):
            target[g, c] = source[g, c]
