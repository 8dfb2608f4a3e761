from __future__ import annotations

import inspect
from operator import attrgetter

import pytest

import radassoc as ra
from radassoc.study.schema import VERBS, CohortSection, RiskScoreSection, Section, StudyFile

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
