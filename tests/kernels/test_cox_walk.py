import numpy as np
import pytest

from radassoc.kernels.cox_risk import risk_sets
from radassoc.kernels.cox_screen import new_screen
from radassoc.kernels.cox_state import grow, new_fit
from radassoc.kernels.cox_walk import NO_ROOM, Record, Route, new_penalty, new_progress, plan_route, walk


def test_a_route_goes_through_every_lambda_in_small_steps():
    lambdas = np.array([1.2, 1.0, 0.95, 0.5, 0.0])
    route = plan_route(lambdas, 1.0)
    assert route.n_null == 2
    np.testing.assert_array_equal(route.lambdas[route.row >= 0], lambdas)
    assert route.row[route.row >= 0].tolist() == [0, 1, 2, 3, 4]
    between = route.lambdas[2:-1]
    assert (between[1:] / between[:-1] > 0.92).all()
    assert route.row[-2:].tolist() == [3, 4]  # nothing lies between a number and zero in logarithms


def test_a_route_without_a_useful_lambda():
    route = plan_route(np.array([1.0, 0.5]), 0.0)
    assert route == (pytest.approx([1.0, 0.5]), pytest.approx([0, 1]), 2)


@pytest.fixture
def study(brute_cox):
    study = brute_cox(seed=7, p=30)
    Z = (study.X - study.X.mean(axis=0)) / study.X.std(axis=0)
    return np.ascontiguousarray(Z.T), risk_sets(study.time, study.event, **study.arguments())


def walked(Z, risk, capacity, lambdas, **ends):
    """Walk from the null model with a cache of some capacity; return the record, rows done and how often it grew."""
    p = len(Z)
    never = {"max_deviance_ratio": np.inf, "max_nonzero": np.inf, "max_lambdas": np.inf, **ends}
    record = Record(
        np.zeros((len(lambdas), p)), np.zeros(len(lambdas)), np.zeros(len(lambdas), bool), np.arange(p), np.ones(p),
        -50.0, 100.0, **never,
    )  # fmt: skip
    penalty, fit, screen, n_grown = new_penalty(np.ones(p), 1.0), new_fit(p, risk, capacity), new_screen(Z), 0
    routes = (Route(np.full(1, np.inf), np.full(1, -1), 0), np.inf), (plan_route(lambdas, lambdas[0]), lambdas[0])
    for route, start in routes:
        progress = new_progress(start, converged=True)
        while (n_done := walk(Z, risk, penalty, route, progress, fit, screen, record)) == NO_ROOM:
            fit, n_grown = grow(fit, 2 * fit.cache.feature.size), n_grown + 1
    return record, n_done, n_grown


def test_a_walk_that_runs_out_of_room_goes_on_where_it_stopped(study):
    lambdas = np.array([1.0, 0.15, 0.1, 0.05])
    roomy, _, never = walked(*study, 30, lambdas)
    small, n_done, often = walked(*study, 2, lambdas)
    assert never == 0 < often
    assert n_done == 4
    assert small.converged.all()
    np.testing.assert_allclose(small.coefficients, roomy.coefficients, atol=1e-6)
    assert (small.coefficients[-1] != 0).sum() > 4


def test_a_walk_ends_where_it_is_told(study):
    lambdas = np.array([1.0, 0.15, 0.1, 0.05])
    record, n_done, _ = walked(*study, 30, lambdas, max_lambdas=2.0)
    assert n_done == 2
    assert record.coefficients[1].any()
    assert not record.coefficients[2:].any()
