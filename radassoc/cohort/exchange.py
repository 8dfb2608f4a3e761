"""What a cohort knows beyond its matrices, as one versioned text that travels inside AnnData, MuData and h5mu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

import numpy as np
import pandas as pd

from radassoc.base.codec import dumps, loads, register
from radassoc.base.columns import tidy
from radassoc.base.errors import FormatError
from radassoc.base.results import Record
from radassoc.cohort.changes import check_overlap, choose
from radassoc.cohort.parts import FlowStep, Modality, Parts, check_clinical
from radassoc.tables.outcome import Outcome, Unit, code_outcome
from radassoc.tables.table import note

__all__ = ["KEY", "CohortContent", "from_tables", "observations", "packed", "unpacked"]

#: Where the text is kept in ``uns``.
KEY = "radassoc"
_FLOW = ("step", "n_patients", "n_excluded", "reason")


@register("cohort_content")
@dataclass(frozen=True, eq=False, kw_only=True)
class CohortContent(Record):
    """Clinical table, outcome, audit and the metadata of samples and columns."""

    clinical: pd.DataFrame
    outcome: Outcome | None
    notes: tuple[Mapping[str, str], ...]
    history: pd.DataFrame
    patients: Mapping[str, pd.Series] = field(default_factory=dict)
    features: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def packed(parts: Parts) -> str:
    """Return everything but the matrices as one text."""
    content = CohortContent(
        clinical=parts.clinical,
        outcome=parts.outcome,
        notes=parts.notes,
        history=tidy([asdict(step) for step in parts.history], _FLOW),
        patients={name: part.patients for name, part in parts.modalities.items()},
        features={name: part.features for name, part in parts.modalities.items()},
    )
    return dumps(content, patient_level=True)


def unpacked(uns: Mapping[str, Any]) -> CohortContent | None:
    """Return what ``packed`` wrote, or None in an object of another origin."""
    if KEY not in uns:
        return None
    content = loads(str(uns[KEY]), source=f"uns[{KEY!r}]")
    if not isinstance(content, CohortContent):
        raise FormatError(f"uns[{KEY!r}] holds {type(content).__name__}.", wanted="the content of a cohort")
    return content


# ---- the clinical table beside each matrix
def observations(parts: Parts, part: Modality) -> pd.DataFrame:
    """Return the clinical table by sample, in types and names that h5 files can hold."""
    clinical = parts.clinical.reindex(part.patients.to_numpy())
    columns: dict[str, Any] = {"patient": part.patients.to_numpy()}
    for name in clinical.columns:
        values = clinical[name]
        if values.dtype == object:
            texts = [None if pd.isna(value) else str(value) for value in values]
            columns[_safe(name)] = pd.Categorical(
                texts, categories=sorted({text for text in texts if text is not None})
            )
        else:
            columns[_safe(name)] = values.to_numpy()
    return pd.DataFrame(columns, index=part.frame.index)


def _safe(name: str) -> str:
    """Return a name that an h5 file can hold; ``patient`` is the sample's patient."""
    return f"clinical_{name}" if name in ("patient", "_index") else name.replace("/", "|")


# ---- back
def from_tables(
    modalities: Mapping[str, Modality], obs: Mapping[str, pd.DataFrame], content: CohortContent | None
) -> Parts:
    """Return the parts of a cohort from matrices and observations, with what the text knew of them.

    Where samples were taken out meanwhile, the patients who have none left leave the cohort; where values of
    observations were changed or columns added, the new ones hold. Both are in the audit.
    """
    told, notes = _clinical_of(modalities, obs)
    if content is None:
        parts = Parts(modalities=modalities, clinical=told, notes=tuple(notes))
        check_overlap(parts)
        return parts
    parts = Parts(
        modalities=modalities,
        clinical=content.clinical,
        outcome=content.outcome,
        notes=tuple(dict(note) for note in content.notes),
        history=tuple(FlowStep(*row) for row in content.history.itertuples(index=False, name=None)),
    )
    parts = _with_edits(parts, told)
    gone = _gone(modalities, content)
    if not gone:
        return parts
    # the flow tells how many there were before, which the matrices no longer know
    known = dict.fromkeys([*parts.patients, *(name for told in content.patients.values() for name in told)])
    stay = [name for name in parts.patients if name not in gone]
    start = parts.history or (FlowStep("Patients in any table", len(known), 0, ""),)
    step = FlowStep("With samples kept in AnnData", len(stay), len(known) - len(stay), "Samples taken out")
    return replace(choose(parts, stay, step="", reason=""), history=(*start, step))


def _gone(modalities: Mapping[str, Modality], content: CohortContent) -> set[str]:
    """Return the patients who had samples and have none any more."""
    before = {patient for name in modalities if name in content.patients for patient in content.patients[name]}
    return before - {patient for part in modalities.values() for patient in part.patients}


def _clinical_of(
    modalities: Mapping[str, Modality], obs: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """Return the observations by patient; a column that differs between samples of a patient is no clinical one."""
    columns: dict[str, pd.Series] = {}
    notes = []
    for name, part in modalities.items():
        table = obs[name].drop(columns="patient", errors="ignore").set_axis(part.patients.to_numpy(), axis=0)
        for label in table.columns:
            values = table[label].astype(object).where(table[label].notna(), None)
            by_patient = values.groupby(level=0, sort=False)
            if (by_patient.nunique() > 1).any():
                notes.append(note(name, str(label), "no clinical column", "differs between samples of a patient"))
                continue
            first = by_patient.first()
            columns[str(label)] = columns[str(label)].combine_first(first) if str(label) in columns else first
    order = dict.fromkeys(patient for part in modalities.values() for patient in part.patients)
    index = pd.Index(list(order), name="patient", dtype=object)
    frame = pd.DataFrame({label: values.reindex(index) for label, values in columns.items()}, index=index)
    return check_clinical(frame), notes


def _with_edits(parts: Parts, told: pd.DataFrame) -> Parts:
    """Take over observations that differ from the clinical table, and code the outcome anew if they made it."""
    clinical, notes, names = parts.clinical, [], []
    original = {_safe(name): name for name in clinical.columns}
    rows = parts.patients[parts.patients.isin(clinical.index) | parts.patients.isin(told.dropna(how="all").index)]
    for label in told.columns:
        name = original.get(label, label)
        old = clinical[name] if name in clinical.columns else pd.Series(dtype=object)
        changed = _changed(old.reindex(told.index), told[label])
        if not changed.any():
            continue
        values = old.reindex(rows).astype(object)
        values[changed.index[changed]] = told[label][changed].astype(object)
        clinical = clinical.reindex(rows)
        clinical[name] = check_clinical(values.to_frame(name))[name]
        names.append(name)
        notes.append(note("clinical", name, "changed in obs", f"{int(changed.sum())} patients", step="exchange"))
    outcome = parts.outcome
    if outcome is not None and {outcome.time_name, outcome.event_name} & set(names):
        outcome = code_outcome(
            clinical, outcome.time_name, outcome.event_name, cast(Unit, outcome.unit), event_coding=outcome.coding
        )
    return replace(parts, clinical=clinical, outcome=outcome, notes=(*parts.notes, *notes))


def _changed(old: pd.Series, new: pd.Series) -> pd.Series:
    both_missing = old.isna().to_numpy() & new.isna().to_numpy()
    same = old.astype(object).to_numpy() == new.astype(object).to_numpy()
    return pd.Series(~(np.asarray(same, dtype=bool) | both_missing), index=new.index)
