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
    "explore",
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


def test_the_outer_models_cut_as_the_groups_ask(calls):
    before = {"risk_score": "score", "validation": "validation"}
    searched = ("[groups]", '[groups]\nmethod = "maxstat"')
    _, made = calls("validation", change=searched)
    assert made["validate_risk_score"][-1][1]["cut"] == "maxstat"
    _, made = calls("groups", results=before, change=searched)
    assert made["compare_survival"][-1][0][1] == "validation"
    assert made["fit_cutpoint"][-1][1] == {"method": "maxstat", "seed": 7}
    _, made = calls("validation", change=("[groups]", '[groups]\nmethod = "quantiles"\nn_groups = 4'))
    settings = made["validate_risk_score"][-1][1]
    assert (settings["cut"], settings["n_groups"]) == ("quantiles", 4)


@pytest.mark.parametrize(
    ("groups", "validation"),
    [
        ('method = "maxstat"', 'cut = "median"'),
        ('method = "maxstat"\nmin_share = 0.2', ""),
        ('method = "quantiles"\nn_groups = 3', 'cut = "quantiles"\nn_groups = 4'),
    ],
)
def test_a_cut_that_was_not_validated_has_groups_of_its_own(calls, groups, validation):
    text = ALL.replace("[groups]", f"[groups]\n{groups}").replace("[validation]", f"[validation]\n{validation}")
    _, made = calls("groups", results={"risk_score": "score", "validation": "validation"}, change=(ALL, text))
    assert made["compare_survival"][-1][0][1] == "groups of main"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ('modality = ["radiomics", "mutations"]', {"modality": ("radiomics", "mutations")}),
        ("modality = { radiomics = 1.0, mutations = 0.5 }", {"modality": {"radiomics": 1.0, "mutations": 0.5}}),
        ("screen = 50", {"screen": 50}),
        ('criterion = "concordance"', {"criterion": "concordance"}),
        ("l1_ratio = 0.0", {"l1_ratio": 0.0}),
        ("stability = 50\nsplits = 20", {"stability": 50, "splits": 20}),
    ],
)
def test_every_key_of_the_score_reaches_the_fit_and_all_of_the_pipeline_the_validation(calls, keys, expected):
    text = ALL.replace("[risk_score]", f"[risk_score]\n{keys}").replace(
        "[cohort]", '[cohort]\nother = { mutations = "m.csv" }'
    )
    for step, verb in (("risk_score", "fit_risk_score"), ("validation", "validate_risk_score")):
        _, made = calls(step, change=(ALL, text))
        given = made[verb][-1][1]
        wanted = {} if verb == "validate_risk_score" and "stability" in expected else expected
        assert {key: given[key] for key in wanted} == wanted
        assert "stability" not in given or verb == "fit_risk_score"


def test_a_score_of_pathways_is_fitted_validated_and_tested_on_patients_with_pathway_scores(calls):
    text = ALL.replace("[risk_score]", '[risk_score]\nmodality = ["radiomics", "pathways"]')
    before = {"risk_score": "score"}
    for step, verb in (
        ("risk_score", "fit_risk_score"),
        ("validation", "validate_risk_score"),
        ("evaluation_hn1", "evaluate_risk_score"),
    ):
        _, made = calls(step, change=(ALL, text), results=before)
        assert made[verb][-1][0][0].verb == "score_pathways"
    assert [args[0].name for args, _ in made["score_pathways"]] == ["main", "main", "hn1"]


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


def test_the_first_look_is_taken_where_it_is_asked_for(calls):
    asked = '[explore]\ncovariates = ["age"]\nn_permutations = 99\n[risk_score]'
    _, made = calls("explore", change=("[risk_score]", asked))
    (cohort,), settings = made["explore"][0]
    assert cohort.name == "main"
    assert settings == {"covariates": ("age",), "n_permutations": 99, "seed": 7}
    with pytest.raises(KeyError):
        calls("explore")
