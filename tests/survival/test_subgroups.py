from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.apparent import mark_out_of_fold
from radassoc.base.codec import dumps, loads
from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.survival.subgroups import subgroup_effects


def test_equals_coxph_on_each_subset_and_anova(clinical_cohort, clinical_told):
    effects = subgroup_effects(clinical_cohort, "sex", ["grade", "age"], covariates="size", strata="centre")
    for name, key in (("grade", "grade"), ("age", "older")):
        told, rows = clinical_told["subgroups"][key], effects.table[effects.table["subgroup"] == name]
        np.testing.assert_allclose(np.log(rows["hazard_ratio"]), [one["coef"] for one in told["levels"]], atol=1e-7)
        np.testing.assert_allclose(rows["std_error"], [one["se"] for one in told["levels"]], rtol=1e-7)
        assert rows["n_patients"].tolist() == [one["n"] for one in told["levels"]]
        assert rows["n_events"].tolist() == [one["events"] for one in told["levels"]]
        np.testing.assert_allclose(rows["interaction_statistic"], told["chisq"], rtol=1e-6)
        np.testing.assert_allclose(rows["interaction_p"], told["p"], rtol=1e-6)
    assert effects.table["level"].tolist()[4:] == ["≤ 61.2", "> 61.2"]
    assert effects.interactions["df"].tolist() == [2.0, 1.0]


def test_interaction_of_a_number_equals_anova(clinical_cohort, clinical_told):
    effects = subgroup_effects(clinical_cohort, "size", "grade", per={"size": "SD"})
    told = clinical_told["subgroups"]["numeric"]
    assert effects.interactions["interaction_statistic"].item() == pytest.approx(told["chisq"], rel=1e-6)
    assert effects.table["contrast"].str.startswith("per SD (").all()


def test_all_patients_come_first_and_are_everybody(clinical_cohort):
    row = subgroup_effects(clinical_cohort, "sex", ["age"]).table.iloc[0]
    assert (row["subgroup"], row["level"], row["contrast"]) == ("", "all patients", "male vs female")
    assert row["n_patients"] == 180
    assert np.isnan(row["interaction_p"])


def test_a_covariate_that_is_the_subgroup_is_left_out_there(clinical_cohort):
    with_it = subgroup_effects(clinical_cohort, "sex", "grade", covariates=["grade", "size"]).table.iloc[1:]
    without = subgroup_effects(clinical_cohort, "sex", "grade", covariates=["size"]).table.iloc[1:]
    pd.testing.assert_frame_equal(with_it, without)


def few(cohort):
    frame = cohort.clinical.assign(site="main")
    frame.iloc[:6, frame.columns.get_loc("site")] = "tiny"
    frame.loc[frame.index[6:40], "site"] = "calm"
    calm_men = (frame["site"] == "calm") & (frame["sex"] == "male")
    frame.loc[calm_men, "event"] = 0
    return Cohort.from_frames(clinical=frame, time="time", event="event", unit="months")


def test_small_or_eventless_subgroups_are_not_estimable(clinical_cohort):
    table = subgroup_effects(few(clinical_cohort), "sex", "site").table.set_index("level")
    assert "fewer than 5" in table.loc["tiny", "reason"] or table.loc["tiny", "n_events"] >= 5
    assert "no event among" in table.loc["calm", "reason"]
    assert np.isnan(table.loc["calm", "hazard_ratio"])
    assert np.isfinite(table.loc["main", "hazard_ratio"])
    assert np.isnan(table.loc["main", "interaction_p"])


def test_learned_variables_get_no_p(clinical_cohort):
    rng = np.random.default_rng(0)
    values = mark_out_of_fold(pd.Series(rng.normal(size=180), index=clinical_cohort.patients, name="score"))
    effects = subgroup_effects(clinical_cohort, values, ["sex", "grade"])
    assert effects.table[["p_value", "interaction_p"]].isna().all().all()
    assert effects.table["ci_low"].notna().all()
    assert effects.families == ()
    assert effects.p_reason.startswith("'score' was learned")
    by_it = subgroup_effects(clinical_cohort, "sex", {"score": values})
    assert by_it.table["interaction_p"].isna().all()


def test_saved_and_loaded(clinical_cohort):
    effects = subgroup_effects(clinical_cohort, "sex", ["grade"])
    pd.testing.assert_frame_equal(loads(dumps(effects)).table, effects.table)


@pytest.mark.parametrize(
    ("variable", "subgroups", "settings", "error", "message"),
    [
        ("grade", ["sex"], {}, DesignError, "'grade' has 3 levels"),
        ("sex", ["sex"], {}, DesignError, "the variable and a subgroup"),
        ("sex", ["grade"], {"covariates": ["sex"]}, InputError, "the variable and a covariate"),
        ("sex", ["age"], {"cuts": {"age": 200}}, DesignError, "on one side"),
        ("sex", ["grade"], {"cuts": {"grade": 2}}, InputError, "no numeric subgroup"),
        ("sex", ["age"], {"per": {"age": 10}}, InputError, "not the variable"),
        ("sex", ["age"], {"reference": {"grade": "2"}}, InputError, "neither variable nor subgroup"),
        (["sex"], ["age"], {}, InputError, "one variable"),
    ],
)
def test_slips_are_told(clinical_cohort, variable, subgroups, settings, error, message):
    with pytest.raises(error, match=message):
        subgroup_effects(clinical_cohort, variable, subgroups, **settings)
