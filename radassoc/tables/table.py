"""The description of one file, and what a reader makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import pandas as pd

from radassoc.base.errors import InputError, name_some

__all__ = [
    "DuplicatePolicy",
    "IdentifierRule",
    "MissingPatient",
    "Note",
    "Orientation",
    "ReadTable",
    "Source",
    "Table",
    "as_tables",
    "count",
    "note",
]

Orientation = Literal["auto", "samples_in_rows", "samples_in_columns"]
DuplicatePolicy = Literal["error", "mean", "max_variance", "first"]
MissingPatient = Literal["error", "drop"]
IdentifierRule = Literal["auto", "exact", "tcga"]

#: One row of the audit.
Note: TypeAlias = dict[str, str]


def note(scope: str, name: str, reason: str, detail: str = "", *, step: str = "read") -> Note:
    """Return one audit row: in which step, in which table, what, why, and how much."""
    return {"step": step, "scope": scope, "name": name, "reason": reason, "detail": detail}


def count(n: int, noun: str) -> str:
    """Return a number and its noun, for messages.

    Examples
    --------
    >>> count(1, "row"), count(2, "row")
    ('1 row', '2 rows')
    """
    return f"{n} {noun}{'' if n == 1 else 's'}"


@dataclass(frozen=True, eq=False)
class Table:
    """Describe one file (or several of one kind), where its path alone does not say everything.

    Parameters
    ----------
    path
        CSV, TSV, either of them as ``.gz``, Parquet, XLSX, GCT, h5ad or h5mu; a list of such paths; or a frame.
    sample
        The column that names the row (a scan, a biopsy). Without it: a column called ``sample_id`` or the like,
        otherwise the patient column, otherwise the first column.
    patient
        The column that names the patient, or a function from the sample's identifier to the patient's. Without it the
        patient is the sample, or what ``patient_pattern``, ``mapping`` or ``identifier_rule`` make of it.
    columns, drop
        Only these columns (genes, in a table of genes), or all but these.
    prefix
        Put before the name of every column, such as ``"T1_"``; one per path where ``path`` is a list.
    sep, decimal, encoding
        How the text is written. The delimiter is found if it is not given; the decimal sign and the encoding are not
        guessed.
    sheet
        Sheet of a workbook, or modality of an h5mu file.
    orientation
        ``"samples_in_rows"``, ``"samples_in_columns"``, or ``"auto"``: found from the names in a table of genes,
        samples in rows in any other.
    duplicates
        What becomes of features or genes of the same name: ``"error"``, ``"mean"``, ``"max_variance"`` (the most
        variable one stays) or ``"first"``. Clinical columns of the same name are always an error.
    missing_patient
        ``"error"`` or ``"drop"``: what becomes of rows that name no patient.
    mapping
        Sample to patient: a mapping, a Series, or the path of a table of two columns.
    patient_pattern
        A regular expression; its first group (or all that it matches) at the start of the sample's identifier is the
        patient.
    identifier_rule
        ``"tcga"``: the first 12 characters are the patient, whatever follows. ``"exact"``: no rule. ``"auto"``: the
        TCGA rule where all identifiers are full TCGA barcodes, such as ``TCGA-06-0125-01A``.

    Examples
    --------
    >>> Table("breast.csv", drop=("Age",), identifier_rule="tcga").name
    'breast.csv'
    """

    path: str | Path | Sequence[str | Path] | pd.DataFrame
    sample: str | None = field(default=None, kw_only=True)
    patient: str | Callable[[str], str] | None = field(default=None, kw_only=True)
    columns: Sequence[str] | None = field(default=None, kw_only=True)
    drop: Sequence[str] = field(default=(), kw_only=True)
    prefix: str | Sequence[str] = field(default="", kw_only=True)
    sep: str | None = field(default=None, kw_only=True)
    decimal: str = field(default=".", kw_only=True)
    encoding: str = field(default="utf-8", kw_only=True)
    sheet: str | None = field(default=None, kw_only=True)
    orientation: Orientation = field(default="auto", kw_only=True)
    duplicates: DuplicatePolicy = field(default="error", kw_only=True)
    missing_patient: MissingPatient = field(default="error", kw_only=True)
    mapping: Mapping[str, str] | pd.Series | str | Path | None = field(default=None, kw_only=True)
    patient_pattern: str | None = field(default=None, kw_only=True)
    identifier_rule: IdentifierRule = field(default="auto", kw_only=True)

    def __post_init__(self) -> None:
        for name, allowed in (
            ("orientation", get_args(Orientation)),
            ("duplicates", get_args(DuplicatePolicy)),
            ("missing_patient", get_args(MissingPatient)),
            ("identifier_rule", get_args(IdentifierRule)),
            ("decimal", (".", ",")),
        ):
            _check_choice(name, getattr(self, name), allowed)
        for name in ("columns", "drop"):
            value = getattr(self, name)
            if isinstance(value, str):
                object.__setattr__(self, name, (value,))
        told = [
            name
            for name, value in (
                ("patient", self.patient),
                ("mapping", self.mapping),
                ("patient_pattern", self.patient_pattern),
            )
            if value is not None
        ]
        if len(told) > 1:
            raise InputError(
                f"Table({self.name!r}) tells the patient twice: {' and '.join(told)}.",
                wanted="one way from sample to patient",
                remedy="Leave all but one of them out.",
            )

    @property
    def name(self) -> str:
        """Return the file's name, for messages."""
        if isinstance(self.path, pd.DataFrame):
            return "the frame"
        if isinstance(self.path, (str, Path)):
            return Path(self.path).name
        return ", ".join(Path(path).name for path in self.path)

    def single(self) -> Iterator[Table]:
        """Yield one table per file."""
        if isinstance(self.path, (str, Path, pd.DataFrame)):
            yield self
            return
        paths = list(self.path)
        prefixes = [self.prefix] * len(paths) if isinstance(self.prefix, str) else list(self.prefix)
        if len(prefixes) != len(paths):
            raise InputError(
                f"{len(prefixes)} prefixes are given for {len(paths)} files.",
                wanted="one prefix per file, or one for all",
            )
        for path, prefix in zip(paths, prefixes, strict=True):
            yield replace(self, path=path, prefix=prefix)


