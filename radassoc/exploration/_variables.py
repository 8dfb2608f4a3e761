"""Which clinical columns describe patients, and whether they are numbers or categories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.exploration.results import SKIPPED_COLUMNS

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Variable", "choose_variables", "level_text"]

_IDENTIFIER = re.compile(r"(^|[_.\- ])(id|ids|identifier|patient|sample|barcode|uuid|mrn)$", re.IGNORECASE)
_DATE = re.compile(r"^\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T]\d{1,2}:\d{2}.*)?\s*$")
_MOST_LEVELS = 15
_FEW_LEVELS = 5


class Variable(NamedTuple):
    """A patient-indexed column: floats where it is numeric, text levels where it is categorical."""

    name: str
    kind: Literal["numeric", "categorical"]
    values: pd.Series
    levels: tuple[str, ...] = ()


def choose_variables(cohort: Cohort, variables: Sequence[str] | None) -> tuple[list[Variable], pd.DataFrame]:
    """Return the variables asked for, or all clinical columns that describe patients, and what was left out and why.

    Times and event of the outcome, identifiers, dates, constants, empty columns and text with many levels are left out
    of the default choice. A variable that was asked for is taken as it is.
    """
    if variables is not None:
        names = (variables,) if isinstance(variables, str) else tuple(variables)
        return [_typed(name, cohort.column(name)) for name in names], tidy([], SKIPPED_COLUMNS)
    outcome = cohort.outcome
    taken = () if outcome is None else (outcome.time_name, outcome.event_name)
    chosen, skipped = [], []
    for name, column in cohort.clinical.items():
        reason = "outcome" if name in taken else _unfit(str(name), column)
        if reason:
            skipped.append({"variable": name, "reason": reason})
        else:
            chosen.append(_typed(str(name), column))
    return chosen, tidy(skipped, SKIPPED_COLUMNS)


def _unfit(name: str, column: pd.Series) -> str:
    known = column.dropna()
    distinct = known.nunique()
    if not len(known):
        return "no value"
    if distinct == 1:
        return "the same in all patients"
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "dates"
    if _IDENTIFIER.search(name) and distinct > 0.5 * len(known):
        return "identifiers"
    if _is_number(column):
        return ""
    texts = known.astype(str)
    if texts.str.match(_DATE).mean() > 0.9:
        return "dates"
    if distinct > _MOST_LEVELS:
        return f"text with {distinct} levels"
    return ""


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)


def _typed(name: str, column: pd.Series) -> Variable:
    """Numbers are categories where they are at most five different whole numbers, such as a stage."""
    if _is_number(column):
        values = column.astype(float)
        known = np.unique(values.dropna())
        if known.size > _FEW_LEVELS or (known != np.round(known)).any():
            return Variable(name, "numeric", values)
    known_levels = column.dropna()
    if isinstance(column.dtype, pd.CategoricalDtype):
        ordered = [level for level in column.cat.categories if (known_levels == level).any()]
    else:
        ordered = sorted(known_levels.unique(), key=lambda level: (isinstance(level, str), level))
    texts = column.map(level_text, na_action="ignore").astype(object)
    return Variable(name, "categorical", texts.where(column.notna(), None), tuple(level_text(x) for x in ordered))


def level_text(level: Any) -> str:
    """Write a level without a needless decimal point."""
    return f"{level:g}" if isinstance(level, (float, np.floating)) else str(level)
