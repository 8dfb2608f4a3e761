"""Raw columns -> named rows: which column names the sample, which the patient, and which rows cannot stay."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from radassoc.base.errors import IdentifierError, InputError, name_some
from radassoc.tables.identifiers import check_known, one_sample_type, patients_of
from radassoc.tables.table import Note, Table, count, note

__all__ = ["PATIENT_NAMES", "SAMPLE_NAMES", "Rows", "drop_empty", "id_names", "name_rows", "select_columns"]

#: Names that a column of identifiers bears in public files (compared without case, spaces, points and underscores).
PATIENT_NAMES = frozenset(
    {"patient", "patientid", "patientidentifier", "subject", "subjectid", "caseid", "casesubmitterid"}
    | {"bcrpatientbarcode", "participant", "participantid"}
)
#: A number with three decimals or more, which nobody writes as a name.
_MEASURED = re.compile(r"[+-]?\d*\.\d{3,}([eE][+-]?\d+)?|[+-]?\d\.\d+[eE][+-]?\d+")
SAMPLE_NAMES = frozenset({"sample", "sampleid", "samplename", "sampleidentifier", "biopsyid", "scanid"})


def _plain(label: str) -> str:
    return "".join(letter for letter in label.lower() if letter.isalnum())


def id_names(table: Table) -> frozenset[str]:
    """Return lower-case names of the columns that must be read as text."""
    told = [name.lower() for name in (table.sample, table.patient) if isinstance(name, str)]
    things = ("patient", "sample", "subject", "case", "biopsy", "scan", "participant")
    return frozenset([*told, *things, *(f"{thing}{sep}id" for thing in things for sep in ("_", " ", ".", ""))])


@dataclass
class Rows:
    """A table with named rows: the remaining columns, and the patient of each."""

    frame: pd.DataFrame
    patients: pd.Series
    notes: list[Note]


def name_rows(raw: pd.DataFrame, table: Table, *, scope: str, unique: bool = True) -> Rows:
    """Take the identifier columns out of a raw frame and return named rows.

    Parameters
    ----------
    unique
        Whether a sample that is named twice is an error; clinical tables may repeat a patient.
    """
    raw, notes = drop_empty(raw, table, scope)
    sample_at, patient_at, more = _id_columns(raw, table, scope)
    notes += more
    samples, spaces = _clean(raw.iloc[:, sample_at])
    if spaces:
        notes.append(note(scope, str(raw.columns[sample_at]), "spaces removed", f"around {spaces} identifiers"))
    patient_column = None if patient_at is None else _clean(raw.iloc[:, patient_at])[0]
    keep, dropped = _without_name(samples, patient_column, table, str(raw.columns[sample_at]), scope)
    notes += dropped
    samples = samples[keep]
    column = None if patient_column is None else patient_column[keep]
    if unique:
        _check_unique(samples, raw[keep.to_numpy()], table, sample_at, patient_at)
    rest = [i for i in range(raw.shape[1]) if i not in (sample_at, patient_at)]
    frame = raw[keep.to_numpy()].iloc[:, rest]
    frame.index = pd.Index(samples, name="sample", dtype=object)
    patients, more = patients_of(frame.index, column, table, scope=scope)
    return _with_patients(frame, patients, table, notes + more, scope)


def drop_empty(raw: pd.DataFrame, table: Table, scope: str) -> tuple[pd.DataFrame, list[Note]]:
    """Leave out what a spreadsheet leaves behind: rows and unnamed columns without any value, and row numbers."""
    notes = []
    filled = raw.notna().to_numpy()
    rows, columns = filled.any(axis=1), filled.any(axis=0)
    unnamed = raw.columns.to_numpy() == ""
    if not rows.all():
        notes.append(note(scope, table.name, "empty rows dropped", f"{int((~rows).sum())} rows"))
    empty = unnamed & ~columns
    if empty.any():
        notes.append(note(scope, table.name, "empty columns dropped", f"{int(empty.sum())} columns without a name"))
    raw = raw.loc[rows, ~empty].reset_index(drop=True)
    if raw.empty or raw.shape[1] < 2:
        raise InputError(f"{table.name} holds no value.", wanted="identifiers and at least one column of values")
    if (_is_row_number(raw) or _has_other_names(raw, table)) and (table.sample or table.patient or raw.shape[1] > 2):
        notes.append(note(scope, table.name, "row numbers dropped", "first column without a name"))
        raw = raw.iloc[:, 1:]
    names = [str(label) for label in raw.columns[1:]]
    if "" in names:
        raise InputError(
            f"{table.name}: column {names.index('') + 2} has values and no name.", wanted="a name for every column"
        )
    return raw, notes


def _is_row_number(raw: pd.DataFrame) -> bool:
    if raw.columns[0] != "" or raw.iloc[:, 1].dtype != object:
        return False
    first = raw.iloc[:, 0].tolist()
    return any(first == [str(i) for i in range(start, start + len(raw))] for start in (0, 1))


def _has_other_names(raw: pd.DataFrame, table: Table) -> bool:
    """Tell whether the first column holds row numbers with gaps: unnamed whole numbers, where another one has names.

    This is what pandas leaves of the index of a frame from which rows were taken.
    """
    if raw.columns[0] != "" or not raw.iloc[:, 0].map(lambda text: str(text).isdigit()).all():
        return False
    labels = [str(label) for label in raw.columns]
    told = [name for name in (table.sample, table.patient) if isinstance(name, str)]
    return any(name in labels for name in told) or any(_plain(name) in PATIENT_NAMES | SAMPLE_NAMES for name in labels)


def _id_columns(raw: pd.DataFrame, table: Table, scope: str) -> tuple[int, int | None, list[Note]]:
    """Return the positions of the sample and the patient column: as told, else by a known name, else the first."""
    labels = [str(label) for label in raw.columns]
    told = [name for name in (table.sample, table.patient) if isinstance(name, str)]
    check_known(told, labels, what="column", source=table.name, error=IdentifierError)
    for name in told:
        if labels.count(name) > 1:
            raise IdentifierError(f"{table.name} has {labels.count(name)} columns named {name!r}.", wanted="one")
    sample = labels.index(table.sample) if table.sample else None
    patient = labels.index(table.patient) if isinstance(table.patient, str) else None
    if sample is None and patient is None:
        sample = _only(labels, SAMPLE_NAMES)
    if patient is None and table.patient is None and table.mapping is None and table.patient_pattern is None:
        patient = _only(labels, PATIENT_NAMES)
    if sample is None and patient is None:
        _refuse_measurements(raw.iloc[:, 0], table)
    if sample is None:
        sample = 0 if patient is None else patient
    if patient == sample:
        patient = None
    if sample == 0 or table.sample or table.patient:
        return sample, patient, []
    return sample, patient, [note(scope, labels[sample], "identifier column", "recognised by its name")]


def _refuse_measurements(column: pd.Series, table: Table) -> None:
    """Refuse a first column that holds measurements: a table without names of its rows."""
    known = column.dropna().astype(str)
    if len(known) and known.map(lambda text: _MEASURED.fullmatch(text.strip()) is not None).mean() > 0.5:
        raise IdentifierError(
            f"{table.name}: the first column, {str(column.name)!r}, holds measurements: {name_some(known)}.",
            wanted="a column that names the patient or the sample",
            remedy="Say which it is: Table(..., patient=...); a frame may name its rows in its index.",
        )


def _only(labels: list[str], names: frozenset[str]) -> int | None:
    found = [i for i, label in enumerate(labels) if _plain(label) in names]
    return found[0] if len(found) == 1 else None


def _clean(column: pd.Series) -> tuple[pd.Series, int]:
    """Return identifiers as text without surrounding spaces, and how many had some; nameless ones stay missing."""
    if column.dtype != object:
        whole = column.dropna().mod(1).eq(0).all()
        column = column.map(lambda value: str(int(value)) if whole else repr(value), na_action="ignore").astype(object)
    stripped = column.map(str.strip, na_action="ignore")
    return stripped.where(stripped != "", None), int((stripped != column)[column.notna()].sum())


def _without_name(
    samples: pd.Series, patients: pd.Series | None, table: Table, label: str, scope: str
) -> tuple[pd.Series, list[Note]]:
    nameless = samples.isna()
    if nameless.any():
        rows = ", ".join(str(i + 1) for i in nameless[nameless].index[:5])
        if table.missing_patient == "error":
            raise IdentifierError(
                f"{table.name}: {count(int(nameless.sum()), 'row')} without an identifier in column {label!r} "
                f"(row {rows}).",
                wanted="a name for every row",
                remedy='Name them, or leave the rows out: missing_patient="drop".',
            )
        return ~nameless, [note(scope, f"row {i + 1}", "no identifier") for i in nameless[nameless].index]
    return ~nameless, []


def _check_unique(samples: pd.Series, raw: pd.DataFrame, table: Table, sample_at: int, patient_at: int | None) -> None:
    repeated = samples[samples.duplicated()].unique()
    if not len(repeated):
        return
    label = str(raw.columns[sample_at])
    others = [
        str(raw.columns[i])
        for i in range(raw.shape[1])
        if i not in (sample_at, patient_at)
        and pd.api.types.is_object_dtype(raw.iloc[:, i])
        and raw.iloc[:, i].is_unique
    ]
    remedy = "If patients have several samples, name the column that tells them apart: "
    remedy += f"Table(..., sample=..., patient={label!r})"
    remedy += f"; {name_some(others)} would do." if others else ". Otherwise remove the repeated rows."
    raise IdentifierError(
        f"{table.name}: {count(len(repeated), 'identifier')} given more than once in column {label!r}: "
        f"{name_some(repeated)}.",
        wanted="one row per identifier",
        remedy=remedy,
    )


def _with_patients(frame: pd.DataFrame, patients: pd.Series, table: Table, notes: list[Note], scope: str) -> Rows:
    """Refuse or drop rows whose patient is unknown, and keep one TCGA sample type per patient."""
    unknown = patients.isna().to_numpy()
    if unknown.any():
        names = list(patients.index[unknown])
        if table.missing_patient == "error":
            raise IdentifierError(
                f"{table.name}: {len(names)} of {len(patients)} rows name no patient: {name_some(names)}.",
                wanted="a patient for every row",
                remedy='Add them, or leave the rows out: missing_patient="drop".',
            )
        notes = notes + [note(scope, name, "no patient", "row left out") for name in names]
        frame, patients = frame[~unknown], patients[~unknown]
        if frame.empty:
            raise IdentifierError(f"{table.name}: no row names a patient.", wanted="a patient for every row")
    if table.identifier_rule != "exact" and frame.index.is_unique:
        keep, more = one_sample_type(patients, scope=scope)
        if not keep:
            raise IdentifierError(
                f"{table.name} holds no tumour sample: by their barcodes {name_some(patients.index)} are other tissue.",
                wanted="TCGA sample types 01 to 09",
                remedy='Read them nevertheless with Table(..., identifier_rule="exact").',
            )
        if len(keep) < len(patients):
            frame, patients = frame.loc[keep], patients.loc[keep]
        notes = notes + more
    return Rows(frame, patients.astype(object), notes)


def select_columns(
    frame: pd.DataFrame, table: Table, *, what: str, error: type[InputError] = InputError
) -> pd.DataFrame:
    """Return only the wanted columns, in the order of the file; an unknown name is an error with the nearest ones."""
    check_known(table.drop, frame.columns, what=what, source=table.name, error=error)
    check_known(table.columns or (), frame.columns, what=what, source=table.name, error=error)
    wanted = frame.columns if table.columns is None else set(table.columns)
    keep = [label in wanted and label not in set(table.drop) for label in frame.columns]
    return frame.loc[:, keep]
