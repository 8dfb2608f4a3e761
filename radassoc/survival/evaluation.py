"""What ``evaluate_risk_score`` returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.results import Result
from radassoc.survival._calibration import CALIBRATION
from radassoc.survival._decision import DECISION
from radassoc.survival._performance import ROC

__all__ = ["RiskEvaluation"]


@register("risk_evaluation")
@dataclass(frozen=True, eq=False, kw_only=True)
class RiskEvaluation(Result):
    """How a frozen score predicts patients who took no part in its training.

    Attributes
    ----------
    table
        ``measure``, ``model``, ``time`` (missing where a measure has none), ``estimate``, ``ci_low``, ``ci_high``,
        ``detectable`` (the difference that such a study finds in four of five repetitions), ``statistic``,
        ``p_value``, ``interval`` ("bootstrap", "wald" or "none"), ``n_patients``, ``n_events``. Measures and models are
        listed in ``evaluate_risk_score``.
    roc
        ``model``, ``time``, ``false_positive``, ``true_positive``, ``threshold`` (between neighbouring scores).
    calibration
        ``model``, ``time``, ``group`` ("1", "2", ... by quantiles of the predicted risk; "smooth";
        "histogram": counts of patients by predicted risk), ``n``,
        ``predicted``, ``observed``, ``ci_low``, ``ci_high``; no rows where no model gives absolute risks.
    decision
        ``model`` (also "treat all" and "treat none"), ``time``, ``threshold``, ``net_benefit``.
    left_out
        ``reason``, ``n_patients``: who could not be judged, each counted once.
    samples
        ``patient``, ``score``, ``imaging_score``, and ``group`` where a cut-point was given.
    volume
        The feature taken as tumour volume; empty where none is known.
    unit
        The unit of time.
    source
        ``"test"``: these patients are not the training patients.
    """

    default_figure: ClassVar[str] = "plot_evaluation"

    roc: pd.DataFrame = field(default_factory=lambda: tidy([], ROC))
    calibration: pd.DataFrame = field(default_factory=lambda: tidy([], CALIBRATION))
    decision: pd.DataFrame = field(default_factory=lambda: tidy([], DECISION))
    left_out: pd.DataFrame = field(default_factory=lambda: tidy([], ("reason", "n_patients")))
    volume: str = ""
    unit: str = ""
    source: str = "test"

    def _headline(self) -> str:
        times = ", ".join(f"{t:g}" for t in self.params.get("times", ()))
        told = f"; times {times}, tau {self.params['tau']:g} {self.unit}" if "tau" in self.params else ""
        return super()._headline() + told
