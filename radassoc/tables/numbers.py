"""Text -> numbers: which texts are missing values, which are errors, which columns are no features at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError, Problems, name_some
from radassoc.tables.table import Note, count, note
from radassoc.tables.text import MISSING

__all__ = ["SPREADSHEET_ERRORS", "Numbers", "decimal_commas", "looks_like_date", "to_numbers"]

#: What a spreadsheet leaves where a formula failed.
SPREADSHEET_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NUM!", "#VALUE!", "#REF!", "#NAME?", "#NULL!"})
#: Other ways to write that nothing was measured.
BLANK_WORDS = frozenset(
    {
        "none",
        "missing",
        "unknown",
        "not available",
        "not applicable",
        "not reported",
        "not evaluated",
        ".",
        "-",
        "--",
        "?",
    }
    | {f"[{word}]" for word in ("not available", "not applicable", "not evaluated", "unknown", "discrepancy")}
)
_TRUTH = {text: value for word, value in (("true", 1.0), ("false", 0.0)) for text in (word, word.title(), word.upper())}
_INFINITE = re.compile(r"[+-]?(inf(inity)?|∞)", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_POINT_NUMBER = re.compile(r"[+-]?\d+\.\d+([eE][+-]?\d+)?")
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}([ T].*)?|\d{{1,2}}[-./]\d{{1,2}}[-./](\d{{4}}|\d{{2}})([ T].*)?"
    rf"|\d{{1,2}}[- ]({_MONTHS})[a-z]*([- ]\d{{2,4}})?|({_MONTHS})[a-z]*[- ]\d{{1,4}}",
    re.IGNORECASE,
)


def looks_like_date(text: str) -> bool:
    """Tell whether a text is a calendar date, or what a spreadsheet made of something that it took for one.

    Examples
    --------
    >>> [looks_like_date(text) for text in ("1997.02.22", "22/02/1997", "1-Mar", "0.123", "T1-2")]
    [True, True, True, False, False]
    """
    return _DATE.fullmatch(text.strip()) is not None


def decimal_commas(column: pd.Series) -> bool:
    """Tell whether every cell of a column of text is a whole number or a number with a decimal comma.

    Examples
    --------
    >>> decimal_commas(pd.Series(["63,5", "70", None])), decimal_commas(pd.Series(["T1,2", "70"]))
    (True, False)
    """
    texts = [str(text).strip() for text in column.dropna()]
    commas = [text for text in texts if _COMMA_NUMBER.fullmatch(text)]
    return bool(commas) and all(_COMMA_NUMBER.fullmatch(text) or _NUMBER.fullmatch(text) for text in texts)


@dataclass
class Numbers:
    """What became of a raw frame: the numeric columns, the positions of those that are text, and the notes."""

    frame: pd.DataFrame
    text: dict[int, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def to_numbers(
    raw: pd.DataFrame,
    *,
    source: str,
    scope: str,
    error: type[InputError],
    rows: pd.Index,
    decimal: str = ".",
    truth: bool = True,
) -> Numbers:
    """Return every column as floats, or say why it is not one.

    A column of which at least half of the cells are numbers is numeric; a text in it is an error that names the cells,
    unless it says that nothing was measured. A column with fewer numbers is returned in ``text`` with its reason.

    Parameters
    ----------
    raw
        Columns as read: floats, or text.
    rows
        Identifier of each row, for the messages.
    decimal
        The decimal sign of the file.
    truth
        Read a column of True and False as 1 and 0, with a note.
    """
    numeric = np.array([not pd.api.types.is_object_dtype(dtype) for dtype in raw.dtypes], dtype=bool)
    values = np.full(raw.shape, np.nan)
    values[:, numeric] = raw.loc[:, numeric].to_numpy(dtype=np.float64)
    bad: dict[str, _Cells] = {}
    text: dict[int, str] = {}
    told: dict[int, Mapping[str, int]] = {}
    notes: list[Note] = []
    for i in np.flatnonzero(~numeric):
        column, label = raw.iloc[:, i], str(raw.columns[i])
        if truth and _only_truth(column):
            values[:, i] = column.map(_TRUTH).to_numpy(dtype=np.float64)
            notes.append(note(scope, label, "True and False read as 1 and 0"))
            continue
        cells = _Cells(column, decimal)
        reason = cells.no_number_reason()
        if reason:
            text[int(i)] = reason
        elif cells.bad.any():
            bad[label] = cells
        else:
            values[:, i], told[int(i)] = cells.values, cells.blanked()
    if bad:
        raise _bad_columns(bad, source, error, rows)
    notes += _blanked(values, told, raw.columns, scope)
    keep = [i for i in range(raw.shape[1]) if i not in text]
    frame = pd.DataFrame(values[:, keep], index=rows, columns=pd.Index(raw.columns[keep].tolist(), dtype=object))
    return Numbers(frame, text, notes)


def _blanked(values: np.ndarray, told: dict[int, Mapping[str, int]], labels: pd.Index, scope: str) -> list[Note]:
    """Make infinities missing, in place, and return one note per column and kind of cell that was made missing."""
    infinite = np.isinf(values)
    values[infinite] = np.nan
    n_infinite = infinite.sum(axis=0)
    notes = []
    for i in sorted({*told, *np.flatnonzero(n_infinite).tolist()}):
        counts = dict(told.get(i, {}))
        if n_infinite[i]:
            counts["infinite"] = int(n_infinite[i])
        notes += [
            note(scope, str(labels[i]), "made missing", f"{count(n, 'cell')}: {token}") for token, n in counts.items()
        ]
    return notes


def _only_truth(column: pd.Series) -> bool:
    known = column.dropna()
    return bool(len(known)) and bool(known.isin(list(_TRUTH)).all())


class _Cells:
    """The cells of one column of text, sorted into numbers, missing values and the rest."""

    def __init__(self, column: pd.Series, decimal: str) -> None:
        texts = ["" if gone else str(cell).strip() for cell, gone in zip(column, column.isna(), strict=True)]
        self.texts = texts
        # under a decimal comma a point is no decimal sign: it may separate thousands
        plain = texts if decimal == "." else [text.replace(".", "?").replace(",", ".") for text in texts]
        is_number = np.array([_NUMBER.fullmatch(text) is not None for text in plain])
        self.values = np.full(len(texts), np.nan)
        self.values[is_number] = [float(text) for text, good in zip(plain, is_number, strict=True) if good]
        self.tokens = np.array([_missing_token(text) for text in texts], dtype=object)
        self.is_number = is_number
        self.bad = ~is_number & (self.tokens == "")
        self.other_decimal = _COMMA_NUMBER if decimal == "." else _POINT_NUMBER

    def no_number_reason(self) -> str:
        """Return why the column is not numeric; empty if it is (or was meant to be)."""
        n_bad, n_good = int(self.bad.sum()), int(self.is_number.sum())
        if n_bad == 0:
            return ""
        others = [text for text, bad in zip(self.texts, self.bad, strict=True) if bad]
        if n_good >= n_bad or all(self.other_decimal.fullmatch(text) for text in others):
            return ""
        if n_good == 0 and all(looks_like_date(text) for text in others):
            return "dates"
        if all("/" in text or "\\" in text for text in others):
            return "paths"
        return "constant text" if len(set(others)) == 1 else "text"

    def blanked(self) -> dict[str, int]:
        """Count the tokens that were made missing and are worth a note."""
        told = [token for token in self.tokens if token not in ("", "blank")]
        return {token: told.count(token) for token in dict.fromkeys(told)}


def _missing_token(text: str) -> str:
    """Return what kind of missing value a text is: empty if it is none, ``blank`` if it needs no note."""
    if text in MISSING:
        return "blank"
    if text.upper() in SPREADSHEET_ERRORS:
        return text.upper()
    if text.lower() in BLANK_WORDS:
        return repr(text)
    return "infinite" if _INFINITE.fullmatch(text) else ""


def _bad_columns(bad: dict[str, _Cells], source: str, error: type[InputError], rows: pd.Index) -> InputError:
    """Return one error per column while they are few, and one for all where a whole table is written otherwise."""
    problems = Problems()
    for label, cells in bad.items():
        problems.add(_bad_cells(cells, label, source, error, rows))
    if len(bad) <= 3:
        try:
            problems.raise_if_any()
        except InputError as collected:
            return collected
    first = next(iter(problems))
    told = first.found.removeprefix(f"{source}: ")
    found = f"{source}: {len(bad)} columns hold texts among their numbers: {name_some(bad)}. First: {told}"
    return error(found, wanted=first.wanted, remedy=first.remedy)


def _bad_cells(cells: _Cells, label: str, source: str, error: type[InputError], rows: pd.Index) -> InputError:
    where = np.flatnonzero(cells.bad)
    shown = ", ".join(f"{cells.texts[i]!r} ({rows[i]})" for i in where[:3])
    more = f" and {len(where) - 3} more" if len(where) > 3 else ""
    bad = [cells.texts[i] for i in where]
    if all(cells.other_decimal.fullmatch(text) for text in bad):
        sign, name = (",", "commas") if cells.other_decimal is _COMMA_NUMBER else (".", "points")
        remedy = f'These look like decimal {name}: Table(..., decimal="{sign}").'
    elif any(looks_like_date(text) for text in bad):
        remedy = "A spreadsheet has turned numbers into dates: export the table again with the cells formatted as text."
    else:
        remedy = f"Correct the cells, or leave the column out: Table(..., drop=[{label!r}])."
    return error(
        f"{source}: column {label!r} holds {count(len(where), 'text')} among its numbers: {shown}{more}.",
        wanted="numbers",
        remedy=remedy,
    )
