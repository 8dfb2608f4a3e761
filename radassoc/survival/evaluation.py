"""What ``evaluate_risk_score`` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["RiskEvaluation"]


@register("risk_evaluation")
@dataclass(frozen=True, eq=False, kw_only=True)
class RiskEvaluation(Result):
    """How a frozen score predicts patients who took no part in its training.

    Attributes
    ----------
    table
        ``measure`` ("concordance", "concordance_difference", "calibration_slope", "log_rank"), ``model`` ("score",
        "imaging", "covariates", "volume", "score - covariates", "score - volume"), ``estimate``, ``ci_low``,
        ``ci_high``, ``detectable`` (as there), ``statistic``, ``p_value``, ``interval``, ``n_patients``, ``n_events``.
    samples
        ``patient``, ``score``, ``imaging_score``, and ``group`` where a cut-point was given.
    volume
        The feature taken as tumour volume; empty where none is known.
    source
        ``"test"``: these patients are not the training patients.
    """

    default_figure: ClassVar[str] = "plot_validation"

    volume: str = ""
    source: str = "test"
