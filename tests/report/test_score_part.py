from __future__ import annotations

from dataclasses import replace

import pandas as pd

from radassoc.base.errors import DesignError
from radassoc.report.score_part import score_section, survival_section, validation_section


def words(section):
    return " ".join([block.text for block in section.blocks] + [block.caption for block in section.blocks])


def test_empty_model_is_told_as_an_answer(score):
    empty = replace(score, table=score.table.iloc[:0], status="no_signal", reason="nothing helps")
    told = words(score_section({"risk_score": empty}, []))
    assert "The empty model is a valid answer" in told
    assert "nothing helps" in told


def test_formula_that_cannot_be_written_is_left_out(score, monkeypatch):
    def refuse(self):
        raise DesignError("no formula")

    monkeypatch.setattr(type(score), "formula", refuse)
    assert "formula" not in words(score_section({"risk_score": score}, []))


def test_coefficients_and_penalty_are_told(score):
    section = score_section({"risk_score": score}, [])
    coefficients = next(block for block in section.blocks if block.caption == "Coefficients of the risk score")
    assert len(coefficients.rows) == 2
    assert "the lowest cross-validated deviance is 10.0" in words(section)


def test_features_left_out_are_counted_by_kind_of_reason(score):
    prepared = score.preparation.table
    prepared["kept"] = [False, False, False, True]
    prepared["reason"] = [
        "missing in 9 of 24 (38%), more than 20%",
        "missing in 8 of 24 (33%), more than 20%",
        "|r| = 1",
        "",
    ]
    prepared["representative"] = ["", "", "b", ""]
    section = score_section({"s": replace(score, preparation=replace(score.preparation, table=prepared))}, [])
    block = next(block for block in section.blocks if block.caption.startswith("Features that the preparation"))
    assert block.caption.endswith("(3 of 4)")
    assert set(block.rows) == {("missing in more than 20%", "2"), ("correlated with a feature that is kept", "1")}


def test_features_of_some_refits_are_counted_not_listed(score):
    table = score.table.assign(coefficient=[0.5, 0.0])
    section = score_section({"s": replace(score, table=table)}, [])
    coefficients = next(block for block in section.blocks if block.caption == "Coefficients of the risk score")
    assert len(coefficients.rows) == 1
    assert "1 further feature entered only in some" in words(section)


def test_missing_intervals_and_p_values_are_explained(validation):
    bare = validation.table.assign(interval="none", p_value=float("nan"))

    def told_with(**params):
        changed = replace(validation, table=bare, params={**validation.params, **params})
        return words(validation_section({"validation": changed}, []))

    assert "and 1 of 2 were usable" in told_with(n_bootstraps=2, n_bootstraps_used=1)
    assert "No interval was asked for." in told_with(interval="none")
    told = told_with(n_bootstraps=0)
    assert "No interval was computed: n_bootstraps is 0" in told
    assert "No p-value was computed: n_permutations is 0" in told
    conditional = validation.table.assign(interval="conditional")
    assert "hold the fitted models fixed" in words(
        validation_section({"validation": replace(validation, table=conditional)}, [])
    )


def test_external_cohorts_have_their_own_heading(validation, evaluation):
    section = validation_section({"validation": validation, "evaluation_hn1": evaluation}, [])
    assert "In hn1" in words(section)
    assert "Tumour volume alone is the feature VOLUME_TC." in words(section)


def test_source_of_the_groups_is_always_told(survival):
    assert "models that never saw this patient" in words(survival_section({"survival": survival}, []))
    apparent = replace(survival, source="training", p_reason="no p-value on training patients")
    told = words(survival_section({"survival": apparent, "survival_test": survival}, []))
    assert "apparent and too good" in told
    assert "Test patients" in told


def test_restricted_means_and_bias_are_told_beside_the_hazard_ratio(survival):
    assert "not proportional" not in words(survival_section({"survival": survival}, []))
    table = survival.table.copy()
    table.loc[len(table)] = table.iloc[0].to_dict() | {"measure": "ph_test", "statistic": 9.0, "df": 1.0}
    row = dict.fromkeys(survival.rmst.columns, 0) | {"contrast": "high vs low", "measure": "rmst_difference"}
    rmst = pd.DataFrame([row | {"estimate": -4.0, "ci_low": -7.0, "ci_high": -1.0, "reason": "", "interval": "Wald"}])
    told = words(survival_section({"survival": replace(survival, table=table, rmst=rmst, tau=60.0)}, []))
    assert "restricted mean survival up to 60" in told
    assert "high vs low" in told
    searched = words(survival_section({"survival": replace(survival, optimised=True)}, []))
    assert "biased away from 1" in searched


def test_absent_results_have_no_section():
    assert score_section({}, []) is validation_section({}, []) is survival_section({}, []) is None
