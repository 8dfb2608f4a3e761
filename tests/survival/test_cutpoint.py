from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.survival._cuts import quantile_cuts
from radassoc.survival.cutpoint import fit_cutpoint
from radassoc.survival.validation import RiskValidation


def median_cut(values):
    cuts = quantile_cuts(values, 2)
    return cuts[0] if len(cuts) else np.nan


def make_cohort(n=70, seed=0, signal=1.5, start=0):
    rng = np.random.default_rng(seed)
    names = [f"P{i:03d}" for i in range(start, start + n)]
    X = rng.normal(size=(n, 6))
    time = rng.exponential(np.exp(-signal * X[:, 0])) + 0.01
    clinical = pd.DataFrame({"time": time, "event": rng.random(n) < 0.8, "age": rng.normal(60, 9, n)}, index=names)
    radiomics = pd.DataFrame(X, index=names, columns=[f"f{j}" for j in range(6)])
    return ra.Cohort.from_frames(clinical=clinical, radiomics=radiomics, time="time", event="event", unit="months")


@pytest.fixture(scope="module")
def trained():
    cohort = make_cohort()
    score = ra.fit_risk_score(cohort, n_folds=3, n_repeats=1)
    return cohort, score, fit_cutpoint(cohort, score)


@pytest.mark.parametrize(
    ("values", "cut"),
    [
        ([1, 2, 3, 4], 2.5),
        ([1, 2, 3], 2.5),  # the median is a score: its patient is low
        ([0, 0, 0, 1], 0.5),
        ([0, 1, 1, 1], 0.5),
        ([1, 1, 2, 2, 2, 9], 1.5),  # 2:4 is more even than 5:1
    ],
)
def test_median_cut_by_hand(values, cut):
    assert median_cut(np.array(values, dtype=float)) == cut


def test_a_constant_or_empty_score_has_no_cut():
    assert np.isnan(median_cut(np.ones(5)))
    assert np.isnan(median_cut(np.empty(0)))


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_cut_lies_between_distinct_scores_and_parts_them_evenly(values):
    scores = np.array(values)
    cut = median_cut(scores)
    if np.unique(scores).size == 1:
        assert np.isnan(cut)
        return
    high = (scores > cut).sum()
    assert 0 < high < scores.size
    best = min(abs(2 * (scores > level).sum() - scores.size) for level in np.unique(scores)[:-1])
    assert abs(2 * high - scores.size) == best


def test_training_patients_are_cut_by_out_of_fold_scores(trained):
    cohort, score, cut = trained
    outside = score.out_of_fold(cohort)
    assert cut.cut == median_cut(outside.to_numpy())
    assert cut.table["learned_from"].item() == "out_of_fold"
    groups = cut.predict(cohort)
    assert groups.source == "out_of_fold"
    by_patient = groups.samples.set_index("patient")
    assert ((outside > cut.cut) == (by_patient.loc[outside.index, "group"] == "high")).all()
    assert groups.table["n_patients"].tolist() == [35, 35]


def test_apparent_groups_only_on_request(trained):
    cohort, score, cut = trained
    groups = cut.predict(cohort, apparent=True)
    assert groups.source == "training"
    np.testing.assert_allclose(groups.samples.set_index("patient")["score"], score.predict(cohort))


def test_new_patients_are_test_patients(trained):
    _, _, cut = trained
    others = make_cohort(n=20, seed=5, start=500)
    groups = cut.predict(others)
    assert groups.source == "test"
    assert len(groups.samples) == 20
    single = cut.predict(others.subset(["P500"]))
    assert len(single.samples) == 1
    with pytest.raises(DesignError, match="trained the score"):
        cut.predict(others, apparent=True)


def test_some_of_the_training_patients_are_refused(trained):
    cohort, score, _ = trained
    with pytest.raises(DesignError, match="training patients"):
        fit_cutpoint(cohort.subset(cohort.patients[:50]), score)


def test_an_empty_score_gives_no_groups():
    cohort = make_cohort(signal=0.0, seed=3)
    score = ra.fit_risk_score(cohort, n_folds=5, n_repeats=1, lambda_rule="1se")
    assert score.status == "no_signal"
    cut = fit_cutpoint(cohort, score)
    assert cut.status == "no_signal"
    groups = cut.predict(make_cohort(n=15, seed=9, start=500))
    assert groups.status == "no_signal"
    assert "constant" in groups.reason
    assert len(groups.table) == len(groups.samples) == 0


def test_series_and_columns():
    cohort = make_cohort()
    age = cohort.column("age")
    by_name, by_value = fit_cutpoint(cohort, "age"), fit_cutpoint(cohort, age)
    assert by_name.cut == by_value.cut
    assert by_name.predict(cohort).source == "clinical"
    with pytest.raises(InputError, match="score="):
        by_value.predict(cohort)
    groups = by_value.predict(cohort, score=age)
    assert groups.source == "given"
    pd.testing.assert_frame_equal(groups.samples, by_name.predict(cohort).samples)


def test_a_published_value():
    cohort = make_cohort()
    cut = fit_cutpoint(cohort, "age", method="value", value=65)
    samples = cut.predict(cohort).samples
    assert ((samples["score"] > 65) == (samples["group"] == "high")).all()


