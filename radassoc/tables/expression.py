"""Gene expression: genes in rows or columns, repeated symbols, and the scale of the values."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
import pandas as pd

from radassoc.base.errors import ExpressionError, IdentifierError, name_some
from radassoc.tables.duplicates import resolve_duplicates
from radassoc.tables.formats import read_raw
from radassoc.tables.identifiers import check_known
from radassoc.tables.join import join_tables
from radassoc.tables.numbers import Numbers, to_numbers
from radassoc.tables.orientation import genes_in_rows
from radassoc.tables.rows import Rows, drop_empty, id_names, name_rows, select_columns
from radassoc.tables.table import Note, ReadTable, Source, Table, as_tables, count, note

__all__ = ["read_expression", "recognise_scale"]

#: Columns beside the genes of public tables that describe genes, not samples.
_ANNOTATION = re.compile(
    r"entrez.*|description|gene.?(id|name|type|symbol)|symbol|chr(omosome)?|start|end|strand|cytoband|length|biotype|ensembl.*",
    re.IGNORECASE,
)
#: A symbol that a spreadsheet took for a date: MARCH1 -> 1-Mar, SEPT2 -> 2-Sep, DEC1 -> 1-Dec, or the day itself.
_MANGLED = re.compile(
    r"\d{1,2}-(mar|sep|dec|apr|oct|nov)|(mar|sep|dec)-\d{1,2}|\d{4}-\d\d-\d\d( .*)?|\d{1,2}/\d{1,2}/\d{2,4}",
    re.IGNORECASE,
)

#: A standardised value that no biology explains; a gene silent in the reference makes such values.
_FAR = 20


def read_expression(source: Source, *, known: Collection[str] = ()) -> ReadTable:
    """Read a table of gene expression; the result has samples in rows.

    Whether the file has genes in rows or in columns is found from the names. Columns that describe genes are left out
    and noted. The scale (counts, log, z-scores, other positive values) is recognised and noted, and never changed.

    Parameters
    ----------
    source
        A path, a frame, ``ra.Table(...)``, or a list of these. ``columns`` and ``drop`` may name genes or samples.
    known
        Patients or samples of other tables, to tell samples from genes.

    Raises
    ------
    ExpressionError
        Orientation that cannot be told, symbols that a spreadsheet made dates, repeated symbols, text among numbers.
    IdentifierError
        Samples without a name, repeated samples, or patients that the rules do not find.
    """
    parts = [_read_one(table, known) for table in as_tables(source)]
    frame, patients, notes = join_tables(parts, scope="expression", error=ExpressionError)
    notes.append(note("expression", "scale", *recognise_scale(frame)))
    features = pd.DataFrame(index=pd.Index(frame.columns, name="feature", dtype=object))
    return ReadTable(name="expression", frame=frame, patients=patients, features=features, notes=notes)


def _read_one(table: Table, known: Collection[str]) -> tuple[pd.DataFrame, pd.Series, list[Note]]:
    raw, notes = read_raw(table, scope="expression", text_columns=id_names(table))
    raw, more = drop_empty(raw, table, "expression")
    notes += more
    title, down = str(raw.columns[0]), [str(name) for name in raw.iloc[:, 0]]
    across = [str(label) for label in raw.columns[1:]]
    if genes_in_rows(down, across, title, source=table.name, told=table.orientation, known=known):
        rows, more = _from_columns(raw, table)
        frame = rows.frame
    else:
        rows = name_rows(raw, table, scope="expression")
        selected = select_columns(rows.frame, table, what="gene", error=ExpressionError)
        read = _numbers(selected, table, rows.frame.index)
        frame, more = read.frame, _left_out(read, selected, "no gene") + read.notes
    frame, checked = _checked(frame, table)
    return frame.add_prefix(str(table.prefix)), rows.patients, notes + rows.notes + more + checked


def _numbers(frame: pd.DataFrame, table: Table, rows: pd.Index) -> Numbers:
    return to_numbers(
        frame, source=table.name, scope="expression", error=ExpressionError, rows=rows, decimal=table.decimal
    )


def _left_out(read: Numbers, frame: pd.DataFrame, what: str) -> list[Note]:
    return [note("expression", str(frame.columns[i]), reason, what) for i, reason in read.text.items()]


def _from_columns(raw: pd.DataFrame, table: Table) -> tuple[Rows, list[Note]]:
    """Turn a table with genes in rows: the header names the samples, the first column the genes."""
    genes = raw.iloc[:, 0].map(str.strip, na_action="ignore")
    notes = []
    if table.sample is not None:
        check_known([table.sample], raw.columns, what="column", source=table.name, error=ExpressionError)
        raise ExpressionError(
            f"{table.name} has its samples in columns; sample={table.sample!r} names a column.",
            wanted="no sample column",
            remedy="Leave sample= out; patients come from identifier_rule=, patient_pattern= or mapping=.",
        )
    _check_samples(raw.columns[1:], table)
    nameless = genes.isna() | (genes == "")
    if nameless.any():
        notes.append(note("expression", table.name, "rows without a gene dropped", f"{int(nameless.sum())} rows"))
    if nameless.all():
        raise ExpressionError(f"{table.name}: no row names a gene.", wanted="gene symbols in the first column")
    body = raw.iloc[:, 1:]
    annotation = np.array([_ANNOTATION.fullmatch(str(label)) is not None for label in body.columns])
    notes += [note("expression", str(label), "annotation column", "no sample") for label in body.columns[annotation]]
    keep = (~nameless).to_numpy()
    read = _numbers(body.loc[keep, ~annotation], table, pd.Index(genes[keep].tolist(), dtype=object))
    notes += _left_out(read, body.loc[:, ~annotation], "no sample") + read.notes
    if read.frame.shape[1] == 0:
        raise ExpressionError(f"{table.name} has no column of numbers.", wanted="one column per sample")
    turned = read.frame.T
    turned = _select_either(turned, table)
    turned.insert(0, "sample", list(turned.index), allow_duplicates=True)
    plain = Table(
        table.path, sample="sample", patient=table.patient if callable(table.patient) else None, mapping=table.mapping,
        patient_pattern=table.patient_pattern, identifier_rule=table.identifier_rule,
        missing_patient=table.missing_patient,
    )  # fmt: skip
    return name_rows(turned.reset_index(drop=True), plain, scope="expression"), notes


def _check_samples(names: pd.Index, table: Table) -> None:
    repeated = names[names.duplicated()].unique()
    if len(repeated):
        raise IdentifierError(
            f"{table.name}: {count(len(repeated), 'sample')} given more than once in the header: "
            f"{name_some(repeated)}.",
            wanted="one column per sample",
            remedy="Give each sample its own name; mapping= or patient_pattern= tell the patient.",
        )


def _select_either(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Apply ``columns`` and ``drop``, whose names are samples (the file's columns) or genes."""
    samples = set(frame.index)
    for names, wanted in ((table.columns, True), (table.drop, False)):
        if not names:
            continue
        known = [*frame.index, *frame.columns]
        check_known(names, known, what="sample or gene", source=table.name, error=ExpressionError)
        of_samples, of_genes = [n for n in names if n in samples], [n for n in names if n not in samples]
        if of_samples:
            frame = frame[frame.index.isin(of_samples) == wanted]
        if of_genes:
            frame = frame.loc[:, frame.columns.isin(of_genes) == wanted]
    return frame


