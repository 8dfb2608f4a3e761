from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.apparent import mark_apparent, mark_out_of_fold
from radassoc.base.codec import dumps, loads
from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.survival.cox_table import cox_table
from radassoc.survival.groups import make_groups

VARIABLES = ["age", "sex", "grade", "size"]


def levels(table, model, variable=None):
    rows = table.table[(table.table["model"] == model) & ~table.table["is_reference"]]
    return rows if variable is None else rows[rows["variable"] == variable]


def equal_to_r(rows, told):
    np.testing.assert_allclose(np.log(rows["hazard_ratio"]), told["coef"], atol=1e-7)
    np.testing.assert_allclose(rows["std_error"], told["se"], rtol=1e-7)
    np.testing.assert_allclose(rows["p_value"], told["p"], rtol=1e-6)
    whole = rows.drop_duplicates("variable")
    np.testing.assert_allclose(whole["overall_statistic"], told["lr"], rtol=1e-6)
    np.testing.assert_allclose(whole["overall_p"], told["lr_p"], rtol=1e-6)
    np.testing.assert_array_equal(whole["df"], told["lr_df"])
    np.testing.assert_allclose(whole["ph_statistic"], told["zph"][: len(whole)], rtol=1e-6)
    np.testing.assert_allclose(whole["ph_p"], told["zph_p"][: len(whole)], rtol=1e-6)
    assert (rows["n_patients"] == told["n"]).all()
    assert (rows["n_events"] == told["events"]).all()


def test_equals_coxph_alone_and_together(clinical_cohort, clinical_told):
    table = cox_table(clinical_cohort, VARIABLES)
    for name in VARIABLES:
        equal_to_r(levels(table, "univariable", name), clinical_told["models"][name])
    told = clinical_told["models"]["full"]
    equal_to_r(levels(table, "multivariable"), told)
    whole = table.models.iloc[-1]
    assert whole["ph_statistic"] == pytest.approx(told["zph"][-1], rel=1e-6)
    assert whole["overall_statistic"] == pytest.approx(2 * (told["loglik"] - told["null"]), rel=1e-7)
    assert whole["loglik"] == pytest.approx(told["loglik"], abs=1e-8)
    assert whole["n_missing"] == 4


def test_equals_coxph_with_strata(clinical_cohort, clinical_told):
    table = cox_table(clinical_cohort, VARIABLES, strata="centre")
    equal_to_r(levels(table, "multivariable"), clinical_told["models"]["full_strata"])
    equal_to_r(levels(table, "univariable", "grade"), clinical_told["models"]["grade_strata"])


def test_counts_of_levels_are_those_of_each_model(clinical_cohort):
    table = cox_table(clinical_cohort, ["grade", "age"]).table
    frame = clinical_cohort.clinical
    for model, part in (("univariable", frame[frame["grade"].notna()]), ("multivariable", frame.dropna())):
        for level in "234":
            row = table[(table["model"] == model) & (table["level"] == level)].iloc[0]
            assert row["n_level"] == (part["grade"] == level).sum()
            assert row["n_level_events"] == part.loc[part["grade"] == level, "event"].sum()


def test_steps_and_references(clinical_cohort):
    plain = cox_table(clinical_cohort, ["age", "grade"])
    other = cox_table(clinical_cohort, ["age", "grade"], per={"age": 10}, reference={"grade": 4})
    log = [np.log(levels(t, "multivariable", "age")["hazard_ratio"].iloc[0]) for t in (plain, other)]
    assert log[1] == pytest.approx(10 * log[0])
    row = other.table[other.table["is_reference"] & (other.table["variable"] == "grade")].iloc[0]
    assert row["level"] == "4"
    four = levels(plain, "multivariable", "grade").set_index("level")["hazard_ratio"]["4"]
    two = levels(other, "multivariable", "grade").set_index("level")["hazard_ratio"]["2"]
    assert two == pytest.approx(1 / four)
    spread = cox_table(clinical_cohort, "size", per={"size": "SD"})
    assert spread.table["level"].iloc[0].startswith("per SD (")
    scaled = np.log(spread.table["hazard_ratio"].iloc[0]) / clinical_cohort.column("size").std()
    assert scaled == pytest.approx(np.log(cox_table(clinical_cohort, "size").table["hazard_ratio"].iloc[0]))


