from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.product_limit import median_time, product_limit


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
