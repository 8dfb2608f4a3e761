"""What a cohort is made of, and the checks that every frame passes on its way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.errors import ClinicalError, ExpressionError, IdentifierError, InputError, RadiomicsError, name_some
from radassoc.tables.feature_names import describe_features
from radassoc.tables.outcome import Outcome
from radassoc.tables.table import Note

__all__ = ["FlowStep", "Modality", "Parts", "check_clinical", "check_modality", "check_name", "check_other", "key_of"]

_ERRORS: Mapping[str, type[InputError]] = {"radiomics": RadiomicsError, "expression": ExpressionError}


@dataclass(frozen=True, eq=False)
class Modality:
    """One table of numbers: samples x columns, the patient of each sample, what is known of each column."""

    frame: pd.DataFrame
    patients: pd.Series
    features: pd.DataFrame


@dataclass(frozen=True)
class FlowStep:
    """One step at which patients left: how many stayed, how many left, and why."""

    step: str
    n_patients: int
    n_excluded: int
    reason: str


@dataclass(frozen=True, eq=False)
class Parts:
    """The content of a cohort; never handed out without a copy."""

    modalities: Mapping[str, Modality] = field(default_factory=dict)
    clinical: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(index=pd.Index([], name="patient", dtype=object))
    )
    outcome: Outcome | None = None
    notes: tuple[Note, ...] = ()
    history: tuple[FlowStep, ...] = ()

    @property
    def patients(self) -> pd.Index:
        """Return everybody known: in the order of the clinical table, then of the modalities."""
        known = [self.clinical.index.to_numpy(), *(part.patients.to_numpy() for part in self.modalities.values())]
        unique = dict.fromkeys(name for names in known for name in names)
        return pd.Index(list(unique), name="patient", dtype=object)


# ---- frames on their way in
def check_name(name: str) -> None:
    """Refuse names of modalities that a column reference could not tell apart."""
    if not isinstance(name, str) or not name or set(name) & set(":/") or name == "clinical":
        raise InputError(
            f"{name!r} cannot name a modality.",
            wanted='a word such as "mutations", without colon or slash, and not "clinical"',
        )


def check_other(other: Any, named: Mapping[str, Any]) -> None:
    """Refuse further tables without names, or under the name of an argument of their own."""
    if not isinstance(other, Mapping | None):
        raise InputError(
            f"other= is given as {type(other).__name__}.", wanted='tables by name, such as {"mutations": mutations}'
        )
    for name in other or {}:
        if name in named:
            raise InputError(f"other= names a table {name!r}.", wanted=f"the argument {name}= for this table")


def check_modality(
    name: str, frame: pd.DataFrame, *, patients: pd.Series | None = None, features: pd.DataFrame | None = None
) -> Modality:
    """Return a frame as a modality: text labels, unique samples and columns, numbers.

    Parameters
    ----------
    patients
        Patient of each sample; without it each sample is its own patient.
    features
        Metadata by column; without it, what the names of imaging features tell.
    """
    check_name(name)
    _check_frame(frame, name)
    error = _ERRORS.get(name, InputError)
    samples = _labels(frame.index, what="sample", source=name)
    columns = _labels(frame.columns, what="column", source=name, error=error)
    values = _numbers(frame, name, error).set_axis(samples, axis=0).set_axis(columns, axis=1)
    return Modality(values, _patients(name, samples, patients), _features(name, columns, features))


def _check_frame(frame: Any, what: str) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise InputError(
            f"{what} is given as {type(frame).__name__}.",
            wanted="a pandas DataFrame whose index holds the names of the rows",
        )


def _labels(labels: pd.Index, *, what: str, source: str, error: type[InputError] = IdentifierError) -> pd.Index:
    if isinstance(labels, pd.MultiIndex):
        raise error(f"{source} has several levels of {what} names.", wanted=f"one name per {what}")
    if labels.isna().any():
        raise error(
            f"{source} has {int(labels.isna().sum())} {what}s without a name.", wanted=f"a name for every {what}"
        )
    names = pd.Index([str(label) for label in labels], name=what if what != "column" else None, dtype=object)
    repeated = names[names.duplicated()].unique()
    if len(repeated):
        raise error(
            f"{source}: {len(repeated)} {what} names appear more than once: {name_some(repeated)}.",
            wanted=f"one {what} per name",
            remedy="Several samples of a patient need names of their own, and patients= to say whose they are."
            if what == "sample"
            else "",
        )
    return names


def _numbers(frame: pd.DataFrame, name: str, error: type[InputError]) -> pd.DataFrame:
    wrong = [
        str(label)
        for label, kind in frame.dtypes.items()
        if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_complex_dtype(kind)
    ]
    if wrong:
        raise error(
            f"{name}: {len(wrong)} columns are no numbers: {name_some(wrong)}.",
            wanted="numbers only",
            remedy="If one of them names the samples, make it the index: frame.set_index(...)."
            if isinstance(frame.index, pd.RangeIndex)
            else "Leave these columns out, or put them into the clinical frame.",
        )
    values = frame.astype("float64")
    if np.isinf(values.to_numpy()).any():
        bad = values.columns[np.isinf(values.to_numpy()).any(axis=0)]
        raise error(
            f"{name}: {len(bad)} columns hold infinite values: {name_some(bad)}.",
            wanted="finite numbers or missing values",
            remedy="Make them missing: frame.replace([np.inf, -np.inf], np.nan).",
        )
    return values


def _patients(name: str, samples: pd.Index, patients: pd.Series | None) -> pd.Series:
    if patients is None:
        return pd.Series(samples.to_numpy(), index=samples, name="patient", dtype=object)
    patients = patients if isinstance(patients, pd.Series) else _as_series(name, patients)
    told = patients.set_axis(pd.Index([str(label) for label in patients.index], dtype=object))
    if told.index.has_duplicates:
        raise IdentifierError(f"{name}: patients= names a sample more than once.", wanted="one patient per sample")
    found = told.reindex(samples)
    if found.isna().any():
        raise IdentifierError(
            f"{name}: {int(found.isna().sum())} samples have no patient: {name_some(samples[found.isna()])}.",
            wanted="a patient for every sample",
        )
    return found.map(str).astype(object).rename("patient").rename_axis("sample")


def _as_series(name: str, patients: Any) -> pd.Series:
    if not isinstance(patients, Mapping):
        raise IdentifierError(
            f"{name}: patients= is given as {type(patients).__name__}.",
            wanted="the patient of each sample, as a Series or a dict by sample",
        )
    return pd.Series(dict(patients), dtype=object)


def _features(name: str, columns: pd.Index, features: pd.DataFrame | None) -> pd.DataFrame:
    index = pd.Index(columns, name="feature", dtype=object)
    if features is None:
        return describe_features(columns) if name == "radiomics" else pd.DataFrame(index=index)
    _check_frame(features, f"features= of {name}")
    return features.reindex(index).rename_axis(index="feature")


def check_clinical(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a clinical frame by patient: numbers as float, anything else as text."""
    _check_frame(frame, "The clinical table")
    patients = _labels(frame.index, what="patient", source="The clinical frame", error=ClinicalError)
    columns = _labels(frame.columns, what="column", source="The clinical frame", error=ClinicalError)
    typed = {name: _typed(frame.iloc[:, i]) for i, name in enumerate(columns)}
    return pd.DataFrame({name: column.to_numpy() for name, column in typed.items()}, index=patients, columns=columns)


def _typed(column: pd.Series) -> pd.Series:
    is_bool = pd.api.types.is_bool_dtype(column.dtype)
    if pd.api.types.is_numeric_dtype(column.dtype) and not is_bool:
        return column.astype("float64")
    if column.dtype == object and column.notna().any():
        numbers = column.dropna().map(lambda value: isinstance(value, (int, float)) and not isinstance(value, bool))
        if numbers.all():
            return column.astype("float64")
    gone = column.isna().to_numpy()
    values = [None if missing else str(value) for value, missing in zip(column, gone, strict=True)]
    return pd.Series(values, index=column.index, dtype=object)


def key_of(value: object) -> str:
    """Write a value as text, whole numbers without a point: 2, 2.0 and "2" are the same key.

    Examples
    --------
    >>> key_of(2.0), key_of("2"), key_of(" GBM ")
    ('2', '2', 'GBM')
    """
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else text
