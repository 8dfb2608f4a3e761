"""The files of a cohort, read one after the other; each problem is collected, none hides the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from radassoc.base.errors import IdentifierError, Problems, RadassocError, name_some
from radassoc.cohort.parts import check_name
from radassoc.tables.clinical import read_clinical
from radassoc.tables.expression import read_expression
from radassoc.tables.formats import read_raw
from radassoc.tables.identifiers import nearest
from radassoc.tables.plain import read_plain
from radassoc.tables.radiomics import read_radiomics
from radassoc.tables.table import ReadTable, Source, Table, as_tables, note

__all__ = ["read_sources"]

#: The share of a column's rows that must name patients of the other tables before it is taken for the patient column.
SHARE = 0.5


def read_sources(
    sources: Mapping[str, Source],
    problems: Problems,
    *,
    patient: str | None,
    missing_patient: str,
    duplicates: str,
) -> dict[str, ReadTable]:
    """Read every table; what cannot be read is told to ``problems`` and left out.

    The clinical table is read before the expression table, whose orientation is found from known patients.
    """
    tables = {}
    for name, source in sources.items():
        try:
            check_name(name) if name != "clinical" else None
            told = [_with_settings(table, missing_patient, duplicates) for table in as_tables(source)]
        except RadassocError as error:
            problems.add(error)
            continue
        tables[name] = told
    if patient is not None:
        tables = _with_patient(tables, patient, problems)
    read: dict[str, ReadTable] = {}
    for name in sorted(tables, key=lambda table: table == "expression"):
        _read(name, tables[name], read, problems)
    _rescue(tables, read, problems)
    return {name: read[name] for name in sources if name in read}


def _with_settings(table: Table, missing_patient: str, duplicates: str) -> Table:
    """Let a table's own word go before the cohort's."""
    changes: dict[str, Any] = {}
    if table.missing_patient == "error":
        changes["missing_patient"] = missing_patient
    if table.duplicates == "error":
        changes["duplicates"] = duplicates
    return replace(table, **changes)


def _reader(name: str, known: set[str]) -> Callable[[Source], ReadTable]:
    if name == "radiomics":
        return read_radiomics
    if name == "expression":
        return lambda source: read_expression(source, known=known)
    if name == "clinical":
        return read_clinical
    return lambda source: read_plain(source, name)


def _read(name: str, tables: list[Table], read: dict[str, ReadTable], problems: Problems) -> None:
    known = {patient for table in read.values() for patient in table.patients}
    try:
        read[name] = _reader(name, known)(tables)
    except RadassocError as error:
        problems.add(error)


# ---- which column names the patient
def _is_silent(table: Table) -> bool:
    told = (table.patient, table.mapping, table.patient_pattern)
    return all(value is None for value in told) and table.identifier_rule == "auto"


def _with_patient(tables: dict[str, list[Table]], patient: str, problems: Problems) -> dict[str, list[Table]]:
    """Use the named column in each file that has it and says nothing else; at least one must have it."""
    named: dict[str, list[Table]] = {}
    seen: list[str] = []
    found = False
    for name, told in tables.items():
        named[name] = []
        for table in told:
            columns = _columns(table) if name != "expression" or table.orientation == "samples_in_rows" else []
            seen += columns
            found = found or patient in columns
            named[name].append(replace(table, patient=patient) if patient in columns and _is_silent(table) else table)
    if not found and seen:
        near = nearest(patient, dict.fromkeys(seen))
        problems.add(
            IdentifierError(
                f"No table has a column {patient!r}.",
                wanted="the column that names the patient",
                remedy=f"Did you mean {name_some(near)}?" if near else "",
            )
        )
    return named


def _columns(table: Table) -> list[str]:
    """Return the names of a file's columns; a file that cannot be read tells so when it is read."""
    try:
        return [str(label) for label in read_raw(table, scope="")[0].columns]
    except RadassocError:
        return []


def _rescue(tables: dict[str, list[Table]], read: dict[str, ReadTable], problems: Problems) -> None:
    """Read a table anew whose identifiers match nobody, if exactly one column of it names the others' patients."""
    for name, table in list(read.items()):
        others = {patient for other, told in read.items() if other != name for patient in told.patients}
        if not others or not others.isdisjoint(table.patients) or name == "expression":
            continue
        if len(tables[name]) != 1 or not _is_silent(tables[name][0]):
            continue
        candidates = _naming(tables[name][0], others)
        if len(candidates) == 1:
            _read(name, [replace(tables[name][0], patient=candidates[0])], read, problems)
            detail = "the only one whose values are patients of the other tables"
            read[name].notes.append(note(name, candidates[0], "patient column", detail))


def _naming(table: Table, patients: set[str]) -> list[str]:
    raw = read_raw(table, scope="")[0]
    shares = {str(label): _share(raw.iloc[:, i], patients) for i, label in enumerate(raw.columns)}
    return [label for label, share in shares.items() if share >= SHARE]


def _share(column: pd.Series, patients: set[str]) -> float:
    if column.dtype != object:
        return 0.0
    return float(column.map(lambda value: str(value).strip() in patients, na_action="ignore").eq(True).mean())
