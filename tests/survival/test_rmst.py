from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from radassoc.base.errors import DesignError, InputError
from radassoc.survival._rmst import choose_tau, rmst_rows


@pytest.fixture(scope="module")
def arrays(request):
    data = pd.read_csv(request.config.rootpath / "tests" / "oracles" / "survival_groups.csv")
    codes = pd.Categorical(data["three"]).codes.astype(int)
    return data["time"].to_numpy(dtype=float), data["event"].to_numpy(dtype=bool), codes


def test_means_of_r_and_the_formulas_of_survrm2(arrays, oracles):
    told = json.loads((oracles / "survival_comparison.json").read_text())
    rows = rmst_rows(*arrays, ["a", "b", "c"], told["tau"])
    means = {row["contrast"]: row for row in rows if row["measure"] == "rmst"}
    for stored in told["rmst"]:
        found = means[stored["group"]]
        assert (found["estimate"], found["std_error"]) == pytest.approx((stored["mean"], stored["se"]), abs=1e-10)
    (a, b, _) = told["rmst"]
    difference = next(row for row in rows if row["contrast"] == "b vs a" and row["measure"] == "rmst_difference")
    error = np.hypot(a["se"], b["se"])
    assert difference["std_error"] == pytest.approx(error)
    assert difference["p_value"] == pytest.approx(2 * stats.norm.sf(abs(b["mean"] - a["mean"]) / error))
    assert difference["ci_high"] == pytest.approx(b["mean"] - a["mean"] + stats.norm.ppf(0.975) * error)
    ratio = next(row for row in rows if row["contrast"] == "b vs a" and row["measure"] == "rmst_ratio")
    on_log = np.hypot(a["se"] / a["mean"], b["se"] / b["mean"])
    assert ratio["estimate"] == pytest.approx(b["mean"] / a["mean"])
    assert ratio["ci_low"] == pytest.approx(ratio["estimate"] * np.exp(-stats.norm.ppf(0.975) * on_log))


def test_the_default_tau_is_the_shortest_of_the_longest_follow_ups(arrays):
    time, event, codes = arrays
    longest = min(time[codes == code].max() for code in range(3))
    assert choose_tau(None, time, event, codes, ["a", "b", "c"]) == longest
    assert choose_tau(10, time, event, codes, ["a", "b", "c"]) == 10


def test_a_tau_beyond_the_follow_up_needs_a_curve_at_zero():
    time, codes = np.array([1.0, 2, 3, 9]), np.array([0, 0, 1, 1])
    assert choose_tau(5, time, np.array([0, 1, 0, 0], bool), codes, ["a", "b"]) == 5
    with pytest.raises(DesignError, match="followed up to 2 only"):
        choose_tau(5, time, np.array([1, 0, 0, 0], bool), codes, ["a", "b"])
    with pytest.raises(InputError, match="no time"):
        choose_tau(0, time, np.ones(4, bool), codes, ["a", "b"])
    with pytest.raises(InputError, match="no number"):
        choose_tau("5", time, np.ones(4, bool), codes, ["a", "b"])


def test_without_an_event_before_tau_there_is_no_error():
    rows = rmst_rows(np.array([5.0, 6, 7, 8]), np.zeros(4, bool), np.array([0, 0, 1, 1]), ["a", "b"], 4.0)
    assert [row["estimate"] for row in rows] == [4.0, 4.0, 0.0, 1.0]
    assert all(row["interval"] == "none" and np.isnan(row["ci_low"]) and row["reason"] for row in rows)


@pytest.mark.slow
def test_level_and_coverage():
    """2,000 studies of 2 x 40 patients from one distribution: 5% of the differences are significant."""
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(2000):
        death, censor, codes = rng.exponential(1, 80), rng.uniform(0.5, 3, 80), np.repeat([0, 1], 40)
        time, event = np.minimum(death, censor), death <= censor
        tau = choose_tau(None, time, event, codes, ["a", "b"])
        hits += rmst_rows(time, event, codes, ["a", "b"], tau)[2]["p_value"] < 0.05
    assert 0.03 < hits / 2000 < 0.07
