"""What gene sets are looked at along: values of patients, from whatever the caller has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from radassoc.base.apparent import refuse_apparent
from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.base.protocols import OutOfFoldScore, ScoreWithNull

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["PSource", "Subject", "read_subjects"]

PSource = Literal["permutation", "rerun", "genes", "none"]

_PASS_VALIDATION = (
    "the score was fitted on these patients, so permuting it gives no valid p-value: pass the validation of the score "
    "(validate_risk_score), which holds reruns of the whole pipeline"
)


@dataclass(frozen=True)
class Subject:
    """One value per patient, and where its p-values come from.

    Attributes
    ----------
    name
        How tables call it.
    values
        By patient; missing values allowed.
    source
        ``"permutation"`` of the value among patients, ``"rerun"`` of the pipeline that made it, or ``"none"``.
    null
        Patients x reruns, for ``"rerun"``.
    reason
        Why there is no p-value.
    note
        How the values were made, where it is not obvious.
    """

    name: str
    values: pd.Series
    source: PSource = "permutation"
    null: pd.DataFrame | None = None
    reason: str = ""
    note: str = ""


def read_subjects(cohort: Cohort, by: Any) -> list[Subject]:
    """Turn ``by`` of :func:`enrich` into subjects."""
    if isinstance(by, str):
        return [_from_column(cohort, by)]
    if isinstance(by, pd.Series):
        return [_from_series(by)]
    if isinstance(by, (list, tuple, pd.Index)):
        return _from_list(cohort, by)
    if isinstance(by, ScoreWithNull) and not (isinstance(by, OutOfFoldScore) and by.samples is None):
        return [_from_validation(by)]
    if isinstance(by, OutOfFoldScore):
        score = _numeric(by.out_of_fold(cohort), "risk_score")
        return [
            Subject("risk_score", score, source="none", reason=_PASS_VALIDATION, note=_out_of_fold("the risk score"))
        ]
    raise InputError(
        f"Gene sets cannot be ranked by a {type(by).__name__}.",
        wanted="a patient-indexed Series, a column reference, a list of references, a validation or a risk score",
    )


def _from_list(cohort: Cohort, references: Any) -> list[Subject]:
    if len(references) == 0:
        raise InputError("The list of values to rank by is empty.", wanted="at least one column reference")
    repeated = pd.Index(references)[pd.Index(references).duplicated()]
    if len(repeated):
        raise InputError(f"The list names a column more than once: {name_some(repeated.unique())}.")
    return [_from_column(cohort, reference) for reference in references]


def _from_column(cohort: Cohort, reference: str) -> Subject:
    from radassoc.cohort.align import outcome_references

    values = cohort.column(reference)
    if reference in outcome_references(cohort):
        raise DesignError(
            f"{reference!r} is the outcome itself: an ordinary ranking ignores who was censored.",
            wanted="a value that is known for every patient",
            remedy="Rank by the validation of a risk score (validate_risk_score), which allows for censoring.",
        )
    if pd.api.types.is_numeric_dtype(values):
        return Subject(reference, values.astype(float))
    levels = sorted(values.dropna().astype(str).unique())
    if len(levels) != 2:
        raise DesignError(
            f"{reference!r} is no number and has {len(levels)} levels: {name_some(levels)}.",
            wanted="a numeric column or one with two levels",
        )
    coded = values.astype(object).map(lambda item: None if pd.isna(item) else float(str(item) == levels[1]))
    note = f"{reference}: {levels[0]!r} is coded 0 and {levels[1]!r} is coded 1"
    return Subject(reference, coded.astype(float), note=note)


def _from_series(values: pd.Series) -> Subject:
    refuse_apparent(values)
    name = "score" if values.name is None else str(values.name)
    return Subject(name, _numeric(values, name))


def _numeric(values: pd.Series, name: str) -> pd.Series:
    if values.index.has_duplicates:
        raise InputError(
            f"The values of {name!r} name a patient more than once.", wanted="a Series with one value per patient"
        )
    if not pd.api.types.is_numeric_dtype(values):
        raise InputError(
            f"The values of {name!r} are no numbers.",
            wanted="one number per patient",
            remedy="Code two levels as 0, 1.",
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
        reason = "the validation was run without reruns: set n_permutations in validate_risk_score"
        return Subject("risk_score", values, source="none", reason=reason, note=note)
    return Subject("risk_score", values, source="rerun", null=_by_patient(null), note=note)


def _out_of_fold(part: str) -> str:
    return f"Along risk_score, genes are ranked by {part}, predicted for each patient by models that never saw them"


def _by_patient(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index("patient") if "patient" in frame.columns else frame