def _checked(frame: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Note]]:
    mangled = [name for name in frame.columns if _MANGLED.fullmatch(name)]
    if mangled:
        raise ExpressionError(
            f"{table.name}: {len(mangled)} gene symbols were turned into dates by a spreadsheet: {name_some(mangled)}.",
            wanted="gene symbols, such as MARCHF1 for 1-Mar or SEPTIN2 for 2-Sep",
            remedy=f"Restore them from the original file, or leave them out: Table(..., drop={mangled[:3]!r}).",
        )
    empty = frame.isna().all(axis=0).to_numpy()
    notes = [note("expression", str(name), "all values missing", "gene left out") for name in frame.columns[empty]]
    frame = frame.loc[:, ~empty]
    if frame.shape[1] == 0:
        found = f"{int(empty.sum())} genes without any value" if empty.any() else "no gene with numbers"
        raise ExpressionError(f"{table.name} has {found}.", wanted="genes with values")
    frame, more = resolve_duplicates(frame, table, what="gene", scope="expression", error=ExpressionError)
    if len(frame) > 1 and bool((frame.max() == frame.min()).all()):
        raise ExpressionError(
            f"{table.name}: each of its {frame.shape[1]} genes is constant over {len(frame)} samples.",
            wanted="values that differ between samples",
            remedy="Check that the table was exported completely.",
        )
    return frame, notes + more


def recognise_scale(frame: pd.DataFrame) -> tuple[str, str]:
    """Return the scale of expression values and what it was told by.

    Examples
    --------
    >>> recognise_scale(pd.DataFrame({"EGFR": [0.0, 1210.0, 88.0]}))[0]
    'counts'
    """
    values = frame.to_numpy()
    known = values[~np.isnan(values)]
    low, high = float(known.min()), float(known.max())
    span = f"{low:g} to {high:g}"
    if low < 0:
        centres = np.abs(np.nanmean(values, axis=0))
        if float(np.mean(known < 0)) > 0.2 and float(np.median(centres)) < 1:
            far = int((np.abs(known) > _FAR).sum())
            more = f"; {far} values lie beyond {_FAR} and will pull means and Pearson correlations" if far else ""
            return "z-scores or centred values", f"{span}, {np.mean(known < 0):.0%} below zero{more}"
        return "log", f"{span}, some below zero"
    if high > 50:
        if bool((known == np.round(known)).all()):
            return "counts", f"{span}, whole numbers: take logarithms before comparing genes"
        return "positive, not logarithmic", f"{span}: take logarithms before comparing genes"
    return "log", span
