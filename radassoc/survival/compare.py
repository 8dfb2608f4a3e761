"""``compare_survival``: survival of two or more groups of patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family, Status
from radassoc.cohort.align import Aligned, align, check_cohort
from radassoc.survival._adjusted_curves import adjusted_survival
from radassoc.survival._grouping import Grouping, grouping
from radassoc.survival._hazard_rows import arrays_of, hazard_rows
from radassoc.survival._landmark import LANDMARK_COLUMNS, landmark_rows, landmark_times
from radassoc.survival._rmst import RMST_COLUMNS, choose_tau, rmst_rows
from radassoc.survival._validity import rerun_p_values, search_row, withhold
from radassoc.survival.comparison import COLUMNS, CURVE_COLUMNS, MEDIAN_COLUMNS, SurvivalComparison
from radassoc.survival.curves import survival_curves
from radassoc.survival.groups import RiskGroups
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["SurvivalComparison", "compare_survival"]

#: Measures that count as tests of the family; the others estimate.
_TESTS = ("log_rank", "log_rank_trend", "max_log_rank")


def compare_survival(
    cohort: Cohort,
    groups: RiskGroups | RiskValidation | pd.Series | str,
    *,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    trend: bool | None = None,
    times: Sequence[float] | float | None = None,
    tau: float | None = None,
) -> SurvivalComparison:
    """Compare the survival of groups: curves, log-rank test, hazard ratios, landmark survival, restricted means.

    Null hypothesis of the log-rank test: the groups have the same hazard at all times. Hazard ratios are against the
    first group, by unpenalised Cox models (ties: Efron); adjusted ones in patients with all covariates known.

    Groups of a fitted score on its own training patients are out-of-fold groups, and depend on the outcome of the other
    patients: an ordinary log-rank p below 0.05 then comes up in 13% of studies without any signal. Their log-rank p
    comes from the reruns that a ``RiskValidation`` brings: imaging permuted against outcome and covariates, the
    pipeline relearned, the same statistic of the rerun's groups, ``p = (b + 1) / (B + 1)``; a rerun without groups
    counts as no effect. Without reruns p is missing, and ``p_reason`` says so. Groups of a score on the patients it was
    fitted on ("training") get neither p nor interval. Groups whose cut was searched among these very patients
    (``fit_cutpoint(method="maxstat")``) get the corrected p of that search in place of the log-rank test's own, and no
    interval: their differences are biased.

    Where hazards are not proportional, a hazard ratio is an average over the follow-up that depends on the censoring;
    the difference of restricted means (the years of life gained up to ``tau``) needs no such assumption.

    Parameters
    ----------
    cohort
        Patients with outcome.
    groups
        ``RiskGroups``, a ``RiskValidation`` (its out-of-fold groups), a patient-indexed Series, or a column of the
        cohort with at most ten levels.
    covariates
        Columns to adjust the hazard ratios for. They also give adjusted curves by direct standardisation (g-formula): a
        Cox model of the covariates with a baseline hazard of each group's own, averaged over the covariates of all
        patients. The difference between two such curves is the effect of the group only if the covariates hold all
        common causes.
    strata
        Columns whose levels have their own baseline hazard in the adjusted model, and in a second, stratified log-rank
        test. In the model of the adjusted curves they are indicators.
    trend
        Test for a trend over the groups in their order (scores 0, 1, 2, ...), with three or more groups. By default
        where the order has a meaning: groups of a score, numbers, ordered categories.
    times
        Landmark times in the cohort's unit; by default those of 1, 2, 3 and 5 years at which every group's curve is
        known.
    tau
        End of the restricted means; by default the smallest over groups of the longest follow-up.

    Returns
    -------
    SurvivalComparison
        ``.table``, ``.curves``, ``.medians``, ``.landmarks``, ``.rmst``, ``.adjusted_curves``; ``status`` is
        ``"no_signal"`` where a score gives no groups, and ``"not_estimable"`` with fewer than two groups or no event.

    Raises
    ------
    DesignError
        Nobody has both a group and an outcome, a column has more than ten levels, ``tau`` lies beyond the follow-up of
        a group, or a trend is asked over fewer than three groups.
    InputError
        ``times`` or ``tau`` are no positive numbers.
    ClinicalError
        The cohort has no outcome.

    Notes
    -----
    Agrees with R survival: ``survfit(conf.type="log-log")`` and ``survdiff`` to 1e-10, ``coxph(ties="efron")`` and
    ``cox.zph(transform="km")`` to 1e-6; the trend equals the score test of ``coxph(ties="exact")`` with the group's
    number to 1e-10; restricted means and their standard errors equal ``survfit(rmean=tau)`` to 1e-10 and with them
    survRM2; adjusted curves equal the mean of ``survfit(coxph(... + strata(group)), newdata)`` to 1e-6, and without
    tied times estimates, standard errors and differences those of riskRegression's ``ate(estimator="G-formula")``.
    Intervals of differences of landmark survival combine the two log-log intervals (MOVER).

    References
    ----------
    Zou & Donner 2008, Stat Med 27:1693, doi:10.1002/sim.3095 (MOVER).
    Uno et al. 2014, J Clin Oncol 32:2380, doi:10.1200/JCO.2014.55.2208 (restricted means).
    Ozenne et al. 2020, Biom J 62:751, doi:10.1002/bimj.201800298 (standardisation with intervals).
    Simon et al. 2011, Brief Bioinform 12:203, doi:10.1093/bib/bbr001.
    Phipson & Smyth 2010, Stat Appl Genet Mol Biol 9:39, doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> comparison = ra.compare_survival(cohort, "sex")
    >>> comparison.table["measure"].tolist()
    ['log_rank', 'hazard_ratio', 'ph_test']
    >>> comparison.landmarks["time"].unique().tolist()
    [12.0, 24.0, 36.0]
    """
    check_cohort(cohort)
    if trend not in (None, True, False):
        raise InputError(f"trend={trend!r} is no answer.", wanted="True, False or None")
    covariates, strata = _names(covariates), _names(strata)
    found = grouping(cohort, groups)
    unit = cohort.outcome.unit if cohort.outcome is not None else ""
    told: dict[str, Any] = {
        "params": {"groups": groups if isinstance(groups, str) else "", "covariates": covariates, "strata": strata}
        | {"trend": trend, "times": times, "tau": tau},
        "source": found.source,
        "optimised": found.optimised,
        "score_of": found.score_of,
        "unit": unit,
    }
    if found.codes.notna().sum() == 0:
        return _without_groups(cohort, found, told)
    data = align(cohort, values={"group": found.codes}, outcome=True)
    adjusted = None
    if covariates or strata:
        adjusted = align(cohort, values={"group": found.codes}, covariates=covariates, strata=strata, outcome=True)
    return _compare(cohort, found, data, adjusted, told)


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _without_groups(cohort: Cohort, found: Grouping, told: dict[str, Any]) -> SurvivalComparison:
    learned = found.source not in ("clinical", "given")
    status: Status = "no_signal" if learned else "not_estimable"
    return SurvivalComparison(
        table=tidy([], COLUMNS),
        status=status,
        reason=found.reason or "no patient has a group",
        provenance=provenance(data=cohort.fingerprint, n_patients=0, n_events=0),
        curves=tidy([], CURVE_COLUMNS),
        medians=tidy([], MEDIAN_COLUMNS),
        p_reason="there are no groups to compare",
        **told,
    )


def _compare(
    cohort: Cohort, found: Grouping, data: Aligned, adjusted: Aligned | None, told: dict[str, Any]
) -> SurvivalComparison:
    time, event, codes = arrays_of(data)
    curves, medians = survival_curves(time, event, codes, found.labels)
    told |= {"curves": curves, "medians": medians}
    told["provenance"] = provenance(
        data=cohort.fingerprint,
        n_patients=len(codes),
        n_events=int(event.sum()),
        n_groups=len(np.unique(codes)),
        n_without_group=found.n_without_group,
    )
    if reason := _not_comparable(codes, event):
        return SurvivalComparison(
            table=tidy([], COLUMNS), status="not_estimable", reason=reason, p_reason=reason, **told
        )
    trend = _has_trend(told["params"]["trend"], found, len(np.unique(codes)))
    rows = hazard_rows(data, found.labels, adjusted=False, trend=trend)
    rows += search_row(found, rows[0]["contrast"], len(codes), int(event.sum()))
    if adjusted is not None:
        rows += hazard_rows(adjusted, found.labels, adjusted=True, trend=trend)
    reruns = rerun_p_values(cohort, found, time, event, codes, trend=trend)
    withhold(rows, found, reruns)
    tests = [row for row in rows if row["measure"] in _TESTS and np.isfinite(row["p_value"])]
    family = Family(hypothesis="the groups have the same hazard at all times", n_tests=len(tests))
    return SurvivalComparison(
        table=tidy(rows, COLUMNS),
        families=(family,) if tests else (),
        p_reason=reruns.reason,
        n_reruns=reruns.n,
        **_survival_times(found, data, adjusted, told["params"], told["unit"]),
        **told,
    )


def _not_comparable(codes: np.ndarray, event: np.ndarray) -> str:
    if len(np.unique(codes)) < 2:
        return f"all {len(codes)} patients are in one group"
    if not event.any():
        return f"none of {len(codes)} patients has an event"
    return ""


def _has_trend(asked: bool | None, found: Grouping, n_groups: int) -> bool:
    if asked and n_groups < 3:
        raise DesignError(f"trend=True with {n_groups} groups.", wanted="three or more groups in their order")
    return n_groups > 2 and (found.ordered if asked is None else asked)


def _survival_times(
    found: Grouping, data: Aligned, adjusted: Aligned | None, params: dict[str, Any], unit: str
) -> dict[str, Any]:
    """Return what is told in time rather than in hazards: landmarks, restricted means, adjusted curves."""
    time, event, codes = arrays_of(data)
    times = landmark_times(params["times"], unit, time, event, codes)
    tau = choose_tau(params["tau"], time, event, codes, found.labels)
    landmarks = landmark_rows(time, event, codes, found.labels, times)
    rmst = rmst_rows(time, event, codes, found.labels, tau)
    told: dict[str, Any] = {"tau": tau}
    if adjusted is not None and params["covariates"]:
        standardised = adjusted_survival(adjusted, found.labels, times)
        landmarks += standardised.landmarks
        told |= {"adjusted_curves": standardised.curves, "adjusted_reason": standardised.reason}
    withhold(landmarks, found)
    withhold(rmst, found)
    return told | {"landmarks": tidy(landmarks, LANDMARK_COLUMNS), "rmst": tidy(rmst, RMST_COLUMNS)}
