"""What each section needs before it can run: told by the study file alone, before a number is computed."""

from __future__ import annotations

from collections.abc import Callable

from radassoc.study.gene_set_files import listed
from radassoc.study.read import Study

__all__ = ["SCORE", "SECTIONS", "absent_data", "available", "runs"]

#: How a section names the score of [risk_score] among columns.
SCORE = "risk_score"
SECTIONS = (
    "explore",
    "pca",
    "risk_score",
    "validation",
    "evaluation",
    "groups",
    "cox_table",
    "subgroups",
    "nomogram",
    "sample_size",
    "pathways",
    "association",
    "enrichment",
    "strata",
)


def available(study: Study) -> frozenset[str]:
    """Return the tables that the study has, with ``"outcome"`` where time and event are named."""
    cohort = study.file.cohort
    names = {name for name in ("radiomics", "expression", "clinical") if getattr(cohort, name) is not None}
    names |= set(cohort.other)
    if cohort.time is not None and cohort.event is not None:
        names.add("outcome")
    if study.file.pathways is not None and study.file.pathways.modality in names:
        names.add("pathways")
    return frozenset(names)


def absent_data(study: Study) -> dict[str, str]:
    """Return, for each section of the study that cannot run, what is missing."""
    found = {section: _NEEDS[section](study) for section in SECTIONS if _asked(study, section)}
    return {section: reason for section, reason in found.items() if reason}


def runs(study: Study, section: str) -> bool:
    """Tell whether a section is asked for and has its data."""
    return _asked(study, section) and not _NEEDS[section](study)


def _asked(study: Study, section: str) -> bool:
    if section == "pca":  # a description, which needs no section of its own
        return "pca" in study.file.model_fields_set or study.file.pca.modality in available(study)
    if section == "evaluation":  # of every risk score, where there are patients to judge it in
        return "evaluation" in study.file.model_fields_set
    if section == "sample_size":  # told with every risk score
        return "sample_size" in study.file.model_fields_set or runs(study, "risk_score")
    return getattr(study.file, section) is not None


def _lacking(study: Study, *needed: str) -> str:
    lacking = [name for name in needed if name not in available(study)]
    return f"the study has no {' and no '.join(lacking)}" if lacking else ""


def _explore(study: Study) -> str:
    section = study.file.explore
    assert section is not None
    return _lacking(study, section.modality)


def _pca(study: Study) -> str:
    return _lacking(study, study.file.pca.modality)


def _risk_score(study: Study) -> str:
    section = study.file.risk_score
    assert section is not None
    return _lacking(study, *section.modalities, "outcome")


def _on_risk_score(study: Study) -> str:
    return "" if study.file.risk_score is not None else "the study has no [risk_score]"


def _evaluation(study: Study) -> str:
    if study.file.cohort.test is None and not study.file.external:
        return "the study has no test patients and no [external] cohort"
    if study.file.evaluation.clinical_model and not runs(study, "nomogram"):
        return 'clinical_model names "nomogram", and the study has no [nomogram] that can run'
    return _on_risk_score(study)


def _cox_table(study: Study) -> str:
    section = study.file.cox_table
    assert section is not None
    return _clinical(study, "variables", listed(section.variables))


def _subgroups(study: Study) -> str:
    section = study.file.subgroups
    assert section is not None
    return _clinical(study, "variable", [section.variable])


def _nomogram(study: Study) -> str:
    section = study.file.nomogram
    assert section is not None
    return _clinical(study, "variables", listed(section.variables))


def _clinical(study: Study, key: str, names: list[str]) -> str:
    """Say what a Cox model of these variables lacks."""
    if SCORE in names and study.file.risk_score is None:
        return f'{key} names "{SCORE}", and the study has no [risk_score]'
    return (SCORE in names and _risk_score(study)) or _lacking(study, "clinical", "outcome")


def _pathways(study: Study) -> str:
    section = study.file.pathways
    assert section is not None
    return _lacking(study, section.modality)


def _association(study: Study) -> str:
    section = study.file.association
    assert section is not None
    return _lacking(study, *dict.fromkeys(name for pair in section.pairs for name in pair))


def _enrichment(study: Study) -> str:
    section = study.file.enrichment
    assert section is not None
    if SCORE in listed(section.by) and study.file.risk_score is None:
        return 'by names "risk_score", and the study has no [risk_score]'
    if section.gene_sets is None and study.file.pathways is None:
        return "neither it nor [pathways] has gene_sets"
    return _lacking(study, section.modality)


def _strata(study: Study) -> str:
    section = study.file.strata
    assert section is not None
    asked = {"survival": "cox_table", "association": "association", "enrichment": "enrichment"}
    repeated = [analysis for analysis in section.analyses if analysis != "weighted_comparison"]
    needed = dict.fromkeys(asked.get(analysis, "risk_score") for analysis in repeated)
    told = [_NEEDS[name](study) if _asked(study, name) else f"the study has no [{name}]" for name in needed]
    if "weighted_comparison" in section.analyses:
        told.append(_lacking(study, "clinical", "outcome"))
    return next(filter(None, told), "")


_NEEDS: dict[str, Callable[[Study], str]] = {
    "explore": _explore,
    "pca": _pca,
    "risk_score": _risk_score,
    "validation": _on_risk_score,
    "evaluation": _evaluation,
    "groups": _on_risk_score,
    "cox_table": _cox_table,
    "subgroups": _subgroups,
    "nomogram": _nomogram,
    "sample_size": _on_risk_score,
    "pathways": _pathways,
    "association": _association,
    "enrichment": _enrichment,
    "strata": _strata,
}
