"""The labelled path: names, errors, and the same numbers as the kernel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.kernels.cox_path import solve_path
from radassoc.kernels.cox_risk import risk_sets
from radassoc.survival.cox_path import cox_path


@pytest.fixture
def data() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(40, 5)), index=[f"p{i}" for i in range(40)], columns=list("abcde"))
    time = pd.Series(rng.exponential(np.exp(-X["a"])), index=X.index)
    return X, time, pd.Series(rng.random(40) < 0.7, index=X.index)


def test_the_kernel_with_names(data: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    X, time, event = data
    found = cox_path(X, time[::-1], event, n_lambdas=20, penalty_factor={"b": 0.0})
    bare = solve_path(
        np.asfortranarray(X.to_numpy()),
        risk_sets(time.to_numpy(), event.to_numpy()),
        n_lambdas=20,
        lambda_min_ratio=1e-4,
        penalty_factor=np.array([1.0, 0.0, 1.0, 1.0, 1.0]),
    )
    np.testing.assert_array_equal(found.coefficients.to_numpy(), bare.coefficients.T)
    assert (found.coefficients.loc["b"] != 0).all()
    assert found.table["n_nonzero"].tolist()[0] == 1
    assert found.path["feature"].iloc[0] == "a"
    assert len(found.path) % 20 == 0


def test_what_cannot_be_fitted_is_refused(data: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    X, time, event = data
    with pytest.raises(InputError, match="1 features have missing values: 'c'"):
        cox_path(X.assign(c=np.nan), time, event)
    with pytest.raises(InputError, match="time is not indexed"):
        cox_path(X, time.iloc[1:], event)
    with pytest.raises(DesignError, match="None of 40 patients"):
        cox_path(X, time, event & False)
    with pytest.raises(InputError, match="'z', which is no feature"):
        cox_path(X, time, event, penalty_factor={"z": 1.0})


def test_it_survives_saving(data: tuple[pd.DataFrame, pd.Series, pd.Series], tmp_path: Path) -> None:
    found = cox_path(*data, n_lambdas=5)
    again = ra.load(found.save(tmp_path / "p"))
    pd.testing.assert_frame_equal(again.table, found.table, check_exact=True)
    pd.testing.assert_frame_equal(again.coefficients, found.coefficients, check_exact=True)
