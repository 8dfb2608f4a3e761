"""Who and what is in a cohort, what was left out on the way, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.provenance import provenance
from radassoc.base.results import Result
from radassoc.cohort._content import content_rows
from radassoc.cohort._near_misses import IGNORED, NearMiss, near_misses
from radassoc.tables.table import Note

if TYPE_CHECKING:
    from radassoc.cohort.parts import Parts

__all__ = ["Audit", "audit_of", "complete_patients"]

COLUMNS = ("step", "scope", "name", "reason", "n", "detail")
FLOW = ("step", "n_patients", "n_excluded", "reason")
SAMPLES = ("patient", "sample", "scope", "status", "reason")
#: Reasons of notes that name one row each; their names are identifiers and stay out of ``.table``.
ROW_REASONS = frozenset({"no patient", "no tumour sample", "other sample type"})
MAIN = ("radiomics", "expression")
NOT_CLINICAL = "not in the clinical table"


@register("audit")
@dataclass(frozen=True, eq=False, kw_only=True)
class Audit(Result):
    """What was dropped, made missing, merged or recognised while the cohort was made.

    Attributes
    ----------
    table
        ``step, scope, name, reason, n, detail``: one row per note; ``scope`` is the table concerned, ``name`` the
        column or file, ``n`` how many columns, rows or cells. Rows are counted, never named, here.
    flow
        ``step, n_patients, n_excluded, reason``: how many patients each step kept and lost.
    samples
        ``patient, sample, scope, status, reason``: what became of every imaging patient (``sample`` empty), each row
        that was left out, and each patient whom another table may spell differently; patient-level.
    """

    default_figure: ClassVar[str] = "plot_attrition"

    flow: pd.DataFrame

    @property
    def patients(self) -> pd.DataFrame | None:
        """Return one row per imaging patient: ``patient, status, reason``; None if saved without patients."""
        samples = self.samples
        if samples is None:
            return None
        return samples.loc[samples["sample"] == "", ["patient", "status", "reason"]].reset_index(drop=True)


def audit_of(parts: Parts) -> Audit:
    """Return the audit of a cohort's content."""
    flow, misses = _flow(parts), near_misses(parts)
    return Audit(
        table=tidy([*_rows(parts.notes), *_miss_rows(misses), *content_rows(parts)], COLUMNS),
        flow=flow,
        samples=tidy([*_statuses(parts), *_left_out(parts.notes), *_suspects(misses)], SAMPLES),
        provenance=provenance(n_patients=len(parts.patients), n_complete=int(flow["n_patients"].iloc[-1])),
    )


# ---- notes
def _rows(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """Return the notes, with those on single rows counted per reason."""
    rows: list[dict[str, Any]] = []
    counted: dict[tuple[str, str, str], dict[str, Any]] = {}
    for told in notes:
        if told["reason"] not in ROW_REASONS:
            rows.append({**told, "n": int(told.get("n", 1))})
            continue
        key = (told["step"], told["scope"], told["reason"])
        if key not in counted:
            counted[key] = {**told, "name": "rows", "n": 0, "detail": "left out"}
            rows.append(counted[key])
        counted[key]["n"] += 1
    return rows


def _left_out(notes: Iterable[Note]) -> list[dict[str, str]]:
    return [
        {"patient": "", "sample": told["name"], "scope": told["scope"], "status": "left out", "reason": told["reason"]}
        for told in notes
        if told["reason"] in ROW_REASONS
    ]


# ---- patients who may be spelled in two ways
def _miss_rows(misses: list[NearMiss]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for miss in misses:
        counts[miss.table] = counts.get(miss.table, 0) + 1
    detail = f"in no other table, but would be if {IGNORED} were ignored; see audit.samples"
    told = {"step": "match", "name": "patients", "reason": "nearly the same identifiers", "detail": detail}
    return [{**told, "scope": table, "n": n} for table, n in counts.items()]


def _suspects(misses: list[NearMiss]) -> list[dict[str, str]]:
    return [
        {
            "patient": miss.patient,
            "sample": miss.patient,
            "scope": miss.table,
            "status": "near miss",
            "reason": f"another table has {miss.other}",
        }
        for miss in misses
    ]


# ---- patients
def _requirements(parts: Parts) -> list[tuple[str, set[str], str]]:
    """Return what a patient needs to be complete: its name, who has it, and what the others lack."""
    main = [name for name in MAIN if name in parts.modalities] or list(parts.modalities)
    needed = [(name, set(parts.modalities[name].patients), f"without {name}") for name in main]
    if parts.outcome is not None:
        needed.append(("outcome", set(parts.outcome.table.index), "without known time and event"))
    return needed


def complete_patients(parts: Parts) -> pd.Index:
    """Return who has imaging, expression and outcome, as far as the cohort has them."""
    patients = parts.patients
    for _, having, _ in _requirements(parts):
        patients = patients[patients.isin(having)]
    return patients


def _flow(parts: Parts) -> pd.DataFrame:
    left = parts.patients
    rows = [vars(step) for step in parts.history]
    if not rows:
        rows = [{"step": "Patients in any table", "n_patients": len(left), "n_excluded": 0, "reason": ""}]
    names: list[str] = []
    for name, having, lack in _requirements(parts):
        names.append(name)
        stay = left[left.isin(having)]
        rows.append(
            {
                "step": f"With {_listed(names)}",
                "n_patients": len(stay),
                "n_excluded": len(left) - len(stay),
                "reason": _lack(parts, name, left[~left.isin(having)], lack),
            }
        )
        left = stay
    return tidy(rows, FLOW)


def _lack(parts: Parts, name: str, lacking: pd.Index, lack: str) -> str:
    """Return why patients leave; those without an outcome are told apart by whether the clinical table names them."""
    if lacking.empty:
        return ""
    if name != "outcome":
        return lack.capitalize()
    unknown = int((~lacking.isin(parts.clinical.index)).sum())
    if unknown in (0, len(lacking)):
        return (NOT_CLINICAL if unknown else lack).capitalize()
    return f"{unknown} {NOT_CLINICAL}; {len(lacking) - unknown} {lack}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _statuses(parts: Parts) -> list[dict[str, str]]:
    """Return what became of each imaging patient (of each patient where nothing is imaging)."""
    imaging = parts.modalities.get("radiomics")
    patients = parts.patients if imaging is None else pd.Index(imaging.patients.unique())
    needed = _requirements(parts)
    rows = []
    for patient in patients:
        lacks = [_status(parts, name, patient, lack) for name, having, lack in needed if patient not in having]
        scope = "all" if imaging is None else "radiomics"
        status = "incomplete" if lacks else "complete"
        rows.append({"patient": patient, "sample": "", "scope": scope, "status": status, "reason": "; ".join(lacks)})
    return rows


def _status(parts: Parts, name: str, patient: str, lack: str) -> str:
    return NOT_CLINICAL if name == "outcome" and patient not in parts.clinical.index else lack
