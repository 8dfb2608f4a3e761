"""Which patients are in which stratum: any categorical column, never the outcome, never a continuous number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.cohort.align import check_cohort, outcome_references

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["MOST_LEVELS", "Levels", "read_levels"]

#: More different numbers than this are a measurement; more different texts are names.
_MOST_NUMBERS = 10
MOST_LEVELS = 30


class Levels(NamedTuple):
    """The strata: each patient's label as text (those without one are left out), and the labels in their order."""

    name: str
    labels: pd.Series
    names: tuple[str, ...]
    n_missing: int

    def patients(self, name: str) -> pd.Index:
        """Return who is in a stratum."""
        return self.labels.index[(self.labels == name).to_numpy()]


def read_levels(cohort: Cohort, variable: str, levels: Sequence[str] | None = None) -> Levels:
    """Return the strata of a column: in the order asked for, or sorted.

    Raises
    ------
    InputError
        The variable is no column reference; ``levels`` names a stratum that nobody is in.
    DesignError
        A continuous number, the outcome, or fewer than two strata.
    """
    check_cohort(cohort)
    if not isinstance(variable, str):
        raise InputError(
            f"variable={type(variable).__name__} names no strata.",
            wanted="a column reference, such as 'sex'",
            remedy="cohort.with_clinical(frame) adds labels that are not in the cohort yet.",
        )
    if variable in outcome_references(cohort):
        raise DesignError(f"{variable!r} is the outcome itself.", wanted="groups that are known before the outcome")
    column = cohort.column(variable)
    known = column[column.notna()]
    _check_categorical(variable, known)
    order = _in_order(known)
    labels = known.map(_label).astype(object)
    names = order if levels is None else _chosen(variable, order, levels)
    if len(names) < 2:
        raise DesignError(
            f"All {len(known)} patients have {variable!r} {name_some(names)}.", wanted="two strata or more"
        )
    inside = labels[labels.isin(names)]
    return Levels(variable, inside, names, int(len(cohort.patients) - cohort.patients.isin(known.index).sum()))


def _check_categorical(variable: str, known: pd.Series) -> None:
    n = known.nunique()
    number = pd.api.types.is_numeric_dtype(known.dtype) and not pd.api.types.is_bool_dtype(known.dtype)
    if number and (n > _MOST_NUMBERS or (known.astype(float) % 1 != 0).any()):
        raise DesignError(
            f"{variable!r} is a number with {n} different values.",
            wanted="groups of patients",
            remedy='Derive groups first, such as read_cohort(derive={"age_group": lambda frame: ...}).',
        )
    if n > MOST_LEVELS:
        raise DesignError(
            f"{variable!r} has {n} different values.", wanted=f"at most {MOST_LEVELS} strata", remedy="Join rare ones."
        )


def _in_order(known: pd.Series) -> tuple[str, ...]:
    values = sorted(known.unique(), key=lambda value: (isinstance(value, str), value))
    return tuple(_label(value) for value in values)


def _label(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _chosen(variable: str, order: tuple[str, ...], levels: Sequence[str]) -> tuple[str, ...]:
    asked = (levels,) if isinstance(levels, str) else tuple(str(level) for level in levels)
    unknown = [level for level in asked if level not in order]
    if unknown or len(set(asked)) < len(asked):
        raise InputError(
            f"levels={list(asked)!r} are no strata of {variable!r}.", wanted=f"among {name_some(order, most=8)}"
        )
    return asked
