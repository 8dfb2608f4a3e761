"""Clinical columns as a table of numbers: what modules are held against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from radassoc.base.errors import DesignError, name_some
from radassoc.cohort.align import outcome_references, refuse_repeats

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["trait_frame"]

_MOST_LEVELS = 10


def trait_frame(cohort: Cohort, references: Sequence[str]) -> pd.DataFrame:
    """Return the columns as numbers, patients x traits: a number as it is, each level of a category as an indicator.

    Of two levels only the second in sorted order is shown: the first is its mirror image. Unknown stays unknown.
    """
    refuse_repeats({"traits": tuple(references)})
    own = [name for name in references if name in outcome_references(cohort)]
    if own:
        raise DesignError(
            f"{name_some(own)} is the outcome: times that are censored have no correlation.",
            wanted="clinical columns that are known for every patient",
            remedy="For survival: associate(cohort, modules.transform(...), ...) with the outcome, or cox_table.",
        )
    columns: dict[str, pd.Series] = {}
    for name in references:
        columns.update(_numbers(name, cohort.column(name)))
    return pd.DataFrame(columns, index=cohort.patients).rename_axis(columns="trait")


def _numbers(name: str, column: pd.Series) -> dict[str, pd.Series]:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return {name: column.astype(float)}
    known = column.dropna().astype(str)
    levels = sorted(known.unique())
    if len(levels) > _MOST_LEVELS:
        raise DesignError(
            f"{name!r} has {len(levels)} levels: {name_some(levels)}.",
            wanted=f"at most {_MOST_LEVELS} levels, each of which becomes one trait",
            remedy="Join levels with derive.",
        )
    shown = levels[1:] if len(levels) == 2 else levels
    return {f"{name}={level}": (known == level).astype(float).reindex(column.index) for level in shown}
