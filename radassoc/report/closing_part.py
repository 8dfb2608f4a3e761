"""The last sections: methods, families of tests, limits, provenance, and whatever has no section of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from radassoc.report.blocks import Section, code, heading, listing, note, table, text
from radassoc.report.description import StudyDescription
from radassoc.report.families import family_table
from radassoc.report.kinds import kind_of, of_kind
from radassoc.report.methods import methods_paragraphs
from radassoc.report.references import references
from radassoc.report.wording import plural

__all__ = [
    "families_section",
    "limits_section",
    "methods_section",
    "other_section",
    "patient_section",
    "provenance_section",
]

#: Kinds that a section or the audit shows already.
_SHOWN = frozenset(
    {
        "cohort",
        "study_description",
        "table_one",
        "exploration",
        "pca",
        "risk_score",
        "risk_validation",
        "risk_evaluation",
        "survival_comparison",
        "cutpoint",
        "cox_table",
        "subgroup_effects",
        "nomogram",
        "sample_size",
        "risk_groups",
        "association_map",
        "enrichment",
        "balance",
        "weighted_comparison",
        "stratified",
        "pooled_estimates",
        "cross_application",
        "interactions",
    }
)


def methods_section(results: Mapping[str, Any]) -> Section | None:
    """Return the methods text with its references."""
    paragraphs = methods_paragraphs(results)
    if not paragraphs:
        return None
    section = Section("methods", "Methods").add(*(text(paragraph) for paragraph in paragraphs))
    cited = references(results)
    return section.add(heading("References"), listing(cited)) if cited else section


def families_section(results: Mapping[str, Any]) -> Section | None:
    """Return the families of tests, the primary one marked."""
    families = family_table(results)
    if families.empty:
        return None
    has_primary = (families["role"] == "primary").any()
    total = int(families["n_tests"].sum())
    told = f"{plural(len(families), 'family', 'families')} with {plural(total, 'test')} in all. "
    told += (
        "The study named one primary hypothesis; all else is exploratory."
        if has_primary
        else "The study named no primary hypothesis: all tests are exploratory."
    )
    shown = families.assign(result=families["result"].str.replace("_", " "))
    return Section("families", "Families of tests").add(text(told), table(shown, "Families of tests", most=60))


def limits_section(results: Mapping[str, Any]) -> Section:
    """Return what a reader should keep in mind."""
    told = [
        "An adjusted p-value above 0.05 is no proof of absence: read the interval, and which effects it still allows.",
        "All associations are observational; imaging, molecular status and treatment share causes.",
    ]
    if of_kind(results, "risk_validation") and not of_kind(results, "risk_evaluation"):
        told.append("The score was validated inside one cohort only; patients of another site may differ.")
    if of_kind(results, "enrichment"):
        told.append("Gene sets overlap and share co-expressed genes: enriched sets are not independent findings.")
    study = results.get("study")
    if isinstance(study, StudyDescription):
        told += [f"[{section}] was not run: {why}." for section, why in study.not_run.items()]
    return Section("limits", "Limits").add(listing(told))


def provenance_section(results: Mapping[str, Any]) -> Section | None:
    """Return versions, seeds, data and settings."""
    study = results.get("study")
    versions = _versions(results)
    if not versions:
        return None
    section = Section("provenance", "Versions, seeds and provenance")
    packages = pd.DataFrame({"package": list(versions), "version": [str(v) for v in versions.values()]})
    if isinstance(study, StudyDescription):
        section.add(text(f"Seed {study.seed}; every random stream derives from it, for any number of workers."))
        files = pd.DataFrame({"file": list(study.files), "SHA-256": list(study.files.values())})
        section.add(table(files, "Data files", most=200))
    section.add(table(packages, "Versions"))
    if isinstance(study, StudyDescription):
        section.add(code(_study_text(study.settings), "The study file"))
    data = dict.fromkeys(v.provenance["data"] for v in results.values() if _has_data(v))
    return section.add(note(f"Data fingerprint: {', '.join(map(str, data))}." if data else ""))


def _has_data(value: Any) -> bool:
    return bool(getattr(value, "provenance", {}).get("data"))


def _study_text(settings: Mapping[str, Any]) -> str:
    """Return the settings as a study file would have them: a section, and one line a key."""
    lines = []
    for name, section in settings.items():
        told = section.items() if isinstance(section, Mapping) else [("value", section)]
        lines += [f"[{name}]", *(f"{key} = {json.dumps(_plain(value), ensure_ascii=False)}" for key, value in told), ""]
    return "\n".join(lines).strip()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _versions(results: Mapping[str, Any]) -> dict[str, str]:
    study = results.get("study")
    if isinstance(study, StudyDescription):
        return dict(study.versions)
    found: dict[str, str] = {}
    for value in results.values():
        found.update(getattr(value, "provenance", {}).get("versions", {}))
    return found


def other_section(results: Mapping[str, Any]) -> Section | None:
    """Return the tables of results that have no section of their own."""
    others = {
        name: value
        for name, value in results.items()
        if kind_of(value) not in _SHOWN and isinstance(getattr(value, "table", None), pd.DataFrame)
    }
    if not others:
        return None
    section = Section("further", "Further results")
    for name, value in others.items():
        section.add(table(value.table, name.replace("_", " "), more=f"tables/{name}.csv"))
        section.add(note(f"{value.status}: {value.reason}." if value.reason else ""))
    return section


def patient_section(results: Mapping[str, Any]) -> Section | None:
    """Return the values of single patients, for a report that is not passed on."""
    section = Section("single-patients", "Values of single patients")
    for name, value in results.items():
        samples = getattr(value, "samples", None)
        if isinstance(samples, pd.DataFrame) and len(samples):
            section.add(table(samples, name.replace("_", " "), most=len(samples)))
    return section if section.blocks else None
