"""``subgroup_effects``: the hazard ratio of one variable within levels of others, and tests of interaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_number
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.cohort.align import Aligned, check_cohort
from radassoc.kernels.cox_fit import cox_maximum
from radassoc.survival._cox_models import Test, chi_square_p, fit_model
from radassoc.survival._cox_terms import Per, Subject, Term, design, gather_terms, is_learned, name_of, why_withheld
from radassoc.survival._subjects import as_names
from radassoc.survival.cox_results import EFFECT_COLUMNS, SubgroupEffects, empty_row
from radassoc.survival.cox_table import check_level, complete

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["SubgroupEffects", "subgroup_effects"]

_LEAST_EVENTS = 5


class _Setting(NamedTuple):
    """What is the same in every subgroup."""

    main: Term
    adjusted: list[Term]
    strata: tuple[str, ...]
    level: float


def subgroup_effects(
    cohort: Cohort,
    variable: Subject | Mapping[str, Subject],
    subgroups: Sequence[str] | Mapping[str, Subject] | str,
    *,
    covariates: str | Sequence[str] = (),
    strata: str | Sequence[str] = (),
    cuts: Mapping[str, float] | None = None,
    per: Mapping[str, Per] | None = None,
    reference: Mapping[str, Any] | None = None,
    level: float = 0.95,
) -> SubgroupEffects:
    """Estimate the hazard ratio of one variable in all patients and within each subgroup, and test for interaction.

    Each subgroup has its own unpenalised Cox model (Efron's ties) of the variable and the covariates. Null hypothesis
    of ``interaction_p``: the hazard ratio of the variable is the same in all levels of the subgroup variable, with
    subgroup variable and covariates in both models (likelihood ratio). A difference between subgroups is evidence only
    by this test: one interval that excludes 1 beside another that does not is none.

    Where the variable or a subgroup was learned from the outcome of these same patients, intervals are conditional on
    it and p-values, those of interaction too, are withheld; apparent groups get no interval either.

    Parameters
    ----------
    cohort
        Patients with outcome.
    variable
        A number or two groups: a column, a patient-indexed Series, ``RiskScore``, ``RiskValidation`` or ``RiskGroups``
        (see ``cox_table``), or a mapping from the name to print to one of these.
    subgroups
        Columns, or a mapping as in ``cox_table``. A number is cut in two.
    covariates
        Columns to adjust for; one that is the subgroup variable itself is left out there.
    strata
        Columns whose levels have their own baseline hazard.
    cuts
        By subgroup variable: where a number is cut; a value at the cut is in the lower group. By default the median of
        all patients in whom it is known.
    per, reference
        As in ``cox_table``: step of a number (also ``"SD"``), reference level of the variable or of a subgroup
        variable; a number that is named in ``reference`` is not cut.
    level
        Coverage of the intervals.

    Returns
    -------
    SubgroupEffects
        ``.table``: all patients first, then one row per level of each subgroup variable. Fewer than five events, or a
        group of the variable without event, is not estimable, and ``reason`` says so.

    Raises
    ------
    DesignError
        The variable has more than two levels, or is a subgroup variable itself.
    InputError
        ``cuts``, ``per`` or ``reference`` name no variable.

    Notes
    -----
    Equals R ``coxph(ties="efron")`` on each subset, and ``anova`` of the models without and with interaction, to 1e-6.
    ``interaction_p`` is not corrected; the family tells how many were tested.

    References
    ----------
    Wang et al. 2007, N Engl J Med 357:2189, doi:10.1056/NEJMsr077003.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=120, seed=1).cohort
    >>> effects = ra.survival.subgroup_effects(cohort, "sex", ["age"], cuts={"age": 60})
    >>> effects.table["level"].tolist()
    ['all patients', '≤ 60', '> 60']
    """
    check_cohort(cohort)
    check_level(level)
    per, reference, cuts = dict(per or {}), dict(reference or {}), dict(cuts or {})
    main = _one(cohort, variable, per, reference)
    parts = _parts(cohort, subgroups, main, cuts, reference)
    adjusted = gather_terms(cohort, as_names(covariates)) if as_names(covariates) else []
    if main.name in [term.name for term in adjusted]:
        raise InputError(f"{main.name!r} is the variable and a covariate.", wanted="each once")
    learned = [term for term in [main, *parts] if is_learned(term)]
    setting = _Setting(main, adjusted, as_names(strata), level)
    rows = [_all_patients(cohort, setting)]
    for part in parts:
        rows += _within(cohort, part, setting)
    if learned:
        _withhold(rows, apparent=any(term.source == "training" for term in learned))
    return _result(cohort, setting, rows, learned, len(parts))


# ---- what is asked
def _one(cohort: Cohort, variable: Any, per: dict[str, Any], reference: dict[str, Any]) -> Term:
    name = _only_name(variable)
    own = {what: {k: v for k, v in asked.items() if k == name} for what, asked in (("per", per), ("ref", reference))}
    unknown = [key for key in per if key != name]
    if unknown:
        raise InputError(f"per names {unknown[0]!r}, which is not the variable.", wanted=f"{name!r}")
    main = gather_terms(cohort, variable, per=own["per"], reference=own["ref"])[0]
    if len(main.levels) > 2:
        raise DesignError(
            f"{main.name!r} has {len(main.levels)} levels.",
            wanted="a number or two groups",
            remedy="Join levels with derive, or leave patients of the others out with cohort.subset.",
        )
    return main


def _only_name(variable: Any) -> str:
    if isinstance(variable, Mapping):
        if len(variable) != 1:
            raise InputError(f"{len(variable)} variables are given.", wanted="one")
        return str(next(iter(variable)))
    if isinstance(variable, (list, tuple)):
        raise InputError("A list of variables is given.", wanted="one variable")
    return name_of(variable)


def _parts(cohort: Cohort, subgroups: Any, main: Term, cuts: dict[str, float], reference: dict[str, Any]) -> list[Term]:
    """Return the subgroup variables, numbers cut in two."""
    names = [main.name, *([str(name) for name in subgroups] if not isinstance(subgroups, str) else [subgroups])]
    unknown = [name for name in reference if name not in names]
    if unknown:
        raise InputError(f"reference names {unknown[0]!r}, which is neither variable nor subgroup.")
    own = {name: value for name, value in reference.items() if name != main.name}
    parts = gather_terms(cohort, subgroups, reference=own)
    if main.name in [part.name for part in parts]:
        raise DesignError(f"{main.name!r} is the variable and a subgroup.", wanted="each once")
    known = {part.name for part in parts if not part.levels}
    for name in cuts:
        if name not in known:
            raise InputError(f"cuts names {name!r}, which is no numeric subgroup variable.")
        check_number(f"cuts[{name!r}]", cuts[name])
    return [part if part.levels else _cut(part, cuts.get(part.name)) for part in parts]


def _cut(part: Term, cut: float | None) -> Term:
    known = part.values[part.values.notna()]
    at = float(known.median()) if cut is None else float(cut)
    lower, upper = f"≤ {at:.4g}", f"> {at:.4g}"
    if not ((known <= at).any() and (known > at).any()):
        raise DesignError(
            f"The cut {at:g} of {part.name!r} leaves all {len(known)} patients on one side.",
            wanted=f"a cut between {known.min():g} and {known.max():g}",
        )
    texts = pd.Series(np.where(part.values > at, upper, lower), index=part.values.index, dtype=object)
    return part._replace(values=texts.where(part.values.notna(), None), levels=(lower, upper), unit="")


# ---- estimates
def _all_patients(cohort: Cohort, setting: _Setting) -> dict[str, Any]:
    data = complete(cohort, [setting.main, *setting.adjusted], setting.strata)
    everybody = np.ones(len(data.patients), dtype=bool)
    return _effect(data, everybody, setting, setting.adjusted) | {"subgroup": "", "level": "all patients"}


def _within(cohort: Cohort, part: Term, setting: _Setting) -> list[dict[str, Any]]:
    adjusted = [term for term in setting.adjusted if term.name != part.name]
    strata = tuple(name for name in setting.strata if name != part.name)
    data = complete(cohort, [setting.main, part, *adjusted], strata)
    test = _interaction(data, setting.main, part, adjusted)
    told = {"interaction_statistic": test.statistic, "df": test.df, "interaction_p": test.p_value}
    of = part.values.reindex(data.patients)
    rows = []
    for text in part.levels:
        row = _effect(data, (of == text).to_numpy(dtype=bool), setting, adjusted)
        rows.append(row | told | {"subgroup": part.name, "level": text})
    return rows


def _effect(data: Aligned, inside: np.ndarray, setting: _Setting, adjusted: list[Term]) -> dict[str, Any]:
    assert data.time is not None
    assert data.event is not None
    main, event = setting.main, data.event[inside]
    contrast = f"{main.levels[1]} vs {main.levels[0]}" if main.levels else main.unit
    row = {**empty_row(EFFECT_COLUMNS), "contrast": contrast, "interval": "none"}
    row |= {"n_patients": int(inside.sum()), "n_events": int(event.sum())}
    if event.sum() < _LEAST_EVENTS:
        return row | {"reason": f"{event.sum()} events, fewer than {_LEAST_EVENTS}"}
    model = fit_model([main, *adjusted], data.patients[inside], data.time[inside], event, data.strata[inside])
    reason = model.why_missing(0)
    if reason:
        return row | {"reason": reason}
    return row | model.ratio(0, setting.level) | {"interval": "Wald"}


def _interaction(data: Aligned, main: Term, part: Term, adjusted: list[Term]) -> Test:
    """Compare the models with and without products of variable and subgroup; missing where the product runs off."""
    X, owner = design([main, part, *adjusted], data.patients)
    products = X[:, [0]] * X[:, owner == 1]
    assert data.time is not None
    assert data.event is not None
    settings = {"strata": data.strata}
    without = cox_maximum(X, data.time, data.event, **settings)
    full = cox_maximum(np.column_stack([X, products]), data.time, data.event, **settings)
    df = full.df - without.df
    if df < 1 or full.endless.any() or without.endless.any():
        return Test()
    statistic = max(2 * (full.loglik - without.loglik), 0.0)
    return Test(statistic, float(df), chi_square_p(statistic, df))


def _withhold(rows: list[dict[str, Any]], *, apparent: bool) -> None:
    for row in rows:
        row |= {"p_value": np.nan, "interaction_p": np.nan}
        if apparent:
            row |= {"ci_low": np.nan, "ci_high": np.nan, "std_error": np.nan, "statistic": np.nan, "interval": "none"}
        elif row["interval"] == "Wald":
            row["interval"] = "conditional on the score"


def _result(
    cohort: Cohort, setting: _Setting, rows: list[dict[str, Any]], learned: list[Term], n_parts: int
) -> SubgroupEffects:
    table = tidy(rows, EFFECT_COLUMNS)
    tested = table[table["subgroup"] != ""].drop_duplicates("subgroup")["interaction_p"].notna().sum()
    reason = why_withheld(learned)
    notes = [f"{tested} tests of interaction, not corrected."] if tested > 1 else []
    if (missing := n_parts - int(tested)) and not reason:
        notes.append(f"{missing} tests of interaction are not estimable: a group without events, or collinear.")
    if reason:
        notes.append(f"No p-values where {reason}.")
    family = Family(hypothesis="the hazard ratio is the same in all subgroups", n_tests=int(tested))
    nothing = bool(table["hazard_ratio"].isna().all())
    return SubgroupEffects(
        table=table,
        status="not_estimable" if nothing else "ok",
        reason=table["reason"].iloc[0] if nothing else "",
        params={"covariates": tuple(term.name for term in setting.adjusted), "strata": setting.strata},
        provenance=provenance(
            data=cohort.fingerprint,
            n_patients=int(table["n_patients"].iloc[0]),
            n_events=int(table["n_events"].iloc[0]),
            n_subgroup_variables=n_parts,
        ),
        families=(family,) if tested else (),
        variable=setting.main.name,
        notes=tuple(notes),
        p_reason=reason,
        level=setting.level,
    )
