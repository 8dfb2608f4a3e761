import numpy as np
import pytest

from radassoc.kernels.cox_likelihood import partial_loglik
from radassoc.kernels.cox_newton import CONVERGED, FULL, solve_lambda
from radassoc.kernels.cox_risk import risk_sets
from radassoc.kernels.cox_state import grow, new_fit


@pytest.fixture
def study(brute_cox):
    return brute_cox(seed=7, p=30)


def solve(Z, risk, fit, l1, theta=0.0):
    p = Z.shape[0]
    return solve_lambda(Z, risk, np.full(p, l1), np.zeros(p), np.arange(p), fit, theta, False)


def prepared(study):
    risk = risk_sets(study.time, study.event, **study.arguments())
    Z = (study.X - study.X.mean(axis=0)) / study.X.std(axis=0)
    return np.ascontiguousarray(Z.T), risk


def test_a_full_cache_asks_for_room_and_changes_nothing_else(study):
    Z, risk = prepared(study)
    small, roomy = new_fit(30, risk, 2), new_fit(30, risk, 30)
    assert solve(Z, risk, small, 0.02) == FULL
    while solve(Z, risk, small, 0.02) == FULL:
        small = grow(small, 2 * small.cache.feature.size)
    assert solve(Z, risk, roomy, 0.02) == CONVERGED
    np.testing.assert_allclose(small.beta, roomy.beta, atol=1e-7)


def test_a_start_too_far_ahead_comes_back(study):
    Z, risk = prepared(study)
    walked, jumped = new_fit(30, risk, 30), new_fit(30, risk, 30)
    for fit, theta in ((walked, 0.0), (jumped, 2.0)):
        for l1 in (0.2, 0.15, 0.1):
            assert solve(Z, risk, fit, l1, theta) == CONVERGED
    np.testing.assert_allclose(walked.beta, jumped.beta, atol=1e-7)


def test_separation_without_penalty_ends_where_the_likelihood_is_flat():
    # the only feature orders the deaths perfectly: its coefficient runs to infinity
    Z = np.array([[2.0, 1.0, 0.0, -1.0, -2.0]])
    risk = risk_sets(np.arange(1.0, 6.0), np.ones(5))
    fit = new_fit(1, risk, 1)
    assert solve(Z, risk, fit, 0.0) == CONVERGED
    assert 10 < fit.beta[0] < 100
    assert partial_loglik(fit.eta, risk)[0] == pytest.approx(0.0, abs=1e-8)
