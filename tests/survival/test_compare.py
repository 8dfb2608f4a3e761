from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.apparent import mark_out_of_fold
from radassoc.base.errors import ClinicalError, DesignError, InputError
from radassoc.kernels.log_rank import log_rank, log_rank_trend
from radassoc.survival.compare import compare_survival
from radassoc.survival.groups import make_groups
from radassoc.survival.score import RiskScore
from radassoc.survival.validation import RiskValidation


@pytest.fixture(scope="module")
def cohort(request):
    folder = request.config.rootpath / "tests" / "oracles"
    clinical = pd.read_csv(folder / "survival_groups.csv").set_index("patient")
    return ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="months")


def value(comparison, measure, name="statistic"):
    return comparison.table.set_index("measure").loc[measure, name]


def small(time, event, **columns):
    index = [f"P{i}" for i in range(len(time))]
    clinical = pd.DataFrame({"time": time, "event": event, **columns}, index=index)
    return ra.Cohort.from_frames(
        clinical=clinical, time="time", event="event", unit="days", event_coding={0: False, 1: True}
    )


def grouped(cohort, labels, source, null=None):
    samples = pd.DataFrame({"patient": cohort.patients, "score": 0.0, "group": labels})
    return make_groups(cohort, samples, source=source, null_groups=null)


def test_six_patients_by_hand():
    cohort = small([1, 2, 4, 3, 5, 6], [1, 1, 0, 1, 1, 0], arm=["b", "b", "b", "a", "a", "a"])
    found = compare_survival(cohort, "arm")
    expected = 3 / 6 + 2 / 5 + 1 / 4
    variance = 1 / 4 + 6 / 25 + 3 / 16
    assert value(found, "log_rank") == pytest.approx((2 - expected) ** 2 / variance, rel=1e-12)
    assert value(found, "log_rank", "contrast") == "b vs a"
    assert found.medians["median"].tolist() == [5.0, 2.0]
    assert (found.unit, found.source, found.status) == ("days", "clinical", "ok")


def test_agrees_with_r(cohort, oracles):
    told = json.loads((oracles / "survival_groups.json").read_text())
    order = pd.Series(pd.Categorical(cohort.column("group"), categories=["low", "high"]), index=cohort.patients)
    found = compare_survival(cohort, order, covariates=["age"], strata=["centre"])
    assert found.source == "given"
    assert value(found, "log_rank") == pytest.approx(told["log_rank"]["chisq"], abs=1e-10)
    assert value(found, "log_rank", "p_value") == pytest.approx(told["log_rank"]["p"], abs=1e-10)
    assert value(found, "stratified_log_rank") == pytest.approx(told["log_rank_strata"]["chisq"], abs=1e-10)
    for measure, key in (("hazard_ratio", "cox_group"), ("adjusted_hazard_ratio", "cox_adjusted")):
        stored = told[key]["coef"]
        coefficient = np.ravel(list(stored.values()) if isinstance(stored, dict) else stored)
        assert np.log(value(found, measure, "estimate")) == pytest.approx(coefficient[0], abs=1e-6)
    zph = np.ravel(list(told["cox_adjusted"]["zph"].values()))
    assert value(found, "adjusted_ph_test") == pytest.approx(zph[0], rel=1e-6)
    assert found.table["interval"].unique().tolist() == ["none", "Wald"]


def test_three_groups(cohort, oracles):
    told = json.loads((oracles / "survival_groups.json").read_text())
    found = compare_survival(cohort, "three")
    assert found.table["measure"].tolist() == ["log_rank", "hazard_ratio", "hazard_ratio", "ph_test"]
    assert found.table["contrast"].tolist() == ["all groups", "b vs a", "c vs a", "all groups"]
    test = found.table.iloc[0]
    assert (test["statistic"], test["df"]) == (pytest.approx(told["log_rank_three"]["chisq"], abs=1e-10), 2)
    assert found.families[0].n_tests == 1


def test_counts_of_the_adjusted_model_are_its_own():
    rng = np.random.default_rng(0)
    age = np.where(np.arange(40) < 5, np.nan, rng.normal(size=40))
    cohort = small(rng.integers(1, 30, 40), rng.integers(0, 2, 40), arm=["a", "b"] * 20, age=age)
    found = compare_survival(cohort, "arm", covariates="age")
    assert value(found, "hazard_ratio", "n_patients") == 40
    assert value(found, "adjusted_hazard_ratio", "n_patients") == 35


