"""The two tables of a scan: what their columns are called and known by, and which cannot be tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.errors import IdentifierError, InputError, name_some

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Side", "dropped_rows", "read_side"]

#: What one column of a modality is called; columns of any other modality are markers.
_COLUMN_NAMES = {"radiomics": "feature", "expression": "gene", "pathways": "pathway"}


@dataclass(frozen=True)
class Side:
    """One table.

    Attributes
    ----------
    frame
        Patients x columns; None until the cohort aligns the modality.
    modality
        Name of the modality, or empty for a frame that the caller brought.
    name
        What a column is called in the result.
    info
        What is known of the columns.
    notes
        How patients with several samples were handled.
    """

    frame: pd.DataFrame | None
    modality: str
    name: str
    info: pd.DataFrame
    notes: tuple[str, ...] = ()


def read_side(cohort: Cohort, source: Any) -> Side:
    """Turn ``left`` or ``right`` of :func:`associate` into a side."""
    if isinstance(source, str):
        name = _COLUMN_NAMES.get(source, "marker")
        patients = cohort.sample_patients(source)
        return Side(None, source, name, cohort.features(source), _averaged(source, patients))
    if isinstance(source, pd.DataFrame):
        return _from_frame(cohort, source)
    raise InputError(
        f"A table was expected, not a {type(source).__name__}.",
        wanted="the name of a modality, or a frame of patients or samples x columns",
    )


def _averaged(name: str, patients: pd.Series) -> tuple[str, ...]:
    repeated = int(patients.duplicated(keep=False).sum())
    return (f"{name}: {repeated} samples of patients with several were averaged per patient.",) if repeated else ()


def _from_frame(cohort: Cohort, frame: pd.DataFrame) -> Side:
    if frame.columns.has_duplicates:
        repeated = frame.columns[frame.columns.duplicated()].unique()
        raise InputError(f"The frame has columns of the same name: {name_some(repeated)}.")
    frame = _readable(frame)
    text = [column for column in frame if not pd.api.types.is_numeric_dtype(frame[column])]
    numbers = frame.drop(columns=text)
    infinite = numbers.columns[np.isinf(numbers.to_numpy(dtype=float, na_value=np.nan)).any(axis=0)]
    if len(infinite):
        raise InputError(f"Columns {name_some(infinite)} hold infinite values.", wanted="finite or missing values")
    name = "variable" if frame.columns.name is None else str(frame.columns.name)
    patients = _patients_of(cohort, frame.index)
    if patients.is_unique:
        by_patient = frame.set_axis(pd.Index(patients.to_numpy(), dtype=object))
    elif text:
        raise InputError(
            f"Columns {name_some(text)} hold no numbers, and the frame has several samples of a patient.",
            wanted="one row a patient, or numbers only",
        )
    else:
        by_patient = frame.astype(float).groupby(patients.to_numpy(), sort=False).mean()
    info = pd.DataFrame(index=frame.columns)
    return Side(by_patient, "", name, info, _averaged("the frame", patients))


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Read columns of Python's numbers as numbers; refuse dates and complex numbers."""
    frame = frame.infer_objects()
    kinds = pd.api.types
    other = [name for name, kind in frame.dtypes.items() if kinds.is_complex_dtype(kind) or kind.kind in "mM"]
    if other:
        raise InputError(
            f"Columns {name_some(other)} hold complex numbers or dates.",
            wanted="real numbers or categories",
            remedy="Turn dates into numbers, such as days since diagnosis.",
        )
    return frame


def _patients_of(cohort: Cohort, index: pd.Index) -> pd.Series:
    """Read the rows as patients where one of them is a known patient, else as samples of a modality."""
    if index.isin(cohort.patients).any():
        return pd.Series(index.astype(str), index=index)
    for modality in cohort.modalities:
        known = cohort.sample_patients(modality)
        if index.isin(known.index).all():
            return known.loc[index]
    raise IdentifierError(
        f"The rows of the frame ({name_some(index)}) are neither patients nor samples of the cohort.",
        wanted=f"patients such as {name_some(cohort.patients)}",
    )


def dropped_rows(
    side: str,
    frame: pd.DataFrame,
    tested: np.ndarray,
    reasons: Mapping[str, str] = MappingProxyType({}),
    *,
    rows_are: str = "patients",
) -> list[dict[str, Any]]:
    """Tell which columns were not tested and why, and which miss values.

    ``tested`` tells whether any pair of a column was; ``reasons`` are known for some columns.
    """
    missing = frame.isna().to_numpy().sum(axis=0)
    named = frame.columns.astype(str).isin(list(reasons))
    rows = []
    for position in np.flatnonzero((missing > 0) | ~tested | named):
        values, name = frame.iloc[:, position], str(frame.columns[position])
        count = int(missing[position])
        reason = f"tested without {count} of {len(values)} {rows_are}, whose values are missing"
        if count == len(values):
            reason = f"no {rows_are[:-1]} has a value"
        elif values.nunique() == 1:
            reason = "constant"
        elif name in reasons:
            reason = reasons[name]
        elif not tested[position]:
            reason = f"explained by the covariates, or known for too few {rows_are}"
        rows.append({"side": side, "name": name, "reason": reason, "n_missing": count})
    return rows
