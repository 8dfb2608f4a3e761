"""The fitted risk score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.results import Fit
from radassoc.preparation.fitted import FittedPreparation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["POOLED_LABEL", "Part", "RiskScore"]

Part = Literal["total", "imaging", "covariates"]

#: How ``RiskScore.baseline`` calls the hazard that ignores strata.
POOLED_LABEL = "(pooled)"


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
        ("SD" of the training patients; "unit" for covariates and for features that are not scaled), ``resample_low``,
        ``resample_high``, ``selection_frequency`` (share of the refits with a coefficient other than 0; carries no
        error bound). On request ``stability_frequency`` (share of half-samples in which the feature's cluster was among
        the first q), ``stable`` (at least 0.75, with the bound in ``params["stability_selection"]``), ``p_value`` and
        ``p_adjusted`` (multi-sample-splitting, see ``fit_risk_score``); missing otherwise.
    cv
        ``lambda``; ``deviance`` (grouped partial-likelihood deviance per event) and ``concordance`` (pairs inside a
        held out fold and stratum), each the mean over repeats; ``std_error`` and ``concordance_std_error`` (mean over
        repeats of the error within a repeat); ``..._low`` and ``..._high`` (5% and 95% quantile over repeats: what the
        choice of folds does, no interval); ``n_nonzero`` (selected features of the fit to all training patients).
    path
        ``feature``, ``modality``, ``lambda``, ``coefficient`` of every feature that enters.
    chosen_lambda
        The penalty in force.
    baseline
        ``model`` ("score"; "covariates": ``predict(part="covariates")``; "volume": tumour volume alone), ``stratum``,
        ``time``, ``cumulative_hazard``: Breslow's estimate for a patient whose score is 0; with strata also
        ``"(pooled)"``, which ignores them. A stratum without events has none of its own.
    preparation, further
        The frozen preparation of the first modality, and of the further ones; ``preparations`` has them by name.
    coding
        How covariates become numbers: ``covariate``, ``name``, ``level`` (None: numeric), ``center``.
    training, salt
        Salted hashes of the training patients' identifiers.
    volume_model
        Tumour volume alone, for comparison: ``modality``, ``feature``, ``fill``, ``center``, ``scale`` and the
        ``coefficient`` of an unpenalised Cox model; empty where no volume is known.
    stability
        Every candidate of the stability selection: ``feature``, ``modality``, ``cluster``, ``size`` (of the cluster),
        ``feature_frequency`` (of the feature itself), ``stability_frequency``, ``stable``; no rows where not asked for.
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
    further: tuple[FittedPreparation, ...] = ()
    stability: pd.DataFrame = field(default_factory=lambda: tidy([], ()))

    @property
    def preparations(self) -> dict[str, FittedPreparation]:
        """The frozen preparation of each modality."""
        return {part.modality: part for part in (self.preparation, *self.further)}

    def _headline(self) -> str:
        told = [super()._headline()]
        if "events_per_candidate" in self.params:
            told.append(f"events per candidate {self.params['events_per_candidate']:.2g}")
        return "; ".join([", ".join(told), *self._inference(), *self.provenance.get("notes", ())])

    def _inference(self) -> list[str]:
        """Return what stability selection and sample splitting came to, in a phrase each."""
        found = []
        if told := self.params.get("stability_selection"):
            table = self.stability
            n_stable = table.loc[table["stable"].astype(bool), "cluster"].nunique()
            found.append(
                f"stability selection: {n_stable} of {told['n_clusters']} clusters stable, "
                f"at most {told['expected_false']:.2g} expected by chance"
            )
        if self.params.get("splits"):
            smallest = self.table["p_adjusted"].min()
            found.append(f"sample splitting: smallest adjusted p {1.0 if smallest != smallest else smallest:.2g}")
        return found

    def predict(self, cohort: Cohort, *, part: Part = "total") -> pd.Series:
        """Return each patient's score: the log hazard relative to an average training patient.

        Parameters
        ----------
        cohort
            Any patients with the modalities of which the score uses a feature, and for ``part`` other than
            ``"imaging"`` the covariates. For training patients the result is *apparent* (too good); use
            ``out_of_fold``.
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

    def predict_survival(self, cohort: Cohort, times: float | Sequence[float]) -> pd.DataFrame:
        """Return each patient's probability of being without the event at given times: ``exp(-H0(t) exp(score))``.

        Parameters
        ----------
        cohort
            Any patients with the modalities and the covariates. For training patients the result is *apparent*.
        times
            Times from 0 up, in the unit of the training outcome.

        Returns
        -------
        DataFrame
            Patients x times, float. A patient of a training stratum gets that stratum's baseline hazard; of a stratum
            that training did not know, or whose stratum is unknown, the pooled one. Beyond the last training follow-up
            (of that stratum) survival is missing, for it would be extrapolated. ``.attrs["notes"]`` counts both.

        Raises
        ------
        InputError
            A time that is no number from 0 up.

        Notes
        -----
        Breslow's baseline, whatever the ties. Equals R ``survfit(fit, newdata, stype = 2, ctype = 1)`` of a ``coxph``
        fit with the same coefficients to 1e-7.
        """
        from radassoc.survival._predict_survival import predict_survival

        return predict_survival(self, cohort, times)

    def out_of_fold(self, cohort: Cohort, *, part: Part = "total") -> pd.Series:
        """Return the score of each training patient from models that never saw this patient.

        The whole pipeline (preparation, lambda, coefficients) is relearned in each of up to ten outer folds, which
        takes some ten times the time of the fit.

        Parameters
        ----------
        cohort
            The training patients.
        part
            As in ``predict``.

        Raises
        ------
        DesignError
            Other patients are among them, or training patients are missing; use ``predict`` for new patients.
        """
        from radassoc.survival._predict import out_of_fold

        return out_of_fold(self, cohort, part)

    def formula(self) -> str:
        """Return the score as a formula on the raw scale of the features and covariates.

        A category in brackets counts 1 where the patient has it, else 0. Survival at time t is
        ``exp(-H0(t) exp(risk_score))``, with ``cumulative_hazard`` in ``.baseline`` as H0. Missing values are replaced
        by ``preparations[modality].table["fill"]`` first. A feature is called ``"modality:name"`` where two modalities
        have a feature of this name.
        """
        from radassoc.survival._predict import formula

        return formula(self)
