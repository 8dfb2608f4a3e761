"""Tables of imaging features: PyRadiomics, CaPTk, or any plain table of numbers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError, RadiomicsError, name_some
from radassoc.tables.duplicates import resolve_duplicates
from radassoc.tables.feature_names import UNKNOWN, describe_features, parse_feature
from radassoc.tables.formats import read_raw
from radassoc.tables.join import join_tables
from radassoc.tables.numbers import to_numbers
from radassoc.tables.regions import note_absent
from radassoc.tables.rows import id_names, name_rows, select_columns
from radassoc.tables.table import Note, ReadTable, Source, Table, as_tables, note

__all__ = ["read_numeric", "read_radiomics"]

_DIAGNOSTICS = re.compile(r"(?:.*_)?diagnostics_.*")
_DATE_NAME = re.compile(r"(^|[^a-z])date([^a-z]|$)|date$", re.IGNORECASE)


def read_radiomics(source: Source) -> ReadTable:
    """Read a table of imaging features, one row per sample.

    Columns of PyRadiomics' diagnostics, dates, paths and text are left out and noted; spreadsheet errors and infinities
    become missing values and are noted; other text among numbers is an error that names the cells.

    Parameters
    ----------
    source
        A path, a frame, ``ra.Table(...)``, or a list of these: files of other samples are stacked, files of the same
        samples are put side by side (``prefix=`` keeps their names apart).

    Returns
    -------
    ReadTable
        ``features`` tells image type, region, sequence, class and name of each feature.

    Raises
    ------
    RadiomicsError
        The table holds no features, text among numbers, or features in rows.
    IdentifierError
        Rows without a name, repeated names, or patients that the rules do not find.
    """
    tables = as_tables(source)
    parts = [read_numeric(table, scope="radiomics", error=RadiomicsError) for table in tables]
    frame, patients, notes = join_tables(parts, scope="radiomics", error=RadiomicsError)
    features = describe_features(frame.columns)
    notes += note_absent(frame, features, scope="radiomics")
    return ReadTable(name="radiomics", frame=frame, patients=patients, features=features, notes=notes)


def read_numeric(table: Table, *, scope: str, error: type[InputError]) -> tuple[pd.DataFrame, pd.Series, list[Note]]:
    """Read one file of samples x numbers; return the frame, the patient of each sample and the notes."""
    raw, notes = read_raw(table, scope=scope, text_columns=id_names(table))
    raw = _upright(raw, table, error)
    rows = name_rows(raw, table, scope=scope)
    frame = select_columns(rows.frame, table, what="column", error=error)
    frame, left_out = _leave_out(frame, table, scope)
    numbers = to_numbers(frame, source=table.name, scope=scope, error=error, rows=frame.index, decimal=table.decimal)
    left_out += [note(scope, str(frame.columns[i]), reason, "no feature") for i, reason in numbers.text.items()]
    values, more = _checked(numbers.frame, table, scope, error, len(left_out))
    notes += rows.notes + left_out + numbers.notes + more
    return values.add_prefix(str(table.prefix)), rows.patients, notes


def _upright(raw: pd.DataFrame, table: Table, error: type[InputError]) -> pd.DataFrame:
    """Return samples in rows; features in rows without a word from the user are an error."""
    if table.orientation == "samples_in_columns":
        body = raw.iloc[:, 1:].T
        body.columns = pd.Index([str(label) for label in raw.iloc[:, 0]], dtype=object)
        body.insert(0, "sample", [str(label) for label in raw.columns[1:]], allow_duplicates=True)
        return body.reset_index(drop=True)
    if table.orientation == "auto" and raw.shape[1] > 1:
        down, across = _share_of_features(raw.iloc[:, 0]), _share_of_features(pd.Series(raw.columns[1:]))
        if down > 0.5 and across < 0.1:
            raise error(
                f"{table.name} has features in rows (first: {name_some(raw.iloc[:, 0])}) and samples in columns.",
                wanted="one row per sample",
                remedy='Turn it: Table(..., orientation="samples_in_columns").',
            )
    return raw


def _share_of_features(names: pd.Series) -> float:
    return float(np.mean([parse_feature(str(name))[3] != UNKNOWN for name in names[:200]]))


def _leave_out(frame: pd.DataFrame, table: Table, scope: str) -> tuple[pd.DataFrame, list[Note]]:
    """Leave out what is told by its name: diagnostics, and dates written as numbers."""
    asked = set(table.columns or ())
    reasons = {}
    for i, label in enumerate(frame.columns):
        if label in asked:
            continue
        if _DIAGNOSTICS.fullmatch(label):
            reasons[i] = "diagnostics"
        elif _DATE_NAME.search(label) and not _is_text(frame.iloc[:, i]) and _are_day_numbers(frame.iloc[:, i]):
            reasons[i] = "dates"
    notes = [note(scope, str(frame.columns[i]), reason, "no feature") for i, reason in reasons.items()]
    return frame.iloc[:, [i for i in range(frame.shape[1]) if i not in reasons]], notes


def _is_text(column: pd.Series) -> bool:
    return bool(pd.api.types.is_object_dtype(column))


def _are_day_numbers(column: pd.Series) -> bool:
    known = column.dropna()
    return bool(len(known) and known.between(19000101, 21001231).all())


def _checked(
    frame: pd.DataFrame, table: Table, scope: str, error: type[InputError], n_left_out: int
) -> tuple[pd.DataFrame, list[Note]]:
    """Drop features without any value, settle repeated names, and refuse a table in which nothing varies."""
    empty = frame.isna().all(axis=0).to_numpy()
    notes = [note(scope, str(name), "all values missing", "no feature") for name in frame.columns[empty]]
    values = frame.loc[:, ~empty]
    if values.shape[1] == 0:
        found = f"{int(empty.sum())} columns without any value" if empty.any() else "no column of numbers"
        more = f" ({n_left_out} columns are dates, paths or text)" if n_left_out else ""
        raise error(f"{table.name} has {found}{more}.", wanted="at least one column of numbers")
    values, more_notes = resolve_duplicates(values, table, what="column", scope=scope, error=error)
    if len(values) > 1 and bool((values.max() == values.min()).all()):
        raise error(
            f"{table.name}: each of its {values.shape[1]} columns is constant over {len(values)} samples.",
            wanted="values that differ between samples",
            remedy="Check that the table was exported completely.",
        )
    return values, notes + more_notes
