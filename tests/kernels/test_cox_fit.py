from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radassoc.kernels.cox_fit import cox_maximum


def made(n=120, p=3, *, seed=0, ties=True, n_strata=1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    time = rng.exponential(10 * np.exp(-0.5 * X[:, 0]))
    time = np.ceil(time) if ties else time
    return X, time, rng.random(n) < 0.7, rng.integers(0, n_strata, n)


def slow_loglik(beta, X, time, event, strata):
    """Efron's partial likelihood, as it is written down."""
    total = 0.0
    for stratum in np.unique(strata):
        inside = strata == stratum
        eta, t, d = X[inside] @ beta, time[inside], event[inside]
        for moment in np.unique(t[d]):
            dying = d & (t == moment)
            for k in range(dying.sum()):
                risk = np.exp(eta[t >= moment]).sum() - k / dying.sum() * np.exp(eta[dying]).sum()
                total -= np.log(risk)
            total += eta[dying].sum()
    return total


@pytest.mark.parametrize("n_strata", [1, 4])
def test_a_slow_likelihood_is_flat_at_the_maximum_and_lower_around_it(n_strata):
    X, time, event, strata = made(n_strata=n_strata)
    found = cox_maximum(X, time, event, strata=strata)
    np.testing.assert_allclose(found.loglik, slow_loglik(found.coefficients, X, time, event, strata), rtol=1e-11)
    np.testing.assert_allclose(found.null_loglik, slow_loglik(np.zeros(3), X, time, event, strata), rtol=1e-11)
    step = 1e-4
    for j in range(3):
        up, down = (slow_loglik(found.coefficients + s * step * np.eye(3)[j], X, time, event, strata) for s in (1, -1))
        assert abs(up - down) / (2 * step) < 1e-5
        curvature = -(up - 2 * found.loglik + down) / step**2
        np.testing.assert_allclose(np.linalg.inv(found.covariance)[j, j], curvature, rtol=1e-3)


def test_four_patients_by_hand():
    """Deaths at 1 (x = 1) and 2 (x = 0): with u = e^b the score is zero where 2u / (2u + 2) + u / (u + 2) = 1."""
    x, time, event = np.array([1.0, 0, 1, 0]), np.array([1.0, 2, 3, 4]), np.array([True, True, False, False])
    u = np.sqrt(2)  # u^2 = 2
    assert cox_maximum(x[:, None], time, event).coefficients[0] == pytest.approx(np.log(u), abs=1e-12)


@pytest.mark.parametrize("key", ["cox_group", "cox_three", "cox_adjusted"])
def test_equals_coxph(oracles, key):
    data = pd.read_csv(oracles / "survival_groups.csv")
    columns = {
        "cox_group": [data["group"] == "high"],
        "cox_three": [data["three"] == "b", data["three"] == "c"],
        "cox_adjusted": [data["group"] == "high", data["age"]],
    }[key]
    told = json.loads((oracles / "survival_groups.json").read_text())[key]
    strata = data["centre"].to_numpy() if key == "cox_adjusted" else None
    X = np.column_stack(columns).astype(float)
    found = cox_maximum(X, data["time"].to_numpy(), data["event"].to_numpy() == 1, strata=strata)
    names = np.atleast_1d(told["names"])
    np.testing.assert_allclose(found.coefficients, [told["coef"][name] for name in names], atol=1e-9)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), [told["se"][name] for name in names], rtol=1e-9)


def test_a_level_without_events_runs_away_and_leaves_the_others_as_without_its_patients():
    X, time, event, _ = made(n=80)
    rare = np.arange(80) < 20
    event = event & ~rare
    found = cox_maximum(np.column_stack([rare, X]), time, event)
    alone = cox_maximum(X[~rare], time[~rare], event[~rare])
    np.testing.assert_array_equal(found.endless, [True, False, False, False])
    np.testing.assert_allclose(found.coefficients[1:], alone.coefficients, atol=1e-5)
    np.testing.assert_allclose(found.covariance[1:, 1:], alone.covariance, rtol=1e-4)
    assert found.loglik == pytest.approx(alone.loglik, abs=1e-6)


def test_separation_along_a_number():
    time = made(n=40, ties=False)[1]
    found = cox_maximum(-time[:, None], time, np.ones(40, dtype=bool))
    assert found.endless.tolist() == [True]
    assert np.isnan(found.coefficients).all()
    assert found.loglik > found.null_loglik


def test_combinations_of_earlier_columns_are_left_out():
    X, time, event, strata = made(n_strata=3)
    extra = np.column_stack([X[:, 0], X[:, 1], X[:, 0] - 2 * X[:, 1], strata == 1, X[:, 2]])
    found = cox_maximum(extra, time, event, strata=strata)
    np.testing.assert_array_equal(found.redundant, [False, False, True, True, False])
    np.testing.assert_allclose(
        found.coefficients[[0, 1, 4]], cox_maximum(X, time, event, strata=strata).coefficients, atol=1e-10
    )
    assert found.df == 3


def test_without_events_nothing_can_be_told_apart():
    X, time, _, _ = made(n=20)
    found = cox_maximum(X, time, np.zeros(20, dtype=bool))
    assert found.redundant.all()
    assert found.loglik == found.null_loglik == 0.0


@given(st.integers(0, 200), st.floats(-3, 3), st.floats(-5, 5))
def test_location_and_scale_of_a_covariate_do_not_matter(seed, log_scale, shift):
    X, time, event, strata = made(n=40, p=2, seed=seed, n_strata=2)
    scale = 10.0**log_scale
    plain = cox_maximum(X, time, event, strata=strata)
    moved = cox_maximum(X * scale + shift * scale, time, event, strata=strata)
    np.testing.assert_allclose(moved.coefficients * scale, plain.coefficients, rtol=1e-6, atol=1e-8)
    assert moved.loglik == pytest.approx(plain.loglik, abs=1e-8)
