"""``validate_risk_score``: the whole pipeline judged on patients it has not seen, by rerunning it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from radassoc.base.arguments import check_choice, check_whole
from radassoc.base.errors import InputError
from radassoc.base.parallel import run_tasks
from radassoc.base.results import Family
from radassoc.preparation.recipe import Preparation
from radassoc.resampling.intervals import FEWEST_RESAMPLES
from radassoc.resampling.permute import permutation_p
from radassoc.survival._conditional import bootstrap_conditionally
from radassoc.survival._contrasts import Contrasts, Horizon, contrasts, frames
from radassoc.survival._cuts import CutMethod
from radassoc.survival._modalities import Modalities, name_modalities
from radassoc.survival._nested import Cutting, Nested, nested
from radassoc.survival._optimism import apparent
from radassoc.survival._pipeline import Criterion, LambdaRule, Settings, Ties
from radassoc.survival._reruns import PERMUTED_REPEATS, Outer, Reruns, rerun, row_of_p, statistic
from radassoc.survival._settings import begin
from radassoc.survival._subjects import Subjects
from radassoc.survival._times import choose_times, prediction_times
from radassoc.survival._validation_rows import Secondary, resample_frame, sample_frame, table, wide
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["RiskValidation", "validate_risk_score"]

Interval = Literal["rerun", "conditional", "none"]


def validate_risk_score(
    cohort: Cohort,
    *,
    modality: Modalities = "radiomics",
    covariates: str | Sequence[str] = (),
    strata: str | Sequence[str] | None = None,
    l1_ratio: float = 1.0,
    screen: int | None = None,
    n_folds: int = 10,
    n_inner_repeats: int = 1,
    lambda_rule: LambdaRule = "min",
    criterion: Criterion = "deviance",
    preparation: Preparation | Mapping[str, Preparation] | None = None,
    ties: Ties = "efron",
    volume: str | None = "auto",
    n_outer_folds: int = 5,
    n_outer_repeats: int = 10,
    interval: Interval = "rerun",
    n_bootstraps: int = 100,
    n_permutations: int = 100,
    cut: CutMethod = "median",
    n_groups: int = 2,
    times: Sequence[float] | float | None = None,
    tau: float | None = None,
    seed: int = 0,
    force: bool = False,
) -> RiskValidation:
    """Estimate how well the pipeline of ``fit_risk_score`` predicts new patients, by nested cross-validation.

    Estimand: the expected performance of this pipeline (preparation, lambda and coefficients included) when trained on
    ``n (1 - 1 / n_outer_folds)`` patients, beside that of three rivals learned in the same folds: the covariates alone,
    tumour volume alone (a Cox model of volume), and both together (unpenalised; volume by its logarithm where all are
    positive). Models that the data do not allow are left out.

    Measures, in every outer repeat and averaged over repeats: Harrell's C, Uno's C up to ``tau``, cumulative/dynamic
    AUC at ``times``, Brier score at ``times``, its integral from 0 to ``tau`` and the share by which this is below that
    of the Kaplan-Meier estimate, and the calibration slope (Cox model of the out-of-fold score, stratified by test
    fold; 1 is ideal). Only pairs inside one test fold and stratum count, weighted by comparable pairs; a constant score
    is 0.5. Absolute risks come from the baseline hazard of each outer training set. Weights against censoring are
    Kaplan-Meier estimates of all patients together: valid where censoring depends on neither outcome nor covariates.
    Missing values are imputed by the preparation, missing covariates drop the patient.

    Null hypothesis of the one p-value: the outcome is independent of imaging given the covariates. Outcome and
    covariates stay together; imaging rows (with covariates: the residuals of imaging on them, the fit added back) are
    permuted as blocks within strata, and the whole pipeline is rerun. Statistic: nested C of the full score minus
    nested C of the covariates alone, over the first two outer repeats. Many noise fits are empty: p piles up at 1.

    Parameters
    ----------
    cohort
        The patients.
    modality, covariates, strata, l1_ratio, screen, n_folds, lambda_rule, criterion, preparation, ties, force
        As in ``fit_risk_score``. With several tables "imaging" is all of them: they are permuted together.
    n_inner_repeats
        Repeats of the cross-validation that chooses lambda inside every outer training set. One by default, fewer than
        ``fit_risk_score`` uses, because every rerun pays for it.
    volume
        The feature that holds the tumour volume: ``"auto"`` finds it by its name, None goes without.
    n_outer_folds, n_outer_repeats
        Folds and repeats of the outer cross-validation; the estimates are means over repeats. Fewer folds are used
        where there are less than three events for each.
    interval
        ``"rerun"``: bootstrap patients, rerun the whole pipeline, move the percentile interval onto the estimate;
        ``"conditional"``: resample patients with the out-of-fold scores as they are, which is quick and too narrow,
        because it takes the fitted models as given; ``"none"``.
    n_bootstraps
        Bootstrap samples. With fewer than 20 that could be used there is no interval (``interval`` is "none", its ends
        are NaN) and ``.reason`` says why. With ``interval="rerun"`` each sample also gives the two secondary estimates.
    n_permutations
        Permutations of imaging; 0 gives no p. The smallest p is 1 / (n_permutations + 1).
    cut
        How each outer model cuts its score, learned from its own inner out-of-fold scores: ``"median"`` (two groups),
        ``"quantiles"`` or ``"maxstat"`` (two groups, the cut with the largest log-rank statistic that leaves a tenth of
        the patients on each side; the reruns choose theirs the same way, so that a p-value pays for the choice).
    n_groups
        Groups of ``cut="quantiles"``.
    times
        Times of AUC, Brier score and curves, in the cohort's unit. By default those of 1, 2, 3 and 5 years that the
        follow-up allows, otherwise the quartiles of the event times.
    tau
        The last time that Uno's C and the integrated Brier score count. By default the last event time at which a tenth
        of the patients is at risk. Reruns keep ``times`` and ``tau``.
    seed
        Seed of everything.

    Returns
    -------
    RiskValidation
        ``.table``: measure, model, time, estimate, ci_low, ci_high, detectable, p_value, interval, n_patients,
        n_events. Changes in C, AUC and integrated Brier score have an interval and no p of their own: for nested models
        such a test is degenerate (Demler et al. 2012). The p of the permutation stands in the row
        "full - covariates", or "full" without covariates. ``.roc``, ``.calibration`` and ``.decision`` hold the curves.

    Raises
    ------
    DesignError
        Too few patients or events; a time before the first event or after the last follow-up.

    Notes
    -----
    Intervals move the percentile interval of the reruns onto the estimate (Noma et al. 2021), because a bootstrap
    sample holds fewer distinct patients: right in width, not in place. The same is done for every measure.

    Rows "full (optimism-corrected)" (Harrell 1996) and "full (.632+)" (Efron & Tibshirani 1997; no-information C = 0.5,
    that of the Brier score by handing predictions out at random) judge the pipeline trained on all patients. They are
    secondary: where features outnumber patients the apparent performance is near perfect, the correction is large, and
    no valid interval is known. Their parts are in ``.resamples``.

    Copies of a patient in a bootstrap sample share outer and inner folds. The standard deviation over outer repeats is
    in ``.resamples`` and is no interval.

    References
    ----------
    Simon RM, et al. (2011) Brief Bioinform 12:203. doi:10.1093/bib/bbr001
    Potter DM (2005) Stat Med 24:693. doi:10.1002/sim.1931
    Noma H, et al. (2021) Stat Med 40:5691. doi:10.1002/sim.9148
    Harrell FE, et al. (1996) Stat Med 15:361. doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4
    Efron B, Tibshirani R (1997) J Am Stat Assoc 92:548. doi:10.1080/01621459.1997.10474007
    Uno H, et al. (2011) Stat Med 30:1105. doi:10.1002/sim.4154
    Graf E, et al. (1999) Stat Med 18:2529. doi:10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5
    Demler OV, et al. (2012) Stat Med 31:2577. doi:10.1002/sim.5328
    """
    check_choice("interval", interval, ("rerun", "conditional", "none"))
    _check_counts(n_outer_repeats=n_outer_repeats, n_bootstraps=n_bootstraps, n_permutations=n_permutations)
    _check_cut(cut, n_groups)
    settings, subjects, told = begin(
        cohort,
        what="a validated risk score",
        modality=modality,
        covariates=covariates,
        strata=strata,
        l1_ratio=l1_ratio,
        screen=screen,
        n_folds=n_folds,
        n_repeats=n_inner_repeats,
        lambda_rule=lambda_rule,
        criterion=criterion,
        preparation=preparation,
        ties=ties,
        volume=volume,
        seed=seed,
        force=force,
    )
    data = subjects.data
    horizon = _horizon(cohort, subjects, times, tau)
    outer = Outer(n_outer_folds, n_outer_repeats, horizon, Cutting(cut, n_groups))
    observed = _observed(subjects, settings, outer)
    measured = contrasts(data, observed, horizon)
    drawn = n_bootstraps if interval == "rerun" else 0
    reruns = rerun(
        data,
        settings,
        outer,
        n_columns=len(measured.labels),
        n_bootstraps=drawn,
        n_permutations=n_permutations,
    )
    extra = Secondary(apparent(data, settings, horizon.grid, horizon.tau), reruns.models) if drawn else None
    resampled = reruns.bootstraps
    if interval == "conditional" and n_bootstraps:
        resampled = bootstrap_conditionally(data, observed, horizon, n_bootstraps, seed=seed)
    params = {
        **told,
        "n_inner_repeats": n_inner_repeats,
        "n_outer_folds": n_outer_folds,
        "n_outer_folds_used": int(observed.folds.max()) + 1,
        "n_outer_repeats": n_outer_repeats,
        "interval": interval,
        "n_bootstraps": n_bootstraps,
        "n_bootstraps_used": int(np.isfinite(resampled[:, 0]).sum()),
        "n_permutations": n_permutations,
        "n_permuted_repeats": min(PERMUTED_REPEATS, n_outer_repeats),
        "cut": cut,
        "n_groups": n_groups,
        "times": tuple(float(t) for t in horizon.times),
        "tau": horizon.tau,
        "censoring": "Kaplan-Meier, all patients together",
    }
    origin = subjects.origin(cohort, seed)
    return _labelled(subjects, observed, measured, reruns, resampled, extra, horizon, params, origin, _unit(cohort))


def _unit(cohort: Cohort) -> str:
    return "" if cohort.outcome is None else str(cohort.outcome.unit)


def _horizon(cohort: Cohort, subjects: Subjects, times: Sequence[float] | float | None, tau: float | None) -> Horizon:
    data = subjects.data
    chosen, limit = choose_times(data.time, data.event, _unit(cohort), times=times, tau=tau)
    return Horizon(chosen, limit, prediction_times(data.time, chosen, limit))


def _observed(subjects: Subjects, settings: Settings, outer: Outer) -> Nested:
    return nested(
        subjects.data,
        settings,
        n_outer_folds=outer.n_folds,
        n_outer_repeats=outer.n_repeats,
        path=("validation",),
        times=outer.horizon.grid,
        cutting=outer.cutting,
        run=lambda function, tasks: run_tasks(function, tasks, label="nested cross-validation"),
    )


def _check_counts(*, n_outer_repeats: int, **counts: int) -> None:
    check_whole("n_outer_repeats", n_outer_repeats)
    if n_outer_repeats < 1:
        raise InputError(f"n_outer_repeats={n_outer_repeats} leaves nothing to average.", wanted="1 or more")
    for name, value in counts.items():
        check_whole(name, value)
        if value < 0:
            raise InputError(f"{name}={value} is no number of reruns.", wanted="0 or more")


def _check_cut(cut: str, n_groups: int) -> None:
    check_choice("cut", cut, ("median", "quantiles", "maxstat"))
    check_whole("n_groups", n_groups)
    if n_groups < 2:
        raise InputError(f"n_groups={n_groups} parts nobody.", wanted="2 or more")
    if cut != "quantiles" and n_groups != 2:
        raise InputError(
            f"cut={cut!r} makes two groups, not {n_groups}.", remedy='cut="quantiles" makes any number of groups.'
        )


def _labelled(
    subjects: Subjects,
    observed: Nested,
    measured: Contrasts,
    reruns: Reruns,
    resampled: np.ndarray,
    extra: Secondary | None,
    horizon: Horizon,
    params: dict[str, Any],
    origin: dict[str, Any],
    unit: str,
) -> RiskValidation:
    data, n_groups = subjects.data, params["n_groups"]
    row = row_of_p(observed.models)
    p = permutation_p(statistic(data, observed, params["n_permuted_repeats"]), reruns.statistics)
    n_empty, n_models = int(observed.empty.sum()), observed.empty.size
    empty = f"{n_empty} of {n_models} outer models select no imaging feature" if n_empty else ""
    return RiskValidation(
        table=table(
            measured,
            resampled,
            (*row, p),
            params["interval"],
            share_empty=float(observed.empty.mean()),
            extra=extra,
            counts={"n_patients": len(data.event), "n_events": int(data.event.sum())},
        ),
        status="no_signal" if n_empty == n_models else "ok",
        reason="; ".join(filter(None, [empty, _too_few(params)])),
        params=params,
        provenance=origin,
        families=(_family(params),) if params["n_permutations"] else (),
        samples=sample_frame(subjects, observed, n_groups),
        null_samples=wide(reruns.total, subjects),
        null_imaging=wide(reruns.imaging, subjects),
        null_groups=wide(reruns.groups, subjects, n_groups),
        resamples=resample_frame(measured, resampled, reruns, row, extra),
        volume=subjects.volume,
        unit=unit,
        **frames(data, observed, horizon),
    )


def _too_few(params: dict[str, Any]) -> str:
    """Say why bootstrap samples were drawn and no interval stands in the table."""
    used = params["n_bootstraps_used"]
    if params["interval"] == "none" or not params["n_bootstraps"] or used >= FEWEST_RESAMPLES:
        return ""
    asked = params["n_bootstraps"]
    return f"no interval: it needs {FEWEST_RESAMPLES} usable bootstrap samples, and {used} of {asked} were usable"


def _family(params: dict[str, Any]) -> Family:
    given = f" given {', '.join(params['covariates'])}" if params["covariates"] else ""
    return Family(hypothesis=f"the outcome is independent of {name_modalities(params['modality'])}{given}", n_tests=1)
