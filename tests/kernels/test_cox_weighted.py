import json

import numpy as np
import pandas as pd
import pytest
from scipy import special

from radassoc.kernels.cox_fit import cox_maximum
from radassoc.kernels.cox_weighted import weighted_cox, weighted_survival
from radassoc.kernels.product_limit import log_log_limits, product_limit

Z_90 = special.ndtri(0.95)


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


def test_equal_weights_give_kaplan_meier_with_greenwoods_variance():
    rng = np.random.default_rng(2)
    time, event = np.ceil(9 * rng.random(50)), rng.random(50) < 0.6
    found, plain = weighted_survival(time, event, np.full(50, 0.3)), product_limit(time, event, level=0.9)
    np.testing.assert_allclose(found.time, plain.time)
    np.testing.assert_allclose(found.survival, plain.survival)
    np.testing.assert_allclose(found.at_risk, 0.3 * plain.at_risk)
    limits = log_log_limits(found.survival, found.std_error, Z_90)
    np.testing.assert_allclose(limits, (plain.ci_low, plain.ci_high), rtol=1e-10)


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize("model", ["plain", "weighted"])
def test_survival_and_its_error_equal_survfit(peer, sex, model):
    """The females' curve reaches zero."""
    frame, oracle = peer
    inside = (frame["sex"] == sex).to_numpy()
    weight = np.array(oracle["weight"])[inside] if model == "weighted" else np.ones(inside.sum())
    found = weighted_survival(frame["time"].to_numpy(float)[inside], frame["event"].to_numpy()[inside], weight)
    told = {name: np.array(values, dtype=float) for name, values in oracle["curves"][sex][model].items()}
    np.testing.assert_allclose(found.time, told["time"])
    np.testing.assert_allclose(found.survival, told["surv"], atol=1e-12)
    np.testing.assert_allclose(found.at_risk, told["at_risk"], rtol=1e-12)
    np.testing.assert_allclose(found.std_error, told["std_error"], rtol=1e-10)
    limits = log_log_limits(found.survival, found.std_error, Z_90)
    np.testing.assert_allclose(limits, (told["lower"], told["upper"]), rtol=1e-10)


def test_the_error_by_hand():
    """Weights 1, 2, 1; deaths at 1 and 3: log S(1) = log(3/4), and its slopes in the weights are -1/4, 1/12, 1/12."""
    found = weighted_survival(np.array([1.0, 2, 3]), np.array([True, False, True]), np.array([1.0, 2, 1]))
    np.testing.assert_allclose(found.survival, [0.75, 0.75, 0])
    np.testing.assert_allclose(found.std_error[:2], np.sqrt([1 / 16 + 4 / 144 + 1 / 144] * 2))
    assert np.isnan(found.std_error[2])


def test_the_error_is_that_of_small_changes_of_the_weights():
    """A slow second way: each patient's slope by differences."""
    rng = np.random.default_rng(3)
    time, event, weight = np.ceil(8 * rng.random(30)), rng.random(30) < 0.6, rng.uniform(0.3, 3, 30)
    found, variance, small = weighted_survival(time, event, weight), 0.0, 1e-5
    for i in range(30):
        step = small * (np.arange(30) == i)
        up, down = (weighted_survival(time, event, weight + side * step).survival for side in (1, -1))
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = variance + (weight[i] * (np.log(up) - np.log(down)) / (2 * small)) ** 2
    alive = found.survival > 0
    np.testing.assert_allclose(found.std_error[alive], np.sqrt(variance)[alive], rtol=1e-7)
