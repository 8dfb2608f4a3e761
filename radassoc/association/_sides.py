"""The two tables of a scan: what their columns are called and known by, and which cannot be tested."""

from __future__ import annotations

from dataclasses import dataclass
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
    text = [column for column in frame if not pd.api.types.is_numeric_dtype(frame[column])]
    if text:
        raise InputError(f"Columns {name_some(text)} hold no numbers.", remedy="Code them, or leave them out.")
    infinite = [column for column in frame if np.isinf(frame[column].to_numpy(dtype=float, na_value=np.nan)).any()]
    if infinite:
        raise InputError(f"Columns {name_some(infinite)} hold infinite values.", wanted="finite or missing values")
    name = "variable" if frame.columns.name is None else str(frame.columns.name)
    patients = _patients_of(cohort, frame.index)
    by_patient = frame.astype(float).groupby(patients.to_numpy(), sort=False).mean()
    info = pd.DataFrame(index=frame.columns)
    return Side(by_patient, "", name, info, _averaged("the frame", patients))


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


def dropped_rows(side: str, frame: pd.DataFrame, tested: np.ndarray) -> list[dict[str, Any]]:
    """Tell which columns were not tested and why, and which miss values (``tested``: any pair of the column)."""
    rows = []
    for position, name in enumerate(frame.columns):
        values = frame.iloc[:, position]
        missing = int(values.isna().sum())
        reason = ""
        if missing == len(values):
            reason = "no patient has a value"
        elif values.nunique() == 1:
            reason = "constant"
        elif not tested[position]:
            reason = "explained by the covariates, or known for too few patients"
        elif missing:
            reason = f"tested without {missing} of {len(values)} patients, whose values are missing"
        if reason:
            rows.append({"side": side, "name": str(name), "reason": reason, "n_missing": missing})
    return rows
