"""What gene sets are looked at along: values of patients, from whatever the caller has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from radassoc.base.apparent import is_out_of_fold, refuse_apparent
from radassoc.base.errors import ClinicalError, DesignError, InputError, name_some
from radassoc.base.protocols import OutOfFoldScore, ScoreWithNull

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["SURVIVAL", "PSource", "Subject", "read_subjects"]

PSource = Literal["permutation", "rotation", "rerun", "genes", "none"]

#: The value that is the cohort's outcome.
SURVIVAL = "survival"

_PASS_VALIDATION = (
    "the score was fitted on these patients, so permuting it gives no valid p-value: pass the validation of the score "
    "(validate_risk_score), which holds reruns of the whole pipeline"
)
_NO_RERUNS = "the validation was run without reruns: set n_permutations in validate_risk_score"


@runtime_checkable
class PatientGroups(Protocol):
    """Patients parted into groups, as by the cut of a score: ``samples`` with ``patient`` and ``group``."""

    samples: pd.DataFrame | None
    labels: tuple[str, ...]
    source: str
    optimised: bool
    null_groups: pd.DataFrame | None


@dataclass(frozen=True)
class Subject:
    """One value per patient, and where its p-values come from.

    Attributes
    ----------
    name
        How tables call it.
    values
        By patient; missing values allowed. Of survival: times.
    source
        ``"permutation"`` of the value among patients, ``"rerun"`` of the pipeline that made it, or ``"none"``.
    null
        Patients x reruns, for ``"rerun"``.
    reason
        Why there is no p-value.
    note
        How the values were made, where it is not obvious.
    event
        Of survival: whether the time ended with the event, by patient.
    """

    name: str
    values: pd.Series
    source: PSource = "permutation"
    null: pd.DataFrame | None = None
    reason: str = ""
    note: str = ""
    event: pd.Series | None = None


def read_subjects(cohort: Cohort, by: Any, *, survival: bool = False) -> list[Subject]:
    """Turn ``by`` of :func:`enrich` into subjects; ``survival``: whether the outcome itself is one of them."""
    if isinstance(by, str):
        return [_from_outcome(cohort) if survival and by == SURVIVAL else _from_column(cohort, by)]
    if isinstance(by, pd.Series):
        return [_from_series(by)]
    if isinstance(by, pd.DataFrame):
        return _from_frame(by)
    if isinstance(by, (list, tuple, pd.Index)):
        return _from_list(cohort, by, survival=survival)
    if isinstance(by, PatientGroups):
        return [_from_groups(by)]
    if isinstance(by, ScoreWithNull) and not (isinstance(by, OutOfFoldScore) and by.samples is None):
        return [_from_validation(by)]
    if isinstance(by, OutOfFoldScore):
        score = _numeric(by.out_of_fold(cohort), "risk_score")
        return [
            Subject("risk_score", score, source="none", reason=_PASS_VALIDATION, note=_out_of_fold("the risk score"))
        ]
    raise InputError(
        f"Gene sets cannot be ranked by a {type(by).__name__}.",
        wanted="a patient-indexed Series or frame, a column reference, a list of references, risk groups, a validation "
        "or a risk score",
    )


def _from_list(cohort: Cohort, references: Any, *, survival: bool) -> list[Subject]:
    if len(references) == 0:
        raise InputError("The list of values to rank by is empty.", wanted="at least one column reference")
    repeated = pd.Index(references)[pd.Index(references).duplicated()]
    if len(repeated):
        raise InputError(f"The list names a column more than once: {name_some(repeated.unique())}.")
    return [one for reference in references for one in read_subjects(cohort, str(reference), survival=survival)]


def _from_frame(frame: pd.DataFrame) -> list[Subject]:
    if frame.columns.has_duplicates or frame.shape[1] == 0:
        raise InputError(
            f"The frame of values to rank by has {frame.shape[1]} columns, "
            f"{int(frame.columns.duplicated().sum())} of them named twice.",
            wanted="patients in rows, one column of a name of its own per value",
        )
    return [_from_series(frame[name]) for name in frame.columns]


def _from_outcome(cohort: Cohort) -> Subject:
    if cohort.outcome is None:
        raise ClinicalError(
            "The cohort has no outcome to rank genes by.",
            wanted="time and event",
            remedy="cohort.with_outcome(time, event, unit=...)",
        )
    known = cohort.outcome.table[["time", "event"]].dropna()
    note = "Along survival, genes that rise with the hazard stand first: high expression, short survival"
    return Subject(SURVIVAL, known["time"].astype(float), event=known["event"].astype(bool), note=note)


def _from_groups(by: PatientGroups) -> Subject:
    if by.samples is None:
        raise InputError(
            "The risk groups hold no patients: they were saved without them.",
            remedy="Part the patients again, or save with patient_level=True.",
        )
    place = {label: float(i) for i, label in enumerate(by.labels)}
    groups = _by_patient(by.samples)["group"].map(place).astype(float)
    note = f"risk_groups: {', '.join(f'{label!r} is coded {i:g}' for label, i in place.items())} ({by.source})"
    if by.source == "training":
        raise DesignError(
            "The groups were parted by a score that was fitted on the outcome of these patients.",
            wanted="groups in which nobody's own outcome took part",
            remedy="RiskGroups.from_validation(cohort, validation), or groups of other patients.",
        )
    if by.source == "out_of_fold":
        if by.null_groups is None or by.null_groups.shape[1] == 0:
            return Subject("risk_groups", groups, source="none", reason=_NO_RERUNS, note=note)
        null = _by_patient(by.null_groups).apply(lambda column: column.map(place)).astype(float)
        return Subject("risk_groups", groups, source="rerun", null=null, note=note)
    if by.optimised:
        reason = "the cut was chosen by the outcome of these very patients, which no permutation of the groups repeats"
        return Subject("risk_groups", groups, source="none", reason=reason, note=note)
    return Subject("risk_groups", groups, note=note)


def _from_column(cohort: Cohort, reference: str) -> Subject:
    from radassoc.cohort.align import outcome_references

    values = cohort.column(reference)
    if reference in outcome_references(cohort):
        raise DesignError(
            f"{reference!r} is the outcome itself: an ordinary ranking ignores who was censored.",
            wanted="a value that is known for every patient",
            remedy="by='survival', which ranks by Cox scores, or the validation of a risk score (validate_risk_score).",
        )
    if pd.api.types.is_numeric_dtype(values):
        return Subject(reference, _numeric(values, reference))
    levels = _levels(values)
    if len(levels) != 2:
        raise DesignError(
            f"{reference!r} is no number and has {len(levels)} levels: {name_some(levels)}.",
            wanted="a numeric column or one with two levels",
        )
    return _from_two_levels(values, reference, levels)


def _levels(values: pd.Series) -> list[str]:
    return sorted(values.dropna().astype(str).unique())


def _from_two_levels(values: pd.Series, name: str, levels: list[str]) -> Subject:
    coded = values.astype(object).map(lambda item: None if pd.isna(item) else float(str(item) == levels[1]))
    note = f"{name}: {levels[0]!r} is coded 0 and {levels[1]!r} is coded 1"
    return Subject(name, coded.astype(float), note=note)


def _from_series(values: pd.Series) -> Subject:
    refuse_apparent(values)
    name = "score" if values.name is None else str(values.name)
    if is_out_of_fold(values):
        return Subject(name, _numeric(values, name), source="none", reason=_PASS_VALIDATION)
    if not pd.api.types.is_numeric_dtype(values) and not values.index.has_duplicates:
        levels = _levels(values)
        if len(levels) == 2:
            return _from_two_levels(values, name, levels)
    return Subject(name, _numeric(values, name))


def _numeric(values: pd.Series, name: str) -> pd.Series:
    if values.index.has_duplicates:
        raise InputError(
            f"The values of {name!r} name a patient more than once.", wanted="a Series with one value per patient"
        )
    if not pd.api.types.is_numeric_dtype(values):
        raise InputError(
            f"The values of {name!r} are no numbers.",
            wanted="one number per patient, or two levels",
        )
    if np.isinf(values.to_numpy(dtype=float, na_value=np.nan)).any():
        raise InputError(
            f"The values of {name!r} hold infinite ones.",
            wanted="finite numbers or missing values",
            remedy="Make them missing: values.replace([np.inf, -np.inf], None).",
        )
    return values.astype(float)


def _from_validation(by: ScoreWithNull) -> Subject:
    samples = by.samples
    if samples is None:
        raise InputError(
            "The validation holds no patient's score: it was saved without them.",
            remedy="Validate again, or save with patient_level=True.",
        )
    samples = _by_patient(samples)
    # reruns permute imaging: where the imaging part is kept apart, with reruns of its own, it is what they speak of
    null, imaging = by.null_samples, getattr(by, "null_imaging", None)
    column = "imaging_score" if "imaging_score" in samples and (null is None or imaging is not None) else "score"
    if column not in samples:
        raise InputError("The samples hold no column 'score'.", wanted="a patient-level frame with a column 'score'")
    values = _numeric(samples[column], column)
    null = imaging if column == "imaging_score" else null
    part = "the imaging part of the risk score" if column == "imaging_score" else "the risk score"
    note = _out_of_fold(part)
    if null is None or null.shape[1] == 0:
        return Subject("risk_score", values, source="none", reason=_NO_RERUNS, note=note)
    return Subject("risk_score", values, source="rerun", null=_by_patient(null), note=note)


def _out_of_fold(part: str) -> str:
    return f"Along risk_score, genes are ranked by {part}, predicted for each patient by models that never saw them"


def _by_patient(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index("patient") if "patient" in frame.columns else frame