def test_validation_gives_its_out_of_fold_scores():
    cohort = make_cohort()
    samples = pd.DataFrame({"patient": cohort.patients, "score": np.arange(70.0), "group": "low"})
    validation = RiskValidation(table=pd.DataFrame(), resamples=pd.DataFrame(), samples=samples)
    cut = fit_cutpoint(cohort, validation)
    assert cut.cut == 34.5
    assert cut.table["learned_from"].item() == "out_of_fold"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "best"}, "is no choice"),
        ({"n_groups": 3}, "n_groups with method='quantiles'"),
        ({"min_share": 0.2}, "min_share with method='maxstat'"),
        ({"method": "quantiles", "n_groups": 11}, "2 to 10 groups"),
        ({"method": "maxstat", "min_share": 0.5}, "below 0.5"),
        ({"method": "value", "value": [60, 50]}, "in increasing order"),
        ({"method": "value"}, "value="),
        ({"value": 3.0}, "only there"),
        ({"method": "value", "value": float("nan")}, "no cut"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        fit_cutpoint(make_cohort(), "age", **settings)


def test_scores_that_are_none_are_refused():
    cohort = make_cohort()
    with pytest.raises(InputError, match="is no score"):
        fit_cutpoint(cohort, 3.0)
    with pytest.raises(InputError, match="holds text"):
        fit_cutpoint(cohort, pd.Series(["a"] * 70, index=cohort.patients))
    with pytest.raises(DesignError, match="No patient"):
        fit_cutpoint(cohort, pd.Series([1.0], index=["nobody"]))


def test_survives_save_and_load(trained, tmp_path):
    _, _, cut = trained
    back = ra.load(cut.save(tmp_path / "cut.json"))
    pd.testing.assert_frame_equal(back.table, cut.table, check_exact=True)
    others = make_cohort(n=20, seed=5, start=500)
    pd.testing.assert_frame_equal(back.predict(others).samples, cut.predict(others).samples, check_exact=True)
    assert "P000" not in (tmp_path / "cut.json").read_text()


# ---- several groups
def test_three_groups_are_named_and_even():
    cohort = make_cohort()
    cut = fit_cutpoint(cohort, "age", method="quantiles")
    assert cut.labels == ("low", "intermediate", "high")
    assert len(cut.cuts) == 2
    assert np.isnan(cut.cut)
    groups = cut.predict(cohort)
    assert groups.table["group"].tolist() == list(cut.labels)
    assert sorted(groups.table["n_patients"]) == [23, 23, 24]
    assert (cut.histogram.groupby("group")["n_patients"].sum()).sum() == 70
    assert cut.histogram["right"].isin(cut.cuts).any()


def test_too_few_distinct_scores_make_no_three_groups():
    cohort = make_cohort()
    halves = pd.Series(np.arange(70) % 2, index=cohort.patients)
    cut = fit_cutpoint(cohort, halves, method="quantiles", n_groups=3)
    assert cut.status == "no_signal"
    assert "2 distinct values" in cut.reason


def test_several_published_values():
    cohort = make_cohort()
    cut = fit_cutpoint(cohort, "age", method="value", value=[50, 60, 70])
    assert cut.labels == ("Q1", "Q2", "Q3", "Q4")
    age = cohort.column("age")
    assert cut.table["n_high"].tolist() == [(age > value).sum() for value in (50, 60, 70)]
    assert cut.predict(cohort).samples["group"].tolist() == [f"Q{1 + (a > 50) + (a > 60) + (a > 70)}" for a in age]


# ---- the best of all cuts
def test_a_searched_cut_is_remembered_on_its_own_patients_only():
    cohort, others = make_cohort(), make_cohort(n=40, seed=5, start=500)
    cut = fit_cutpoint(cohort, "radiomics:f0", method="maxstat", n_resamples=499)
    assert cut.table[["cut", "p_value"]].to_numpy().tolist() == [[cut.search.cut, cut.search.p_value]]
    own = cut.predict(cohort)
    assert own.optimised
    assert own.searched == {"statistic": cut.search.statistic, "p_value": 0.002, "method": "monte_carlo"}
    some = cut.predict(cohort.subset(cohort.patients[:30]))
    assert (some.optimised, dict(some.searched)) == (True, {})
    assert not cut.predict(others).optimised


@pytest.mark.slow
def test_the_best_cut_of_an_out_of_fold_score_has_no_p_of_its_own(trained):
    cohort, score, _ = trained
    cut = fit_cutpoint(cohort, score, method="maxstat")
    assert np.isfinite(cut.cut)
    assert np.isnan(cut.table["p_value"].item())
    assert "cut='maxstat'" in cut.table["reason"].item()
    assert cut.predict(cohort).optimised
    assert not cut.predict(make_cohort(n=20, seed=5, start=500)).optimised


def test_a_searched_cut_survives_save_and_load_without_patients(tmp_path):
    cohort = make_cohort()
    cut = fit_cutpoint(cohort, "age", method="maxstat", n_resamples=99)
    back = ra.load(cut.save(tmp_path / "cut.json"))
    assert back.predict(cohort).optimised
    pd.testing.assert_frame_equal(back.search.table, cut.search.table, check_exact=True)
    assert "P000" not in (tmp_path / "cut.json").read_text()