def test_a_named_reference_makes_a_number_a_category(clinical_cohort):
    frame = clinical_cohort.clinical.assign(stage=np.arange(180) % 3 + 1)
    cohort = clinical_cohort.with_clinical(frame[["stage"]])
    assert cox_table(cohort, "stage").table["level"].tolist() == ["per unit"]
    assert cox_table(cohort, "stage", reference={"stage": 2}).table["level"].tolist() == ["2", "1", "3"]


def test_one_variable_has_no_multivariable_model(clinical_cohort):
    table = cox_table(clinical_cohort, "sex")
    assert set(table.table["model"]) == {"univariable"}
    assert table.formatted.columns.tolist()[-2:] == ["univariable HR (95% CI)", "univariable p"]


def rare(cohort, **events):
    """Add a level of 12 patients without events."""
    frame = cohort.clinical
    few = np.arange(len(frame)) < 12
    marker = np.where(few, "rare", np.where(np.arange(len(frame)) % 2, "a", "b"))
    frame = frame.assign(marker=marker)
    frame.loc[few, "event"] = 0
    return Cohort.from_frames(clinical=frame, time="time", event="event", unit="months"), ~few


def test_a_level_without_events_says_so_and_spares_the_others(clinical_cohort):
    cohort, kept = rare(clinical_cohort)
    table = cox_table(cohort, ["marker", "sex"])
    rows = levels(table, "multivariable").set_index("level")
    assert rows.loc["rare", "reason"] == "no event among the 12 patients of this level"
    assert np.isnan(rows.loc["rare", ["hazard_ratio", "ci_low", "p_value"]].astype(float)).all()
    without = cox_table(cohort.subset(cohort.patients[kept]), ["marker", "sex"])
    others = levels(without, "multivariable").set_index("level")
    assert rows.loc["b", "hazard_ratio"] == pytest.approx(others.loc["b", "hazard_ratio"], rel=1e-5)
    assert rows.loc["b", "p_value"] == pytest.approx(others.loc["b", "p_value"], rel=1e-4)
    assert (table.formatted["multivariable HR (95% CI)"] == "not estimable").sum() == 1


def test_a_reference_without_events_asks_for_another(clinical_cohort):
    cohort, _ = rare(clinical_cohort)
    table = cox_table(cohort, "marker", reference={"marker": "rare"})
    assert levels(table, "univariable")["reason"].str.contains("choose another reference").all()


def test_separation_by_a_number_has_no_ratio(clinical_cohort):
    frame = clinical_cohort.clinical
    frame = frame.assign(twin=-frame["time"].astype(float), event=True)
    coding = {True: True}
    cohort = Cohort.from_frames(clinical=frame, time="time", event="event", unit="months", event_coding=coding)
    row = cox_table(cohort, "twin").table.iloc[0]
    assert "separation" in row["reason"]
    assert np.isnan(row["hazard_ratio"])
    assert row["overall_p"] < 1e-6


def test_combinations_are_refused_by_name(clinical_cohort):
    frame = clinical_cohort.clinical
    cohort = clinical_cohort.with_clinical(pd.DataFrame({"double": 2 * frame["age"] + 1}))
    with pytest.raises(DesignError, match=r"'double' is constant or a combination(.|\n)*Leave one of them out"):
        cox_table(cohort, ["age", "sex", "double"])
    with pytest.raises(DesignError, match="'centre' is constant or a combination"):
        cox_table(clinical_cohort, ["centre"], strata="centre")


def test_events_per_candidate_parameter(clinical_cohort):
    table = cox_table(clinical_cohort, VARIABLES)
    assert "133 events for 5 candidate parameters: 26.6 events each." in table.notes
    many = cox_table(clinical_cohort, VARIABLES, n_candidates=60)
    assert any("2.2 events each (fewer than 10" in note for note in many.notes)
    assert many.models["events_per_parameter"].iloc[-1] == pytest.approx(133 / 60)
    assert many.models["shrinkage"].iloc[-1] == pytest.approx(1 - 5 / many.models["overall_statistic"].iloc[-1])
    with pytest.raises(InputError, match="the variables alone have 5"):
        cox_table(clinical_cohort, VARIABLES, n_candidates=2)


# ---- what has seen the outcome
def score(cohort):
    return pd.Series(np.random.default_rng(0).normal(size=len(cohort)), index=cohort.patients, name="score")


