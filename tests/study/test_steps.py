from __future__ import annotations

from types import SimpleNamespace

import pytest

import radassoc as ra
from radassoc.study.cohorts import StudyCohorts
from radassoc.study.plan import Context, plan_steps
from radassoc.study.read import read_study

ALL = """
[study]
seed = 7
[cohort]
radiomics = "r.csv"
expression = "x.csv"
clinical = "c.csv"
time = "t"
event = "e"
unit = "days"
test = { fraction = 0.3 }
[external.hn1]
radiomics = "h.csv"
[risk_score]
covariates = ["age"]
n_folds = 4
n_repeats = 3
preparation = { max_missing = 0.1 }
[validation]
n_bootstraps = 5
[groups]
covariates = ["age"]
[pathways]
gene_sets = ["hypoxia", "mine.gmt"]
method = "zscore"
[association]
pairs = [["radiomics", "pathways"], ["radiomics", "expression"]]
covariates = ["age"]
[enrichment]
by = ["risk_score", "age", "radiomics:a"]
covariates = ["age"]
n_permutations = 50
"""

VERBS = (
    "fit_risk_score",
    "validate_risk_score",
    "evaluate_risk_score",
    "fit_cutpoint",
    "compare_survival",
    "enrich",
    "associate",
    "score_pathways",
    "gene_sets",
    "table_one",
    "pca",
)


class Cohort(SimpleNamespace):
    """Stands for a cohort: the verbs are replaced by recorders."""


@pytest.fixture
def calls(write_study, monkeypatch):
    """Return a function that runs a step with recorded verbs, and what the verbs were given."""
    made: dict[str, list[tuple[tuple, dict]]] = {}

    def recorder(name):
        def verb(*args, **settings):
            made.setdefault(name, []).append((args, settings))
            return SimpleNamespace(verb=name, predict=lambda cohort: f"groups of {cohort.name}")

        return verb

    for name in VERBS:
        monkeypatch.setattr(ra, name, recorder(name))
    text = ALL

    def run(step, *, change=("", ""), results=None):
        study = read_study(write_study(text.replace(*change)))
        tests = {"test": Cohort(name="test"), "hn1": Cohort(name="hn1")}
        clinical = SimpleNamespace(columns=["age", "Sex"])
        cohorts = StudyCohorts(Cohort(name="main", modalities=(), clinical=clinical), tests)
        steps = {item.name: item for item in plan_steps(study)}
        return steps[step].run(Context(study, cohorts, results or {})), made

    return run


def test_score_gets_the_keys_of_its_section_and_the_seed(calls):
    _, made = calls("risk_score")
    (cohort,), settings = made["fit_risk_score"][0]
    assert cohort.name == "main"
    assert settings.pop("preparation").max_missing == 0.1
    assert settings == {"covariates": ("age",), "n_folds": 4, "n_repeats": 3, "seed": 7}


def test_validation_has_the_same_pipeline_and_its_own_repeats(calls):
    _, made = calls("validation")
    settings = made["validate_risk_score"][0][1]
    assert settings["preparation"].max_missing == 0.1
    assert settings["n_bootstraps"] == 5
    assert "n_repeats" not in settings


@pytest.mark.parametrize("name", ["test", "hn1"])
def test_other_patients_meet_the_frozen_score_and_cut(calls, name):
    cutpoint = SimpleNamespace(predict=lambda cohort: f"groups of {cohort.name}")
    results, made = calls(f"groups_{name}", results={"cutpoint": cutpoint})
    (cohort, groups), settings = made["compare_survival"][0]
    assert (cohort.name, groups, settings) == (name, f"groups of {name}", {"covariates": ("age",)})
    assert set(results) == {f"groups_{name}", f"survival_{name}"}
    _, made = calls(f"evaluation_{name}", results={"risk_score": "score"})
    assert made["evaluate_risk_score"][0][0][0].name == name


def test_groups_come_out_of_fold_unless_a_cut_is_given(calls):
    before = {"risk_score": "score", "validation": "validation"}
    _, made = calls("groups", results=before)
    assert made["compare_survival"][-1][0][1] == "validation"
    assert made["fit_cutpoint"][-1] == ((made["fit_cutpoint"][-1][0][0], "score"), {"seed": 7})
    value = ("[groups]", '[groups]\nmethod = "value"\nvalue = 0.5')
    _, made = calls("groups", results=before, change=value)
    assert made["compare_survival"][-1][0][1] == "groups of main"
    assert made["fit_cutpoint"][-1][1] == {"method": "value", "value": 0.5, "seed": 7}


def test_a_searched_cut_comes_out_of_fold_where_the_validation_searched_too(calls):
    before = {"risk_score": "score", "validation": "validation"}
    _, made = calls("groups", results=before, change=("[groups]", '[groups]\nmethod = "maxstat"'))
    assert made["compare_survival"][-1][0][1] == "groups of main"
    assert made["fit_cutpoint"][-1][1] == {"method": "maxstat", "seed": 7}


def test_pathways_are_scored_only_for_pairs_that_hold_them(calls):
    _, made = calls("association_radiomics_expression")
    assert "score_pathways" not in made
    _, made = calls("association_radiomics_pathways")
    assert made["score_pathways"][0][1] == {"method": "zscore"}
    assert made["associate"][-1][0][0].verb == "score_pathways"
    sources = made["gene_sets"][0][0][0]
    assert sources[0] == "hypoxia"
    assert sources[1].is_absolute()


def test_enrichment_runs_before_and_after_adjustment(calls):
    before = {"validation": "validation"}
    _, made = calls("enrichment_risk_score", results=before)
    _, made = calls("enrichment_risk_score_adjusted", results=before)
    _, made = calls("enrichment_columns", results=before)
    _, made = calls("enrichment_columns_adjusted", results=before)
    along = [args[1] for args, _ in made["enrich"]]
    covariates = [settings["covariates"] for _, settings in made["enrich"]]
    assert along == ["validation", "validation", ["age", "radiomics:a"], ["radiomics:a"]]
    assert covariates == [(), ("age",), (), ("age",)]
    assert {settings["n_permutations"] for _, settings in made["enrich"]} == {50}


def test_table_one_is_split_by_sex_however_it_is_written(calls):
    results, made = calls("table_one")
    assert list(results) == ["table_one_Sex"]
    assert made["table_one"][0][1] == {"groups": "Sex"}
    results, made = calls("table_one", change=("[study]\n", '[table_one]\ngroups = ["age"]\n[study]\n'))
    assert list(results) == ["table_one_age"]
