from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import NumericalError
from radassoc.survival.hazards import fit_cox, hazard_ratio, proportional_hazards


def load(oracles, key):
    data = pd.read_csv(oracles / "survival_groups.csv")
    columns = {
        "cox_group": [data["group"] == "high"],
        "cox_three": [data["three"] == "b", data["three"] == "c"],
        "cox_adjusted": [data["group"] == "high", data["age"]],
    }[key]
    strata = pd.factorize(data["centre"])[0] if key == "cox_adjusted" else None
    told = json.loads((oracles / "survival_groups.json").read_text())[key]
    return (
        np.column_stack(columns).astype(float),
        data["time"].to_numpy(float),
        data["event"].to_numpy(bool),
        strata,
        told,
    )


@pytest.mark.parametrize("key", ["cox_group", "cox_three", "cox_adjusted"])
def test_agrees_with_r_coxph(oracles, key):
    X, time, event, strata, told = load(oracles, key)
    fit = fit_cox(X, time, event, strata=strata)
    found = [hazard_ratio(fit, j) for j in range(X.shape[1])]

    def listed(name):
        value = told[name]
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]

    np.testing.assert_allclose(np.log([f["estimate"] for f in found]), listed("coef"), atol=1e-8)
    np.testing.assert_allclose([f["ci_low"] for f in found], listed("low"), rtol=1e-8)
    np.testing.assert_allclose([f["ci_high"] for f in found], listed("high"), rtol=1e-8)
    np.testing.assert_allclose([f["p_value"] for f in found], listed("p"), rtol=1e-7)
    statistic, df = proportional_hazards(fit, X, time, event, tested=np.arange(X.shape[1]), strata=strata)
    assert statistic == pytest.approx(listed("zph")[-1], rel=1e-5)
    assert df == X.shape[1]


def test_two_patients_of_each_group_by_hand():
    # deaths at 1 (group 1) and 2 (group 0), censored at 3 (group 1) and 4 (group 0); with hazard ratio r the score is
    # 1 - 2r / (2r + 2) - r / (r + 2) = 0, so r^2 = 2
    X = np.array([[1.0], [0], [1], [0]])
    fit = fit_cox(X, np.array([1.0, 2, 3, 4]), np.array([True, True, False, False]))
    assert hazard_ratio(fit, 0)["estimate"] == pytest.approx(np.sqrt(2), rel=1e-8)


def test_a_group_without_events_has_no_finite_estimate():
    X = np.array([[1.0], [1], [1], [0], [0], [0]])
    with pytest.raises(NumericalError, match="no finite estimate"):
        fit_cox(X, np.arange(1.0, 7), np.array([1, 1, 1, 0, 0, 0], dtype=bool))


def test_collinear_covariates_have_no_estimate():
    rng = np.random.default_rng(0)
    x = rng.normal(size=30)
    with pytest.raises(NumericalError, match="collinear"):
        fit_cox(np.column_stack([x, 2 * x]), rng.random(30), rng.random(30) < 0.8)
