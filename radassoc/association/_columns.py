"""How the columns of a table are read: numbers, two classes, several categories, parts of a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError, name_some

__all__ = ["BINARY", "CATEGORICAL", "CONTINUOUS", "FEWEST_IN_CLASS", "Columns", "read_columns"]

CONTINUOUS, BINARY, CATEGORICAL = "continuous", "binary", "categorical"
#: A class of fewer patients is not compared.
FEWEST_IN_CLASS = 5
#: More levels than this in a column of text are names, not categories.
_MOST_LEVELS = 20


@dataclass(frozen=True)
class Columns:
    """The columns of one table as numbers.

    Attributes
    ----------
    values
        Rows x columns; NaN where missing. The second of two classes is 1; categories are 0, 1, ... in sorted order.
    names
        What the columns are called.
    kinds
        ``"continuous"``, ``"binary"`` or ``"categorical"`` per column.
    levels
        Names of the codes of binary and categorical columns.
    notes
        What a reader should know of how they were read.
    """

    values: np.ndarray
    names: pd.Index
    kinds: np.ndarray
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def where(self, kind: str) -> np.ndarray:
        """Return the positions of the columns of a kind."""
        return np.flatnonzero(self.kinds == kind)

    def rows(self, chosen: np.ndarray) -> Columns:
        """Return some of the rows."""
        return replace(self, values=self.values[chosen])


def read_columns(frame: pd.DataFrame, *, what: str) -> Columns:
    """Read each column by what it holds; ``what`` names the table in messages.

    A column of two different values is binary, whatever they are: 0 and 1, False and True, two numbers or two texts;
    the one that sorts last is the class that is asked about. Text of three or more levels, and any column of a pandas
    categorical type with three or more, is categorical; all other columns are continuous.

    Raises
    ------
    InputError
        Infinite numbers, or a column of text with more than 20 levels.
    """
    read = [_read_one(str(name), frame.iloc[:, j], what) for j, name in enumerate(frame.columns)]
    values = np.column_stack([column for column, _, _ in read]) if read else np.empty((len(frame), 0))
    kinds = np.array([kind for _, kind, _ in read], dtype=object)
    levels = {str(name): told for name, (_, _, told) in zip(frame.columns, read, strict=True) if told}
    return Columns(values, frame.columns, kinds, levels, _notes(what, frame.columns, kinds, levels))


def _read_one(name: str, column: pd.Series, what: str) -> tuple[np.ndarray, str, tuple[str, ...]]:
    text = not pd.api.types.is_numeric_dtype(column.dtype)
    known = column[column.notna()]
    n_levels = known.nunique()
    if n_levels == 2 or text:
        if n_levels > _MOST_LEVELS:
            raise InputError(
                f"Column {name!r} of {what} is text with {n_levels} different values.",
                wanted=f"numbers, or at most {_MOST_LEVELS} categories",
                remedy=_remedy(known, name),
            )
        order = _sorted_levels(known)
        codes = column.map({level: float(code) for code, level in enumerate(order)}).to_numpy(dtype=float)
        return codes, CATEGORICAL if n_levels > 2 else BINARY, tuple(_label(level) for level in order)
    values = column.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(values).any():
        raise InputError(f"Column {name!r} of {what} holds infinite values.", wanted="finite or missing values")
    return values, CONTINUOUS, ()


def _remedy(known: pd.Series, name: str) -> str:
    if pd.to_numeric(known, errors="coerce").notna().all():
        return f"All are numbers: frame[{name!r}] = pd.to_numeric(frame[{name!r}])."
    return "Leave it out, or join rare categories."


def _sorted_levels(known: pd.Series) -> list[Any]:
    if isinstance(known.dtype, pd.CategoricalDtype):
        return [level for level in known.cat.categories if (known == level).any()]
    return sorted(known.unique(), key=lambda level: (isinstance(level, str), level))


def _label(level: object) -> str:
    return f"{level:g}" if isinstance(level, float) else str(level)


def _notes(what: str, names: pd.Index, kinds: np.ndarray, levels: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    told = []
    coded = [str(name) for name, kind in zip(names, kinds, strict=True) if kind == BINARY]
    other = [f"{name} ({levels[name][1]})" for name in coded if levels[name] not in {("0", "1"), ("False", "True")}]
    if other:
        told.append(f"{what}: of two classes, the one in brackets is asked about: {name_some(other)}.")
    several = [str(name) for name, kind in zip(names, kinds, strict=True) if kind == CATEGORICAL]
    if several:
        told.append(f"{what}: read as categories: {name_some(several)}.")
    return tuple(told)
