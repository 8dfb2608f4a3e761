from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.product_limit import at_times, log_log_limits, median_time, product_limit, restricted_mean


def test_six_patients_by_hand():
    # deaths at 1, 3, 3, 6; censored at 2 and 3 (after the deaths of that time)
    found = product_limit(np.array([1.0, 2, 3, 3, 3, 6]), np.array([1, 0, 1, 1, 0, 1], dtype=bool))
    np.testing.assert_array_equal(found.time, [1, 2, 3, 6])
    np.testing.assert_array_equal(found.at_risk, [6, 5, 4, 1])
    np.testing.assert_array_equal(found.events, [1, 0, 2, 1])
    np.testing.assert_array_equal(found.censored, [0, 1, 1, 0])
    np.testing.assert_allclose(found.survival, [5 / 6, 5 / 6, 5 / 12, 0], rtol=1e-15)
    # Greenwood at time 1: 1/(6*5) = 1/30; log-log interval by hand
    half = 1.959963984540054 * np.sqrt(1 / 30) / abs(np.log(5 / 6))
    assert found.ci_low[0] == pytest.approx((5 / 6) ** np.exp(half), rel=1e-12)
    assert found.ci_high[0] == pytest.approx((5 / 6) ** np.exp(-half), rel=1e-12)
    assert np.isnan(found.ci_low[3])


def test_agrees_with_r_survfit(oracles):
    data = pd.read_csv(oracles / "survival_groups.csv")
    told = json.loads((oracles / "survival_groups.json").read_text())
    curves = pd.DataFrame(told["curves"])
    for group, expected in curves.groupby("group"):
        part = data[data["group"] == group]
        found = product_limit(part["time"].to_numpy(float), part["event"].to_numpy(bool))
        for name in ("time", "survival", "at_risk", "events", "censored"):
            np.testing.assert_allclose(getattr(found, name), expected[name], rtol=0, atol=1e-10, err_msg=name)
        inside = (found.survival > 0) & (found.survival < 1)
        for name in ("ci_low", "ci_high"):
            bound = expected[name].to_numpy(float)
            np.testing.assert_allclose(getattr(found, name)[inside], bound[inside], atol=1e-10)
            assert np.isnan(bound[found.survival == 1]).all()
    for row in told["medians"]:
        part = data[data["group"] == row["group"]]
        found = product_limit(part["time"].to_numpy(float), part["event"].to_numpy(bool))
        medians = [median_time(found.time, values) for values in (found.survival, found.ci_low, found.ci_high)]
        # R's NA comes as null or is absent
        wanted = np.array([row.get(name) for name in ("median", "low", "high")], dtype=float)
        np.testing.assert_allclose(medians, wanted, atol=1e-10)


def test_median_on_a_flat_stretch_is_its_middle(oracles):
    found = product_limit(np.arange(1.0, 7.0), np.array([1, 1, 1, 0, 1, 1], dtype=bool))
    assert found.survival[2] == pytest.approx(0.5)
    assert median_time(found.time, found.survival) == 4.0
    assert json.loads((oracles / "survival_groups.json").read_text())["flat_median"] == 4.0


def test_median_is_missing_where_the_curve_stays_above_one_half():
    found = product_limit(np.arange(1.0, 7.0), np.array([1, 1, 0, 0, 0, 0], dtype=bool))
    assert np.isnan(median_time(found.time, found.survival))


def test_no_event():
    found = product_limit(np.array([1.0, 2.0]), np.array([False, False]))
    np.testing.assert_array_equal(found.survival, [1, 1])
    assert np.isnan(found.ci_high).all()


def test_without_censoring_it_is_the_empirical_share():
    time = np.random.default_rng(0).integers(1, 20, 200).astype(float)
    found = product_limit(time, np.ones(200, dtype=bool))
    np.testing.assert_allclose(found.survival, [(time > t).mean() for t in found.time], atol=1e-12)


# ---- at given times, and areas
def test_estimates_at_times_are_those_of_r(oracles):
    told = json.loads((oracles / "survival_comparison.json").read_text())
    data = pd.read_csv(oracles / "survival_groups.csv")
    for name, rows in pd.DataFrame(told["landmarks"]).groupby("group"):
        inside = data[data["three"] == name]
        found = product_limit(inside["time"].to_numpy(), inside["event"].to_numpy(dtype=bool))
        at = at_times(found, rows["time"].to_numpy())
        np.testing.assert_allclose(at.survival, rows["survival"], atol=1e-12)
        np.testing.assert_allclose(at.ci_low, rows["low"], atol=1e-12)
        np.testing.assert_allclose(at.ci_high, rows["high"], atol=1e-12)
        assert at.at_risk.tolist() == rows["at_risk"].tolist()


def test_restricted_means_and_their_errors_are_those_of_r(oracles):
    told = json.loads((oracles / "survival_comparison.json").read_text())
    data = pd.read_csv(oracles / "survival_groups.csv")
    for row in told["rmst"]:
        inside = data[data["three"] == row["group"]]
        found = product_limit(inside["time"].to_numpy(), inside["event"].to_numpy(dtype=bool))
        mean, variance = restricted_mean(found, told["tau"])
        assert (mean, np.sqrt(variance)) == pytest.approx((row["mean"], row["se"]), abs=1e-12)


def test_the_area_of_four_patients_by_hand():
    found = product_limit(np.array([1.0, 2, 3, 4]), np.array([True, False, True, False]))
    # 1 until 1, then 3/4 until 3, then 3/8
    mean, variance = restricted_mean(found, 4.0)
    assert mean == pytest.approx(1 + 2 * 3 / 4 + 3 / 8)
    assert variance == pytest.approx((15 / 8) ** 2 / (4 * 3) + (3 / 8) ** 2 / (2 * 1))
    assert restricted_mean(found, 0.5) == (0.5, 0.0)
    assert np.isnan(restricted_mean(found, 5.0)).all()  # nobody was followed so long


def test_beyond_the_last_time_a_curve_is_known_only_where_it_is_zero():
    dead = product_limit(np.array([1.0, 2]), np.array([True, True]))
    assert at_times(dead, np.array([0.5, 9.0])).survival.tolist() == [1.0, 0.0]
    assert restricted_mean(dead, 9.0) == (1.5, 0.125)
    alive = product_limit(np.array([1.0, 2]), np.array([True, False]))
    assert np.isnan(at_times(alive, np.array([9.0])).survival[0])


def test_limits_are_missing_where_the_curve_is_one_or_zero():
    low, high = log_log_limits(np.array([1.0, 0.5, 0.0]), np.array([0.0, 0.2, np.nan]), 1.96)
    assert np.isnan([low[0], high[0], low[2], high[2]]).all()
    assert 0 < low[1] < 0.5 < high[1] < 1
