"""What each step of a run does: one verb with the keys of its section."""

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
from radassoc.study.clinical_steps import clinical_steps
from radassoc.study.gene_set_files import gene_set_files, listed
from radassoc.study.plan import Context, Step
from radassoc.study.read import Study
from radassoc.study.requirements import runs
from radassoc.study.schema import GroupsSection
from radassoc.study.strata_steps import strata_steps

if TYPE_CHECKING:
    from radassoc.base.results import Record

__all__ = ["MAKERS", "SEX_NAMES"]

#: Columns that hold sex, in the words of published tables; Table 1 is split by the first that a cohort has.
SEX_NAMES = ("sex", "gender", "biological_sex")


# ---- Table 1
def _table_one_steps(study: Study) -> list[Step]:
    if study.file.cohort.clinical is None:
        return []
    return [Step("table_one", (), study.file.table_one.given(), _table_one)]


def _table_one(context: Context) -> Mapping[str, Record]:
    section = context.study.file.table_one
    cohort = imaged(context.cohorts.main)
    columns = {name.lower(): name for name in reversed(list(cohort.clinical.columns))}
    by_sex = [columns[name] for name in SEX_NAMES if name in columns][:1]
    groups = by_sex if section.groups is None else section.groups
    if not groups:
        return {"table_one": ra.table_one(cohort, section.variables)}
    return {f"table_one_{name}": ra.table_one(cohort, section.variables, groups=name) for name in groups}


# ---- the first look, principal components
def _explore_steps(study: Study) -> list[Step]:
    if not runs(study, "explore"):
        return []
    assert study.file.explore is not None
    return [Step("explore", (), study.file.explore.given("optional"), _explore)]


def _explore(context: Context) -> Mapping[str, Record]:
    section = context.study.file.explore
    assert section is not None
    settings = keywords(section.given("optional"))
    return {"explore": ra.explore(context.cohorts.main, **settings, seed=context.study.seed)}


def _pca_steps(study: Study) -> list[Step]:
    if not runs(study, "pca"):
        return []
    return [Step("pca", (), study.file.pca.given("optional"), _pca)]


def _pca(context: Context) -> Mapping[str, Record]:
    settings = keywords(context.study.file.pca.given("optional"))
    return {"pca": ra.pca(context.cohorts.main, **settings)}


# ---- risk score
def _tests_of(study: Study) -> list[str]:
    return [*(["test"] if study.file.cohort.test else []), *study.file.external]


def _risk_score_steps(study: Study) -> list[Step]:
    if not runs(study, "risk_score"):
        return []
    assert study.file.risk_score is not None
    fit = {**study.file.risk_score.given("optional"), **scored_settings(study)}
    return [
        Step("risk_score", (), fit, _risk_score, scored_files(study)),
        Step("validation", ("risk_score",), {**fit, **_outer(study)}, _validation),
    ]


def _risk_score(context: Context) -> Mapping[str, Record]:
    section = context.study.file.risk_score
    assert section is not None
    settings = keywords(section.given("optional"))
    return {"risk_score": ra.fit_risk_score(score_cohort(context), **settings, seed=context.study.seed)}


#: Keys of [risk_score] that validation leaves out: it repeats its inner cross-validation by a keyword of its own.
_FIT_ALONE = ("n_repeats", "stability", "stability_bound", "splits")


def _outer(study: Study) -> dict[str, Any]:
    """Return the keys of [validation]; the outer models cut their scores as [groups] asks, if they can."""
    given = study.file.validation.given() if study.file.validation else {}
    groups = study.file.groups
    if groups is None or groups.method == "value" or {"cut", "n_groups"} & set(given):
        return given
    return {**given, "cut": groups.method, "n_groups": _n_groups(groups)}


def _n_groups(groups: GroupsSection) -> int:
    return (groups.n_groups or 3) if groups.method == "quantiles" else 2


def _validation(context: Context) -> Mapping[str, Record]:
    file = context.study.file
    assert file.risk_score is not None
    settings = keywords({**file.risk_score.given("optional", *_FIT_ALONE), **_outer(context.study)})
    return {"validation": ra.validate_risk_score(score_cohort(context), **settings, seed=context.study.seed)}


# ---- the frozen score in other patients
def _evaluation_steps(study: Study) -> list[Step]:
    if not runs(study, "risk_score"):
        return []
    section = study.file.evaluation
    needs = ("risk_score", "nomogram") if section.clinical_model else ("risk_score",)
    given = {**section.given(), **scored_settings(study)}
    return [Step(f"evaluation_{name}", needs, given, partial(_evaluation, name=name)) for name in _tests_of(study)]


def _evaluation(context: Context, *, name: str) -> Mapping[str, Record]:
    section, score = context.study.file.evaluation, context.results["risk_score"]
    settings = keywords(section.given("clinical_model"))
    if section.clinical_model:
        settings["clinical_model"] = context.results[section.clinical_model]
    found = ra.evaluate_risk_score(score_cohort(context, name), score, **settings, seed=context.study.seed)
    return {f"evaluation_{name}": found}


# ---- groups and curves
def _groups_steps(study: Study) -> list[Step]:
    if not (runs(study, "groups") and runs(study, "risk_score")):
        return []
    assert study.file.groups is not None
    given = study.file.groups.given()
    needs = ("risk_score", "validation")
    steps = [Step("groups", needs, given, _groups)]
    steps += [Step(f"groups_{name}", ("groups",), given, partial(_test_groups, name=name)) for name in _tests_of(study)]
    if study.file.cohort.clinical is not None:
        steps.append(Step("table_one_risk_group", needs, study.file.table_one.given("groups"), _table_by_group))
    return steps


