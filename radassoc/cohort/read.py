"""Files -> Cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from radassoc.base.errors import InputError, Problems, RadassocError
from radassoc.cohort._sources import read_sources
from radassoc.cohort.changes import check_overlap, code
from radassoc.cohort.cohort import Cohort
from radassoc.cohort.derive import Derivation, derive_columns
from radassoc.cohort.parts import Modality, Parts
from radassoc.tables.outcome import Unit
from radassoc.tables.table import DuplicatePolicy, MissingPatient, ReadTable, Source

__all__ = ["read_cohort"]


def read_cohort(
    *,
    radiomics: Source | None = None,
    expression: Source | None = None,
    clinical: Source | None = None,
    other: Mapping[str, Source] | None = None,
    time: str | None = None,
    event: str | None = None,
    unit: Unit | None = None,
    patient: str | None = None,
    derive: Mapping[str, Derivation] | None = None,
    event_coding: Mapping[Any, bool] | None = None,
    invert_event: bool = False,
    missing_patient: MissingPatient = "error",
    duplicates: DuplicatePolicy = "error",
) -> Cohort:
    """Read the tables of a study into one cohort.

    Tables may cover different patients. Whatever is left out, made missing or recognised on the way is in
    ``cohort.audit``. Every problem of every file is found before one error tells them all.

    Parameters
    ----------
    radiomics
        Imaging features, one row per sample: a path, a list of paths, a frame, or ``ra.Table(...)``.
    expression
        Gene expression, genes in rows or in columns.
    clinical
        One row per patient.
    other
        Further tables of numbers by name, such as ``{"mutations": "mutations.csv"}``. One file may be given several
        times, each time with other ``columns`` in its ``ra.Table``.
    time, event
        Columns of the clinical table: survival time, and whether the event was observed.
    unit
        Unit of time: ``"days"``, ``"weeks"``, ``"months"`` or ``"years"``. There is no default.
    patient
        The column that names the patient in each file that has it and whose ``ra.Table`` says nothing else. Without it:
        a column called ``patient``, ``patient_id``, ``case_id`` or the like, otherwise the first column; and if that
        matches no other table, the only column of which at least half of the values are patients of the others.
    derive
        New clinical columns: ``{"grade": {"from": "oncotree_code", "map": {"GBM": "4"}}}``, or a function of the
        clinical frame. Values without a mapping become missing and are counted in the audit.
    event_coding
        What each value of the event column means (True: the event), where it is not 0/1, 1/2, True/False or a word.
    invert_event
        The event column tells who is censored.
    missing_patient
        ``"error"`` or ``"drop"``: what becomes of rows that name no patient, in files that do not say it themselves.
    duplicates
        What becomes of columns or genes of the same name, in files that do not say it themselves: ``"error"``,
        ``"mean"``, ``"max_variance"`` or ``"first"``.

    Returns
    -------
    Cohort

    Raises
    ------
    InputError
        One subclass for each kind of table, with what was wanted, what was found and what to try; several problems are
        told in one error with ``.problems``.

    Examples
    --------
    >>> import pandas as pd
    >>> import radassoc as ra
    >>> clinical = pd.DataFrame({"patient": ["P1", "P2"], "months": [14.0, 31.5], "dead": [1, 0]})
    >>> ra.read_cohort(clinical=clinical, time="months", event="dead", unit="months")
    <Cohort of 2 patients
      clinical: 2 patients x 2 columns
      outcome: months (months): 2 patients, 1 events>
    """
    named = {"radiomics": radiomics, "expression": expression, "clinical": clinical}
    sources = {name: source for name, source in named.items() if source is not None}
    problems = Problems()
    if not isinstance(other, Mapping | None):
        given = type(other).__name__
        raise InputError(f"other= is given as {given}.", wanted='tables by name: {"mutations": "mutations.csv"}')
    for name, source in (other or {}).items():
        if name in named:
            problems.add(InputError(f"other= names a table {name!r}.", wanted=f"the argument {name}= for this table"))
        else:
            sources[name] = source
    if not sources and not len(problems):
        raise InputError("No table is given.", wanted="at least one of radiomics=, expression=, clinical=, other=")
    read = read_sources(sources, problems, patient=patient, missing_patient=missing_patient, duplicates=duplicates)
    parts = _parts(read)
    if "clinical" in read or "clinical" not in sources:
        # what follows needs the clinical table; without it, only its own problem is worth telling
        parts = _finished(parts, problems, derive or {}, time, event, unit, event_coding, invert_event)
    problems.raise_if_any()
    return Cohort(parts)


def _parts(read: Mapping[str, ReadTable]) -> Parts:
    modalities = {
        name: Modality(table.frame.astype("float64"), table.patients, table.features.rename_axis("feature"))
        for name, table in read.items()
        if name != "clinical"
    }
    notes = tuple(told for table in read.values() for told in table.notes)
    parts = Parts(modalities=modalities, notes=notes)
    if "clinical" in read:
        parts = replace(parts, clinical=read["clinical"].frame.rename_axis("patient"))
    return parts


def _finished(
    parts: Parts,
    problems: Problems,
    derive: Mapping[str, Derivation],
    time: str | None,
    event: str | None,
    unit: Unit | None,
    event_coding: Mapping[Any, bool] | None,
    invert: bool,
) -> Parts:
    """Return the parts with derived columns and outcome; each problem on the way is collected."""
    try:
        check_overlap(parts)
    except RadassocError as error:
        problems.add(error)
    try:
        parts = derive_columns(parts, derive)
    except RadassocError as error:
        problems.add(error)
    try:
        return code(parts, time=time, event=event, unit=unit, event_coding=event_coding, invert=invert)
    except RadassocError as error:
        problems.add(error)
        return parts
