"""The variables of a clinical Cox model: numbers per unit, categories against a reference, scores and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from radassoc.base.apparent import is_out_of_fold, refuse_apparent
from radassoc.base.arguments import check_number
from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.cohort.align import refuse_outcome, refuse_repeats
from radassoc.survival._predict import training_overlap
from radassoc.survival.groups import RiskGroups, Source, patient_values
from radassoc.survival.score import RiskScore
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = [
    "LEARNED",
    "Per",
    "Subject",
    "Term",
    "design",
    "gather_terms",
    "is_learned",
    "level_text",
    "name_of",
    "named_subjects",
    "why_withheld",
]

Subject: TypeAlias = str | pd.Series | RiskGroups | RiskValidation | RiskScore
Per: TypeAlias = float | Literal["SD"]

#: Values in which the outcome of these same patients took part.
LEARNED = ("out_of_fold", "training")
_MOST_LEVELS = 15
_WHY = {
    "out_of_fold": (
        "was learned from the outcome of the other patients of this cohort: a p-value needs reruns with imaging "
        "permuted (validate_risk_score with n_permutations)"
    ),
    "training": "was fitted on the outcome of these same patients (apparent)",
}


class Term(NamedTuple):
    """One variable: ``values`` by patient are floats, or with ``levels`` their texts; the first level is the reference.

    ``per`` is the step that a hazard ratio of a number belongs to, and ``unit`` the same in words.
    """

    name: str
    values: pd.Series
    levels: tuple[str, ...] = ()
    per: float = 1.0
    unit: str = "per unit"
    source: Source = "clinical"

    @property
    def columns(self) -> list[str]:
        """Return the names of its columns in a design."""
        return [f"{self.name}={level}" for level in self.levels[1:]] if self.levels else [self.name]


def is_learned(term: Term) -> bool:
    """Tell whether the outcome of these patients took part in the values."""
    return term.source in LEARNED


def why_withheld(terms: Sequence[Term]) -> str:
    """Say why a model with these variables gives no p-value; empty where it may."""
    return "; ".join(f"{term.name!r} {_WHY[term.source]}" for term in terms if is_learned(term))


def gather_terms(
    cohort: Cohort,
    variables: Sequence[Subject] | Mapping[str, Subject] | Subject,
    *,
    per: Mapping[str, Per] | None = None,
    reference: Mapping[str, Any] | None = None,
) -> list[Term]:
    """Return the variables as terms; refuse outcomes, repeats, apparent scores and settings that name no variable."""
    named = named_subjects(variables)
    refuse_repeats({"variables": [name for name, _ in named]})
    refuse_outcome(cohort, [subject for _, subject in named if isinstance(subject, str)])
    per, reference = dict(per or {}), dict(reference or {})
    _check_settings({"per": per, "reference": reference}, [name for name, _ in named])
    return [_term(cohort, name, subject, per.get(name), reference.get(name)) for name, subject in named]


def named_subjects(variables: Any) -> list[tuple[str, Any]]:
    """Return name and subject of each variable, however they are given."""
    if isinstance(variables, Mapping):
        named = [(str(name), subject) for name, subject in variables.items()]
    else:
        single = isinstance(variables, (str, pd.Series, RiskGroups, RiskValidation, RiskScore))
        named = [(name_of(subject), subject) for subject in ([variables] if single else list(variables))]
    if not named:
        raise InputError("There are no variables.", wanted="at least one column, score or grouping")
    return named


def name_of(subject: Any) -> str:
    """Return how a variable is called where no other name is given; refuse what is none."""
    if isinstance(subject, str):
        return subject
    if isinstance(subject, pd.Series):
        if subject.name is None:
            raise InputError("A Series without a name.", remedy='Name it, or pass {"name": values}.')
        return str(subject.name)
    if isinstance(subject, (RiskScore, RiskValidation)):
        return "risk_score"
    if isinstance(subject, RiskGroups):
        return "risk_group"
    raise InputError(
        f"A {type(subject).__name__} is no variable of a Cox model.",
        wanted="a column of the cohort, a patient-indexed Series, a risk score, a validation or risk groups",
    )


def _check_settings(asked: Mapping[str, Mapping[str, Any]], names: list[str]) -> None:
    for what, settings in asked.items():
        unknown = [name for name in settings if name not in names]
        if unknown:
            raise InputError(
                f"{what} names {name_some(unknown)}, which is no variable here.", wanted=name_some(names, most=10)
            )


# ---- one variable
def _term(cohort: Cohort, name: str, subject: Any, per: Any, reference: Any) -> Term:
    values, source, order = _values(cohort, subject)
    values = values[values.index.isin(cohort.patients)]
    if values.index.has_duplicates:
        raise InputError(f"{name!r} names a patient more than once.", wanted="one value per patient")
    if values.notna().sum() == 0:
        raise DesignError(f"No patient has a value of {name!r}.", wanted="values of patients of the cohort")
    number = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    if number and reference is None:
        return _numeric(name, values.astype(float), per, source)
    if per is not None:
        raise InputError(f"per[{name!r}]={per!r}: {name!r} is no number.", wanted="numeric variables in per")
    return _categorical(name, values, reference, source, order)


def _values(cohort: Cohort, subject: Any) -> tuple[pd.Series, Source, Sequence[str]]:
    """Return values by patient, where they come from, and the order of levels where it is given."""
    name_of(subject)  # refuses what is no variable
    if isinstance(subject, str):
        return cohort.column(subject), "clinical", ()
    if isinstance(subject, pd.Series):
        refuse_apparent(subject)
        return subject, "out_of_fold" if is_out_of_fold(subject) else "given", ()
    if isinstance(subject, RiskScore):
        if training_overlap(subject, cohort.patients).any():
            return subject.out_of_fold(cohort), "out_of_fold", ()
        return subject.predict(cohort), "test", ()
    if isinstance(subject, RiskValidation):
        return patient_values(subject, "score").set_index("patient")["score"], "out_of_fold", ()
    return patient_values(subject, "group").set_index("patient")["group"], subject.source, subject.labels


def _numeric(name: str, values: pd.Series, per: Any, source: Source) -> Term:
    known = values[np.isfinite(values)]
    if known.nunique() < 2:
        raise _constant(name, known)
    if per == "SD":
        spread = float(known.std())
        return Term(name, values.where(np.isfinite(values)), (), spread, f"per SD ({spread:.3g})", source)
    if per is not None:
        check_number(f"per[{name!r}]", per)
        if not np.isfinite(per) or per <= 0:
            raise InputError(f"per[{name!r}]={per!r} is no step.", wanted='a number above 0, or "SD"')
    step = 1.0 if per is None else float(per)
    unit = "per unit" if step == 1 else f"per {step:g}"
    return Term(name, values.where(np.isfinite(values)), (), step, unit, source)


def _categorical(name: str, values: pd.Series, reference: Any, source: Source, order: Sequence[str]) -> Term:
    known = values.dropna()
    if order:
        levels = [level for level in order if (known == level).any()]
    elif isinstance(values.dtype, pd.CategoricalDtype):
        levels = [level_text(level) for level in known.cat.categories if (known == level).any()]
    else:
        ordered = sorted(known.unique(), key=lambda level: (isinstance(level, str), level))
        levels = [level_text(level) for level in ordered]
    if len(levels) < 2:
        raise _constant(name, known)
    if len(levels) > _MOST_LEVELS:
        raise DesignError(
            f"{name!r} has {len(levels)} levels: {name_some(levels)}.",
            wanted=f"a number, or at most {_MOST_LEVELS} levels",
            remedy="Join levels with derive, or leave it out.",
        )
    if reference is not None:
        first = level_text(reference)
        if first not in levels:
            raise InputError(
                f"reference[{name!r}]={reference!r} is no level of it.", wanted=f"one of {name_some(levels, most=15)}"
            )
        levels = [first, *(level for level in levels if level != first)]
    texts = values.map(level_text, na_action="ignore").astype(object).where(values.notna(), None)
    return Term(name, texts, tuple(levels), source=source)


def _constant(name: str, known: pd.Series) -> DesignError:
    return DesignError(
        f"{name!r} is {name_some(known.unique())} in all {len(known)} patients.",
        wanted="at least two values",
        remedy="Leave it out.",
    )


def level_text(level: Any) -> str:
    """Write a level without a needless decimal point."""
    return f"{level:g}" if isinstance(level, (float, np.floating)) else str(level)


# ---- numbers of a model
def design(terms: Sequence[Term], patients: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns of the terms, numbers divided by their step, and the position of each column's term."""
    columns, owner = [], []
    for position, term in enumerate(terms):
        values = term.values.reindex(patients)
        if not term.levels:
            columns.append(values.to_numpy(dtype=float) / term.per)
        else:
            columns += [(values == level).to_numpy(dtype=float) for level in term.levels[1:]]
        owner += [position] * len(term.columns)
    return np.column_stack(columns), np.array(owner, dtype=np.int64)
