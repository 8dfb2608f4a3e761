import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_likelihood import breslow_hazard, evaluate, new_moments, partial_loglik, saturated_loglik
from radassoc.kernels.cox_risk import risk_sets


def test_three_patients_by_hand():
    # deaths at 1 and 2, the third censored at 3; exp(eta) = 1, 2, 4
    risk = risk_sets(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 0]))
    expected = np.log(1 / 7) + np.log(2 / 6)
    assert partial_loglik(np.log([1.0, 2.0, 4.0]), risk) == pytest.approx([expected], abs=1e-14)


def test_tied_deaths_by_hand():
    eta = np.log([1.0, 2.0, 4.0])
    time, event = np.array([1.0, 1.0, 3.0]), np.array([1, 1, 0])
    efron = partial_loglik(eta, risk_sets(time, event))
    assert efron == pytest.approx([np.log(2 / (7 * 5.5))], abs=1e-14)
    assert partial_loglik(eta, risk_sets(time, event, ties="breslow")) == pytest.approx([np.log(2 / 49)], abs=1e-14)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("off", [(), ("entry",), ("strata",), ("weights",), ("entry", "strata", "weights")])
def test_value_and_derivatives_equal_brute_force(brute_cox, ties, off):
    study = brute_cox(seed=1, ties=ties)
    for name in off:
        study = study.without(name)
    risk = risk_sets(study.time, study.event, **study.arguments())
    at, eta = new_moments(risk), study.X[:, 0] - 0.3 * study.X[:, 1]
    assert evaluate(eta, risk, at) == pytest.approx(study.loglik(eta), rel=1e-12)
    np.testing.assert_allclose(at.residual, study.gradient(eta), atol=1e-11)


def test_many_columns_are_the_columns(brute_cox):
    study = brute_cox(seed=2)
    risk = risk_sets(study.time, study.event, **study.arguments())
    eta = study.X[:, :4]
    each = [partial_loglik(column, risk)[0] for column in eta.T]
    np.testing.assert_array_equal(partial_loglik(eta, risk), each)
    np.testing.assert_allclose(partial_loglik(eta + 900.0, risk), each, rtol=1e-9)  # no overflow, no centre


def test_a_cancelling_risk_set_is_summed_anew():
    # the first patient's relative risk of e^40 leaves the early sums and would drown the other two
    time, event = np.array([9.0, 2.0, 3.0]), np.array([1, 1, 0])
    risk = risk_sets(time, event, entry=np.array([5.0, 0.0, 0.0]))
    assert partial_loglik(np.array([40.0, 0.0, np.log(3.0)]), risk) == pytest.approx([np.log(1 / 4)], abs=1e-12)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_saturated_is_the_supremum(ties):
    time, event = np.array([1.0, 1.0, 2.0, 3.0]), np.array([1, 1, 1, 0])
    risk = risk_sets(time, event, ties=ties, weights=np.array([2.0, 1.0, 3.0, 1.0]))
    ordered = partial_loglik(np.array([60.0, 60.0, 30.0, 0.0]), risk)[0]
    assert saturated_loglik(risk.n_deaths, risk.death_weight, risk.efron) == pytest.approx(ordered, abs=1e-9)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("model", ["plain", "strata", "weights", "entry", "all"])
def test_baseline_hazard_and_loglik_of_r(oracles, ties, model):
    data = pd.read_csv(oracles / "cox_path.csv")
    wanted = json.loads((oracles / "cox_path.json").read_text())["limits"][f"{ties}_{model}"]
    eta = data[["x1", "x2", "x3", "x4"]].to_numpy() @ np.array(wanted["coefficients"])
    use = {
        "strata": data.centre.to_numpy() if model in ("strata", "all") else None,
        "weights": data.weight.to_numpy() if model in ("weights", "all") else None,
        "entry": data.entry.to_numpy() if model in ("entry", "all") else None,
        "ties": ties,
    }
    risk = risk_sets(data.time.to_numpy(), data.event.to_numpy(), **use)
    both = partial_loglik(np.column_stack([np.zeros(len(eta)), eta]), risk)
    np.testing.assert_allclose(both, wanted["loglik"], rtol=1e-11)
    stratum, time, hazard = breslow_hazard(eta, data.time.to_numpy(), data.event.to_numpy(), **use)
    np.testing.assert_array_equal(time, wanted["time"])
    np.testing.assert_allclose(hazard, wanted["hazard"], rtol=1e-10)
    if use["strata"] is not None:
        assert stratum.tolist() == wanted["stratum"]
