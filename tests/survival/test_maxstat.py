from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.apparent import mark_out_of_fold
from radassoc.base.errors import DesignError, InputError
from radassoc.survival.maxstat import maxstat


def read(folder, case):
    data = pd.read_csv(folder / "maxstat.csv").query("case == @case").reset_index(drop=True)
    data.index = [f"P{i}" for i in data.index]
    cohort = ra.Cohort.from_frames(
        clinical=data[["time", "event", "x"]],
        time="time",
        event="event",
        unit="months",
        event_coding={0: False, 1: True},
    )
    return cohort, json.loads((folder / "maxstat.json").read_text())[case]


@pytest.mark.parametrize("case", ["plain", "tied_times"])
def test_agrees_with_r(oracles, case):
    cohort, stored = read(oracles, case)
    found = maxstat(cohort, "x")
    p = found.table.set_index("method")["p_value"]
    assert (p["lau92"], p["lau94"]) == pytest.approx((stored["lau92"], stored["lau94"]), abs=1e-10)
    assert p["hl"] == pytest.approx(stored["hl"], abs=1e-10)
    assert found.statistic == pytest.approx(stored["statistic"], abs=1e-10)
    low = cohort.column("x")[cohort.column("x") <= found.cut]
    assert low.max() == stored["cut"]
    assert found.p_method == "monte_carlo"
    assert found.p_value == p["monte_carlo"]
    assert found.families[0].n_tests == 1


def test_the_curve_is_signed_and_its_largest_value_is_the_cut(oracles):
    cohort, _ = read(oracles, "plain")
    found = maxstat(cohort, "x", n_resamples=99)
    best = found.curve.loc[found.curve["statistic"].abs().idxmax()]
    assert best["cut"] == found.cut
    assert best["statistic"] > 0  # high values die earlier in this simulation
    assert (found.curve["n_low"] + found.curve["n_high"] == 60).all()
    mirrored = maxstat(cohort, -cohort.column("x"), n_resamples=99)
    assert mirrored.curve["statistic"].min() == pytest.approx(-found.statistic)
    assert found.histogram["n_patients"].sum() == 60
    assert set(found.histogram.query("right <= @found.cut")["group"]) == {"low"}


@pytest.mark.parametrize("method", ["monte_carlo", "lau94", "lau92", "hl", "exact_gauss"])
def test_the_critical_value_is_where_p_is_five_percent(oracles, method):
    cohort, _ = read(oracles, "plain")
    found = maxstat(cohort, "x", p_method=method, n_resamples=999)
    assert found.table.set_index("method").loc[method, "primary"]
    assert found.table["primary"].sum() == 1
    assert 2.3 < found.critical < 3.5
    assert (found.statistic >= found.critical) == (found.p_value <= 0.05)


def test_the_default_method_depends_on_ties_and_size():
    rng = np.random.default_rng(0)
    index = [f"P{i}" for i in range(180)]
    clinical = pd.DataFrame({"time": rng.exponential(size=180), "event": True, "x": rng.normal(size=180)}, index=index)
    clinical.loc["P0", "event"] = False
    cohort = ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="years")
    found = maxstat(cohort, "x", n_resamples=99)
    assert found.p_method == "lau94"
    assert "170" in found.table.set_index("method").loc["hl", "reason"]
    assert maxstat(cohort, cohort.column("x").round(1), n_resamples=99).p_method == "monte_carlo"


def test_the_same_seed_gives_the_same_p(oracles):
    cohort, _ = read(oracles, "plain")
    first, again, other = (maxstat(cohort, "x", n_resamples=499, seed=seed).p_value for seed in (1, 1, 2))
    assert first == again
    assert first != other


# ---- what it refuses, and what cannot be estimated
def test_scores_learned_from_the_other_patients_get_no_p(oracles):
    cohort, _ = read(oracles, "plain")
    found = maxstat(cohort, mark_out_of_fold(cohort.column("x")))
    assert found.table["p_value"].isna().all()
    assert np.isnan(found.p_value)
    assert np.isnan(found.critical)
    assert "reruns" in found.reason
    assert found.families == ()
    assert np.isfinite(found.cut)


def test_what_cannot_be_searched(oracles):
    cohort, _ = read(oracles, "plain")
    constant = maxstat(cohort, pd.Series(1.0, index=cohort.patients))
    assert (constant.status, len(constant.table), len(constant.curve)) == ("not_estimable", 0, 0)
    assert "constant" in constant.reason
    lonely = pd.Series(0.0, index=cohort.patients)
    lonely.iloc[0] = 1.0
    assert "enough patients" in maxstat(cohort, lonely).reason


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_share": 0.5}, "below 0.5"),
        ({"min_share": 0}, "above 0"),
        ({"p_method": "best"}, "no choice"),
        ({"n_resamples": 0}, "no p-value"),
        ({"n_resamples": 9.5}, "whole number"),
    ],
)
def test_settings_that_mean_nothing_are_refused(oracles, settings, message):
    with pytest.raises(InputError, match=message):
        maxstat(read(oracles, "plain")[0], "x", **settings)


def test_a_fitted_score_is_sent_to_its_own_verb(planted_cohort):
    score = ra.fit_risk_score(planted_cohort, n_repeats=1, n_folds=3)
    with pytest.raises(InputError, match="fit_cutpoint"):
        maxstat(planted_cohort, score)
    with pytest.raises(DesignError, match="was fitted on the outcome"):
        maxstat(planted_cohort, score.predict(planted_cohort))


def test_survives_save_and_load(oracles, tmp_path):
    cohort, _ = read(oracles, "plain")
    found = maxstat(cohort, "x", n_resamples=99)
    back = ra.load(found.save(tmp_path / "found"))
    for name in ("table", "curve", "histogram"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(found, name), check_exact=True)
    assert (back.cut, back.critical, back.p_method) == (found.cut, found.critical, found.p_method)