def test_out_of_fold_scores_give_an_interval_and_no_p(clinical_cohort):
    values = mark_out_of_fold(score(clinical_cohort))
    table = cox_table(clinical_cohort, ["age", values])
    learned = table.table[(table.table["model"] == "multivariable") | (table.table["variable"] == "score")]
    assert learned[["p_value", "overall_p", "ph_p"]].isna().all().all()
    assert learned[["ci_low", "ci_high"]].notna().all().all()
    assert (learned["interval"] == "conditional on the score").all()
    assert table.table.query("model == 'univariable' and variable == 'age'")["p_value"].notna().all()
    assert "learned from the outcome of the other patients" in table.p_reason
    assert table.models[["overall_p", "ph_p"]].iloc[1:].isna().all().all()
    assert table.families[0].n_tests == 1


def test_given_scores_are_tested_and_apparent_ones_refused(clinical_cohort):
    values = score(clinical_cohort)
    assert cox_table(clinical_cohort, {"radiomic": values}).table["p_value"].notna().all()
    with pytest.raises(DesignError, match="fitted on the outcome of 180 of these"):
        cox_table(clinical_cohort, [mark_apparent(values, 180)])


@pytest.mark.parametrize(
    ("source", "has_p", "has_interval"), [("out_of_fold", 0, 1), ("training", 0, 0), ("test", 1, 1)]
)
def test_risk_groups(clinical_cohort, source, has_p, has_interval):
    values = score(clinical_cohort)
    samples = pd.DataFrame({"patient": values.index, "score": values.to_numpy()})
    samples["group"] = np.where(samples["score"] > 0, "high", "low")
    groups = make_groups(clinical_cohort, samples, source=source)
    table = cox_table(clinical_cohort, {"radiomic risk": groups, "age": "age"})
    row = levels(table, "multivariable", "radiomic risk").iloc[0]
    assert row["level"] == "high"
    assert np.isfinite(row["p_value"]) == has_p
    assert np.isfinite(row["ci_low"]) == has_interval
    assert row["source"] == source


def test_saved_and_loaded(clinical_cohort):
    table = cox_table(clinical_cohort, VARIABLES)
    again = loads(dumps(table))
    pd.testing.assert_frame_equal(again.table, table.table)
    pd.testing.assert_frame_equal(again.formatted, table.formatted)
    assert again.notes == table.notes


# ---- slips
@pytest.mark.parametrize(
    ("variables", "settings", "error", "message"),
    [
        ([], {}, InputError, "There are no variables"),
        (["age", "age"], {}, InputError, "more than once"),
        (["event"], {}, DesignError, "outcome itself"),
        ([3], {}, InputError, "int is no variable"),
        (["age"], {"per": {"sex": 10}}, InputError, "per names 'sex'"),
        (["sex"], {"per": {"sex": 10}}, InputError, "no number"),
        (["age"], {"per": {"age": -1}}, InputError, "no step"),
        (["age"], {"per": {"age": "sd"}}, InputError, "no number"),
        (["grade"], {"reference": {"grade": 5}}, InputError, "no level"),
        (["age"], {"level": 95}, InputError, "no coverage"),
        ([pd.Series([1.0, 2.0])], {}, InputError, "without a name"),
        ([pd.Series([1.0, 2.0], index=["no", "body"], name="s")], {}, DesignError, "No patient has a value of 's'"),
    ],
)
def test_slips_are_told(clinical_cohort, variables, settings, error, message):
    with pytest.raises(error, match=message):
        ra.cox_table(clinical_cohort, variables, **settings)


def test_text_with_many_levels_and_constants(clinical_cohort):
    frame = pd.DataFrame({"name": [f"n{i}" for i in range(180)], "same": "x"}, index=clinical_cohort.patients)
    cohort = clinical_cohort.with_clinical(frame)
    with pytest.raises(DesignError, match="180 levels"):
        cox_table(cohort, "name")
    with pytest.raises(DesignError, match="in all 180 patients"):
        cox_table(cohort, "same")


def test_no_events_among_the_complete(clinical_cohort):
    frame = clinical_cohort.clinical
    known = frame["age"].where(frame["event"] == 0)
    cohort = clinical_cohort.with_clinical(pd.DataFrame({"lab": known}))
    with pytest.raises(DesignError, match="'lab' is known has an event"):
        cox_table(cohort, ["lab"])
