import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_columns import cox_columns
from radassoc.kernels.cox_fit import cox_maximum


def test_equals_coxph(oracles):
    frame = pd.read_csv(oracles / "pairings.csv")
    oracle = json.loads((oracles / "pairings.json").read_text())
    X = frame[["x1", "x2", "x3"]].to_numpy()
    X = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    found = cox_columns(
        X,
        frame[["age", "z"]].to_numpy(float),
        frame["time"].to_numpy(float),
        frame["event"].to_numpy(bool),
        strata=frame["centre"].to_numpy(),
    )
    np.testing.assert_allclose(found.log_hazard_ratio, oracle["cox_beta"], rtol=1e-6)
    np.testing.assert_allclose(found.std_error, oracle["cox_se"], rtol=1e-6)


@pytest.mark.parametrize("k", [0, 2])
def test_equals_the_other_kernel(k):
    rng = np.random.default_rng(k)
    X, Z = rng.normal(size=(50, 6)), rng.normal(size=(50, k))
    time, event = np.ceil(5 * rng.exponential(size=50)), rng.random(50) < 0.6
    found = cox_columns(X, Z, time, event)
    for j in range(6):
        slow = cox_maximum(np.column_stack([X[:, j], Z]), time, event)
        assert found.log_hazard_ratio[j] == pytest.approx(slow.coefficients[0], abs=1e-8)
        assert found.std_error[j] == pytest.approx(np.sqrt(slow.covariance[0, 0]), rel=1e-6)


def test_a_column_that_orders_all_deaths_has_no_maximum():
    time = np.arange(1.0, 31.0)
    found = cox_columns(np.column_stack([-time, np.sin(time)]), np.empty((30, 0)), time, np.ones(30, bool))
    assert np.isnan(found.log_hazard_ratio[0])
    assert np.isfinite(found.log_hazard_ratio[1])