# ---- groups that were learned
def test_out_of_fold_groups_get_their_p_from_reruns(cohort):
    rng = np.random.default_rng(1)
    labels = cohort.column("group")
    null = pd.DataFrame(
        {b: rng.permutation(labels.to_numpy()) for b in range(40)}, index=pd.Index(cohort.patients, name="patient")
    )
    null[3] = "low"  # a rerun that parts nobody
    null[4] = None
    found = compare_survival(cohort, grouped(cohort, labels.to_numpy(), "out_of_fold", null))
    time, event = cohort.outcome.time.to_numpy(), cohort.outcome.event.to_numpy()
    slow = []
    for b in null:
        codes = (null[b] == "high").to_numpy().astype(int)
        statistic = 0.0 if null[b].isna().all() else log_rank(time, event, codes, 2).statistic
        slow.append(0.0 if np.isnan(statistic) else statistic)
    larger = sum(s >= value(found, "log_rank") for s in slow)
    assert value(found, "log_rank", "p_value") == (larger + 1) / 41
    assert found.n_reruns == 40
    assert found.provenance["counts"]["n_without_group"] == 0
    assert "40 reruns" in found.p_reason
    assert np.isnan(value(found, "hazard_ratio", "p_value"))
    assert value(found, "hazard_ratio", "interval") == "conditional on the groups"


def test_out_of_fold_groups_without_reruns_get_no_p(cohort):
    found = compare_survival(cohort, grouped(cohort, cohort.column("group").to_numpy(), "out_of_fold"))
    assert found.table["p_value"].isna().all()
    assert "reruns" in found.p_reason
    assert found.families == ()
    assert np.isfinite(value(found, "log_rank"))


def test_apparent_groups_get_neither_p_nor_interval(cohort):
    found = compare_survival(cohort, grouped(cohort, cohort.column("group").to_numpy(), "training"))
    assert found.table[["p_value", "ci_low", "ci_high"]].isna().all(axis=None)
    assert "apparent" in found.p_reason
    assert np.isfinite(value(found, "hazard_ratio", "estimate"))


def test_groups_of_test_patients_are_ordinary(cohort):
    labels = cohort.column("group").to_numpy()
    found = compare_survival(cohort, grouped(cohort, labels, "test"))
    order = pd.Series(pd.Categorical(labels, categories=["low", "high"]), index=cohort.patients)
    pd.testing.assert_frame_equal(found.table, compare_survival(cohort, order).table)
    assert (found.source, found.p_reason) == ("test", "")


def test_a_validation_brings_its_groups_and_reruns(cohort):
    samples = pd.DataFrame({"patient": cohort.patients, "score": 0.0, "group": cohort.column("group").to_numpy()})
    null = pd.DataFrame({0: samples["group"].to_numpy()}, index=pd.Index(cohort.patients, name="patient"))
    validation = RiskValidation(
        table=pd.DataFrame(),
        resamples=pd.DataFrame(),
        samples=samples,
        null_groups=null,
        params={"modality": "radiomics", "covariates": ("age",)},
    )
    found = compare_survival(cohort, validation)
    assert found.source == "out_of_fold"
    assert value(found, "log_rank", "p_value") == 1.0  # the only rerun has the very same groups


def test_patients_without_a_group_are_counted(cohort):
    labels = cohort.column("group").to_numpy(dtype=object)
    labels[:7] = None  # their outer models were empty
    found = compare_survival(cohort, grouped(cohort, labels, "out_of_fold"))
    assert found.provenance["counts"]["n_patients"] == 83
    assert found.provenance["counts"]["n_without_group"] == 7


def test_no_signal_is_carried_to_the_end(cohort):
    found = compare_survival(cohort, grouped(cohort, None, "out_of_fold"))
    assert found.status == "no_signal"
    assert found.reason
    assert len(found.table) == len(found.curves) == len(found.medians) == 0
    assert list(found.table.columns) == list(compare_survival(cohort, "group").table.columns)


# ---- what cannot be estimated
def test_one_group_only():
    found = compare_survival(small([1, 2, 3], [1, 1, 0], arm=["a"] * 3), "arm")
    assert found.status == "not_estimable"
    assert "one group" in found.reason
    assert found.medians["median"].tolist() == [2.0]


def test_all_censored():
    # the only event is that of a patient without a group
    found = compare_survival(small([1, 2, 3, 4, 5], [0, 0, 0, 0, 1], arm=["a", "b", "a", "b", None]), "arm")
    assert found.status == "not_estimable"
    assert "none of 4 patients has an event" in found.reason
    assert (found.curves["survival"] == 1).all()


