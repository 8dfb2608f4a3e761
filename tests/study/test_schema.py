from __future__ import annotations

import inspect
from operator import attrgetter
from typing import NamedTuple

import pytest

import radassoc as ra
from radassoc.study.schema import (
    AssociationSection,
    CohortSection,
    CoxTableSection,
    EnrichmentSection,
    EvaluationSection,
    ExploreSection,
    GroupsSection,
    NomogramSection,
    PathwaysSection,
    PcaSection,
    PreparationSection,
    RiskScoreSection,
    SampleSizeSection,
    Section,
    StrataSection,
    StudyFile,
    SubgroupsSection,
    TableOneSection,
    TableSection,
    ValidationSection,
)


class Verb(NamedTuple):
    """Which verbs a section's keys go to, which keys are the study file's own, which keywords are set elsewhere."""

    verbs: tuple[str, ...]
    own: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()


_RUN = frozenset({"seed"})
_CLINICAL = frozenset({"also_in", "optional"})
_FIT = frozenset(set(RiskScoreSection.model_fields) - {"optional"})
VERBS: dict[type[Section], Verb] = {
    TableSection: Verb(verbs=("Table",)),
    CohortSection: Verb(verbs=("read_cohort",)),
    TableOneSection: Verb(verbs=("table_one",)),
    ExploreSection: Verb(verbs=("explore",), own=frozenset({"optional"}), elsewhere=_RUN),
    PcaSection: Verb(verbs=("pca",), own=frozenset({"optional"})),
    PreparationSection: Verb(verbs=("Preparation",)),
    RiskScoreSection: Verb(verbs=("fit_risk_score",), own=frozenset({"optional"}), elsewhere=_RUN),
    ValidationSection: Verb(verbs=("validate_risk_score",), elsewhere=_RUN | _FIT),
    EvaluationSection: Verb(verbs=("evaluate_risk_score",), elsewhere=_RUN | {"score", "cutpoint"}),
    GroupsSection: Verb(verbs=("fit_cutpoint", "compare_survival"), elsewhere=_RUN | {"score", "groups"}),
    CoxTableSection: Verb(verbs=("cox_table",), own=_CLINICAL),
    SubgroupsSection: Verb(verbs=("survival.subgroup_effects",), own=_CLINICAL),
    NomogramSection: Verb(verbs=("fit_nomogram",), own=frozenset({"optional"}), elsewhere=_RUN),
    SampleSizeSection: Verb(verbs=("survival.sample_size",)),
    PathwaysSection: Verb(verbs=("score_pathways",), own=frozenset({"optional"})),
    AssociationSection: Verb(
        verbs=("associate",),
        own=frozenset({"pairs", "optional"}),
        elsewhere=_RUN | {"left", "right", "stream", "client"},
    ),
    EnrichmentSection: Verb(verbs=("enrich",), own=frozenset({"optional"}), elsewhere=_RUN),
    StrataSection: Verb(verbs=("cross_apply",), own=frozenset({"analyses", "optional"}), elsewhere=_RUN | _FIT),
}

#: First arguments: what a verb works on comes from the run, never from the study file.
SUBJECTS = {"cohort"}


def keywords(verbs: tuple[str, ...]) -> dict[str, inspect.Parameter]:
    found = {}
    for verb in verbs:
        found.update(inspect.signature(attrgetter(verb)(ra)).parameters)
    return {name: parameter for name, parameter in found.items() if name not in SUBJECTS}


@pytest.mark.parametrize("section", VERBS, ids=lambda s: s.__name__)
def test_keys_are_the_keywords_of_the_verbs(section):
    told = VERBS[section]
    assert set(section.model_fields) - told.own == set(keywords(told.verbs)) - told.elsewhere


@pytest.mark.parametrize("section", VERBS, ids=lambda s: s.__name__)
def test_defaults_are_those_of_the_verbs(section):
    parameters = keywords(VERBS[section].verbs)
    for name, field in section.model_fields.items():
        if name in VERBS[section].own or field.is_required():
            continue
        default = parameters[name].default
        if default is None or default is inspect.Parameter.empty:
            continue
        assert field.default == (list(default) if isinstance(default, tuple) else default), name


def test_every_section_of_the_file_is_compared_with_a_verb():
    sections = {f.annotation for f in StudyFile.model_fields.values() if isinstance(f.annotation, type)}
    assert {s for s in sections if s is not dict and not issubclass(s, CohortSection)} <= {*VERBS, *_without_verb()}


def _without_verb() -> set[type[Section]]:
    from radassoc.study.schema import StudySection

    return {StudySection}


def test_given_returns_what_was_written_and_nothing_else():
    section = RiskScoreSection.model_validate(
        {"covariates": ["age"], "preparation": {"max_missing": 0.1}, "force": True}
    )
    assert section.given("force") == {"covariates": ["age"], "preparation": {"max_missing": 0.1}}


def test_values_are_not_bent():
    with pytest.raises(ValueError):
        RiskScoreSection.model_validate({"n_folds": 5.0})
    with pytest.raises(ValueError):
        RiskScoreSection.model_validate({"force": "yes"})
