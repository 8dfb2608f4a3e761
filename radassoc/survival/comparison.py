"""What ``compare_survival`` returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.results import Result
from radassoc.survival._adjusted_curves import ADJUSTED_COLUMNS
from radassoc.survival._landmark import LANDMARK_COLUMNS
from radassoc.survival._rmst import RMST_COLUMNS
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
        ``contrast`` ("high vs low"; "all groups" where more than two are tested together; "trend"), ``measure``
        ("log_rank", "log_rank_trend", "hazard_ratio", "ph_test", and with covariates or strata "stratified_log_rank",
        "stratified_log_rank_trend", "adjusted_hazard_ratio", "adjusted_ph_test"; "max_log_rank" where the cut was
        searched among these patients), ``estimate``, ``ci_low``, ``ci_high`` (of hazard ratios), ``statistic``
        (chi-square; z of a hazard ratio; the largest standardised statistic), ``df``, ``p_value``, ``interval``
        ("Wald"; "conditional on the groups" where the groups were learned from the outcome of the other patients;
        "none"), ``n_patients``, ``n_events``, ``reason`` (why an estimate is missing, or not to be trusted).
    curves
        ``group``, ``time``, ``survival``, ``ci_low``, ``ci_high``, ``at_risk`` (just before the time), ``events``,
        ``censored`` (at the time); each group begins with time 0.
    medians
        ``group``, ``n_patients``, ``n_events``, ``median`` survival time with its interval; missing where the curve
        does not reach one half.
    landmarks
        ``time``, ``contrast``, ``measure`` ("survival" of a group, "survival_difference" of two; with covariates
        "adjusted_survival" and "adjusted_survival_difference"), ``estimate``, ``ci_low``, ``ci_high``, ``interval``,
        ``at_risk`` (just before the time; 0 for adjusted rows), ``n_patients``, ``n_events`` (up to the time; of
        adjusted rows all), ``reason``.
    rmst
        Restricted mean survival time: ``contrast``, ``measure`` ("rmst" of a group, "rmst_difference", "rmst_ratio"),
        ``tau``, ``estimate``, ``std_error`` (of the log of a ratio), ``ci_low``, ``ci_high``, ``statistic`` (z),
        ``p_value``, ``interval``, ``n_patients``, ``n_events``, ``reason``.
    adjusted_curves
        With covariates: ``group``, ``time``, ``survival``, ``ci_low``, ``ci_high``, standardised to the covariates of
        all patients; a step at each row.
    adjusted_reason
        Why there are no adjusted curves although covariates were given.
    tau
        Time up to which the restricted means go.
    optimised
        Whether the cut between the groups was chosen by the outcome of these very patients.
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
    landmarks: pd.DataFrame = field(default_factory=lambda: tidy([], LANDMARK_COLUMNS))
    rmst: pd.DataFrame = field(default_factory=lambda: tidy([], RMST_COLUMNS))
    adjusted_curves: pd.DataFrame = field(default_factory=lambda: tidy([], ADJUSTED_COLUMNS))
    adjusted_reason: str = ""
    tau: float = np.nan
    optimised: bool = False
    source: Source = "given"
    score_of: str = ""
    unit: str = ""
    p_reason: str = ""
    n_reruns: int = 0

    @property
    def non_proportional(self) -> bool:
        """Tell whether the test of proportional hazards is below 5%: the restricted means then stand beside the ratio.

        A rule for what is shown, also where the test itself has no valid p-value.
        """
        tests = self.table[self.table["measure"] == "ph_test"]
        tails = special.gammaincc(tests["df"] / 2, tests["statistic"] / 2)
        return bool((tails < 0.05).any())

    def _headline(self) -> str:
        return f"{super()._headline()}, groups: {self.source.replace('_', ' ')}"
