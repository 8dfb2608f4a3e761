"""The result of an evaluation knows its figure and its source."""

from __future__ import annotations

import pandas as pd

from radassoc.survival.evaluation import RiskEvaluation


def test_it_has_its_figure() -> None:
    assert RiskEvaluation.default_figure == "plot_evaluation"


def test_its_patients_are_others() -> None:
    assert RiskEvaluation(table=pd.DataFrame()).source == "test"


def test_it_prints_times_and_tau() -> None:
    found = RiskEvaluation(table=pd.DataFrame(), params={"times": (365.25, 730.5), "tau": 900.0}, unit="days")
    assert "times 365.25, 730.5, tau 900 days" in repr(found)


def test_frames_have_their_columns_without_rows() -> None:
    found = RiskEvaluation(table=pd.DataFrame())
    assert list(found.roc) == ["model", "time", "false_positive", "true_positive", "threshold"]
    assert list(found.decision) == ["model", "time", "threshold", "net_benefit"]
    assert found.calibration["observed"].dtype.kind == "f"
