"""Parts of a cohort -> parts of the next one: fewer patients, another table, further columns, an outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from radassoc.base.errors import ClinicalError, DesignError, IdentifierError, name_some
from radassoc.cohort.parts import FlowStep, Modality, Parts, check_clinical, check_modality
from radassoc.tables.identifiers import check_known, no_overlap
from radassoc.tables.outcome import Unit, code_outcome
from radassoc.tables.table import Note, note

__all__ = ["check_overlap", "choose", "code", "put_clinical", "put_modality"]


def choose(parts: Parts, patients: Iterable[str], *, step: str, reason: str) -> Parts:
    """Keep some patients, with all their samples, in the order that they have."""
    if isinstance(patients, str):
        raise IdentifierError(f"{patients!r} is no list of patients.", wanted=f"a list, such as [{patients!r}]")
    wanted, known = pd.Index(list(patients), dtype=object), parts.patients
    check_known(wanted, known, what="patient", source="The cohort", error=IdentifierError)
    if wanted.has_duplicates:
        raise IdentifierError(
            f"{name_some(wanted[wanted.duplicated()].unique())} would be in the cohort more than once.",
            wanted="each patient once",
        )
    if wanted.empty:
        raise DesignError("No patient is left.", wanted="at least one patient")
    stay = int(known.isin(wanted).sum())
    left = len(known) - stay
    start = parts.history or (FlowStep("Patients in any table", len(known), 0, ""),)
    outcome = parts.outcome
    if outcome is not None:
        outcome = replace(outcome, table=outcome.table[outcome.table.index.isin(wanted)])
    return replace(
        parts,
        modalities={name: _rows_of(part, wanted) for name, part in parts.modalities.items()},
        clinical=parts.clinical[parts.clinical.index.isin(wanted)],
        outcome=outcome,
        history=(*start, FlowStep(step, stay, left, reason if left else "")),
    )


def _rows_of(part: Modality, patients: pd.Index) -> Modality:
    stay = part.patients.isin(patients).to_numpy()
    return Modality(part.frame[stay], part.patients[stay], part.features)


def put_modality(
    parts: Parts,
    name: str,
    frame: pd.DataFrame,
    *,
    patients: pd.Series | None,
    features: pd.DataFrame | None,
    notes: Sequence[Note],
) -> Parts:
    """Add or replace a table of numbers."""
    old = parts.modalities.get(name)
    if old is not None and patients is None and pd.Index(frame.index).isin(old.patients.index).all():
        patients = old.patients
    if old is not None and features is None and pd.Index(frame.columns).isin(old.features.index).all():
        features = old.features
    part = check_modality(name, frame, patients=patients, features=features)
    if not part.patients.isin(parts.patients).any():
        raise no_overlap(name, part.patients.unique(), "the cohort", parts.patients)
    told = [*notes]
    if old is not None:
        detail = f"{old.frame.shape[1]} columns by {part.frame.shape[1]}"
        told.append(note(name, name, "table replaced", detail, step="with_modality"))
    new = int((~pd.Index(part.patients.unique()).isin(parts.patients)).sum())
    if new:
        told.append(note(name, name, "patients added", f"{new} who were in no table", step="with_modality"))
    return replace(parts, modalities={**parts.modalities, name: part}, notes=(*parts.notes, *told))


def put_clinical(parts: Parts, frame: pd.DataFrame) -> Parts:
    """Add or replace clinical columns; those that made the outcome cannot change under it."""
    new, known = check_clinical(frame), parts.patients
    check_known(new.index, known, what="patient", source="The cohort", error=IdentifierError)
    outcome = parts.outcome
    fixed = [] if outcome is None else [name for name in (outcome.time_name, outcome.event_name) if name in new.columns]
    if fixed:
        raise ClinicalError(
            f"{name_some(fixed)} made the outcome of this cohort.",
            wanted="columns that are not its time or event",
            remedy="Add them under other names and use with_outcome(time, event, unit=...).",
        )
    rows = known[known.isin(parts.clinical.index) | known.isin(new.index)]
    replaced = [str(name) for name in new.columns if name in parts.clinical.columns]
    notes = [note("clinical", name, "column replaced", step="with_clinical") for name in replaced]
    clinical = pd.DataFrame({**parts.clinical.reindex(rows), **new.reindex(rows)}, index=rows)
    return replace(parts, clinical=clinical, notes=(*parts.notes, *notes))


def code(
    parts: Parts,
    *,
    time: str | None = None,
    event: str | None = None,
    unit: Unit | None = None,
    event_coding: Mapping[Any, bool] | None = None,
    invert: bool = False,
) -> Parts:
    """Code time and event of the clinical table, where they are named."""
    if time is None and event is None:
        if unit is not None or event_coding is not None or invert:
            raise ClinicalError("The outcome is described but not named.", wanted="time= and event=")
        return parts
    if time is None or event is None:
        given = "event" if time is None else "time"
        raise ClinicalError(f"Only {given}= is given.", wanted="both time= and event=, or neither")
    _refuse_outcome_columns(parts, (time, event))
    outcome = code_outcome(parts.clinical, time, event, unit, event_coding=event_coding, invert=invert)
    told = ", ".join(f"{value!r} {'event' if is_event else 'censored'}" for value, is_event in outcome.coding.items())
    notes = (*parts.notes, note("clinical", event, "event coding", told, step="outcome"))
    return replace(parts, outcome=outcome, notes=notes)


def _refuse_outcome_columns(parts: Parts, names: tuple[str, str]) -> None:
    """Refuse time or event among the measurements: any score of them would know the outcome."""
    for modality, part in parts.modalities.items():
        own = [name for name in names if name in part.frame.columns]
        if own:
            raise ClinicalError(
                f"{name_some(own)} is the outcome, and also among the columns of {modality}.",
                wanted="measurements without the outcome",
                remedy=f"Leave it out there: {modality}=ra.Table(..., drop={own!r}).",
            )


def check_overlap(parts: Parts) -> None:
    """Refuse a table that has no patient in common with any other: its identifiers are written differently."""
    tables = {name: pd.Index(part.patients.unique()) for name, part in parts.modalities.items()}
    if len(parts.clinical):
        tables["clinical"] = parts.clinical.index
    for name, patients in tables.items():
        others = {other: index for other, index in tables.items() if other != name}
        if others and not any(patients.isin(index).any() for index in others.values()):
            other = next(iter(others))
            raise no_overlap(name, patients, other, others[other])