Source: TypeAlias = "str | Path | pd.DataFrame | Table | Sequence[str | Path | pd.DataFrame | Table]"


def as_tables(source: Source) -> list[Table]:
    """Return the described files of a path, a frame, a ``Table``, or a list of these."""
    if isinstance(source, Table):
        return list(source.single())
    if isinstance(source, (str, Path, pd.DataFrame)):
        return [Table(source)]
    if isinstance(source, Sequence) and len(source):
        return [table for part in source for table in as_tables(part)]
    raise InputError(
        f"A table cannot be read from {type(source).__name__}{'' if source is None else ' ' + repr(source)[:60]}.",
        wanted="a path, a list of paths, a frame or ra.Table(...)",
    )


def _check_choice(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(f"{name}={value!r} is no choice.", wanted=" or ".join(repr(choice) for choice in allowed))


@dataclass(frozen=True, eq=False, kw_only=True)
class ReadTable:
    """A table as it was understood.

    Attributes
    ----------
    name
        The modality.
    frame
        Rows are samples (index ``sample``, unique text), columns are features, genes or clinical columns.
    patients
        The patient of each sample.
    features
        What the name of each feature tells: ``image_type``, ``region``, ``sequence``, ``feature_class``,
        ``feature_name``; no columns for other modalities.
    notes
        Audit rows: everything that was dropped, made missing or recognised.
    """

    name: str
    frame: pd.DataFrame
    patients: pd.Series
    features: pd.DataFrame
    notes: list[Note]

    def __post_init__(self) -> None:
        if not self.frame.index.equals(self.patients.index):
            raise ValueError(f"{self.name}: patients must be given for the samples {name_some(self.frame.index)}")

    def __repr__(self) -> str:
        shape = f"{len(self.frame)} samples x {self.frame.shape[1]} columns"
        return f"<ReadTable {self.name}: {shape}, {self.patients.nunique()} patients, {len(self.notes)} notes>"
