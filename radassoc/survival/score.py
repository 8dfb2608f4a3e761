"""The fitted risk score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Fit
from radassoc.preparation.fitted import FittedPreparation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Part", "RiskScore"]

Part = Literal["total", "imaging", "covariates"]


@register("risk_score")
@dataclass(frozen=True, eq=False, kw_only=True)
class RiskScore(Fit):
    """A penalised Cox risk score, frozen: preparation, coefficients, baseline hazard.

    Its coefficients have no confidence intervals, because bootstrap intervals of LASSO coefficients are invalid
    (Chatterjee & Lahiri 2010, 2011). ``resample_low`` and ``resample_high`` are the 2.5% and 97.5% quantiles over the
    cross-validation refits at the chosen lambda: they tell how stable a coefficient is, and are no interval.

    Attributes
    ----------
    table
        One row for each covariate and for each feature that the score or one of its refits selected: ``feature``,
        ``modality`` ("clinical" for covariates), ``coefficient``, ``hazard_ratio`` (penalised for features), ``per``
        ("SD" of the training patients for features, "unit" for covariates), ``resample_low``, ``resample_high``,
        ``selection_frequency`` (share of the refits with a coefficient other than 0; carries no error bound).
    cv
        ``lambda``, ``deviance`` (grouped partial-likelihood deviance per event), ``std_error``, ``n_nonzero``
        (selected features of the fit to all training patients).
    path
        ``feature``, ``modality``, ``lambda``, ``coefficient`` of every feature that enters.
    chosen_lambda
        The penalty in force.
    baseline
        ``stratum``, ``time``, ``cumulative_hazard``: Breslow's estimate for a patient whose score is 0.
    preparation
        The frozen preparation of the imaging features.
    coding
        How covariates become numbers: ``covariate``, ``name``, ``level`` (None: numeric), ``center``.
    training, salt
        Salted hashes of the training patients' identifiers.
    volume_model
        Tumour volume alone, for comparison: ``feature``, ``fill``, ``center``, ``scale`` and the ``coefficient`` of an
        unpenalised Cox model; empty where no volume is known.
    """

    default_figure: ClassVar[str] = "plot_risk_score"

    cv: pd.DataFrame
    path: pd.DataFrame
    chosen_lambda: float
    baseline: pd.DataFrame
    preparation: FittedPreparation
    coding: pd.DataFrame
    training: tuple[str, ...] = field(repr=False)
    salt: str
    volume_model: Mapping[str, Any] = field(default_factory=dict)

    def predict(self, cohort: Cohort, *, part: Part = "total") -> pd.Series:
        """Return each patient's score: the log hazard relative to an average training patient.

        Parameters
        ----------
        cohort
            Any patients with the modality, and for ``part`` other than ``"imaging"`` the covariates. For training
            patients the result is *apparent* (too good); use ``out_of_fold``.
        part
            ``"total"``, only the ``"imaging"`` features or only the ``"covariates"``.

        Returns
        -------
        Series
            Float, indexed by patient, named ``"risk_score"``; patients without what the part needs are left out.
            Scores of training patients remember that they are apparent: cut-points, survival comparison and
            enrichment refuse them.
        """
        from radassoc.survival._predict import predict

        return predict(self, cohort, part)

    def out_of_fold(self, cohort: Cohort) -> pd.Series:
        """Return the score of each training patient from models that never saw this patient.

        The whole pipeline (preparation, lambda, coefficients) is relearned in each of up to ten outer folds.

        Parameters
        ----------
        cohort
            The training patients.

        Raises
        ------
        DesignError
            Other patients are among them, or training patients are missing; use ``predict`` for new patients.
        """
        from radassoc.survival._predict import out_of_fold

        return out_of_fold(self, cohort)

    def formula(self) -> str:
        """Return the score as a formula on the raw scale of the features and covariates.

        Missing values are replaced by ``preparation.table["fill"]`` first.
        """
        from radassoc.survival._predict import formula

        return formula(self)
