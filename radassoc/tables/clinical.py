"""Clinical tables: one row per patient, numbers and text."""

from __future__ import annotations

import pandas as pd

from radassoc.base.errors import ClinicalError, name_some
from radassoc.tables.formats import read_raw
from radassoc.tables.join import join_tables
from radassoc.tables.numbers import SPREADSHEET_ERRORS, Numbers, decimal_commas, to_numbers
from radassoc.tables.rows import id_names, name_rows, select_columns
from radassoc.tables.table import Note, ReadTable, Source, Table, as_tables, count, note
from radassoc.tables.text import MISSING

__all__ = ["read_clinical"]

#: Texts that say that nothing is known; "unknown" and "none" may be answers of their own and stay.
_UNSAID = frozenset(MISSING) | {
    "[Not Available]", "[Not Applicable]", "[Not Evaluated]", "[Unknown]", "[Discrepancy]", *SPREADSHEET_ERRORS,
}  # fmt: skip


def read_clinical(source: Source) -> ReadTable:
    """Read a clinical table, one row per patient.

    A column of numbers becomes float; any other stays text, stripped of spaces. A patient with several rows (one per
    sample) keeps one where all rows agree.

    Parameters
    ----------
    source
        A path, a frame, ``ra.Table(...)``, or a list of these.

    Returns
    -------
    ReadTable
        ``frame`` has one row per patient; its index and ``patients`` are the patients.

    Raises
    ------
    ClinicalError
        A patient's rows contradict each other, or column names repeat.
    IdentifierError
        Rows without a patient.
    """
    parts = [_read_one(table) for table in as_tables(source)]
    frame, patients, notes = join_tables(parts, scope="clinical", error=ClinicalError)
    features = pd.DataFrame(index=pd.Index(frame.columns, name="feature", dtype=object))
    return ReadTable(name="clinical", frame=frame, patients=patients, features=features, notes=notes)


def _read_one(table: Table) -> tuple[pd.DataFrame, pd.Series, list[Note]]:
    raw, notes = read_raw(table, scope="clinical", text_columns=id_names(table))
    rows = name_rows(raw, table, scope="clinical", unique=False)
    frame = select_columns(rows.frame, table, what="column", error=ClinicalError)
    repeated = frame.columns[frame.columns.duplicated()].unique()
    if len(repeated):
        raise ClinicalError(
            f"{table.name}: {count(len(repeated), 'column name')} given more than once: {name_some(repeated)}.",
            wanted="one column per name",
            remedy="Rename them in the file.",
        )
    if frame.shape[1] == 0:
        raise ClinicalError(f"{table.name} has no column besides its identifiers.", wanted="clinical columns")
    typed, more = _typed(frame, table)
    frame, merged = _one_row_each(typed, rows.patients, table)
    patients = pd.Series(frame.index, index=frame.index, name="patient", dtype=object)
    return frame.add_prefix(str(table.prefix)), patients, notes + rows.notes + more + merged


def _typed(frame: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Note]]:
    """Return numbers as floats and everything else as stripped text."""
    columns: dict[str, pd.Series] = {}
    notes: list[Note] = []
    for label in frame.columns:
        read = _numbers(frame[[label]], table)
        if read is not None:
            columns[label] = read.frame[label]
            notes += read.notes
            continue
        texts = _texts(frame[label])
        if table.decimal == "." and decimal_commas(texts):
            raise ClinicalError(
                f"{table.name}: column {label!r} is written with decimal commas: {name_some(texts.dropna())}.",
                wanted="numbers with a decimal point",
                remedy='Say so: Table(..., decimal=",").',
            )
        columns[label] = texts
        n_numbers = int(pd.to_numeric(texts, errors="coerce").notna().sum())
        if n_numbers > 0.5 * texts.notna().sum():
            odd = texts[pd.to_numeric(texts, errors="coerce").isna() & texts.notna()].unique()
            notes.append(note("clinical", label, "kept as text", f"{n_numbers} numbers beside {name_some(odd)}"))
    return pd.DataFrame(columns, index=frame.index), notes


def _numbers(column: pd.DataFrame, table: Table) -> Numbers | None:
    """Return a column as numbers, or None if it is (also) text."""
    try:
        read = to_numbers(
            column,
            source=table.name,
            scope="clinical",
            error=ClinicalError,
            rows=column.index,
            decimal=table.decimal,
            truth=False,
        )
    except ClinicalError:
        return None
    return None if read.text else read


def _texts(column: pd.Series) -> pd.Series:
    if column.dtype != object:
        column = column.astype(object)
    texts = column.map(lambda value: str(value).strip(), na_action="ignore")
    return texts.where(~texts.isin(_UNSAID), None).where(texts.notna(), None)


def _one_row_each(frame: pd.DataFrame, patients: pd.Series, table: Table) -> tuple[pd.DataFrame, list[Note]]:
    frame = frame.set_axis(pd.Index(patients.to_numpy(), name="sample", dtype=object), axis=0)
    repeated = frame.index[frame.index.duplicated()].unique()
    if repeated.empty:
        return frame, []
    groups = frame.groupby(level=0, sort=False)
    differ = groups.nunique(dropna=True) > 1
    wrong = [str(column) for column in frame.columns[differ.any(axis=0).to_numpy()]]
    if wrong:
        who = differ.index[differ.any(axis=1).to_numpy()]
        raise ClinicalError(
            f"{table.name}: the rows of {count(len(who), 'patient')} contradict each other ({name_some(who)}) in "
            f"{name_some(wrong)}.",
            wanted="one row per patient",
            remedy="Remove the wrong rows, or leave columns that belong to samples out: "
            f"Table(..., drop={wrong[:6]!r}).",
        )
    merged = groups.first()
    merged = merged.reindex(frame.index.unique()).astype(frame.dtypes.to_dict()).rename_axis("sample")
    detail = f"{len(repeated)} patients have several rows that agree"
    return merged, [note("clinical", table.name, "rows merged", detail)]