#: The keys of [groups] that go to ``compare_survival``; all others go to ``fit_cutpoint``.
_COMPARED = ("covariates", "strata", "trend", "times", "tau")


def _comparison(context: Context) -> dict[str, Any]:
    assert context.study.file.groups is not None
    given = context.study.file.groups.given()
    return keywords({key: value for key, value in given.items() if key in _COMPARED})


def _nested_cut(study: Study) -> bool:
    """Tell whether the outer models of the validation cut their scores as [groups] asks."""
    asked, outer = study.file.groups, _outer(study)
    assert asked is not None
    same = asked.method == outer.get("cut", "median") and _n_groups(asked) == outer.get("n_groups", 2)
    return same and asked.min_share is None


def _groups(context: Context) -> Mapping[str, Record]:
    assert context.study.file.groups is not None
    cohort = score_cohort(context)
    method = context.study.file.groups.given(*_COMPARED)
    cutpoint = ra.fit_cutpoint(cohort, context.results["risk_score"], seed=context.study.seed, **method)
    # the validation holds groups by the cut that each outer model learned, and their reruns
    groups = context.results["validation"] if _nested_cut(context.study) else cutpoint.predict(cohort)
    return {"cutpoint": cutpoint, "survival": ra.compare_survival(cohort, groups, **_comparison(context))}


def _test_groups(context: Context, *, name: str) -> Mapping[str, Record]:
    cohort = score_cohort(context, name)
    groups = context.results["cutpoint"].predict(cohort)
    return {
        f"groups_{name}": groups,
        f"survival_{name}": ra.compare_survival(cohort, groups, **_comparison(context)),
    }


def _table_by_group(context: Context) -> Mapping[str, Record]:
    variables = context.study.file.table_one.variables
    validation = context.results["validation"]
    return {"table_one_risk_group": ra.table_one(imaged(context.cohorts.main), variables, groups=validation)}


# ---- pathways, associations
def _association_steps(study: Study) -> list[Step]:
    if not runs(study, "association"):
        return []
    assert study.file.association is not None
    steps = []
    for left, right in study.file.association.pairs:
        scored = "pathways" in (left, right) and study.file.pathways is not None
        parameters = study.file.association.given("pairs", "optional")
        files: tuple[str, ...] = ()
        if scored:
            assert study.file.pathways is not None
            parameters["pathways"] = study.file.pathways.given("optional")
            files = gene_set_files(study.file.pathways.gene_sets)
        run = partial(_associate, left=left, right=right)
        steps.append(Step(f"association_{left}_{right}", (), parameters, run, files))
    return steps


def _associate(context: Context, *, left: str, right: str) -> Mapping[str, Record]:
    assert context.study.file.association is not None
    cohort = context.cohorts.main
    if "pathways" in (left, right):
        cohort = pathway_cohort(context.study, cohort)
    settings = keywords(context.study.file.association.given("pairs", "optional"))
    return {f"association_{left}_{right}": ra.associate(cohort, left, right, **settings)}


# ---- enrichment
def _enrichment_steps(study: Study) -> list[Step]:
    """Return the steps along the score and along columns, each before and after adjustment."""
    if not runs(study, "enrichment"):
        return []
    section = study.file.enrichment
    assert section is not None
    by = listed(section.by)
    written = section.gene_sets or (study.file.pathways.gene_sets if study.file.pathways else None)
    parameters = {**section.given("optional", "covariates"), "gene_sets": listed(written)}
    files = gene_set_files(written)
    steps = []
    for adjusted in [False, True] if section.covariates else [False]:
        covariates = section.covariates if adjusted else []
        told = {**parameters, "covariates": covariates}
        end = "_adjusted" if adjusted else ""
        if "risk_score" in by and runs(study, "risk_score"):
            run = partial(_enrich, name=f"enrichment_risk_score{end}", by=None, covariates=covariates)
            steps.append(Step(f"enrichment_risk_score{end}", ("validation",), told, run, files))
        # a column cannot be adjusted for itself
        columns = [name for name in by if name != "risk_score" and name not in covariates]
        if columns:
            run = partial(_enrich, name=f"enrichment_columns{end}", by=columns, covariates=covariates)
            steps.append(Step(f"enrichment_columns{end}", (), {**told, "by": columns}, run, files))
    return steps


def _enrich(context: Context, *, name: str, by: list[str] | None, covariates: list[str]) -> Mapping[str, Record]:
    file = context.study.file
    section = file.enrichment
    assert section is not None
    written = section.gene_sets or (file.pathways.gene_sets if file.pathways else [])
    settings = keywords(section.given("by", "gene_sets", "covariates", "optional"))
    along = context.results["validation"] if by is None else by
    sets = sets_of(context.study, written)
    seed = context.study.seed
    return {name: ra.enrich(context.cohorts.main, along, sets, covariates=tuple(covariates), **settings, seed=seed)}


#: In the order of a run: each finds the results that it needs.
MAKERS: tuple[Callable[[Study], list[Step]], ...] = (
    _table_one_steps,
    _explore_steps,
    _pca_steps,
    _risk_score_steps,
    _groups_steps,
    clinical_steps,
    _evaluation_steps,
    _association_steps,
    _enrichment_steps,
    strata_steps,
)
