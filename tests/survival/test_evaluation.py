"""The result of an evaluation knows its figure and its source."""

from __future__ import annotations

from radassoc.survival.evaluation import RiskEvaluation


def test_it_has_its_figure() -> None:
    assert RiskEvaluation.default_figure == "plot_validation"


def test_its_patients_are_others() -> None:
    assert RiskEvaluation(table=[]).source == "test"
