"""The patients of a study, with all their tables: immutable, and never handed out without a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from radassoc.base.errors import IdentifierError, InputError
from radassoc.cohort.audit import Audit, audit_of
from radassoc.cohort.changes import check_overlap, choose, code, put_clinical, put_modality
from radassoc.cohort.columns import resolve
from radassoc.cohort.fingerprint import fingerprint
from radassoc.cohort.parts import Modality, Parts, check_clinical, check_modality
from radassoc.tables.identifiers import check_known
from radassoc.tables.outcome import Outcome, Unit
from radassoc.tables.table import Note

if TYPE_CHECKING:
    from anndata import AnnData
    from mudata import MuData

__all__ = ["Cohort"]


@dataclass(frozen=True, eq=False, repr=False)
class Cohort:
    """Patients with imaging features, gene expression, clinical data, survival and any other table.

    Made by ``ra.read_cohort`` from files, or by ``Cohort.from_frames``. Tables may cover different patients, and a
    patient may have several samples in a table; each analysis takes the patients that it needs and says how many.
    A cohort never changes: frames come out as copies, and every method returns a new cohort.

    Examples
    --------
    >>> import pandas as pd
    >>> clinical = pd.DataFrame({"age": [61.0, 47.0]}, index=["P1", "P2"])
    >>> cohort = Cohort.from_frames(clinical=clinical)
    >>> cohort.column("age").mean()
    54.0
    """

    _parts: Parts

    @classmethod
    def from_frames(
        cls,
        *,
        radiomics: pd.DataFrame | None = None,
        expression: pd.DataFrame | None = None,
        clinical: pd.DataFrame | None = None,
        other: Mapping[str, pd.DataFrame] | None = None,
        time: str | None = None,
        event: str | None = None,
        unit: Unit | None = None,
        patients: Mapping[str, pd.Series] | None = None,
        features: Mapping[str, pd.DataFrame] | None = None,
        event_coding: Mapping[Any, bool] | None = None,
        invert_event: bool = False,
    ) -> Cohort:
        """Return a cohort of frames that are already clean.

        Parameters
        ----------
        radiomics, expression
            Samples x numbers; the index names the samples.
        clinical
            One row per patient; the index names the patients.
        other
            Further tables of numbers, by the name that they get.
        time, event, unit
            Columns of ``clinical`` with survival time and event, and the unit of time.
        patients
            By modality: the patient of each sample. Without it each sample is its own patient.
        features
            By modality: metadata of the columns. Without it, what the names of imaging features tell.
        event_coding, invert_event
            How the event column is coded; see ``ra.read_cohort``.

        Raises
        ------
        InputError
            A frame is not what its name says, or no two tables have a patient in common.
        """
        frames = {"radiomics": radiomics, "expression": expression, **dict(other or {})}
        whose, known = dict(patients or {}), dict(features or {})
        modalities = {
            name: check_modality(name, frame, patients=whose.get(name), features=known.get(name))
            for name, frame in frames.items()
            if frame is not None
        }
        check_known([*whose, *known], modalities, what="table", source="The cohort")
        parts = Parts(modalities=modalities)
        if clinical is not None:
            parts = replace(parts, clinical=check_clinical(clinical))
        if len(parts.patients) == 0:
            raise InputError("The cohort has no patient.", wanted="at least one table with rows")
        check_overlap(parts)
        parts = code(parts, time=time, event=event, unit=unit, event_coding=event_coding, invert=invert_event)
        return cls(parts)

    # ---- what is in it
    @property
    def modalities(self) -> tuple[str, ...]:
        """Return the names of the tables besides the clinical one."""
        return tuple(self._parts.modalities)

    @cached_property
    def _patients(self) -> pd.Index:
        return self._parts.patients

    @property
    def patients(self) -> pd.Index:
        """Return everybody known: in the order of the clinical table, then of the other tables."""
        return self._patients

    @property
    def clinical(self) -> pd.DataFrame:
        """Return the clinical table, one row per patient."""
        return self._parts.clinical.copy()

    @property
    def outcome(self) -> Outcome | None:
        """Return time and event of the patients in whom both are known, or None."""
        return self._parts.outcome

    @property
    def radiomics(self) -> pd.DataFrame:
        """Return the imaging features, one row per sample."""
        return self["radiomics"]

    @property
    def expression(self) -> pd.DataFrame:
        """Return the gene expression, one row per sample."""
        return self["expression"]

    @cached_property
    def _audit(self) -> Audit:
        return audit_of(self._parts)

    @property
    def audit(self) -> Audit:
        """Return who and what was left out on the way, and why."""
        return self._audit

    @cached_property
    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits that change with any value or name, and with the order of rows."""
        return fingerprint(self._parts)

    def __getitem__(self, modality: str) -> pd.DataFrame:
        return self._modality(modality).frame.copy()

    def __contains__(self, modality: object) -> bool:
        return modality in self._parts.modalities

    def __len__(self) -> int:
        return len(self.patients)

    def _modality(self, name: str) -> Modality:
        check_known([name], self.modalities, what="table", source="The cohort", error=IdentifierError)
        return self._parts.modalities[name]

    def sample_patients(self, modality: str) -> pd.Series:
        """Return the patient of each sample of a table."""
        return self._modality(modality).patients.copy()

    def features(self, modality: str) -> pd.DataFrame:
        """Return what is known of each column of a table, such as its image type, region, sequence and class."""
        return self._modality(modality).features.copy()

    def patient_frame(self, modality: str) -> pd.DataFrame:
        """Return a table with one row per patient, in the order of the cohort; several samples are averaged.

        A missing value is left out of the average; it stays missing where all samples of a patient lack it.
        """
        part = self._modality(modality)
        order = self.patients[self.patients.isin(part.patients)]
        if part.patients.is_unique:
            frame = part.frame.set_axis(pd.Index(part.patients.to_numpy(), dtype=object), axis=0)
        else:
            frame = part.frame.groupby(part.patients.to_numpy(), sort=False).mean()
        return frame.reindex(order).rename_axis("patient")

    def column(self, reference: str) -> pd.Series:
        """Return one column by patient.

        Parameters
        ----------
        reference
            ``name`` (clinical first, otherwise it must be in one table only) or ``modality:name``.

        Raises
        ------
        IdentifierError
            Unknown (the nearest names are told) or ambiguous (the candidates are listed).
        """
        table, name = resolve(self._parts, reference)
        if table == "clinical":
            return self._parts.clinical[name].copy().rename(reference)
        part = self._parts.modalities[table]
        values = part.frame[name]
        if part.patients.is_unique:
            series = pd.Series(values.to_numpy(), index=pd.Index(part.patients.to_numpy(), dtype=object))
        else:
            series = values.groupby(part.patients.to_numpy(), sort=False).mean()
        order = self.patients[self.patients.isin(series.index)]
        return series.reindex(order).rename(reference).rename_axis("patient")

    # ---- new cohorts
    def subset(self, patients: Iterable[str], *, step: str = "Chosen patients", reason: str = "Not chosen") -> Cohort:
        """Return the cohort of some of its patients, in the order of this one.

        Parameters
        ----------
        patients
            Their identifiers.
        step, reason
            What the audit calls those who stay, and why the others leave.

        Raises
        ------
        IdentifierError
            A patient whom the cohort does not have.
        DesignError
            No patient is left.
        """
        return Cohort(choose(self._parts, patients, step=step, reason=reason))

    def with_modality(
        self,
        name: str,
        frame: pd.DataFrame,
        *,
        patients: pd.Series | None = None,
        features: pd.DataFrame | None = None,
        notes: Sequence[Note] = (),
    ) -> Cohort:
        """Return the cohort with one more table, or with another one of the same name.

        Parameters
        ----------
        name
            How it is called.
        frame
            Samples x numbers.
        patients
            The patient of each sample. Without it: as in the table of that name, where it is replaced and has all
            these samples; otherwise each sample is its own patient.
        features
            Metadata of the columns; without it, as in the replaced table or as imaging features' names tell.
        notes
            Audit rows (``tables.table.note``).

        Raises
        ------
        IdentifierError
            No patient of the table is in the cohort.
        """
        return Cohort(put_modality(self._parts, name, frame, patients=patients, features=features, notes=notes))

    def with_clinical(self, frame: pd.DataFrame) -> Cohort:
        """Return the cohort with further clinical columns; a column of the same name is replaced.

        Parameters
        ----------
        frame
            One row per patient; patients who are not in it get missing values.

        Raises
        ------
        IdentifierError
            The frame names a patient whom the cohort does not have.
        ClinicalError
            A column of the outcome would change: use ``with_outcome``.
        """
        return Cohort(put_clinical(self._parts, frame))

    def with_outcome(
        self,
        time: str,
        event: str,
        *,
        unit: Unit,
        event_coding: Mapping[Any, bool] | None = None,
        invert_event: bool = False,
    ) -> Cohort:
        """Return the cohort with another endpoint, such as progression-free survival.

        Parameters
        ----------
        time, event
            Columns of the clinical table.
        unit
            ``"days"``, ``"weeks"``, ``"months"`` or ``"years"``.
        event_coding, invert_event
            How the event column is coded; see ``ra.read_cohort``.
        """
        coded = code(
            self._parts, time=time, event=event, unit=unit, event_coding=event_coding, invert=invert_event
        )
        return Cohort(coded)

    # ---- how it looks
    def _counts(self) -> list[tuple[str, str]]:
        rows = [("patients", str(len(self)))]
        for name, part in self._parts.modalities.items():
            told = f"{part.patients.nunique()} patients x {part.frame.shape[1]} columns"
            if not part.patients.is_unique:
                told += f" ({len(part.frame)} samples)"
            rows.append((name, told))
        rows.append(("clinical", f"{len(self._parts.clinical)} patients x {self._parts.clinical.shape[1]} columns"))
        outcome = self._parts.outcome
        if outcome is not None:
            events = int(outcome.table["event"].sum())
            rows.append(("outcome", f"{outcome.time_name} ({outcome.unit}): {len(outcome.table)} patients, {events} events"))
        return rows

    def __repr__(self) -> str:
        lines = [f"  {name}: {told}" for name, told in self._counts()[1:]]
        return "\n".join([f"<Cohort of {len(self)} patients", *lines]) + ">"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(told)}</td></tr>" for name, told in self._counts())
        return f"<div><p><b>Cohort</b></p><table>{rows}</table></div>"

