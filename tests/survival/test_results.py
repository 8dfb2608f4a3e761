"""The result classes say what they are without naming anybody."""

from __future__ import annotations

from radassoc.base.results import PATIENT_FIELDS
from radassoc.cohort.cohort import Cohort
from radassoc.survival.results import RiskEvaluation, RiskScore, RiskValidation
from radassoc.survival.risk_score import fit_risk_score


def test_patient_level_fields_are_known_as_such() -> None:
    assert {"samples", "null_samples", "null_imaging", "null_groups"} <= PATIENT_FIELDS


def test_each_has_its_figure() -> None:
    assert RiskScore.default_figure == "plot_risk_score"
    assert RiskValidation.default_figure == RiskEvaluation.default_figure == "plot_validation"


def test_no_identifier_in_the_printed_score(planted_cohort: Cohort) -> None:
    score = fit_risk_score(planted_cohort, n_folds=4, n_repeats=1)
    for text in (repr(score), score._repr_html_()):
        assert "original_firstorder_F0" in text
        assert not any(patient in text for patient in planted_cohort.patients)
        assert not any(code in text for code in score.training)
