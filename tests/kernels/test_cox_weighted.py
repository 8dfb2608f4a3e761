import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_fit import cox_maximum
from radassoc.kernels.cox_weighted import weighted_cox, weighted_survival
from radassoc.kernels.product_limit import product_limit


@pytest.fixture
def peer(oracles):
    return pd.read_csv(oracles / "weighting_input.csv"), json.loads((oracles / "weighting.json").read_text())


def test_equals_coxph_with_weights_and_strata(peer):
    frame, oracle = peer
    X = np.column_stack([frame["sex"] == "male", frame["age"]]).astype(float)
    found = weighted_cox(
        X,
        frame["time"].to_numpy(float),
        frame["event"].to_numpy(bool),
        np.array(oracle["weight"]),
        strata=frame["stage"].to_numpy(),
    )
    np.testing.assert_allclose(found.coefficients, oracle["two"]["coef"], atol=1e-8)
    np.testing.assert_allclose(found.robust, oracle["two"]["robust"], atol=1e-9)
    np.testing.assert_allclose(found.covariance, oracle["two"]["model"], atol=1e-9)


def test_equal_weights_only_divide_the_variance():
    """Equal weights of 3 change no estimate, and divide the variance by 3, where no times are tied."""
    rng = np.random.default_rng(1)
    X, time, event = rng.normal(size=(40, 2)), rng.permutation(40) + 1.0, rng.random(40) < 0.7
    equal = weighted_cox(X, time, event, np.full(40, 3.0))
    plain = cox_maximum(X, time, event)
    np.testing.assert_allclose(equal.coefficients, plain.coefficients, atol=1e-8)
    np.testing.assert_allclose(equal.covariance, plain.covariance / 3, rtol=1e-6)


def test_a_column_that_orders_all_deaths_has_no_maximum():
    time = np.arange(1.0, 31.0)
    found = weighted_cox(-time[:, None], time, np.ones(30, bool), np.ones(30))
    assert np.isnan(found.coefficients).all() or abs(found.coefficients[0]) > 1


def test_equal_weights_give_kaplan_meier():
    rng = np.random.default_rng(2)
    time, event = np.ceil(9 * rng.random(50)), rng.random(50) < 0.6
    times, survival = weighted_survival(time, event, np.full(50, 0.3))
    plain = product_limit(time, event)
    np.testing.assert_allclose(times, plain.time)
    np.testing.assert_allclose(survival, plain.survival)
