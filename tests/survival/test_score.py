"""A fitted score says what it is without naming anybody."""

from __future__ import annotations

from radassoc.cohort.cohort import Cohort
from radassoc.survival.risk_score import fit_risk_score
from radassoc.survival.score import RiskScore


def test_it_has_its_figure() -> None:
    assert RiskScore.default_figure == "plot_risk_score"


def test_no_identifier_in_the_printed_score(planted_cohort: Cohort) -> None:
    score = fit_risk_score(planted_cohort, n_folds=4, n_repeats=1)
    for text in (repr(score), score._repr_html_()):
        assert "original_firstorder_F0" in text
        assert not any(patient in text for patient in planted_cohort.patients)
        assert not any(code in text for code in score.training)
