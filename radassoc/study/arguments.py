"""What a step hands to a verb: the keywords that a section gives, the patients, and the gene sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import radassoc as ra
from radassoc.study.gene_set_files import gene_set_files, gene_set_source, listed
from radassoc.study.plan import Context
from radassoc.study.read import Study
from radassoc.study.requirements import runs

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["imaged", "keywords", "pathway_cohort", "score_cohort", "scored_files", "scored_settings", "sets_of"]


def keywords(given: dict[str, Any]) -> dict[str, Any]:
    """Return keywords for a verb: lists as tuples, a preparation as its recipe."""
    settings: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    if settings.get("preparation") is not None:
        settings["preparation"] = ra.Preparation(**settings["preparation"])
    return settings


# ---- patients
def imaged(cohort: Cohort) -> Cohort:
    """Return the patients with imaging: those whom the study is about."""
    if "radiomics" not in cohort.modalities:
        return cohort
    return cohort.subset(cohort.sample_patients("radiomics").unique())


def pathway_cohort(study: Study, cohort: Cohort) -> Cohort:
    """Return the cohort with each patient's pathway scores, where the study asks for them."""
    if not runs(study, "pathways"):
        return cohort
    section = study.file.pathways
    assert section is not None
    return ra.score_pathways(cohort, sets_of(study, section.gene_sets), **section.given("gene_sets", "optional"))


def score_cohort(context: Context, name: str = "") -> Cohort:
    """Return the patients of the study, or the test patients of this name, with all tables of the score."""
    cohort = context.cohorts.tests[name] if name else context.cohorts.main
    return pathway_cohort(context.study, cohort) if _scored(context.study) else cohort


def scored_settings(study: Study) -> dict[str, Any]:
    """Return what the key of a step on the risk score must hold besides its own section."""
    if not _scored(study):
        return {}
    assert study.file.pathways is not None
    return {"pathways": study.file.pathways.given("optional")}


def scored_files(study: Study) -> tuple[str, ...]:
    """Return the gene set files that the risk score depends on."""
    if not _scored(study):
        return ()
    assert study.file.pathways is not None
    return gene_set_files(study.file.pathways.gene_sets)


def _scored(study: Study) -> bool:
    """Tell whether pathway scores are part of the risk score."""
    section = study.file.risk_score
    return section is not None and "pathways" in section.modalities and runs(study, "pathways")


# ---- gene sets
def sets_of(study: Study, written: str | list[str]) -> Any:
    """Return the gene sets that a study file names."""
    return ra.gene_sets([gene_set_source(study, name) for name in listed(written)])
