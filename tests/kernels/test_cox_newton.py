import numpy as np
import pytest

from radassoc.base.jit import jit
from radassoc.kernels.cox_features import new_features
from radassoc.kernels.cox_likelihood import partial_loglik
from radassoc.kernels.cox_newton import CONVERGED, FULL, solve_lambda
from radassoc.kernels.cox_quadratic import CACHED
from radassoc.kernels.cox_risk import KERNEL, risk_sets
from radassoc.kernels.cox_state import fit_of, grow, new_batch, new_scratch

#: The solver alone is compiled anew for these tests; within the path it is tested by default.
pytestmark = pytest.mark.slow


@jit(**KERNEL)
def solve_one(features, shift, risk, l1, l2, strong, batch, scratch, theta):
    fit = fit_of(batch, 0, scratch)
    for k in range(fit.model.sizes[CACHED]):
        scratch.place[fit.cache.feature[k]] = k
    answer = solve_lambda(features, shift, risk, l1, l2, strong, fit, theta, False)
    scratch.place[:] = -1
    return answer


@pytest.fixture
def study(brute_cox):
    return brute_cox(seed=7, p=30)


def solve(Z, risk, batch, l1, theta=0.0):
    p = Z.shape[0]
    scratch = new_scratch(p, risk, batch.feature.shape[1], 1)
    every = np.arange(p, dtype=np.int32)
    return solve_one(new_features(Z), np.zeros(0), risk, np.full(p, l1), np.zeros(p), every, batch, scratch, theta)


def new_fit(risk, capacity):
    return new_batch(1, risk, capacity, np.zeros(1))


def coefficients(batch, p=30):
    beta, n = np.zeros(p), batch.sizes[0, CACHED]
    beta[batch.feature[0, :n]] = batch.beta[0, :n]
    return beta


def prepared(study):
    risk = risk_sets(study.time, study.event, **study.arguments())
    Z = (study.X - study.X.mean(axis=0)) / study.X.std(axis=0)
    return np.ascontiguousarray(Z.T), risk


def test_a_full_cache_asks_for_room_and_changes_nothing_else(study):
    Z, risk = prepared(study)
    small, roomy = new_fit(risk, 2), new_fit(risk, 30)
    assert solve(Z, risk, small, 0.02) == FULL
    while solve(Z, risk, small, 0.02) == FULL:
        small = grow(small._asdict(), 30)
    assert solve(Z, risk, roomy, 0.02) == CONVERGED
    np.testing.assert_allclose(coefficients(small), coefficients(roomy), atol=1e-8)


def test_a_start_too_far_ahead_comes_back(study):
    Z, risk = prepared(study)
    walked, jumped = new_fit(risk, 30), new_fit(risk, 30)
    for fit, theta in ((walked, 0.0), (jumped, 2.0)):
        for l1 in (0.2, 0.15, 0.1):
            assert solve(Z, risk, fit, l1, theta) == CONVERGED
    np.testing.assert_allclose(coefficients(walked), coefficients(jumped), atol=1e-8)


def test_separation_without_penalty_ends_where_the_likelihood_is_flat():
    # the only feature orders the deaths perfectly: its coefficient runs to infinity
    Z = np.array([[2.0, 1.0, 0.0, -1.0, -2.0]])
    risk = risk_sets(np.arange(1.0, 6.0), np.ones(5))
    fit = new_fit(risk, 1)
    assert solve(Z, risk, fit, 0.0) == CONVERGED
    assert 10 < fit.beta[0, 0] < 100
    assert partial_loglik(fit.eta[0], risk)[0] == pytest.approx(0.0, abs=1e-8)
