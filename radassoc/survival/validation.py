"""What ``validate_risk_score`` returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import pandas as pd

from radassoc.base.apparent import mark_out_of_fold
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.results import Result
from radassoc.survival._calibration import CALIBRATION
from radassoc.survival._decision import DECISION
from radassoc.survival._performance import ROC
from radassoc.survival.groups import patient_values

__all__ = ["RiskValidation"]


@register("risk_validation")
@dataclass(frozen=True, eq=False, kw_only=True)
class RiskValidation(Result):
    """How well the whole pipeline predicts patients whom it has not seen, by nested cross-validation.

    Attributes
    ----------
    table
        ``measure``, ``model``, ``time`` (of "auc" and "brier"; missing else), ``estimate``, ``ci_low``, ``ci_high``,
        ``detectable`` (of differences: the change that such a study finds in four of five repetitions), ``p_value``
        (permutation of the whole pipeline; only in the row that it tests), ``interval`` ("rerun", "conditional" or
        "none"), ``n_patients``, ``n_events``.

        Measures: "concordance" (Harrell's C), "uno_concordance", "auc", "brier", "integrated_brier", "brier_skill"
        (1 - IBS / IBS of the Kaplan-Meier estimate), "calibration_slope"; "concordance_difference",
        "uno_concordance_difference", "auc_difference", "brier_difference" and "integrated_brier_difference" (negative
        is better); "share_empty". Models: "full", "covariates", "volume", "covariates + volume"; differences
        "full - covariates", "full - volume", "full - (covariates + volume)"; secondary
        "full (optimism-corrected)" and "full (.632+)"; "outer models".
    samples
        ``patient``, ``score`` (out-of-fold total), ``imaging_score``, ``group`` (by the outer model's own cut; missing
        where that model has none), of the first outer repeat.
    null_samples, null_imaging, null_groups
        Patients x permutations: ``score``, ``imaging_score`` and ``group`` of the same pipeline rerun with imaging
        permuted. They give any later statistic on the score its p-value from the same reruns.
    resamples
        ``resample`` ("outer_repeat", "bootstrap", "permutation", and those of the secondary estimates: "apparent",
        "optimism", "left_out"), ``index``, ``measure``, ``model``, ``time``, ``value``.
    roc
        ``model``, ``time``, ``false_positive``, ``true_positive``: the mean ROC curve over test folds and repeats.
    calibration
        ``model``, ``time``, ``group``, ``n``, ``predicted``, ``observed``, ``ci_low``, ``ci_high``: risk of death by
        ``time``, predicted (mean over repeats of each patient's out-of-fold risk) and observed.
    decision
        ``model``, ``time``, ``threshold``, ``net_benefit``, over all repeats.
    volume
        The feature taken as tumour volume; empty where none is known.
    unit
        The unit of time.
    """

    default_figure: ClassVar[str] = "plot_validation"

    resamples: pd.DataFrame
    roc: pd.DataFrame = field(default_factory=lambda: tidy([], ROC))
    calibration: pd.DataFrame = field(default_factory=lambda: tidy([], CALIBRATION))
    decision: pd.DataFrame = field(default_factory=lambda: tidy([], DECISION))
    volume: str = ""
    unit: str = ""
    null_samples: pd.DataFrame | None = None
    null_imaging: pd.DataFrame | None = None
    null_groups: pd.DataFrame | None = None

    def out_of_fold(self, *, part: Literal["total", "imaging"] = "total") -> pd.Series:
        """Return the score of each patient from models that never saw this patient, in the first outer repeat.

        Parameters
        ----------
        part
            The whole score, or its imaging part: the one to put beside covariates that are in the score already.
        """
        columns = {"total": "score", "imaging": "imaging_score"}
        if part not in columns:
            raise InputError(f"part={part!r} is no part of a validated score.", wanted="'total' or 'imaging'")
        samples = patient_values(self, columns[part])
        return mark_out_of_fold(samples.set_index("patient")[columns[part]].rename("risk_score"))
