"""The models that a frozen score is judged beside on other patients, and what they predict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd

from radassoc.base.errors import DesignError, InputError
from radassoc.survival._performance import Predicted
from radassoc.survival._predict import training_overlap
from radassoc.survival.score import RiskScore

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Reach", "predict_all", "refuse_times", "refuse_training", "scores_of"]


def refuse_training(cohort: Cohort, score: RiskScore, clinical_model: Any) -> None:
    """Refuse what is no fit, and patients whom the score or the clinical model has seen."""
    if not isinstance(score, RiskScore):
        raise InputError(
            f"A {type(score).__name__} cannot be evaluated on other patients.", wanted="what fit_risk_score returns"
        )
    _refuse_known(cohort, score, "this score")
    if clinical_model is None:
        return
    if not callable(getattr(clinical_model, "predict", None)):
        raise InputError(
            f"A {type(clinical_model).__name__} is no clinical model.",
            wanted="a fit with .predict(cohort), such as fit_nomogram or fit_risk_score returns",
        )
    if getattr(clinical_model, "training", ()) and hasattr(clinical_model, "salt"):
        _refuse_known(cohort, clinical_model, "the clinical model")


def _refuse_known(cohort: Cohort, fit: Any, what: str) -> None:
    n_known = int(training_overlap(fit, cohort.patients).sum())
    if n_known:
        raise DesignError(
            f"{n_known} of {len(cohort.patients)} patients took part in the training of {what}.",
            wanted="patients who did not",
            remedy="Use cohort.subset(...) to leave them out, or validate_risk_score for the training patients.",
        )


def scores_of(cohort: Cohort, score: RiskScore, clinical_model: Any) -> dict[str, pd.Series]:
    """Return the score of each model, larger meaning earlier death, by patient."""
    found = {"score": score.predict(cohort)}
    if score.params["covariates"]:
        found["imaging"] = score.predict(cohort, part="imaging")
        found["covariates"] = score.predict(cohort, part="covariates")
    volume = _volume(cohort, score)
    if volume is not None:
        found["volume"] = volume
    if clinical_model is not None:
        found["clinical"] = clinical_model.predict(cohort)
    return found


def _volume(cohort: Cohort, score: RiskScore) -> pd.Series | None:
    """Volume in the direction of training; None where it is unknown here or there."""
    told: Mapping[str, Any] = score.volume_model
    frame = cohort.patient_frame(score.preparation.modality)
    if not told or told["feature"] not in frame.columns:
        return None
    values = frame[told["feature"]].astype(float)
    filled = values.where(np.isfinite(values), told["fill"])
    return ((filled - told["center"]) / told["scale"] * told["coefficient"]).rename("volume")


class Reach(NamedTuple):
    """Predictions at the grid, and the last time at which every model knows the survival of every patient."""

    predicted: dict[str, Predicted]
    grid: np.ndarray
    last: float

    def known(self) -> tuple[dict[str, Predicted], np.ndarray]:
        """Return predictions and grid up to the last time that is known."""
        here = self.grid <= self.last
        cut = {
            name: Predicted(model.score, None if model.survival is None else model.survival[:, here])
            for name, model in self.predicted.items()
        }
        return cut, self.grid[here]


def predict_all(cohort: Cohort, scores: Mapping[str, pd.Series], fits: Mapping[str, Any], grid: np.ndarray) -> Reach:
    """Return scores and, of the fits that give absolute risks, survival at the grid; patients as in ``scores``."""
    found = {}
    last = float(grid[-1])
    for name, values in scores.items():
        survival = None
        if callable(getattr(fits.get(name), "predict_survival", None)):
            survival = fits[name].predict_survival(cohort, grid).reindex(values.index).to_numpy(dtype=float)
            unknown = grid[~np.isfinite(survival).all(axis=0)]
            if unknown.size:
                last = min(last, float(grid[grid < unknown[0]].max(initial=0.0)))
        found[name] = Predicted(values.to_numpy(dtype=float), survival)
    return Reach(found, grid, last)


def refuse_times(last: float) -> NoReturn:
    """Refuse times beyond what the models were trained on."""
    raise DesignError(
        f"A model predicts survival up to {last:g} only, the end of its training follow-up.",
        wanted=f"times and tau of at most {last:g}",
        remedy="Leave times and tau out for the default.",
    )
