from __future__ import annotations

import pytest

from radassoc.base.errors import DesignError, StudyError
from radassoc.study.cohorts import read_cohorts, read_columns
from radassoc.study.columns import column_problems
from radassoc.study.read import read_study

SCORE = "n_folds = 4\nn_repeats = 1"


@pytest.fixture
def problems(small_study):
    """Return a function that changes the small study and returns what its columns are told."""

    def find(old: str, new: str, *, read=read_cohorts):
        text = small_study.read_text()
        assert old in text
        small_study.write_text(text.replace(old, new))
        study = read_study(small_study)
        return list(column_problems(study, read(study)))

    return find


def told(found):
    return [f"{type(problem).__name__} {problem.found}" for problem in found]


def test_sound_columns_are_no_problem(problems):
    assert problems(SCORE, SCORE + '\ncovariates = ["age"]\nstrata = "sex"') == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            SCORE,
            SCORE + '\ncovariates = ["os_months"]',
            ["DesignError [risk_score]: 'os_months' is the outcome itself."],
        ),
        (SCORE, SCORE + '\nstrata = "os_event"', ["DesignError [risk_score]: 'os_event' is the outcome itself."]),
        (
            SCORE,
            SCORE + '\ncovariates = ["age", "age"]',
            ["StudyError [risk_score]: covariates names a column more than once: 'age'."],
        ),
        (
            'method = "median"',
            'method = "median"\ncovariates = ["clinical:os_months"]',
            ["DesignError [groups]: 'clinical:os_months' is the outcome itself."],
        ),
        (
            "[association]",
            '[association]\ncovariates = ["sex", "sex"]',
            ["StudyError [association]: covariates names a column more than once: 'sex'."],
        ),
        (
            '"radiomics:VOLUME_TC"]',
            '"os_months"]',
            [
                "DesignError [enrichment]: 'os_months' is the outcome itself: an ordinary ranking ignores who was "
                "censored."
            ],
        ),
        (
            '"radiomics:VOLUME_TC"]',
            '"age", "age"]',
            ["StudyError [enrichment]: by names a column more than once: 'age'."],
        ),
    ],
)
def test_what_a_verb_would_refuse_is_told_before(problems, old, new, expected):
    assert told(problems(old, new)) == expected


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ('[cox_table]\nvariables = ["risk_score", "age", "sex"]\nper = { age = 10 }', []),
        (
            '[cox_table]\nvariables = ["age", "os_event"]',
            ["DesignError [cox_table]: 'os_event' is the outcome itself."],
        ),
        (
            '[cox_table]\nvariables = ["age", "age"]',
            ["StudyError [cox_table]: variables names a column more than once: 'age'."],
        ),
        (
            '[cox_table]\nvariables = ["age"]\nper = { sex = 1 }',
            ["StudyError [cox_table]: per names 'sex', which is no variable here."],
        ),
        (
            '[nomogram]\nvariables = ["age", "sex"]\nreference = { sex = "none" }',
            ["StudyError [nomogram]: reference['sex']='none' is no level of it."],
        ),
        (
            '[subgroups]\nsubgroups = ["sex"]\ncovariates = ["agee"]',
            [
                "StudyError [subgroups]: There is no column 'agee' in clinical (4 columns), radiomics (8 columns), "
                "expression (40 columns)."
            ],
        ),
    ],
)
def test_variables_of_clinical_models_are_looked_at_before(problems, section, expected):
    assert told(problems("[pathways]", f"{section}\n[pathways]")) == expected


@pytest.mark.parametrize(
    ("section", "old", "new"),
    [
        ("risk_score", SCORE, SCORE + '\nstrata = "sexx"'),
        ("groups", 'method = "median"', 'method = "median"\nstrata = ["sexx"]'),
        ("association", "[association]", '[association]\ncovariates = ["sexx"]'),
        ("enrichment", 'covariates = ["age"]', 'strata = ["sexx"]'),
        ("table_one", "[pathways]", '[table_one]\nvariables = ["sexx"]\n[pathways]'),
    ],
)
def test_unknown_columns_are_found_in_every_section(problems, section, old, new):
    (found,) = problems(old, new)
    assert isinstance(found, StudyError)
    assert found.found.startswith(f"[{section}]: ")
    assert "sexx" in found.found
    assert "sex" in str(found)


def test_several_mistakes_of_one_section_are_told_together(problems):
    found = problems(SCORE, SCORE + '\ncovariates = ["agee", "os_months", "sex", "sex"]')
    text = "\n".join(told(found))
    assert len(found) == 3
    for part in ("agee", "'os_months' is the outcome", "more than once: 'sex'"):
        assert part in text


def test_without_an_outcome_the_other_columns_are_still_looked_at(problems):
    found = problems(SCORE, SCORE + '\ncovariates = ["agee"]', read=read_columns)
    assert len(found) == 1
    assert "agee" in found[0].found


def test_constant_covariates_and_few_complete_patients_are_design_problems(small_study, problems):
    path = small_study.parent / "clinical.csv"
    head, *rows = path.read_text().splitlines()
    few = [",".join([*row.split(",")[:2], "x", *row.split(",")[3:]]) for row in rows]
    path.write_text("\n".join([head, *few]) + "\n")
    (found,) = problems(SCORE, SCORE + '\ncovariates = ["sex"]')
    assert isinstance(found, DesignError)
    assert "'sex' is 'x' in all 60 patients" in found.found


def test_events_are_counted_among_complete_patients(small_study, problems):
    path = small_study.parent / "clinical.csv"
    head, *rows = path.read_text().splitlines()
    cells = [row.split(",") for row in rows]
    known = [[who, age if i < 12 else "", *rest] for i, (who, age, *rest) in enumerate(cells)]
    path.write_text("\n".join([head, *(",".join(row) for row in known)]) + "\n")
    found = [p for p in problems(SCORE, SCORE + '\ncovariates = ["age"]') if "[risk_score]" in p.found]
    assert len(found) == 1
    assert isinstance(found[0], DesignError)
    assert "12 patients with radiomics and known survival and all covariates" in found[0].found


def test_the_frozen_score_needs_the_outcome_of_other_patients(problems):
    external = '\n[external.hn1]\nradiomics = "radiomics.csv"\nclinical = "clinical.csv"\n[pathways]'
    found = told(problems("[pathways]", external))
    assert found == [
        "StudyError [risk_score] with [hn1]: The cohort has no outcome.",
        "StudyError [groups] with [hn1]: The cohort has no outcome.",
    ]
