"""``evaluate_risk_score``: a frozen score judged on patients who took no part in its training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_whole
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.cohort.align import Aligned, align, check_cohort
from radassoc.resampling.intervals import detectable_effect, percentile_interval
from radassoc.resampling.metrics import harrell_c
from radassoc.resampling.permute import resample_rows
from radassoc.survival._predict import training_overlap
from radassoc.survival.evaluation import RiskEvaluation
from radassoc.survival.groups import patient_values
from radassoc.survival.score import RiskScore

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort
    from radassoc.survival.cutpoint import Cutpoint

__all__ = ["RiskEvaluation", "evaluate_risk_score"]

_TABLE = (
    "measure",
    "model",
    "estimate",
    "ci_low",
    "ci_high",
    "detectable",
    "statistic",
    "p_value",
    "interval",
    "n_patients",
    "n_events",
)
_LEAST_EVENTS = 2


def evaluate_risk_score(
    cohort: Cohort,
    score: RiskScore,
    *,
    cutpoint: Cutpoint | None = None,
    strata: str | tuple[str, ...] = (),
    n_bootstraps: int = 1000,
    seed: int = 0,
) -> RiskEvaluation:
    """Estimate how well a frozen score ranks and scales the risk of new patients.

    Nothing is learned from these patients. Harrell's C (a tied score counts one half) of the score, of its covariates'
    part, of tumour volume alone (direction as in training), and their differences, with percentile bootstrap intervals
    over patients. Calibration slope: the coefficient of an unpenalised Cox model on the score, 1 if the score neither
    over- nor understates differences in risk, below 1 if it was overfitted.

    Parameters
    ----------
    cohort
        Patients with the modality, the covariates and an outcome, none of them a training patient.
    score
        A fitted risk score.
    cutpoint
        A cut-point fitted in training: adds the groups and the log-rank test between them.
    strata
        Column references; only pairs inside a stratum count, and the slope is stratified.
    n_bootstraps
        Bootstrap samples of patients; fewer than 20 that could be used give no interval.
    seed
        Seed of the bootstrap.

    Returns
    -------
    RiskEvaluation
        ``.table``: measure, model, estimate, ci_low, ci_high, detectable, statistic, p_value, interval,
        n_patients, n_events.

    Raises
    ------
    DesignError
        Training patients are among them, or fewer than two events.

    Notes
    -----
    C equals R ``survival::concordance(Surv(time, event) ~ score, reverse = TRUE)``; the slope equals ``coxph`` (Efron
    ties) to 1e-6.

    References
    ----------
    Harrell FE, et al. (1996) Stat Med 15:361. doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4
    Royston P, Altman DG (2013) BMC Med Res Methodol 13:33. doi:10.1186/1471-2288-13-33
    """
    check_cohort(cohort)
    check_whole("n_bootstraps", n_bootstraps)
    if n_bootstraps < 0:
        raise InputError(f"n_bootstraps={n_bootstraps} is no number of resamples.", wanted="0 or more")
    if cutpoint is not None and not hasattr(cutpoint, "predict"):
        raise InputError(f"cutpoint={cutpoint!r} is no cut-point.", wanted="what fit_cutpoint returns")
    _refuse_training(cohort, score)
    values = {"total": score.predict(cohort), "imaging": score.predict(cohort, part="imaging")}
    if score.params["covariates"]:
        values["covariates"] = score.predict(cohort, part="covariates")
    volume = _volume(cohort, score)
    if volume is not None:
        values["volume"] = volume
    aligned = align(cohort, values=values, strata=(strata,) if isinstance(strata, str) else strata, outcome=True)
    n_events = int(np.asarray(aligned.event).sum())
    if n_events < _LEAST_EVENTS:
        raise DesignError(
            f"{n_events} events among {len(aligned.patients)} patients are too few to evaluate a score.",
            wanted=f"at least {_LEAST_EVENTS} events",
        )
    counts = {"n_patients": len(aligned.patients), "n_events": n_events}
    rows = _concordances(aligned, n_bootstraps, seed)
    rows.append(_slope(aligned))
    samples = pd.DataFrame(
        {
            "patient": aligned.patients.to_numpy(dtype=object),
            "score": aligned.values["total"].to_numpy(dtype=float),
            "imaging_score": aligned.values["imaging"].to_numpy(dtype=float),
        }
    )
    families: tuple[Family, ...] = ()
    if cutpoint is not None:
        groups = patient_values(cutpoint.predict(cohort), "group").set_index("patient")["group"]
        samples["group"] = groups.reindex(aligned.patients).to_numpy(dtype=object)
        rows.append(_log_rank(aligned, samples["group"].to_numpy()))
        families = (Family(hypothesis="low- and high-risk patients have the same survival", n_tests=1),)
    empty = score.status == "no_signal"
    return RiskEvaluation(
        table=tidy(
            [{"detectable": np.nan, "statistic": np.nan, "p_value": np.nan, **row, **counts} for row in rows], _TABLE
        ),
        status=score.status,
        reason="the score selects no imaging feature" if empty else "",
        params={"strata": strata, "n_bootstraps": n_bootstraps, "seed": seed, "trained_on": len(score.training)},
        provenance=provenance(data=cohort.fingerprint, seed=seed, **counts),
        families=families,
        samples=samples,
        volume=str(score.volume_model.get("feature", "")) if volume is not None else "",
    )


def _refuse_training(cohort: Cohort, score: RiskScore) -> None:
    if not isinstance(score, RiskScore):
        raise InputError(
            f"A {type(score).__name__} cannot be evaluated on other patients.", wanted="what fit_risk_score returns"
        )
    n_known = int(training_overlap(score, cohort.patients).sum())
    if n_known:
        raise DesignError(
            f"{n_known} of {len(cohort.patients)} patients took part in the training of this score.",
            wanted="patients who did not",
            remedy="Use cohort.subset(...) to leave them out, or validate_risk_score for the training patients.",
        )


def _volume(cohort: Cohort, score: RiskScore) -> pd.Series | None:
    """Volume in the direction of training; None where it is unknown here or there."""
    told: Mapping[str, Any] = score.volume_model
    frame = cohort.patient_frame(score.preparation.modality)
    if not told or told["feature"] not in frame.columns:
        return None
    values = frame[told["feature"]].astype(float)
    filled = values.where(np.isfinite(values), told["fill"])
    return ((filled - told["center"]) / told["scale"] * told["coefficient"]).rename("volume")


def _concordances(aligned: Aligned, n_bootstraps: int, seed: int) -> list[dict[str, Any]]:
    names = {"total": "score", "imaging": "imaging", "covariates": "covariates", "volume": "volume"}
    if "covariates" not in aligned.values:
        del names["imaging"]  # the whole score is imaging
    columns = [(name, label) for name, label in names.items() if name in aligned.values]
    scores = np.column_stack([aligned.values[name].to_numpy(dtype=float) for name, _ in columns])
    n = len(scores)
    weights = np.zeros((n, n_bootstraps))
    for b in range(n_bootstraps):
        drawn = resample_rows(aligned.strata, seed=seed, path=("evaluation", b))
        weights[:, b] = np.bincount(drawn, minlength=n)
    time, event = np.asarray(aligned.time, dtype=float), np.asarray(aligned.event, dtype=bool)
    estimates = harrell_c(time, event, scores, strata=aligned.strata)
    resampled = [harrell_c(time, event, column, strata=aligned.strata, weights=weights) for column in scores.T]
    labels = [label for _, label in columns]
    rows = [_row("concordance", label, estimates[i], resampled[i]) for i, label in enumerate(labels)]
    for i, label in enumerate(labels):
        if label in ("covariates", "volume"):
            rows.append(
                _row(
                    "concordance_difference",
                    f"score - {label}",
                    estimates[0] - estimates[i],
                    resampled[0] - resampled[i],
                )
            )
    return rows


def _row(measure: str, model: str, estimate: float, resampled: np.ndarray) -> dict[str, Any]:
    low, high = percentile_interval(resampled)
    return {
        "measure": measure,
        "model": model,
        "estimate": float(estimate),
        "ci_low": low,
        "ci_high": high,
        "detectable": detectable_effect(low, high) if measure == "concordance_difference" else np.nan,
        "interval": "bootstrap" if np.isfinite(low) else "none",
    }


def _slope(aligned: Aligned) -> dict[str, Any]:
    row: dict[str, Any] = {"measure": "calibration_slope", "model": "score", "interval": "none"}
    row |= {"estimate": np.nan, "ci_low": np.nan, "ci_high": np.nan}
    score = aligned.values["total"].to_numpy(dtype=float)
    if np.ptp(score) == 0:
        return row
    from lifelines import CoxPHFitter

    frame = pd.DataFrame({"score": score, "time": aligned.time, "event": aligned.event, "stratum": aligned.strata})
    fitted = CoxPHFitter().fit(frame, "time", "event", strata=["stratum"])
    summary = fitted.summary.loc["score"]
    row |= {"estimate": summary["coef"], "statistic": summary["z"], "interval": "wald"}
    row |= {"ci_low": summary["coef lower 95%"], "ci_high": summary["coef upper 95%"]}
    return row


def _log_rank(aligned: Aligned, group: np.ndarray) -> dict[str, Any]:
    row: dict[str, Any] = {"measure": "log_rank", "model": "score", "interval": "none"}
    row |= {"estimate": np.nan, "ci_low": np.nan, "ci_high": np.nan}
    known = pd.notna(group)
    if len(set(group[known])) < 2:
        return row
    from lifelines.statistics import multivariate_logrank_test

    test = multivariate_logrank_test(
        np.asarray(aligned.time)[known], group[known].astype(str), np.asarray(aligned.event)[known]
    )
    return {**row, "statistic": float(test.test_statistic), "p_value": float(test.p_value)}