def test_a_group_without_events_has_a_log_rank_test_but_no_hazard_ratio():
    found = compare_survival(small([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], arm=list("bbbaaa")), "arm")
    assert found.status == "ok"
    assert np.isfinite(value(found, "log_rank", "p_value"))
    assert np.isnan(value(found, "hazard_ratio", "estimate"))
    assert "no event" in value(found, "hazard_ratio", "reason")
    assert np.isnan(value(found, "ph_test"))


def test_all_die_at_once():
    found = compare_survival(small([5, 5, 5, 5], [1, 1, 1, 1], arm=["a", "b"] * 2), "arm")
    assert np.isnan(value(found, "log_rank"))
    assert "nothing can be compared" in value(found, "log_rank", "reason")


def test_a_cohort_without_outcome_is_refused():
    cohort = ra.Cohort.from_frames(clinical=pd.DataFrame({"arm": ["a", "b"]}, index=["P1", "P2"]))
    with pytest.raises(ClinicalError, match="outcome"):
        compare_survival(cohort, "arm")


def test_a_score_is_no_grouping(cohort):
    with pytest.raises(InputError, match="fit_cutpoint"):
        compare_survival(cohort, object.__new__(RiskScore))


def test_survives_save_and_load(cohort, tmp_path):
    found = compare_survival(cohort, "three", covariates=["age"])
    back = ra.load(found.save(tmp_path / "comparison"))
    for name in ("table", "curves", "medians", "landmarks", "rmst", "adjusted_curves"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(found, name), check_exact=True)
    assert (back.source, back.unit, back.params) == (found.source, found.unit, found.params)


@pytest.mark.real_data
def test_idh_wild_type_glioma_has_the_known_short_survival(cohorts):
    clinical = pd.read_csv(cohorts / "glioma" / "clinical.csv").set_index("patient")
    clinical = clinical.dropna(subset=["os_months", "os_event"]).query("os_months > 0")
    cohort = ra.Cohort.from_frames(clinical=clinical, time="os_months", event="os_event", unit="months")
    found = compare_survival(cohort, "idh_status")
    medians = found.medians.set_index("group")["median"]
    assert 10 < medians["WT"] < 20
    assert np.isnan(medians["Mutant"])
    assert value(found, "hazard_ratio", "ci_low") > 3
    assert value(compare_survival(cohort, "sex"), "log_rank", "p_value") > 0.05


def test_apparent_scores_are_refused_as_groups(planted_cohort):
    score = ra.fit_risk_score(planted_cohort, n_repeats=1, n_folds=3)
    halves = score.predict(planted_cohort)
    with pytest.raises(DesignError, match="was fitted on the outcome"):
        compare_survival(planted_cohort, halves > halves.median())


# ---- several ordered groups
def test_a_trend_over_ordered_groups_only(cohort, oracles):
    told = json.loads((oracles / "survival_comparison.json").read_text())
    levels = pd.Categorical(cohort.column("three"), categories=["a", "b", "c"], ordered=True)
    ordered = pd.Series(levels, index=cohort.patients)
    found = compare_survival(cohort, ordered, strata=["centre"])
    assert value(found, "log_rank_trend") == pytest.approx(told["trend_exact"], abs=1e-10)
    assert value(found, "stratified_log_rank_trend") == pytest.approx(told["trend_strata"], abs=1e-10)
    assert value(found, "log_rank_trend", "df") == 1
    assert found.families[0].n_tests == 2
    assert "log_rank_trend" not in compare_survival(cohort, "three").table["measure"].tolist()
    assert "log_rank_trend" in compare_survival(cohort, "three", trend=True).table["measure"].tolist()
    assert "log_rank_trend" not in compare_survival(cohort, ordered, trend=False).table["measure"].tolist()
    with pytest.raises(DesignError, match="three or more"):
        compare_survival(cohort, "group", trend=True)


def three_groups(cohort, null=None, **more):
    names = cohort.column("three").map({"a": "low", "b": "intermediate", "c": "high"}).to_numpy()
    samples = pd.DataFrame({"patient": cohort.patients, "score": 0.0, "group": names})
    labels = ("low", "intermediate", "high")
    return make_groups(cohort, samples, source="out_of_fold", labels=labels, null_groups=null, **more)


