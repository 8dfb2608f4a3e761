"""The steps of strata: in what else they differ, every analysis in each of them, scores crossed over, interactions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import radassoc as ra
from radassoc.study.arguments import (
    imaged,
    keywords,
    pathway_cohort,
    score_cohort,
    scored_files,
    scored_settings,
    sets_of,
)
from radassoc.study.gene_set_files import gene_set_files, listed
from radassoc.study.plan import Context, Step
from radassoc.study.read import Study
from radassoc.study.requirements import SCORE, runs

if TYPE_CHECKING:
    from radassoc.base.results import Record

__all__ = ["strata_steps"]

#: Keys of [strata] that choose what is run; all others go to ``cross_apply``.
_CHOICE = ("variable", "levels", "analyses", "optional")
#: Keys of [risk_score] that a cross-application does not have.
_FIT_ALONE = ("n_repeats", "stability", "stability_bound", "splits", "volume", "optional")


def strata_steps(study: Study) -> list[Step]:
    """Return the balance of the strata, and one step for each analysis of [strata]."""
    if not runs(study, "strata"):
        return []
    section = study.file.strata
    assert section is not None
    told = {key: value for key, value in section.given().items() if key in ("variable", "levels")}
    steps = [Step("strata_balance", (), {**told, "variables": study.file.table_one.variables}, _balance)]
    for analysis in section.analyses:
        told = {**section.given("optional", "analyses"), "settings": _told(study, analysis)}
        run: Callable[[Context], Mapping[str, Record]] = partial(_RUN[analysis], name=f"strata_{analysis}")
        steps.append(Step(f"strata_{analysis}", (), told, run, _files(study, analysis)))
    return steps


def _told(study: Study, analysis: str) -> dict[str, Any]:
    """Return the settings of the section that the analysis repeats: they belong to the key of the step."""
    file, found = study.file, {}
    for name in _SECTIONS[analysis]:
        part = getattr(file, name)
        found[name] = {} if part is None else part.given("optional")
    return {**found, **scored_settings(study)}


#: By analysis: the sections whose settings it takes.
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "weighted_comparison": (),
    "survival": ("cox_table",),
    "association": ("association", "pathways"),
    "enrichment": ("enrichment", "pathways"),
    "risk_score": ("risk_score", "validation"),
    "cross_application": ("risk_score",),
    "interactions": ("risk_score",),
}


def _files(study: Study, analysis: str) -> tuple[str, ...]:
    if analysis in ("association", "enrichment"):
        parts = [study.file.enrichment if analysis == "enrichment" else None, study.file.pathways]
        written = next((part.gene_sets for part in parts if part is not None and part.gene_sets), [])
        return gene_set_files(written)
    return scored_files(study) if analysis in ("risk_score", "cross_application") else ()


# ---- what the verbs are given
def _levels(context: Context) -> dict[str, Any]:
    section = context.study.file.strata
    assert section is not None
    return {} if section.levels is None else {"levels": tuple(section.levels)}


def _variable(context: Context) -> str:
    section = context.study.file.strata
    assert section is not None
    return section.variable


def _without(context: Context, settings: dict[str, Any]) -> dict[str, Any]:
    """Leave the variable itself out of columns: within a stratum it is the same for all patients."""
    own = _variable(context)
    for key in ("covariates", "strata", "variables", "by"):
        if settings.get(key):
            settings[key] = tuple(name for name in listed(settings[key]) if name != own)
    return settings


def _balance(context: Context) -> Mapping[str, Record]:
    """Compare what Table 1 describes; nothing, where it describes nothing but the strata."""
    cohort, own = imaged(context.cohorts.main), _variable(context)
    described = ra.table_one(cohort, context.study.file.table_one.variables).table
    known = described.loc[described["variable_kind"] != "outcome", "variable"]
    names = [name for name in dict.fromkeys(known) if name != own]
    return {"strata_balance": ra.strata.balance(cohort, own, names, **_levels(context))} if names else {}


def _weighted(context: Context, *, name: str) -> Mapping[str, Record]:
    section = context.study.file.strata
    assert section is not None
    cohort = imaged(context.cohorts.main)
    covariates = listed(section.within)
    return {name: ra.strata.weighted_comparison(cohort, section.variable, covariates, **_levels(context))}


def _survival(context: Context, *, name: str) -> Mapping[str, Record]:
    section = context.study.file.cox_table
    assert section is not None
    settings = _without(context, keywords(section.given("also_in", "optional", "n_candidates")))
    settings["variables"] = tuple(item for item in listed(list(settings["variables"])) if item != SCORE)
    for key in ("per", "reference"):
        kept = {item: value for item, value in settings.get(key, {}).items() if item in settings["variables"]}
        settings[key] = kept
    cohort = imaged(context.cohorts.main)
    return {name: ra.by_stratum(cohort, _variable(context), "survival", **_levels(context), **settings)}


def _association(context: Context, *, name: str) -> Mapping[str, Record]:
    section = context.study.file.association
    assert section is not None
    settings = _without(context, keywords(section.given("pairs", "keep", "full_matrix", "optional")))
    made = {}
    for left, right in section.pairs:
        cohort = context.cohorts.main
        if "pathways" in (left, right):
            cohort = pathway_cohort(context.study, cohort)
        found = ra.by_stratum(
            cohort, _variable(context), "association", left=left, right=right, **_levels(context), **settings
        )
        made[f"{name}_{left}_{right}"] = found
    return made


def _enrichment(context: Context, *, name: str) -> Mapping[str, Record]:
    file = context.study.file
    section = file.enrichment
    assert section is not None
    settings = _without(context, keywords(section.given("by", "gene_sets", "optional")))
    written = section.gene_sets or (file.pathways.gene_sets if file.pathways else [])
    sets, made = sets_of(context.study, written), {}
    for column in [item for item in listed(section.by) if item not in (SCORE, _variable(context))]:
        own = {**settings, "covariates": tuple(c for c in settings.get("covariates", ()) if c != column)}
        made[f"{name}_{column.replace(':', '_')}"] = ra.by_stratum(
            context.cohorts.main,
            _variable(context),
            "enrichment",
            by=column,
            gene_sets=sets,
            seed=context.study.seed,
            **_levels(context),
            **own,
        )
    return made


def _risk_score(context: Context, *, name: str) -> Mapping[str, Record]:
    file = context.study.file
    assert file.risk_score is not None
    outer = file.validation.given() if file.validation else {}
    settings = _without(context, keywords({**file.risk_score.given("optional"), **outer}))
    found = ra.by_stratum(
        score_cohort(context), _variable(context), "risk_score", seed=context.study.seed, **_levels(context), **settings
    )
    return {name: found}


def _cross_application(context: Context, *, name: str) -> Mapping[str, Record]:
    file = context.study.file
    assert file.risk_score is not None
    assert file.strata is not None
    score = _without(context, keywords(file.risk_score.given(*_FIT_ALONE)))
    settings = {**score, **keywords(file.strata.given(*_CHOICE)), **_levels(context)}
    return {name: ra.cross_apply(score_cohort(context), _variable(context), **settings, seed=context.study.seed)}


def _interactions(context: Context, *, name: str) -> Mapping[str, Record]:
    file = context.study.file
    assert file.risk_score is not None
    settings = _without(context, keywords({"covariates": listed(file.risk_score.covariates)}))
    found = ra.interactions(
        score_cohort(context),
        _variable(context),
        kind="survival",
        left=file.risk_score.modalities[0],
        seed=context.study.seed,
        **_levels(context),
        **settings,
    )
    return {name: found}


_RUN: Mapping[str, Callable[..., Mapping[str, Any]]] = {
    "weighted_comparison": _weighted,
    "survival": _survival,
    "association": _association,
    "enrichment": _enrichment,
    "risk_score": _risk_score,
    "cross_application": _cross_application,
    "interactions": _interactions,
}
