"""What ``validate_risk_score`` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["RiskValidation"]


@register("risk_validation")
@dataclass(frozen=True, eq=False, kw_only=True)
class RiskValidation(Result):
    """How well the whole pipeline predicts patients whom it has not seen, by nested cross-validation.

    Attributes
    ----------
    table
        ``measure`` ("concordance", "concordance_difference", "share_empty"), ``model`` ("full", "covariates", "volume",
        "full - covariates", "full - volume", "outer models"), ``estimate``, ``ci_low``, ``ci_high``,
        ``detectable`` (the change in C that such a study finds in four of five repetitions), ``p_value``
        (permutation of the whole pipeline; only in the row that it tests), ``interval`` ("rerun", "conditional" or
        "none"), ``n_patients``, ``n_events``.
    samples
        ``patient``, ``score`` (out-of-fold total), ``imaging_score``, ``group`` ("low"/"high" by the outer model's own
        inner out-of-fold median; missing where that model is empty).
    null_samples, null_imaging, null_groups
        Patients x permutations: ``score``, ``imaging_score`` and ``group`` of the same pipeline rerun with imaging
        permuted. They give any later statistic on the score its p-value from the same reruns.
    resamples
        ``resample`` ("outer_repeat", "bootstrap", "permutation"), ``index``, ``measure``, ``model``, ``value``.
    volume
        The feature taken as tumour volume; empty where none is known.
    """

    default_figure: ClassVar[str] = "plot_validation"

    resamples: pd.DataFrame
    volume: str = ""
    null_samples: pd.DataFrame | None = None
    null_imaging: pd.DataFrame | None = None
    null_groups: pd.DataFrame | None = None