def test_the_trend_of_learned_groups_comes_from_reruns_too(cohort):
    rng = np.random.default_rng(2)
    names = three_groups(cohort).samples["group"].to_numpy()
    null = pd.DataFrame({b: rng.permutation(names) for b in range(30)}, index=pd.Index(cohort.patients, name="patient"))
    found = compare_survival(cohort, three_groups(cohort, null))
    time, event = cohort.outcome.time.to_numpy(), cohort.outcome.event.to_numpy()
    place = {"low": 0, "intermediate": 1, "high": 2}
    slow = [log_rank_trend(time, event, null[b].map(place).to_numpy(), 3).statistic for b in null]
    larger = sum(s >= value(found, "log_rank_trend") for s in slow)
    assert value(found, "log_rank_trend", "p_value") == (larger + 1) / 31
    assert "trend p come from 30 reruns" in found.p_reason
    assert compare_survival(cohort, three_groups(cohort)).table["p_value"].isna().all()


# ---- times rather than hazards
def test_learned_groups_get_no_p_for_restricted_means_either(cohort):
    found = compare_survival(cohort, three_groups(cohort), covariates=["age"])
    assert found.rmst["p_value"].isna().all()
    assert set(found.rmst["interval"]) == {"conditional on the groups"}
    assert set(found.landmarks["interval"]) <= {"conditional on the groups", "none"}
    apparent = compare_survival(cohort, grouped(cohort, cohort.column("group").to_numpy(), "training"))
    assert apparent.rmst[["p_value", "ci_low"]].isna().all(axis=None)
    assert apparent.landmarks["ci_low"].isna().all()
    marked = compare_survival(cohort, mark_out_of_fold(cohort.column("group").copy()))
    assert marked.source == "out_of_fold"
    assert marked.table["p_value"].isna().all()


def test_adjusted_curves_come_with_covariates(cohort):
    assert compare_survival(cohort, "group").adjusted_curves.empty
    found = compare_survival(cohort, "group", covariates=["age"], times=[5, 10])
    assert set(found.adjusted_curves["group"]) == {"high", "low"}
    assert set(found.landmarks["measure"]) == {
        "survival",
        "survival_difference",
        "adjusted_survival",
        "adjusted_survival_difference",
    }


def test_non_proportional_hazards_are_told():
    n = 80
    # one group dies early or never, the other late
    time = [*np.linspace(1, 5, n // 2), *np.linspace(12, 30, n // 2), *np.linspace(6, 20, n)]
    event = [1] * (n // 2) + [0] * (n // 2) + [1] * n
    found = compare_survival(small(time, event, arm=["a"] * n + ["b"] * n), "arm")
    assert value(found, "ph_test", "p_value") < 0.001
    assert found.non_proportional
    assert not compare_survival(small([1, 2, 3, 4], [1, 0, 1, 1], arm=list("abab")), "arm").non_proportional


# ---- cuts that were searched
def searched_cohort(seed=0, n=60):
    rng = np.random.default_rng(seed)
    index = [f"S{seed}-{i}" for i in range(n)]
    clinical = pd.DataFrame({"time": rng.exponential(10, n) + 0.1, "event": rng.random(n) < 0.7}, index=index)
    clinical["marker"] = rng.normal(size=n)
    return ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="months")


def test_a_searched_cut_brings_its_corrected_p_and_no_interval():
    cohort = searched_cohort()
    cut = ra.fit_cutpoint(cohort, "marker", method="maxstat", n_resamples=499)
    found = compare_survival(cohort, cut.predict(cohort))
    assert found.optimised
    assert value(found, "max_log_rank", "p_value") == cut.search.p_value
    assert np.isnan(value(found, "log_rank", "p_value"))
    assert found.table[["ci_low", "ci_high"]].isna().all(axis=None)
    assert "biased" in value(found, "hazard_ratio", "reason")
    assert "chosen by the outcome" in found.p_reason
    assert found.rmst[["p_value", "ci_low"]].isna().all(axis=None)
    assert found.families[0].n_tests == 1


def test_part_of_the_patients_of_a_searched_cut_have_no_p():
    cohort = searched_cohort()
    cut = ra.fit_cutpoint(cohort, "marker", method="maxstat", n_resamples=99)
    part = compare_survival(cohort.subset(cohort.patients[:40]), cut.predict(cohort))
    assert part.table["p_value"].isna().all()
    assert "max_log_rank" not in part.table["measure"].tolist()
    assert "took no part" in part.p_reason


def test_other_patients_meet_a_searched_cut_as_an_ordinary_one():
    cohort, others = searched_cohort(), searched_cohort(seed=1)
    cut = ra.fit_cutpoint(cohort, "marker", method="maxstat", n_resamples=99)
    found = compare_survival(others, cut.predict(others))
    assert not found.optimised
    assert np.isfinite(value(found, "log_rank", "p_value"))
    assert value(found, "hazard_ratio", "interval") == "Wald"
