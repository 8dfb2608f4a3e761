import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_marginal import marginal_score_z
from radassoc.kernels.cox_risk import risk_sets
from radassoc.kernels.cox_score_test import joint_score, null_fit, permuted_sums


@pytest.fixture
def data(oracles):
    frame = pd.read_csv(oracles / "pairings.csv")
    oracle = json.loads((oracles / "pairings.json").read_text())
    time, event, strata = frame["time"].to_numpy(float), frame["event"].to_numpy(bool), frame["centre"].to_numpy()
    return frame, oracle, time, event, strata


def test_categories_together_equal_coxph(data):
    frame, oracle, time, event, strata = data
    Z = frame[["age", "z"]].to_numpy(float)
    levels = pd.get_dummies(frame["group"]).iloc[:, 1:].to_numpy(float)
    eta, _ = null_fit(Z, risk_sets(time, event, strata=strata))
    statistic, df = joint_score(levels, Z, eta, time, event, strata)
    assert df == 2
    assert statistic == pytest.approx(oracle["cox_group"], rel=1e-6)


def test_one_column_is_the_marginal_test(data):
    frame, oracle, time, event, strata = data
    Z, X = frame[["age", "z"]].to_numpy(float), frame[["x1", "x2", "x3"]].to_numpy()
    risk = risk_sets(time, event, strata=strata)
    np.testing.assert_allclose(marginal_score_z(X, Z, risk) ** 2, oracle["cox_score"], rtol=1e-6)
    eta, _ = null_fit(Z, risk)
    assert joint_score(X[:, :1], Z, eta, time, event, strata)[0] == pytest.approx(oracle["cox_score"][0], rel=1e-6)


def test_the_residual_is_what_the_score_is_made_of(data):
    """Without covariates the score is the sum of the column times the martingale residual; moved rows move it."""
    frame, _, time, event, _ = data
    x = frame[["x1"]].to_numpy()
    _, residual = null_fit(np.empty((90, 0)), risk_sets(time, event))
    assert residual.sum() == pytest.approx(0.0, abs=1e-10)
    rows = np.stack([np.arange(90), np.roll(np.arange(90), 1)])
    found = permuted_sums(x, residual, rows)
    assert found[0, 0] == pytest.approx(abs(residual @ x[:, 0]))
    assert found[1, 0] == pytest.approx(abs(np.roll(residual, 1) @ x[:, 0]))
