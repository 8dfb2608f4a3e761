"""``cox_table``: univariable and multivariable Cox models of clinical variables and scores, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.base.arguments import check_number, check_whole
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.cohort.align import Aligned, align, check_cohort
from radassoc.survival._cox_models import ClinicalModel, Test, fit_model, refuse_collinear
from radassoc.survival._cox_notes import notes_of
from radassoc.survival._cox_terms import Per, Subject, Term, gather_terms, is_learned, why_withheld
from radassoc.survival._subjects import as_names
from radassoc.survival.cox_results import COLUMNS, MODEL_COLUMNS, CoxTable, empty_row
from radassoc.survival.sample_size import expected_shrinkage

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["CoxTable", "check_level", "complete", "cox_table"]


def cox_table(
    cohort: Cohort,
    variables: Sequence[Subject] | Mapping[str, Subject] | Subject,
    *,
    strata: str | Sequence[str] = (),
    per: Mapping[str, Per] | None = None,
    reference: Mapping[str, Any] | None = None,
    n_candidates: int | None = None,
    level: float = 0.95,
) -> CoxTable:
    """Estimate hazard ratios of each variable alone and of all together, with intervals and tests.

    Unpenalised Cox models, ties by Efron's method. A univariable model takes the patients in whom its variable is
    known, the multivariable model those in whom all are known; the counts are told. Null hypotheses: of ``p_value``,
    the hazard ratio of this level (or step) is 1; of ``overall_p``, no level of the variable changes the hazard, given
    the others (likelihood ratio); of ``ph_p``, the coefficients of the variable do not change with time.

    A variable that was learned from the outcome of these same patients (out-of-fold scores and groups) gets an interval
    that is conditional on it, and no p-value, and neither does any other variable in a model with it: among 600 studies
    of noise the score itself was "significant" in 25%, and a covariate that is part of the score in 12%. Scores fitted
    on these very patients are refused; their groups, on request (``apparent=True``), get neither p nor interval.

    Parameters
    ----------
    cohort
        Patients with outcome.
    variables
        Column references, patient-indexed Series, ``RiskScore`` (out of fold on its training patients, predicted on
        others), ``RiskValidation``, ``RiskGroups``; or a mapping from the name to print to one of these. Texts,
        booleans and pandas categories are compared with a reference level: the first category, otherwise the first in
        sorted order. At most 15 levels.
    strata
        Columns whose levels have their own baseline hazard, in all models.
    per
        By variable: the step that a hazard ratio of a number belongs to, such as ``{"age": 10}``; ``"SD"`` is the
        standard deviation over all patients in whom the variable is known. Otherwise 1.
    reference
        By variable: the reference level. A number that is named here counts as a category, such as
        ``{"stage": 1}``.
    n_candidates
        How many parameters were looked at before these variables were chosen, for events per candidate parameter. By
        default those of the multivariable model; more where variables were chosen for their own p-values.
    level
        Coverage of the intervals.

    Returns
    -------
    CoxTable
        ``.table``, ``.models``, ``.notes``, ``.formatted``. A level without events, or separation, has no hazard ratio
        and says so in ``reason``; what else stands in that model is the limit of the likelihood, as in R.

    Raises
    ------
    DesignError
        No events, a variable that is constant or a combination of the others, text with more than 15 levels, the
        outcome or an apparent score among the variables. The message says what to leave out.
    InputError
        ``per`` or ``reference`` names no variable, or a level that does not exist.

    Notes
    -----
    Equals R ``coxph(ties="efron")``, its likelihood-ratio tests (``drop1(test="Chisq")``) and
    ``cox.zph(transform="km")`` of survival 3.5 to 1e-6. Shrinkage is ``1 - df / LR`` (van Houwelingen & le Cessie
    1990); Riley et al. ask for 0.9 or more, see ``radassoc.survival.sample_size``.

    References
    ----------
    Grambsch & Therneau 1994, Biometrika 81:515, doi:10.1093/biomet/81.3.515.
    van Houwelingen & le Cessie 1990, Stat Med 9:1303, doi:10.1002/sim.4780091109.
    Riley et al. 2020, BMJ 368:m441, doi:10.1136/bmj.m441.
    Simon et al. 2011, Brief Bioinform 12:203, doi:10.1093/bib/bbr001.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=80, seed=1).cohort
    >>> table = ra.cox_table(cohort, ["age", "sex"], per={"age": 10})
    >>> table.formatted[["variable", "level"]].values.tolist()
    [['age', 'per 10'], ['sex', 'female'], ['sex', 'male']]
    """
    check_cohort(cohort)
    check_level(level)
    terms = gather_terms(cohort, variables, per=per, reference=reference)
    layers = as_names(strata)
    alone = [_fitted(cohort, [term], layers, level) for term in terms]
    together = _fitted(cohort, terms, layers, level) if len(terms) > 1 else None
    n_candidates = _candidates(n_candidates, terms)
    rows = [row for fit in alone for row in _rows(fit, "univariable", level)]
    models = [_model_row(fit, "univariable", None) for fit in alone]
    if together is not None:
        rows += _rows(together, "multivariable", level)
        models.append(_model_row(together, "multivariable", n_candidates))
    largest = (together or alone[0])[0]
    table, frame = tidy(rows, COLUMNS), tidy(models, MODEL_COLUMNS)
    n_tests = int(table["p_value"].notna().sum())
    family = Family(hypothesis="the hazard ratio of a variable is 1", n_tests=n_tests)
    return CoxTable(
        table=table,
        params={"variables": tuple(term.name for term in terms), "strata": layers, "n_candidates": n_candidates},
        provenance=provenance(
            data=cohort.fingerprint,
            n_patients=len(largest.patients),
            n_events=int(largest.event.sum()),
            n_variables=len(terms),
        ),
        families=(family,) if n_tests else (),
        models=frame,
        notes=notes_of(terms, frame, n_candidates),
        p_reason=why_withheld(terms),
        level=level,
    )


def check_level(level: float) -> None:
    """Refuse what is no coverage of an interval."""
    check_number("level", level)
    if not 0 < level < 1:
        raise InputError(f"level={level} is no coverage.", wanted="a number between 0 and 1, such as 0.95")


def _candidates(asked: int | None, terms: Sequence[Term]) -> int:
    own = sum(len(term.columns) for term in terms)
    if asked is None:
        return own
    check_whole("n_candidates", asked)
    if asked < own:
        raise InputError(
            f"n_candidates={asked}, but the variables alone have {own} parameters.", wanted=f"{own} or more"
        )
    return int(asked)


Fitted = tuple[ClinicalModel, int]


def _fitted(cohort: Cohort, terms: Sequence[Term], strata: tuple[str, ...], level: float) -> Fitted:
    """Fit the terms to the patients in whom all are known; also count those with outcome who lack a value."""
    data = complete(cohort, terms, strata)
    assert data.time is not None
    assert data.event is not None
    if not data.event.any():
        raise DesignError(
            f"None of the {len(data.patients)} patients in whom {_list(terms)} is known has an event.",
            wanted="events",
            remedy="Leave variables with many missing values out.",
        )
    model = fit_model(terms, data.patients, data.time, data.event, data.strata)
    refuse_collinear(model)
    assert cohort.outcome is not None
    return model, int(cohort.outcome.table.shape[0] - len(data.patients))


def complete(cohort: Cohort, terms: Sequence[Term], strata: tuple[str, ...]) -> Aligned:
    """Return the patients in whom outcome, strata and all terms are known."""
    return align(cohort, values={term.name: term.values for term in terms}, strata=strata, outcome=True)


def _list(terms: Sequence[Term]) -> str:
    return " and ".join(repr(term.name) for term in terms[:3]) + (" and more" if len(terms) > 3 else "")


# ---- rows
def _rows(fitted: Fitted, name: str, level: float) -> list[dict[str, Any]]:
    model = fitted[0]
    withheld = any(is_learned(term) for term in model.terms)
    rows: list[dict[str, Any]] = []
    column = 0
    for position, term in enumerate(model.terms):
        base = {**empty_row(COLUMNS), "model": name, "variable": term.name, "source": term.source}
        base |= {"n_patients": len(model.patients), "n_events": int(model.event.sum()), "interval": "none"}
        base |= _tests(model.likelihood_ratio(position), model.proportional(position))
        if term.levels:
            rows.append(base | _counts(model, term, term.levels[0]) | {"is_reference": True, "hazard_ratio": 1.0})
        for text in term.levels[1:] or (term.unit,):
            row = base | _counts(model, term, text) | {"reason": model.why_missing(column)}
            if not row["reason"]:
                row |= model.ratio(column, level) | {"interval": "Wald"}
            rows.append(row)
            column += 1
    if withheld:
        _withhold(rows)
    return rows


def _counts(model: ClinicalModel, term: Term, text: str) -> dict[str, Any]:
    inside = model.members(term, text)
    return {"level": text, "n_level": int(inside.sum()), "n_level_events": int(model.event[inside].sum())}


def _tests(ratio: Test, proportional: Test) -> dict[str, float]:
    return {
        "overall_statistic": ratio.statistic,
        "df": ratio.df,
        "overall_p": ratio.p_value,
        "ph_statistic": proportional.statistic,
        "ph_p": proportional.p_value,
    }


def _withhold(rows: list[dict[str, Any]]) -> None:
    """Take p-values from a model with a learned variable, and intervals from apparent groups."""
    apparent = any(row["source"] == "training" for row in rows)
    for row in rows:
        row |= {"p_value": np.nan, "overall_p": np.nan, "ph_p": np.nan}
        if apparent:
            row |= {"ci_low": np.nan, "ci_high": np.nan, "std_error": np.nan, "statistic": np.nan, "interval": "none"}
        elif row["interval"] == "Wald":
            row["interval"] = "conditional on the score"


def _model_row(fitted: Fitted, name: str, n_candidates: int | None) -> dict[str, Any]:
    model, n_missing = fitted
    n, n_events = len(model.patients), int(model.event.sum())
    ratio = model.likelihood_ratio()
    row = {**empty_row(MODEL_COLUMNS), "model": name, "n_patients": n, "n_events": n_events, "n_missing": n_missing}
    row |= _tests(ratio, model.proportional())
    if any(is_learned(term) for term in model.terms):
        row |= {"overall_p": np.nan, "ph_p": np.nan}
    r_squared = float(-np.expm1(-ratio.statistic / n))
    return row | {
        "variable": model.terms[0].name if name == "univariable" else "",
        "n_parameters": model.found.df,
        "events_per_parameter": n_events / (n_candidates or model.found.df),
        "loglik": model.found.loglik,
        "r_squared": r_squared,
        "shrinkage": expected_shrinkage(ratio.statistic, ratio.df),
    }
