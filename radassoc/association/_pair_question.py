"""Which two columns a pair is, and the question of a map narrowed to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from radassoc.association._answers import Question
from radassoc.association._columns import BINARY, Columns
from radassoc.base.errors import DesignError, InputError

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["check_pair", "narrowed", "right_of", "source_of"]


def source_of(cohort: Cohort, side: Any) -> tuple[str | pd.DataFrame, str]:
    """Return the table that holds a column, as a map would be asked for it, and the column's name."""
    if isinstance(side, pd.Series):
        if side.name is None:
            raise InputError("The Series has no name.", wanted="a named Series", remedy='series.rename("score")')
        return side.to_frame(), str(side.name)
    if not isinstance(side, str):
        raise InputError(
            f"A column was expected, not a {type(side).__name__}.", wanted='a reference such as "radiomics:VOLUME_TC"'
        )
    from radassoc.cohort.columns import resolve

    table, name = resolve(cohort._parts, side)
    return (cohort.clinical[[name]], name) if table == "clinical" else (table, name)


def check_pair(cohort: Cohort, sources: tuple[Any, ...], names: tuple[str, ...]) -> None:
    from radassoc.cohort.align import outcome_references

    tables = ["clinical" if isinstance(source, pd.DataFrame) else source for source in sources]
    if tables[0] == tables[1] and names[0] == names[1]:
        raise InputError(f"{names[0]!r} is both columns of the pair.", wanted="two columns")
    own = [name for name, table in zip(names, tables, strict=True) if table == "clinical"]
    if any(name in outcome_references(cohort) for name in own):
        raise DesignError(
            f"{own[0]!r} is the outcome: times that are censored have no correlation.",
            wanted="columns that are known for every patient",
            remedy='ra.associate(cohort, ..., "survival"), ra.cox_table or ra.compare_survival.',
        )


def narrowed(question: Question, names: tuple[str, ...]) -> Question:
    """Ask the same of one column of each table, read among the others of its table."""
    inputs, sides = question.inputs, (question.left, right_of(question))
    one = [_only(side, name) for side, name in zip(sides, names, strict=True)]
    frames = [frame[[name]] for frame, name in zip((inputs.left, inputs.right), names, strict=True)]
    narrow = replace(inputs, left=frames[0], right=frames[1], same=False)
    return replace(question, inputs=narrow, left=one[0], right=one[1], large=False)


def right_of(question: Question) -> Columns:
    assert question.right is not None  # the outcome was refused
    return question.right


def _only(columns: Columns, name: str) -> Columns:
    at = [int(columns.names.get_loc(name))]
    kind = columns.kinds[at]
    levels = {key: value for key, value in columns.levels.items() if key == name}
    notes = (f"Of the two classes of {name}, {levels[name][1]} is asked about.",) if kind[0] == BINARY else ()
    return Columns(columns.values[:, at], columns.names[at], kind, levels, notes)
