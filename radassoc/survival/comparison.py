"""What ``compare_survival`` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result
from radassoc.survival.groups import Source

__all__ = ["COLUMNS", "CURVE_COLUMNS", "MEDIAN_COLUMNS", "SurvivalComparison"]

COLUMNS = (
    "contrast",
    "measure",
    "estimate",
    "ci_low",
    "ci_high",
    "statistic",
    "df",
    "p_value",
    "interval",
    "n_patients",
    "n_events",
    "reason",
)
CURVE_COLUMNS = ("group", "time", "survival", "ci_low", "ci_high", "at_risk", "events", "censored")
MEDIAN_COLUMNS = ("group", "n_patients", "n_events", "median", "ci_low", "ci_high")


@register("survival_comparison")
@dataclass(frozen=True, eq=False, kw_only=True)
class SurvivalComparison(Result):
    """Survival of two or more groups of patients.

    Attributes
    ----------
    table
        ``contrast`` ("high vs low"; "all groups" where more than two are tested together), ``measure`` ("log_rank",
        "hazard_ratio", "ph_test", and with covariates or strata "stratified_log_rank", "adjusted_hazard_ratio",
        "adjusted_ph_test"), ``estimate``, ``ci_low``, ``ci_high`` (of hazard ratios), ``statistic`` (chi-square, or z
        of a hazard ratio), ``df``, ``p_value``, ``interval`` ("Wald"; "conditional on the groups" where the groups were
        learned from the outcome of the other patients; "none"), ``n_patients``, ``n_events``, ``reason`` (why an
        estimate is missing).
    curves
        ``group``, ``time``, ``survival``, ``ci_low``, ``ci_high``, ``at_risk`` (just before the time), ``events``,
        ``censored`` (at the time); each group begins with time 0.
    medians
        ``group``, ``n_patients``, ``n_events``, ``median`` survival time with its interval; missing where the curve
        does not reach one half.
    source
        Where the groups come from: ``"out_of_fold"``, ``"training"`` (apparent), ``"test"``, ``"clinical"``,
        ``"given"``.
    score_of
        What the score behind the groups is made of, such as ``"imaging + age"``; empty where that is not known.
    unit
        Unit of all times.
    p_reason
        Where the p-values come from, if not from their ordinary null distributions, or why they are missing.
    n_reruns
        Number of reruns of the pipeline behind ``p_value``.
    """

    default_figure: ClassVar[str] = "plot_kaplan_meier"

    curves: pd.DataFrame
    medians: pd.DataFrame
    source: Source = "given"
    score_of: str = ""
    unit: str = ""
    p_reason: str = ""
    n_reruns: int = 0

    def _headline(self) -> str:
        return f"{super()._headline()}, groups: {self.source.replace('_', ' ')}"
