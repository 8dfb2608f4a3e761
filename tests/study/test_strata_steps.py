from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

import radassoc as ra
from radassoc.study.cohorts import StudyCohorts
from radassoc.study.plan import Context, plan_steps
from radassoc.study.read import read_study
from radassoc.study.requirements import absent_data

STUDY = """
[study]
seed = 7
[cohort]
radiomics = "r.csv"
expression = "x.csv"
clinical = "c.csv"
time = "t"
event = "e"
unit = "days"
[risk_score]
covariates = ["age", "sex"]
n_repeats = 3
volume = "auto"
[validation]
n_bootstraps = 5
[cox_table]
variables = ["risk_score", "age", "sex"]
per = { age = 10 }
[association]
pairs = [["radiomics", "expression"]]
keep = "top"
covariates = ["age"]
[enrichment]
by = ["risk_score", "radiomics:a", "age"]
gene_sets = ["hypoxia"]
covariates = ["age", "sex"]
n_permutations = 50
[strata]
variable = "sex"
levels = ["male", "female"]
analyses = [
    "weighted_comparison", "survival", "association", "enrichment", "risk_score", "cross_application", "interactions",
]
within = ["age"]
n_permutations = 20
"""


@pytest.fixture
def step(write_study, monkeypatch):
    made: list[tuple[str, tuple, dict]] = []

    def recorder(name):
        return lambda *args, **settings: made.append((name, args, settings)) or name

    for name in ("by_stratum", "cross_apply", "interactions"):
        monkeypatch.setattr(ra, name, recorder(name))
    for name in ("balance", "weighted_comparison"):
        monkeypatch.setattr(ra.strata, name, recorder(name))
    described = pd.DataFrame({"variable": ["event", "sex", "sex", "age"], "variable_kind": ["outcome", *["other"] * 3]})
    monkeypatch.setattr(ra, "table_one", lambda *args: SimpleNamespace(table=described))
    monkeypatch.setattr(ra, "gene_sets", lambda names: ("sets", *names))
    study = read_study(write_study(STUDY))
    cohorts = StudyCohorts(SimpleNamespace(modalities=()), {})
    steps = {item.name: item for item in plan_steps(study)}

    def run(name):
        found = steps[name].run(Context(study, cohorts, {}))
        return found, made

    return run


def test_what_table_one_describes_is_balanced_or_not(step, monkeypatch):
    found, made = step("strata_balance")
    assert list(found) == ["strata_balance"]
    name, (_, variable, names), settings = made[0]
    assert (name, variable, names, settings) == ("balance", "sex", ["age"], {"levels": ("male", "female")})
    alone = pd.DataFrame({"variable": ["event", "sex"], "variable_kind": ["outcome", "categorical"]})
    monkeypatch.setattr(ra, "table_one", lambda *args: SimpleNamespace(table=alone))
    assert step("strata_balance")[0] == {}


def test_survival_is_weighted_to_what_strata_are_exchanged_within(step):
    _, made = step("strata_weighted_comparison")
    name, (_, variable, covariates), settings = made[0]
    assert (name, variable, list(covariates)) == ("weighted_comparison", "sex", ["age"])
    assert settings == {"levels": ("male", "female")}


def test_weights_need_covariates(write_study):
    with pytest.raises(ra.RadassocError, match=r"weighted_comparison.*needs within"):
        read_study(write_study(STUDY.replace('within = ["age"]\n', "")))


def test_cox_models_of_columns_without_score_and_variable(step):
    found, made = step("strata_survival")
    assert list(found) == ["strata_survival"]
    name, (_, variable, analysis), settings = made[0]
    assert (name, variable, analysis) == ("by_stratum", "sex", "survival")
    assert settings == {"levels": ("male", "female"), "variables": ("age",), "per": {"age": 10}, "reference": {}}


def test_all_pairs_of_the_tables(step):
    found, made = step("strata_association")
    assert list(found) == ["strata_association_radiomics_expression"]
    assert "keep" not in made[0][2]
    assert made[0][2]["covariates"] == ("age",)


def test_gene_sets_along_columns_each_alone(step):
    found, made = step("strata_enrichment")
    assert list(found) == ["strata_enrichment_radiomics_a", "strata_enrichment_age"]
    assert made[0][2]["covariates"] == ("age",)
    assert made[1][2]["covariates"] == ()  # a column is not adjusted for itself
    assert made[0][2]["seed"] == 7


def test_score_has_its_own_sections(step):
    settings = step("strata_risk_score")[1][0][2]
    assert settings["covariates"] == ("age",)
    assert (settings["n_repeats"], settings["n_bootstraps"], settings["seed"]) == (3, 5, 7)


def test_cross_application_has_the_keys_of_strata(step):
    _, made = step("strata_cross_application")
    name, (_, variable), settings = made[0]
    assert (name, variable) == ("cross_apply", "sex")
    assert settings == {
        "covariates": ("age",),
        "within": ("age",),
        "n_permutations": 20,
        "levels": ("male", "female"),
        "seed": 7,
    }


def test_interactions_are_those_of_the_score_table(step):
    settings = step("strata_interactions")[1][0][2]
    assert settings == {
        "kind": "survival",
        "left": "radiomics",
        "covariates": ("age",),
        "levels": ("male", "female"),
        "seed": 7,
    }


def test_a_section_that_is_lacking_is_told(write_study):
    text = STUDY.replace("[cox_table]", "[nothing]").split("[nothing]")[0] + '[strata]\nvariable = "sex"\n'
    study = read_study(write_study(text + 'analyses = ["survival"]\n'))
    assert absent_data(study)["strata"] == "the study has no [cox_table]"
    assert not [item for item in plan_steps(study) if item.name.startswith("strata")]
