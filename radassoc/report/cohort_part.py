"""The sections on patients: who is in the study, who left it, which columns were dropped, Table 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from radassoc.report.blocks import Section, figures, heading, listing, note, table, text
from radassoc.report.kinds import of_kind
from radassoc.report.pictures import Picture
from radassoc.report.wording import listed, number, plural

__all__ = ["cohort_section", "exclusions", "patients_section"]

_EXAMPLES = 4


def cohort_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section on who is in the study."""
    cohorts = of_kind(results, "cohort")
    if not cohorts:
        return None
    section = Section("cohort", "Cohort and attrition")
    section.add(table(_sizes(cohorts), "Patients with each table, by cohort"))
    for name, cohort in cohorts.items():
        if len(cohorts) > 1:
            section.add(heading(_title(name)))
        section.add(figures([picture for picture in pictures if picture.result == name]))
        section.add(*_audit_blocks(cohort.audit))
    return section


def _title(name: str) -> str:
    rest = name.removeprefix("cohort").strip("_")
    return {"": "The study's cohort", "test": "Test patients"}.get(rest, f"External cohort {rest}")


def _sizes(cohorts: Mapping[str, Any]) -> pd.DataFrame:
    rows = []
    for name, cohort in cohorts.items():
        row: dict[str, Any] = {"cohort": _title(name), "patients": len(cohort.patients)}
        for modality in cohort.modalities:
            row[modality] = f"{cohort.sample_patients(modality).nunique()} x {cohort[modality].shape[1]}"
        if cohort.outcome is not None:
            outcome = cohort.outcome
            row["survival known"] = len(outcome.table)
            row["events"] = int(outcome.table["event"].sum())
            row["median time"] = f"{number(outcome.table['time'].median())} {outcome.unit}"
        rows.append(row)
    frame = pd.DataFrame(rows)
    return frame.astype({name: "object" for name in frame.columns if frame[name].isna().any()})


def _audit_blocks(audit: Any) -> list[Any]:
    told = audit.table
    is_absent = told["reason"].str.contains("absent", case=False)
    absent, other = told[is_absent], told[~is_absent]
    blocks = [
        table(exclusions(audit), "Imaging patients by what became of them"),
        table(
            _grouped(other),
            "What was dropped, changed or recognised while reading, by reason",
            names={"names": "columns", "entries": "n columns", "n": "n values or rows"},
            most=80,
        ),
    ]
    if len(absent):
        blocks.append(
            text(
                "A region that a tumour does not have makes its features absent, which is a finding about the tumour "
                "and not a missing value; they are counted apart."
            )
        )
        blocks.append(listing(f"{row.name}: {row.detail}." for row in absent.itertuples(index=False)))
    return blocks


def exclusions(audit: Any) -> pd.DataFrame:
    """Return how many imaging patients have each status, by reason."""
    patients = audit.patients
    if patients is None or patients.empty:
        return pd.DataFrame(columns=["status", "reason", "n_patients"])
    counted = patients.fillna("").groupby(["status", "reason"], sort=False).size()
    return counted.rename("n_patients").reset_index()


def _grouped(columns: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (step, scope, reason), group in columns.groupby(["step", "scope", "reason"], sort=False):
        names = listed([name for name in group["name"] if name], most=_EXAMPLES)
        details = group["detail"].dropna().unique()
        detail = str(details[0]) if len(details) == 1 else ""
        rows.append(
            {
                "step": step,
                "table": scope,
                "reason": reason,
                "names": names,
                "entries": len(group),
                "n": int(group["n"].sum()),
                "detail": detail,
            }
        )
    frame = pd.DataFrame(rows, columns=["step", "table", "reason", "names", "entries", "n", "detail"])
    return frame if frame["detail"].any() else frame.drop(columns="detail")


# ---- Table 1
def patients_section(results: Mapping[str, Any]) -> Section | None:
    """Return the section with Table 1, by each grouping that was made."""
    tables = of_kind(results, "table_one")
    if not tables:
        return None
    section = Section("patients", "Patients (Table 1)")
    for result in tables.values():
        by = f" by {_groups_name(result)}" if result.groups else ""
        section.add(table(result.wide, f"Characteristics of the patients{by}", most=80, shown=_as_is))
        section.add(note(" ".join(result.notes) or _sentence(result.p_reason)))
        if len(result.skipped):
            names = [f"{row.variable} ({row.reason})" for row in result.skipped.itertuples()]
            section.add(note(f"Left out: {listed(names, most=12)}."))
    section.add(
        note(f"{plural(len(tables), 'table')} of description; comparisons between groups are not corrected for choice.")
    )
    return section


def _sentence(text_: str) -> str:
    return f"{text_[0].upper()}{text_[1:]}." if text_ else ""


def _as_is(value: object, column: str) -> str:
    del column
    return "" if value is None or value != value else str(value)


def _groups_name(result: Any) -> str:
    name = str(result.groups).replace("_", " ")
    return f"{name} ({result.source.replace('_', ' ')})" if result.source == "out_of_fold" else name
