"""``evaluate_risk_score``: a frozen score judged on patients who took no part in its training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.arguments import check_whole
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.cohort.align import Aligned, align, check_cohort
from radassoc.kernels.log_rank import log_rank
from radassoc.survival._evaluation_rows import (
    Patients,
    Row,
    added_value,
    differences,
    draw,
    empty_row,
    measures,
    reclassified,
)
from radassoc.survival._performance import Predicted, calibration_frame, decision_frame, roc_frame
from radassoc.survival._rivals import predict_all, refuse_times, refuse_training, scores_of
from radassoc.survival._subjects import as_names
from radassoc.survival._times import choose_times, prediction_times
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
    "time",
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
    clinical_model: Any = None,
    cutpoint: Cutpoint | None = None,
    strata: str | tuple[str, ...] = (),
    times: Sequence[float] | float | None = None,
    tau: float | None = None,
    reclassification: bool | Sequence[float] = False,
    n_bootstraps: int = 1000,
    seed: int = 0,
) -> RiskEvaluation:
    """Estimate how well a frozen score ranks and scales the risk of new patients, and what it adds to what is known.

    Nothing is learned from these patients. Models: "score", with covariates also "imaging" and "covariates" (its
    parts), "volume" (tumour volume alone, direction as in training) and "clinical" (``clinical_model``). Measures:

    - "concordance": Harrell's C (a tied score counts one half). "uno_concordance": Uno's C up to ``tau``.
    - "auc" at each time: cumulative/dynamic; patients dead by then against patients alive after.
    - "calibration_slope": coefficient of a Cox model on the score, 1 if it neither over- nor understates differences
      in risk, below 1 if it was overfitted. Not of the two parts, whose slope alone need not be 1.
    - Models with absolute risks (all but "imaging"; "clinical" with ``.predict_survival``): "brier" at each time;
      "integrated_brier", its mean from 0 to ``tau``; "brier_skill", 1 - integrated Brier / that of the Kaplan-Meier
      estimate of these patients; "observed_expected" at each time, the Kaplan-Meier risk over the mean predicted risk;
      "ici", "e50", "e90" at each time, the mean, median and 90th percentile of the distance between the predicted risk
      and the smooth calibration curve.
    - "..._difference" of "score - covariates", "score - volume" and "score - clinical".
    - "likelihood_ratio" of "covariates + imaging", "volume + score" and "clinical + score": null hypothesis, given the
      first score the second says nothing about survival (Cox model of both on these patients, 1 degree of freedom).
      ``estimate`` is the second one's log hazard ratio per unit, given the first.
    - "log_rank" of the groups of ``cutpoint``: null hypothesis, the groups have the same survival.

    Censoring enters Uno's C, AUC and Brier score by its Kaplan-Meier estimate of all patients together: it is taken to
    depend neither on outcome nor on score.

    Parameters
    ----------
    cohort
        Patients with the modality, the covariates and an outcome, none of them a training patient. Patients who lack
        what one of the models needs are left out for all, and counted in ``.left_out``.
    score
        A fitted risk score.
    clinical_model
        What the score is to be better than: a fit with ``.predict(cohort)`` (larger: earlier death) and, for absolute
        risks, ``.predict_survival(cohort, times)``, such as ``fit_nomogram`` or another ``fit_risk_score`` returns. It
        must be fitted on other patients; where it keeps hashes of its training patients this is checked.
    cutpoint
        A cut-point fitted in training: adds the groups and the log-rank test between them.
    strata
        Column references; only pairs inside a stratum count; slope, tests and bootstrap are stratified.
    times
        Times of AUC, Brier score and calibration, in the cohort's unit. Default: those of 1, 2, 3 and 5 years that lie
        between the 10th percentile of the event times and ``tau``'s default; where none does, the quartiles of the
        event times up to there.
    tau
        The last time that counts for Uno's C and the integrated Brier score. Default: the last event time at which at
        least a tenth of the patients is at risk.
    reclassification
        True adds continuous NRI and IDI between models with absolute risks; increasing risks such as ``(0.2, 0.5)``
        add the NRI of these categories too. Both tend to favour the larger model even where it adds nothing (Hilden &
        Gerds 2014; Pepe et al. 2015): they are here for journals that ask, not for judging.
    n_bootstraps
        Bootstrap samples of patients; fewer than 20 that could be used give no interval.
    seed
        Seed of the bootstrap.

    Returns
    -------
    RiskEvaluation
        ``.table``: measure, model, time, estimate, ci_low, ci_high, detectable, statistic, p_value, interval,
        n_patients, n_events; the frames ``.roc``, ``.calibration`` and ``.decision``; ``.params["times"]`` and
        ``["tau"]``. Intervals are percentile bootstrap intervals over patients (slope and log hazard ratio: Wald). A
        change in C has no p of its own, which would be degenerate (Demler et al. 2012). ICI, E50 and E90 have no
        interval: they are distances, whose bootstrap values lie too high.

    Raises
    ------
    DesignError
        Training patients are among them, fewer than two events, times outside the follow-up.
    InputError
        ``clinical_model`` or ``cutpoint`` is none; thresholds outside 0 to 1.

    Notes
    -----
    Harrell's and Uno's C equal R ``survival::concordance`` (``timewt = "n/G2"``, ``ymax = tau``); AUC, Brier score and
    its integral (one grid) ``riskRegression::Score(cens.model = "km")``; slope and likelihood ratio ``coxph`` (Efron);
    calibration ``survfit`` and ``rms``: to 1e-8 and better.

    References
    ----------
    Harrell FE, et al. (1996) Stat Med 15:361. doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4
    Uno H, et al. (2011) Stat Med 30:1105. doi:10.1002/sim.4154
    Blanche P, et al. (2013) Stat Med 32:5381. doi:10.1002/sim.5958
    Royston P, Altman DG (2013) BMC Med Res Methodol 13:33. doi:10.1186/1471-2288-13-33
    McLernon DJ, et al. (2023) Ann Intern Med 176:105. doi:10.7326/M22-0844
    Demler OV, et al. (2012) Stat Med 31:2577. doi:10.1002/sim.5328
    """
    check_cohort(cohort)
    check_whole("n_bootstraps", n_bootstraps)
    if n_bootstraps < 0:
        raise InputError(f"n_bootstraps={n_bootstraps} is no number of resamples.", wanted="0 or more")
    if cutpoint is not None and not hasattr(cutpoint, "predict"):
        raise InputError(f"cutpoint={cutpoint!r} is no cut-point.", wanted="what fit_cutpoint returns")
    thresholds = _thresholds(reclassification)
    refuse_training(cohort, score, clinical_model)
    layers = as_names(strata)
    aligned = align(cohort, values=scores_of(cohort, score, clinical_model), strata=layers, outcome=True)
    time, event = _outcome(aligned)
    unit = cohort.outcome.unit if cohort.outcome is not None else ""
    chosen, limit = choose_times(time, event, unit, times=times, tau=tau)
    grid = prediction_times(time, chosen, limit)
    reach = predict_all(cohort, aligned.values, score, clinical_model, grid)
    if reach.last < reach.grid[-1] and (times is not None or tau is not None):
        refuse_times(reach.last)
    predicted, grid = reach.known()
    chosen, limit = chosen[chosen <= reach.last], min(limit, reach.last)
    weights = draw(aligned.strata, n_bootstraps, seed)
    patients = Patients(time, event, aligned.strata, weights, chosen, limit, grid)
    rows, values = measures(patients, predicted)
    rivals = [name for name in ("covariates", "volume", "clinical") if name in predicted]
    rows += differences(values, "score", rivals)
    tests = _added(patients, predicted, rivals)
    if reclassification is not False:
        rows += _reclassified(patients, predicted, rivals, thresholds)
    samples = pd.DataFrame(
        {
            "patient": aligned.patients.to_numpy(dtype=object),
            "score": predicted["score"].score,
            "imaging_score": predicted.get("imaging", predicted["score"]).score,
        }
    )
    families = _family(tests)
    if cutpoint is not None:
        groups = patient_values(cutpoint.predict(cohort), "group").set_index("patient")["group"]
        samples["group"] = groups.reindex(aligned.patients).to_numpy(dtype=object)
        tests.append(_log_rank(patients, samples["group"]))
        families += (Family(hypothesis="the risk groups have the same survival", n_tests=1),)
    counts = {"n_patients": len(time), "n_events": int(event.sum())}
    outcome = (time, event, predicted)
    return RiskEvaluation(
        table=tidy([{**row, **counts} for row in rows + tests], _TABLE),
        status=score.status,
        reason="the score selects no imaging feature" if score.status == "no_signal" else "",
        params={
            "strata": layers,
            "clinical_model": "" if clinical_model is None else type(clinical_model).__name__,
            "times": tuple(float(t) for t in chosen),
            "tau": float(limit),
            "reclassification": reclassification if isinstance(reclassification, bool) else thresholds,
            "n_bootstraps": n_bootstraps,
            "seed": seed,
            "trained_on": len(score.training),
        },
        provenance=provenance(
            data=cohort.fingerprint, seed=seed, **counts, n_excluded=int(aligned.dropped["n_patients"].sum())
        ),
        families=families,
        samples=samples,
        roc=roc_frame(*outcome, times=chosen, strata=aligned.strata),
        calibration=calibration_frame(*outcome, times=chosen, grid=grid),
        decision=decision_frame(*outcome, times=chosen, grid=grid),
        left_out=aligned.dropped,
        volume=str(score.volume_model.get("feature", "")) if "volume" in predicted else "",
        unit=unit,
    )


def _thresholds(reclassification: bool | Sequence[float]) -> tuple[float, ...]:
    if isinstance(reclassification, bool):
        return ()
    try:
        thresholds = tuple(float(x) for x in reclassification)
    except (TypeError, ValueError):
        thresholds = ()
    if not thresholds or sorted({*thresholds}) != list(thresholds) or not 0 < thresholds[0] <= thresholds[-1] < 1:
        raise InputError(
            f"reclassification={reclassification!r} are no thresholds of risk.",
            wanted="True, False, or increasing risks between 0 and 1 such as (0.2, 0.5)",
        )
    return thresholds


def _outcome(aligned: Aligned) -> tuple[np.ndarray, np.ndarray]:
    assert aligned.time is not None
    assert aligned.event is not None
    n_events = int(aligned.event.sum())
    if n_events < _LEAST_EVENTS:
        raise DesignError(
            f"{n_events} events among {len(aligned.patients)} patients are too few to evaluate a score.",
            wanted=f"at least {_LEAST_EVENTS} events",
        )
    return aligned.time, aligned.event


def _added(patients: Patients, predicted: Mapping[str, Predicted], rivals: Sequence[str]) -> list[Row]:
    rows = []
    for rival in rivals:
        added = "imaging" if rival == "covariates" else "score"
        rows.append(added_value(patients, predicted[rival].score, predicted[added].score, f"{rival} + {added}"))
    return rows


def _reclassified(
    patients: Patients, predicted: Mapping[str, Predicted], rivals: Sequence[str], thresholds: tuple[float, ...]
) -> list[Row]:
    new, rows = predicted["score"].survival, []
    for rival in rivals:
        old = predicted[rival].survival
        if old is not None and new is not None:
            rows += reclassified(patients, old, new, f"score - {rival}", thresholds)
    return rows


def _family(tests: Sequence[Row]) -> tuple[Family, ...]:
    n_tests = sum(bool(np.isfinite(row["p_value"])) for row in tests)
    told = "the score says nothing about survival beside what is known without it"
    return (Family(hypothesis=told, n_tests=n_tests),) if n_tests else ()


def _log_rank(patients: Patients, group: pd.Series) -> Row:
    row = empty_row("log_rank", "score")
    known = group.notna().to_numpy()
    codes, labels = pd.factorize(group[known])
    if len(labels) < 2:
        return row
    test = log_rank(patients.time[known], patients.event[known], codes, len(labels), strata=patients.strata[known])
    return {**row, "statistic": test.statistic, "p_value": float(special.chdtrc(test.df, test.statistic))}
