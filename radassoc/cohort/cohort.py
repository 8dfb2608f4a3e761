"""The patients of a study, with all their tables: immutable, and never handed out without a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from radassoc.base.errors import InputError
from radassoc.cohort._looks import as_html, as_text
from radassoc.cohort.audit import Audit, audit_of, complete_patients
from radassoc.cohort.changes import check_overlap, choose, code, put_clinical, put_modality
from radassoc.cohort.columns import resolve, unknown_table
from radassoc.cohort.doors import Doors
from radassoc.cohort.fingerprint import fingerprint
from radassoc.cohort.parts import Modality, Parts, check_clinical, check_modality, check_other
from radassoc.cohort.split import split_patients
from radassoc.tables.identifiers import check_known
from radassoc.tables.outcome import Outcome, Unit
from radassoc.tables.table import Note

__all__ = ["Cohort"]


@dataclass(frozen=True, eq=False, repr=False)
class Cohort(Doors):
    """Patients with imaging features, gene expression, clinical data, survival and any other table.

    Made by ``ra.read_cohort`` from files, or by ``Cohort.from_frames``. Tables may cover different patients, and a
    patient may have several samples in a table; each analysis takes the patients that it needs and says how many.
    A cohort never changes: frames come out as copies, and every method returns a new cohort.

    Examples
    --------
    >>> import pandas as pd
    >>> clinical = pd.DataFrame({"age": [61.0, 47.0]}, index=["P1", "P2"])
    >>> cohort = Cohort.from_frames(clinical=clinical)
    >>> cohort.column("age").tolist()
    [61.0, 47.0]
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
        named = {"radiomics": radiomics, "expression": expression}
        check_other(other, named)
        frames = {**named, **dict(other or {})}
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
        check_overlap(parts)
        outcome = {"time": time, "event": event, "unit": unit, "event_coding": event_coding, "invert": invert_event}
        return cls._of(parts, **outcome)

    @classmethod
    def _of(cls, parts: Parts, **outcome: Any) -> Cohort:
        if len(parts.patients) == 0:
            raise InputError("The cohort has no patient.", wanted="at least one table with rows")
        return cls(code(parts, **outcome))

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
    def complete_patients(self) -> pd.Index:
        """Return who has imaging, expression and outcome, as far as the cohort has them: the last step of its flow."""
        return complete_patients(self._parts)

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
        if name not in self._parts.modalities:
            raise unknown_table(name, self._parts, with_clinical=False)
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
            frame = part.frame.copy(deep=False)  # reindex copies the values, once
            frame.index = pd.Index(part.patients.to_numpy(), dtype=object)
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
        coded = code(self._parts, time=time, event=event, unit=unit, event_coding=event_coding, invert=invert_event)
        return Cohort(coded)

    def split(
        self,
        *,
        test_fraction: float | None = None,
        by: str | None = None,
        values: Sequence[Any] | None = None,
        stratify: Sequence[str] = (),
        seed: int = 0,
    ) -> tuple[Cohort, Cohort]:
        """Return training and test patients as two cohorts; the samples of a patient stay together.

        Parameters
        ----------
        test_fraction
            The share of patients that is drawn for the test. The draw is stratified by who is complete (in imaging,
            expression and outcome, as far as the cohort has them) and by event, so that both parts can be analysed.
        by, values
            Instead of a draw: the patients with these values in this column are the test. Those in whom it is unknown
            are in neither part, and the audit says so.
        stratify
            Further columns whose values both parts share evenly; an unknown value counts as one of its own.
        seed
            Seed of the draw.

        Returns
        -------
        tuple of Cohort
            Training and test cohort.

        Raises
        ------
        DesignError
            A part has no patient or no event.
        ClinicalError
            Values that nobody has.
        """
        train, test, neither = split_patients(
            self, test_fraction=test_fraction, by=by, values=values, stratify=stratify, seed=seed
        )

        def part(patients: pd.Index, step: str, others: pd.Index, reason: str) -> Cohort:
            left_out = f"{len(others)} {reason}; {neither}" if neither else reason.capitalize()
            return self.subset(patients, step=step, reason=left_out)

        return (
            part(train, "Training patients", test, "test patients"),
            part(test, "Test patients", train, "training patients"),
        )

    # ---- how it looks
    def __repr__(self) -> str:
        return as_text(self._parts)

    def _repr_html_(self) -> str:
        return as_html(self._parts)
