"""The models that a frozen score is judged beside on other patients, and what they predict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd

from radassoc.base.errors import DesignError, InputError
from radassoc.survival._performance import Predicted
from radassoc.survival._predict import training_overlap
from radassoc.survival._predict_survival import stratum_labels
from radassoc.survival._times import convert
from radassoc.survival.score import POOLED_LABEL, RiskScore

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
    if not told:
        return None
    frame = cohort.patient_frame(told["modality"])
    if told["feature"] not in frame.columns:
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


def predict_all(
    cohort: Cohort, scores: Mapping[str, pd.Series], score: RiskScore, clinical_model: Any, grid: np.ndarray
) -> Reach:
    """Return scores and, of the models that give absolute risks, survival at the grid; patients as in ``scores``.

    Covariates and volume have the baseline hazard that the score's training kept for them; the imaging part has none.
    """
    unit = cohort.outcome.unit if cohort.outcome is not None else ""
    known = set(score.baseline["model"])
    found, last = {}, float(grid[-1])
    for name, values in scores.items():
        survival = None
        if name == "clinical":
            survival = _told_by(clinical_model, cohort, values.index, convert(grid, unit, _unit(clinical_model)))
        elif name == "score":
            survival = _told_by(score, cohort, values.index, convert(grid, unit, _unit(score)))
        elif name in known:
            survival = _by_baseline(score, name, cohort, values, convert(grid, unit, _unit(score)))
        found[name] = Predicted(values.to_numpy(dtype=float), survival)
        if survival is not None:
            unknown = grid[~np.isfinite(survival).all(axis=0)]
            last = min(last, float(grid[grid < unknown[0]].max(initial=0.0))) if unknown.size else last
    return Reach(found, grid, last)


def _unit(fit: Any) -> str:
    """Return the unit of time that a fit was trained in, where it says so."""
    return str(getattr(fit, "unit", "") or getattr(fit, "params", {}).get("unit", ""))


def _told_by(fit: Any, cohort: Cohort, patients: pd.Index, times: np.ndarray) -> np.ndarray | None:
    if not callable(getattr(fit, "predict_survival", None)):
        return None
    survival: pd.DataFrame = fit.predict_survival(cohort, times)
    return survival.reindex(patients).to_numpy(dtype=float)


def _by_baseline(score: RiskScore, model: str, cohort: Cohort, values: pd.Series, times: np.ndarray) -> np.ndarray:
    base = score.baseline[score.baseline["model"] == model]
    columns = score.params["strata"]
    labels = stratum_labels(cohort, columns, values.index) if columns else np.full(len(values), "", dtype=object)
    steps = {}
    for label, part in base.groupby("stratum", sort=False):
        hazard = np.append(0.0, part["cumulative_hazard"])[np.searchsorted(part["time"], times, side="right")]
        steps[label] = np.where(times > part["time"].max(), np.nan, hazard)
    common = steps.get(POOLED_LABEL, next(iter(steps.values())))
    cumulative = np.array([steps.get(label, common) for label in labels])
    return np.asarray(np.exp(-cumulative * np.exp(values.to_numpy(dtype=float))[:, None]))


def refuse_times(last: float) -> NoReturn:
    """Refuse times beyond what the models were trained on."""
    raise DesignError(
        f"A model predicts survival up to {last:g} only, the end of its training follow-up.",
        wanted=f"times and tau of at most {last:g}",
        remedy="Leave times and tau out for the default.",
    )
