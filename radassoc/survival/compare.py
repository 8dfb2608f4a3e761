"""``compare_survival``: survival of two or more groups of patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.columns import tidy
from radassoc.base.errors import NumericalError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family, Status
from radassoc.cohort.align import Aligned, align, check_cohort
from radassoc.kernels.log_rank import log_rank
from radassoc.survival._grouping import Grouping, grouping
from radassoc.survival.comparison import COLUMNS, CURVE_COLUMNS, MEDIAN_COLUMNS, SurvivalComparison
from radassoc.survival.curves import survival_curves
from radassoc.survival.groups import RiskGroups, Source
from radassoc.survival.hazards import CoxFit, fit_cox, hazard_ratio, proportional_hazards
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["SurvivalComparison", "compare_survival"]

_APPARENT = "apparent: the score was fitted on the outcome of these same patients"
_NO_RERUN = (
    "the groups were learned from the outcome of the other patients of this cohort: a p-value needs reruns with "
    "imaging permuted (validate_risk_score with n_permutations)"
)


def compare_survival(
    cohort: Cohort,
    groups: RiskGroups | RiskValidation | pd.Series | str,
    *,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
) -> SurvivalComparison:
    """Compare the survival of groups: Kaplan-Meier curves, log-rank test, hazard ratios, proportional hazards.

    Null hypothesis of the log-rank test: the groups have the same hazard at all times. Hazard ratios are against the
    first group, by unpenalised Cox models (ties: Efron); adjusted ones in patients with all covariates known.

    Groups of a fitted score on its own training patients are out-of-fold groups, and depend on the outcome of the other
    patients: an ordinary log-rank p below 0.05 then comes up in 13% of studies without any signal. Their log-rank p
    comes from the reruns that a ``RiskValidation`` brings: imaging permuted against outcome and covariates, the
    pipeline relearned, the same statistic of the rerun's groups, ``p = (b + 1) / (B + 1)``; a rerun without groups
    counts as no effect. Without reruns p is missing, and ``p_reason`` says so. Groups of a score on the patients it was
    fitted on ("training") get neither p nor interval.

    Parameters
    ----------
    cohort
        Patients with outcome.
    groups
        ``RiskGroups``, a ``RiskValidation`` (its out-of-fold groups), a patient-indexed Series, or a column of the
        cohort with at most ten levels.
    covariates
        Columns to adjust the hazard ratios for.
    strata
        Columns whose levels have their own baseline hazard in the adjusted model, and in a second, stratified log-rank
        test.

    Returns
    -------
    SurvivalComparison
        ``.table``, ``.curves``, ``.medians``; ``status`` is ``"no_signal"`` where a score gives no groups, and
        ``"not_estimable"`` with fewer than two groups or no event.

    Raises
    ------
    DesignError
        Nobody has both a group and an outcome, or a column has more than ten levels.
    ClinicalError
        The cohort has no outcome.

    Notes
    -----
    Agrees with R survival: ``survfit(conf.type="log-log")`` and ``survdiff`` to 1e-10, ``coxph(ties="efron")`` and
    ``cox.zph(transform="km")`` to 1e-6.

    References
    ----------
    Simon et al. 2011, Brief Bioinform 12:203, doi:10.1093/bib/bbr001.
    Phipson & Smyth 2010, Stat Appl Genet Mol Biol 9:39, doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> comparison = ra.compare_survival(cohort, "sex")
    >>> comparison.table["measure"].tolist()
    ['log_rank', 'hazard_ratio', 'ph_test']
    """
    check_cohort(cohort)
    covariates, strata = _names(covariates), _names(strata)
    found = grouping(cohort, groups)
    unit = cohort.outcome.unit if cohort.outcome is not None else ""
    told: dict[str, Any] = {
        "params": {"groups": groups if isinstance(groups, str) else "", "covariates": covariates, "strata": strata},
        "source": found.source,
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
    time, event, codes = _arrays(data)
    curves, medians = survival_curves(time, event, codes, found.labels)
    reason = _not_comparable(codes, event)
    told |= {"curves": curves, "medians": medians}
    told["provenance"] = provenance(
        data=cohort.fingerprint,
        n_patients=len(codes),
        n_events=int(event.sum()),
        n_groups=len(np.unique(codes)),
        n_without_group=found.n_without_group,
    )
    if reason:
        return SurvivalComparison(
            table=tidy([], COLUMNS), status="not_estimable", reason=reason, p_reason=reason, **told
        )
    rows = _rows(data, found.labels, prefix="")
    if adjusted is not None:
        rows += _rows(adjusted, found.labels, prefix="adjusted_")
    p, p_reason, n_reruns = _rerun_p(cohort, found, data)
    _withhold(rows, found.source, p)
    tests = sum(np.isfinite(row["p_value"]) for row in rows if row["measure"] == "log_rank")
    family = Family(hypothesis="the groups have the same hazard at all times", n_tests=int(tests))
    return SurvivalComparison(
        table=tidy(rows, COLUMNS), families=(family,) if tests else (), p_reason=p_reason, n_reruns=n_reruns, **told
    )


def _arrays(data: Aligned) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    assert data.time is not None
    assert data.event is not None
    return data.time, data.event, data.values["group"].to_numpy().astype(int)


def _not_comparable(codes: np.ndarray, event: np.ndarray) -> str:
    if len(np.unique(codes)) < 2:
        return f"all {len(codes)} patients are in one group"
    if not event.any():
        return f"none of {len(codes)} patients has an event"
    return ""


# ---- rows of the table
def _rows(data: Aligned, labels: Sequence[str], *, prefix: str) -> list[dict[str, Any]]:
    """Return the rows of the plain model, or with ``prefix="adjusted_"`` those of the adjusted one."""
    time, event, codes = _arrays(data)
    counts = {"n_patients": len(codes), "n_events": int(event.sum()), "interval": "none", "reason": ""}
    missing = dict.fromkeys(("estimate", "ci_low", "ci_high", "statistic", "df", "p_value"), np.nan)
    present = [code for code in range(len(labels)) if (codes == code).any()]
    first = labels[present[0]]
    together = f"{labels[present[-1]]} vs {first}" if len(present) == 2 else "all groups"
    base = {**missing, **counts}
    rows: list[dict[str, Any]] = []
    several_strata = len(np.unique(data.strata)) > 1
    if not prefix or several_strata:
        name = "stratified_log_rank" if prefix else "log_rank"
        test = log_rank(time, event, codes, len(labels), strata=data.strata if prefix else None)
        rows.append({**base, "contrast": together, "measure": name, **_chi_square(test.statistic, test.df)})
    fit, X, reason = _cox(data, codes, present)
    for position, code in enumerate(present[1:]):
        row = {**base, "contrast": f"{labels[code]} vs {first}", "measure": f"{prefix}hazard_ratio", "reason": reason}
        rows.append(row if fit is None else {**row, **hazard_ratio(fit, position), "interval": "Wald"})
    test_row = {**base, "contrast": together, "measure": f"{prefix}ph_test", "reason": reason}
    if fit is not None:
        tested = np.arange(len(present) - 1)
        test_row |= _chi_square(*proportional_hazards(fit, X, time, event, tested=tested, strata=data.strata))
    return [*rows, test_row]


def _chi_square(statistic: float, df: int) -> dict[str, Any]:
    if df == 0 or np.isnan(statistic):
        return {"reason": "nothing can be compared: too few patients at risk together"}
    return {"statistic": statistic, "df": df, "p_value": float(special.gammaincc(df / 2, statistic / 2))}


def _cox(data: Aligned, codes: np.ndarray, present: list[int]) -> tuple[CoxFit | None, np.ndarray, str]:
    """Fit group indicators and covariates; without a finite estimate say why."""
    time, event, _ = _arrays(data)
    indicators = [(codes == code).astype(float) for code in present[1:]]
    X = np.column_stack([*indicators, data.covariates.to_numpy(dtype=float)])
    if len(present) < 2:
        return None, X, "all patients with known covariates are in one group"
    empty = [code for code in present if not event[codes == code].any()]
    if empty:
        return None, X, "a group has no event: its hazard ratio has no finite estimate"
    try:
        return fit_cox(X, time, event, strata=data.strata), X, ""
    except NumericalError as error:
        return None, X, error.found


# ---- which p-values are allowed
def _rerun_p(cohort: Cohort, found: Grouping, data: Aligned) -> tuple[float, str, int]:
    """Return the log-rank p-value of learned groups, where it comes from, and the number of reruns."""
    if found.source == "training":
        return np.nan, _APPARENT, 0
    if found.source != "out_of_fold":
        return np.nan, "", 0
    if found.null_codes is None or found.null_codes.shape[1] == 0:
        return np.nan, _NO_RERUN, 0
    time, event, codes = _arrays(data)
    observed = log_rank(time, event, codes, len(found.labels)).statistic
    if np.isnan(observed):
        return np.nan, "nothing can be compared: too few patients at risk together", 0
    null = _null_statistics(cohort, found.null_codes, len(found.labels))
    p = float((1 + (null >= observed * (1 - 1e-12)).sum()) / (1 + null.size))
    told = f"the log-rank p comes from {null.size} reruns of the pipeline with imaging permuted; other tests have no p"
    return p, told, null.size


def _null_statistics(cohort: Cohort, null_codes: pd.DataFrame, n_groups: int) -> np.ndarray:
    """Return the log-rank statistic of each rerun's groups; 0 where a rerun parts nobody."""
    assert cohort.outcome is not None
    outcome = cohort.outcome.table
    null_codes = null_codes[null_codes.index.isin(outcome.index)]
    outcome = outcome.loc[null_codes.index]
    time, event = outcome["time"].to_numpy(dtype=float), outcome["event"].to_numpy(dtype=bool)
    statistics = np.zeros(null_codes.shape[1])
    for b, codes in enumerate(null_codes.to_numpy().T):
        known = np.isfinite(codes)
        statistics[b] = log_rank(time[known], event[known], codes[known].astype(int), n_groups).statistic
    return np.nan_to_num(statistics, nan=0.0)


def _withhold(rows: list[dict[str, Any]], source: Source, log_rank_p: float) -> None:
    """Take away the p-values, and for apparent groups the intervals, that are not valid for learned groups."""
    if source not in ("out_of_fold", "training"):
        return
    for row in rows:
        row["p_value"] = log_rank_p if row["measure"] == "log_rank" else np.nan
        if source == "training":
            row |= {"ci_low": np.nan, "ci_high": np.nan, "interval": "none"}
        elif row["interval"] == "Wald":
            row["interval"] = "conditional on the groups"
