"""The fitted nomogram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Fit
from radassoc.survival.score import RiskScore

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["POOLED", "Nomogram"]

#: The stratum of the baseline hazard that ignores strata: for patients of a stratum that was not trained on.
POOLED = "(pooled)"


@register("nomogram")
@dataclass(frozen=True, eq=False, kw_only=True)
class Nomogram(Fit):
    """An unpenalised Cox model as points on rulers; holds no patient.

    Attributes
    ----------
    table
        ``variable``, ``level`` (empty for numbers), ``value`` (missing for levels), ``points``: round values that cover
        the training range of a number, all levels of a category. The widest variable spans 0 to 100 points.
    coding
        ``variable``, ``name``, ``level``, ``reference``, ``coefficient`` (log hazard ratio per unit or against the
        reference), ``center`` (training mean, at which the linear predictor is zero).
    total
        ``total_points`` (round values) and the ``linear_predictor`` of each.
    survival
        ``stratum``, ``time``, ``survival``, ``total_points``: the lowest rulers.
    baseline
        ``stratum``, ``time``, ``cumulative_hazard`` (Efron) where the linear predictor is zero; with strata also the
        stratum "(pooled)", for patients of strata that were not trained on.
    validation
        ``measure`` ("concordance", "calibration_slope", "nagelkerke_r2"), ``apparent``, ``optimism`` (mean over
        bootstrap samples of performance in the sample minus that of its model in the original patients), ``estimate``
        (apparent - optimism), ``ci_low``, ``ci_high`` (concordance only: location-shifted bootstrap), ``interval``,
        ``n_bootstraps``.
    calibration
        ``model`` ("apparent", "optimism-corrected"), ``time``, ``group`` ("1", "2", ... by predicted risk; "smooth"),
        ``n``, ``predicted`` and ``observed`` risk of death, ``ci_low``, ``ci_high`` (apparent only).
    points_per_unit, lowest
        Points for one unit of the linear predictor, and the linear predictor of zero points.
    times, unit
        Times of the survival rulers.
    scores
        The frozen risk scores among the variables, by name.
    columns
        The cohort's column behind each variable that is one.
    training, salt
        Salted hashes of the training patients' identifiers.
    notes
        What a reader must know.
    """

    default_figure: ClassVar[str] = "plot_nomogram"

    coding: pd.DataFrame
    total: pd.DataFrame
    survival: pd.DataFrame
    baseline: pd.DataFrame
    validation: pd.DataFrame
    calibration: pd.DataFrame
    points_per_unit: float
    lowest: float
    times: tuple[float, ...]
    unit: str
    training: tuple[str, ...] = field(repr=False)
    salt: str
    scores: Mapping[str, RiskScore] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def predict(self, cohort: Cohort, *, values: Mapping[str, pd.Series] | None = None) -> pd.Series:
        """Return the log hazard of each patient relative to an average training patient.

        Parameters
        ----------
        cohort
            Any patients with all variables. A risk score among the variables is predicted for new patients, and out of
            fold for exactly its own training patients.
        values
            By variable: patient-indexed values of variables that were given as Series.

        Returns
        -------
        Series
            Named "nomogram"; patients who lack a variable are left out. Predictions of training patients remember that
            they are apparent, and are refused where an outcome-linked test would use them.

        Raises
        ------
        ClinicalError
            A level that no training patient has.
        InputError
            Values of a variable that the cohort cannot give are missing.
        """
        from radassoc.survival._nomogram_predict import predict

        return predict(self, cohort, values)

    def total_points(self, cohort: Cohort, *, values: Mapping[str, pd.Series] | None = None) -> pd.Series:
        """Return the total points of each patient; beyond the rulers they go on in a straight line.

        Parameters
        ----------
        cohort, values
            As in ``predict``.
        """
        from radassoc.survival._nomogram_predict import predict

        points = (predict(self, cohort, values) - self.lowest) * self.points_per_unit
        return points.rename("total_points")

    def predict_survival(
        self,
        cohort: Cohort,
        times: Sequence[float] | float | None = None,
        *,
        values: Mapping[str, pd.Series] | None = None,
    ) -> pd.DataFrame:
        """Return the probability of survival beyond each time, patients x times.

        Parameters
        ----------
        cohort, values
            As in ``predict``. A patient of a stratum that was not trained on gets the baseline hazard pooled over
            strata.
        times
            In the unit of the training cohort; by default those of the nomogram. Missing beyond the last follow-up of
            the baseline's training patients.
        """
        from radassoc.survival._nomogram_predict import predict_survival

        return predict_survival(self, cohort, times, values)

    def points(self, variable: str, value: float | str) -> float:
        """Return the points of one value of a number, or of one level.

        Parameters
        ----------
        variable
            A variable of the nomogram.
        value
            A number, or a level as in ``table``.
        """
        from radassoc.survival._nomogram_predict import points_of

        return points_of(self, variable, value)
