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
    assert "a cross-validated deviance of 10.0 (SE 0.300) and 2 selected features" in words(section)


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


def test_stability_and_splits_are_told_with_what_they_control(score):
    table = score.table.assign(
        coefficient=[0.5, 0.0], stability_frequency=[0.9, 0.8], stable=[True, True], p_value=[0.001, 1.0]
    ).assign(p_adjusted=[0.01, 1.0])
    selection = {"q": 7, "n_clusters": 40, "threshold": 0.75, "expected_false": 0.8, "cluster_correlation": 0.7}
    params = {**score.params, "stability": 25, "splits": 20, "stability_selection": selection}
    section = score_section({"risk_score": replace(score, table=table, params=params)}, [])
    coefficients = next(block for block in section.blocks if block.caption == "Coefficients of the risk score")
    assert len(coefficients.rows) == 2  # a stable feature is shown without a coefficient, too
    assert coefficients.header[-4:] == ("stability", "stable", "p", "adjusted p")
    told = words(section)
    assert "Stability selection, 25 pairs of half-samples. Stable: " in told
    assert "Expected number of stable clusters that are noise: at most 0.800" in told
    assert "Sample splitting, 20 splits" in told
    assert "controls the chance of any false rejection" in told


def test_sample_size_stands_with_the_score(score, clinical):
    told = words(score_section({"risk_score": score, "sample_size": clinical["sample_size"]}, []))
    assert "20 candidate parameters need" in told


def test_nobody_is_at_risk_in_standardised_rows(survival):
    rows = [
        {"time": 12.0, "contrast": "low", "measure": "survival", "estimate": 0.8, "at_risk": 9, "n_patients": 12},
        {
            "time": 12.0,
            "contrast": "low",
            "measure": "adjusted_survival",
            "estimate": 0.7,
            "at_risk": 0,
            "n_patients": 12,
        },
    ]
    section = survival_section({"survival": replace(survival, landmarks=pd.DataFrame(rows))}, [])
    block = next(block for block in section.blocks if block.caption.startswith("Survival at landmark"))
    assert [row[block.header.index("at risk")] for row in block.rows] == ["9", "–"]


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
