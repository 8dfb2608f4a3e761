"""The steps of clinical models: Cox tables, subgroups, the nomogram, and how many patients a score needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import radassoc as ra
from radassoc.base.apparent import mark_out_of_fold
from radassoc.study.arguments import imaged, keywords, score_cohort
from radassoc.study.gene_set_files import listed
from radassoc.study.plan import Context, Step
from radassoc.study.read import Study
from radassoc.study.requirements import SCORE, runs
from radassoc.study.schema import CoxTableSection, SubgroupsSection

if TYPE_CHECKING:
    from radassoc.base.results import Record
    from radassoc.cohort.cohort import Cohort

__all__ = ["PART", "clinical_steps"]

#: What the risk score is called where only its imaging part stands beside its own covariates.
PART = "imaging score"
_NO_SCORE = "The risk score is left out: its models selected no feature, so that it is the same for all patients."


def clinical_steps(study: Study) -> list[Step]:
    """Return the steps of the clinical models that the study asks for."""
    file, steps = study.file, []
    if runs(study, "sample_size") and runs(study, "risk_score"):
        steps.append(Step("sample_size", ("risk_score", "validation"), file.sample_size.given(), _sample_size))
    if runs(study, "cox_table"):
        assert file.cox_table is not None
        steps += _in_each("cox_table", file.cox_table, listed(file.cox_table.variables), _cox_table)
    if runs(study, "subgroups"):
        assert file.subgroups is not None
        steps += _in_each("subgroups", file.subgroups, [file.subgroups.variable], _subgroups)
    if runs(study, "nomogram"):
        assert file.nomogram is not None
        needs = ("risk_score", "validation") if SCORE in listed(file.nomogram.variables) else ()
        steps.append(Step("nomogram", needs, file.nomogram.given("optional"), _nomogram))
    return steps


def _in_each(name: str, section: CoxTableSection | SubgroupsSection, used: list[str], run: Any) -> list[Step]:
    """Return the step in the patients of the study, and one in each further cohort that the section names."""
    told = section.given("optional", "also_in")
    fitted = ("risk_score", "validation") if SCORE in used else ()
    return [
        Step(name, fitted, told, partial(run, where="")),
        *(Step(f"{name}_{where}", fitted, told, partial(run, where=where)) for where in section.also_in),
    ]


# ---- the score as a variable
def _subjects(context: Context, names: list[str], beside: list[str], where: str) -> dict[str, Any]:
    """Return variables by name: columns as they are; the score out of fold, or frozen in patients new to it.

    Beside a covariate that is part of the score, only its imaging part is a variable of its own. A score that is the
    same for all patients is left out.
    """
    found: dict[str, Any] = {name: name for name in names if name != SCORE}
    if SCORE not in names:
        return found
    score = context.results["risk_score"]
    part = "imaging" if set(score.params["covariates"]) & {*names, *beside} else "total"
    if where:
        values = score.predict(score_cohort(context, where), part=part)
    else:
        samples = context.results["validation"].samples.set_index("patient")
        values = mark_out_of_fold(samples["imaging_score" if part == "imaging" else "score"])
    label = PART if part == "imaging" else SCORE
    return found if values.nunique() < 2 else {label: values.rename(label), **found}


def _per(asked: Mapping[str, Any], subjects: Mapping[str, Any]) -> dict[str, Any]:
    """Return the steps of hazard ratios: of the score its standard deviation, unless the file says otherwise."""
    given = {name: step for name, step in asked.items() if name in subjects}
    label = next((name for name in (SCORE, PART) if name in subjects), None)
    return given if label is None else {label: asked.get(SCORE, "SD"), **given}


def _patients(context: Context, where: str) -> Cohort:
    return context.cohorts.tests[where] if where else imaged(context.cohorts.main)


# ---- the verbs
def _cox_table(context: Context, *, where: str) -> Mapping[str, Record]:
    section = context.study.file.cox_table
    assert section is not None
    names = listed(section.variables)
    subjects = _subjects(context, names, [], where)
    if not subjects:
        return {}
    settings = keywords(section.given("variables", "per", "also_in", "optional"))
    table = ra.cox_table(_patients(context, where), subjects, per=_per(section.per, subjects), **settings)
    if len(subjects) < len(names):
        table = replace(table, notes=(*table.notes, _NO_SCORE))
    return {f"cox_table_{where}" if where else "cox_table": table}


def _subgroups(context: Context, *, where: str) -> Mapping[str, Record]:
    section = context.study.file.subgroups
    assert section is not None
    beside = [*listed(section.covariates), *listed(section.subgroups)]
    main = _subjects(context, [section.variable], beside, where)
    if not main:
        return {}
    settings = keywords(section.given("variable", "subgroups", "per", "also_in", "optional"))
    per = _per(section.per, main)
    found = ra.survival.subgroup_effects(
        _patients(context, where), main, listed(section.subgroups), per=per, **settings
    )
    return {f"subgroups_{where}" if where else "subgroups": found}


def _nomogram(context: Context) -> Mapping[str, Record]:
    section = context.study.file.nomogram
    assert section is not None
    names = listed(section.variables)
    variables: dict[str, Any] = {name: name for name in names}
    cohort = imaged(context.cohorts.main)
    if SCORE in names:
        # the fitted score itself: the nomogram takes its out-of-fold values, and predicts new patients by it
        variables[SCORE], cohort = context.results["risk_score"], score_cohort(context)
        if "no_signal" in (context.results["risk_score"].status, context.results["validation"].status):
            del variables[SCORE]
    if not variables:
        return {}
    settings = keywords(section.given("variables", "optional"))
    found = ra.fit_nomogram(cohort, variables, **settings, seed=context.study.seed)
    return {"nomogram": found if len(variables) == len(names) else replace(found, notes=(*found.notes, _NO_SCORE))}


def _sample_size(context: Context) -> Mapping[str, Record]:
    given = context.study.file.sample_size.given()
    score, validation = context.results["risk_score"], context.results["validation"]
    own = {
        "n_candidates": score.provenance["counts"]["n_candidates"],
        "timepoint": validation.params["times"][-1],
    }
    cohort = context.cohorts.main.subset(validation.samples["patient"])
    return {"sample_size": ra.survival.sample_size(cohort, **{**own, **given})}
