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
    with pytest.raises(InputError, match="time is not indexed as the rows of X"):
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


def test_arrays_are_named_and_taken_by_position(data: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    X, time, event = data
    labelled = cox_path(X, time, event, n_lambdas=10, ties="breslow")
    bare = cox_path(X.to_numpy(), time.to_numpy(), event.astype(int).tolist(), n_lambdas=10, ties="breslow")
    assert bare.coefficients.index.tolist() == ["x0", "x1", "x2", "x3", "x4"]
    np.testing.assert_array_equal(bare.coefficients, labelled.coefficients)
    np.testing.assert_array_equal(labelled.lambdas, labelled.table["lambda"])
    np.testing.assert_array_equal(labelled.deviance_ratio, labelled.table["deviance_ratio"])
    assert (np.diff(labelled.lambdas) < 0).all()
    mixed = cox_path(X.to_numpy(), time, event, n_lambdas=10, ties="breslow")  # no labels on one side: by position
    np.testing.assert_array_equal(mixed.coefficients, labelled.coefficients)


def test_every_option_reaches_the_kernel(data: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    X, time, event = data
    rng = np.random.default_rng(1)
    strata = pd.Series(rng.choice(["a", "b"], 40), index=X.index)
    weights, entry = rng.choice([0.0, 1.0, 2.0], 40), 0.5 * time.to_numpy()
    factors = np.array([0.0, 1.0, 2.0, np.inf, 1.0])
    lambdas = [0.2, 0.1, 0.05]
    options = {"strata": strata[::-1], "weights": weights, "entry": entry, "l1_ratio": 0.5, "standardize": False}
    found = cox_path(X, time, event, lambdas=lambdas, penalty_factor=factors, **options)
    risk = risk_sets(
        time.to_numpy(), event.to_numpy(), strata=strata.to_numpy(), weights=weights, entry=entry, ties="efron"
    )
    bare = solve_path(
        np.asfortranarray(X), risk, lambdas=np.array(lambdas), l1_ratio=0.5, penalty_factor=factors, standardize=False
    )
    np.testing.assert_allclose(found.coefficients, bare.coefficients.T, atol=1e-9)
    for same in (pd.Series(factors, index=X.columns), dict(zip(X.columns, factors, strict=True))):
        again = cox_path(X, time, event, lambdas=lambdas, penalty_factor=same, **options)
        np.testing.assert_array_equal(again.coefficients, found.coefficients)


def test_ties_are_breslows_unless_told(data: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    X, time, event = data
    tied = np.ceil(2 * time)
    found, breslow, efron = (
        cox_path(X, tied, event, n_lambdas=5, **t) for t in ({}, {"ties": "breslow"}, {"ties": "efron"})
    )
    np.testing.assert_array_equal(found.coefficients, breslow.coefficients)
    assert not np.allclose(found.coefficients, efron.coefficients, atol=1e-4)
    assert found.params["ties"] == "breslow"


def test_separation_ends_where_the_likelihood_is_flat() -> None:
    rng = np.random.default_rng(2)
    time = np.arange(1.0, 31.0)
    X = np.column_stack([-time, rng.normal(size=(30, 4))])
    found = cox_path(X, time, np.ones(30), lambdas=[0.5, 0.1, 0.01, 0.001])
    assert np.isfinite(found.coefficients.to_numpy()).all()
    assert (np.diff(found.coefficients.loc["x0"]) > 0).all()
    assert found.deviance_ratio[-1] > 0.9


def test_duplicates_share_their_effect(data: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    X, time, event = data
    alone = cox_path(X, time, event, lambdas=[0.1, 0.02])
    both = cox_path(X.assign(a2=X["a"]), time, event, lambdas=[0.1, 0.02])
    shared = both.coefficients.loc["a"] + both.coefficients.loc["a2"]
    np.testing.assert_allclose(shared, alone.coefficients.loc["a"], atol=1e-7)


def test_more_features_than_patients_and_one_event_per_stratum() -> None:
    rng = np.random.default_rng(3)
    X, strata = rng.normal(size=(24, 100)), np.repeat(np.arange(8), 3)
    event = np.arange(24) % 3 == 1
    found = cox_path(X, rng.random(24), event, strata=strata, n_lambdas=30)
    assert found.coefficients.iloc[:, -1].any()
    assert np.isfinite(found.coefficients.to_numpy()).all()
    assert found.table["n_nonzero"].max() <= 24


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time": np.ones(39)}, r"time has shape \(39,\) for 40 rows"),
        ({"time": np.full(40, np.nan)}, "time is missing for 40 rows"),
        ({"time": np.full(40, np.inf)}, "time is infinite for 40 patients"),
        ({"time": np.full(40, -1.0)}, "time is negative for 40 patients"),
        ({"time": np.full(40, "x")}, "time holds something other than numbers"),
        ({"event": np.full(40, 2)}, "event holds"),
        ({"entry": np.full(40, 1e9)}, "entry is not before time for 40 patients"),
        ({"weights": np.full(40, -1.0)}, "weights are negative for 40 patients"),
        ({"weights": np.full(40, np.nan)}, "weights is missing"),
        ({"strata": ["a"] * 7}, r"strata has shape \(7,\)"),
        ({"penalty_factor": [1.0]}, "1 values for 5 features"),
        ({"penalty_factor": {"a": -1.0}}, "negative or missing for 'a'"),
        ({"lambdas": [0.1, 0.2]}, "lambdas increase"),
        ({"lambdas": []}, "no penalties"),
        ({"lambdas": [-0.1]}, "no penalties"),
        ({"l1_ratio": 0.0}, "l1_ratio=0.0"),
        ({"n_lambdas": 0}, "No grid"),
        ({"lambda_min_ratio": 1.5}, "No grid"),
        ({"ties": "exact"}, "ties='exact'"),
        ({"X": np.ones(40)}, "1 dimensions"),
        ({"X": np.ones((40, 0))}, "X is empty"),
    ],
)
def test_refusals_tell_what_is_wrong(
    data: tuple[pd.DataFrame, pd.Series, pd.Series], change: dict[str, object], message: str
) -> None:
    X, time, event = data
    with pytest.raises(InputError, match=message):
        cox_path(**{"X": X, "time": time, "event": event, **change})


def test_text_and_twins_among_the_features_are_refused(data: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    X, time, event = data
    with pytest.raises(InputError, match="1 features are no numbers: 'c'"):
        cox_path(X.assign(c="x"), time, event)
    with pytest.raises(InputError, match="1 features occur more than once: 'a'"):
        cox_path(X.rename(columns={"b": "a"}), time, event)
    with pytest.raises(DesignError, match="with a weight above 0"):
        cox_path(X, time, event, weights=1.0 - event)
