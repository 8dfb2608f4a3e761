"""Predicted against observed risk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.survival._calibration import calibration_distances, calibration_rows, calibration_slope, smooth_curve


@pytest.fixture
def patients(oracles: Path) -> pd.DataFrame:
    return pd.read_csv(oracles / "performance.csv")


@pytest.fixture
def wanted(oracles: Path) -> dict:
    return json.loads((oracles / "performance.json").read_text())


def _risk(patients: pd.DataFrame) -> np.ndarray:
    return 1 - np.exp(-0.0018 * 400 * np.exp(patients["score"].to_numpy()))


def test_slope_of_coxph(patients: pd.DataFrame, wanted: dict) -> None:
    time, event = patients["week"].to_numpy(float), patients["event"].to_numpy() == 1
    found = calibration_slope(time, event, patients["score"].to_numpy(), strata=patients["fold"].to_numpy())
    assert found == pytest.approx((wanted["slope"]["estimate"], wanted["slope"]["std_error"]), abs=1e-8)


@pytest.mark.parametrize("unit", ["day", "week"])
def test_smooth_curve_of_rms_and_survfit(patients: pd.DataFrame, wanted: dict, unit: str) -> None:
    told, risk = wanted["calibration"][unit], _risk(patients)
    time, event = patients[unit].to_numpy(float), patients["event"].to_numpy() == 1
    found = smooth_curve(time, event, risk, told["at"], np.array(told["risk"]))
    np.testing.assert_allclose(found.observed, told["observed"], atol=1e-8)
    np.testing.assert_allclose(found.low, told["low"], atol=1e-8)
    np.testing.assert_allclose(found.high, told["high"], atol=1e-8)
    apart = calibration_distances(time, event, risk, told["at"])
    assert apart == pytest.approx({name: told[name] for name in ("ici", "e50", "e90")}, abs=1e-8)


@pytest.mark.parametrize("unit", ["day", "week"])
def test_groups_of_survfit(patients: pd.DataFrame, wanted: dict, unit: str) -> None:
    told = wanted["calibration"][unit]
    time, event = patients[unit].to_numpy(float), patients["event"].to_numpy() == 1
    rows = [row for row in calibration_rows(time, event, _risk(patients), told["at"]) if row["group"].isdigit()]
    names = {"n": "n", "predicted": "predicted", "observed": "observed", "ci_low": "low", "ci_high": "high"}
    for ours, theirs in names.items():
        np.testing.assert_allclose([row[ours] for row in rows], told["groups"][theirs], atol=1e-10)


def test_two_groups_by_hand() -> None:
    time = np.arange(1.0, 21.0)
    event, risk = np.ones(20, dtype=bool), np.repeat([0.9, 0.1], 10)
    rows = calibration_rows(time, event, risk, 5.0)
    low, high = (row for row in rows if row["group"].isdigit())
    assert (low["n"], low["predicted"], low["observed"]) == (10, pytest.approx(0.1), 0)
    assert (high["n"], high["predicted"], high["observed"]) == (10, pytest.approx(0.9), pytest.approx(0.5))
    assert np.isnan(low["ci_low"])  # nobody died
    assert sum(row["n"] for row in rows if row["group"] == "histogram") == 20


def test_a_group_that_is_not_followed_so_far_has_no_observed_risk() -> None:
    time = np.concatenate([np.arange(1.0, 11.0), np.full(10, 30.0)])
    event = np.arange(20) < 9  # the last of the early patients is lost
    risk = np.repeat([0.9, 0.1], 10)
    rows = [row for row in calibration_rows(time, event, risk, 20.0) if row["group"].isdigit()]
    assert rows[0]["observed"] == 0
    assert np.isnan(rows[1]["observed"])


def test_a_constant_prediction_is_one_group_without_a_curve() -> None:
    rng = np.random.default_rng(1)
    time, event, risk = rng.exponential(size=50), rng.random(50) < 0.7, np.full(50, 0.4)
    rows = calibration_rows(time, event, risk, 0.5)
    assert [row["group"] for row in rows] == ["1", "histogram"]
    assert np.isnan(calibration_slope(time, event, risk)[0])
    assert np.isnan(calibration_distances(time, event, risk, 0.5)["ici"])


def test_too_few_events_have_no_curve() -> None:
    rng = np.random.default_rng(2)
    time, risk = rng.exponential(size=50), rng.random(50)
    found = smooth_curve(time, np.arange(50) < 9, risk, 0.5, np.array([0.5]))
    assert np.isnan(found.observed).all()


def test_a_true_model_lies_on_the_diagonal() -> None:
    rng = np.random.default_rng(3)
    score = rng.normal(size=4000)
    death, lost = rng.exponential(np.exp(-score)), rng.uniform(0.2, 3, 4000)
    time, event = np.minimum(death, lost), death <= lost
    risk = 1 - np.exp(-0.5 * np.exp(score))
    assert calibration_distances(time, event, risk, 0.5)["e90"] < 0.03
    assert calibration_slope(time, event, score)[0] == pytest.approx(1, abs=0.08)
