from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.apparent import is_out_of_fold
from radassoc.study.cohorts import StudyCohorts
from radassoc.study.plan import Context, plan_steps
from radassoc.study.read import read_study

STUDY = """
[study]
seed = 7
[cohort]
radiomics = "r.csv"
clinical = "c.csv"
time = "t"
event = "e"
unit = "days"
[external.hn1]
radiomics = "h.csv"
[risk_score]
[cox_table]
variables = ["risk_score", "age", "stage"]
per = { age = 10 }
reference = { stage = 1 }
also_in = ["hn1"]
[subgroups]
subgroups = ["sex"]
covariates = ["age"]
[nomogram]
variables = ["risk_score", "stage"]
n_bootstraps = 20
"""
PATIENTS = ["a", "b", "c"]


@dataclass(frozen=True)
class Made:
    """What a recorded verb returned."""

    notes: tuple[str, ...] = ()


def samples(**changes: Any) -> pd.DataFrame:
    return pd.DataFrame({"patient": PATIENTS, "score": [0.1, 0.2, 0.3], "imaging_score": [1.0, 2.0, 3.0], **changes})


@pytest.fixture
def step(write_study, monkeypatch):
    """Return a function that runs a step with recorded verbs: what it made, and what the verb was given."""
    given: list[tuple[str, tuple, dict]] = []

    def recorder(name):
        def verb(*args, **settings):
            given.append((name, args, settings))
            return Made()

        return verb

    monkeypatch.setattr(ra, "cox_table", recorder("cox_table"))
    monkeypatch.setattr(ra, "fit_nomogram", recorder("fit_nomogram"))
    monkeypatch.setattr(ra.survival, "subgroup_effects", recorder("subgroup_effects"))
    monkeypatch.setattr(ra.survival, "sample_size", recorder("sample_size"))

    def run(name, *, change=("", ""), covariates=(), score_status="ok", nomogram=None, **columns):
        study = read_study(write_study(STUDY.replace(*change)))
        cohort = SimpleNamespace(name="main", modalities=(), subset=lambda patients: list(patients))
        cohorts = StudyCohorts(cohort, {"hn1": SimpleNamespace(name="hn1")})
        score = SimpleNamespace(
            params={"covariates": covariates},
            status=score_status,
            provenance={"counts": {"n_candidates": 321}},
            predict=lambda cohort, part: pd.Series([1.0, 2.0], name=f"{part} of {cohort.name}"),
        )
        validation = SimpleNamespace(samples=samples(**columns), status="ok", params={"times": (12.0, 24.0)})
        results = {"risk_score": score, "validation": validation, "nomogram": nomogram}
        steps = {item.name: item for item in plan_steps(study)}
        made = steps[name].run(Context(study, cohorts, results))
        return made, given[-1] if given else None

    return run


def test_the_score_enters_out_of_fold_and_per_standard_deviation(step):
    made, (_, (cohort, variables), settings) = step("cox_table")
    assert list(made) == ["cox_table"]
    assert cohort.name == "main"
    assert list(variables) == ["risk_score", "age", "stage"]
    assert variables["risk_score"].tolist() == [0.1, 0.2, 0.3]
    assert list(variables["risk_score"].index) == PATIENTS
    assert is_out_of_fold(variables["risk_score"])
    assert settings == {"per": {"risk_score": "SD", "age": 10}, "reference": {"stage": 1}}


def test_beside_its_own_covariates_only_the_imaging_part_is_a_variable(step):
    _, (_, (_, variables), settings) = step("cox_table", covariates=("age",))
    assert list(variables) == ["imaging score", "age", "stage"]
    assert variables["imaging score"].tolist() == [1.0, 2.0, 3.0]
    assert is_out_of_fold(variables["imaging score"])
    assert settings["per"] == {"imaging score": "SD", "age": 10}
    _, (_, (_, main, subgroups), _) = step("subgroups", covariates=("sex",))
    assert (list(main), subgroups) == (["imaging score"], ["sex"])


def test_a_step_of_the_score_that_the_file_gives_is_kept(step):
    _, (*_, settings) = step("cox_table", change=("per = { age = 10 }", "per = { risk_score = 0.5 }"))
    assert settings["per"] == {"risk_score": 0.5}


def test_new_patients_meet_the_frozen_score(step):
    made, (_, (cohort, variables), _) = step("cox_table_hn1")
    assert list(made) == ["cox_table_hn1"]
    assert cohort.name == "hn1"
    assert not is_out_of_fold(variables["risk_score"])
    assert variables["risk_score"].name == "risk_score"


def test_an_empty_score_is_left_out_and_told(step):
    made, (_, (_, variables), settings) = step("cox_table", score=0.0)
    assert list(variables) == ["age", "stage"]
    assert "risk_score" not in settings["per"]
    assert made["cox_table"].notes[-1].startswith("The risk score is left out")
    made, _ = step("subgroups", score=0.0)
    assert made == {}
    made, (_, (_, variables), _) = step("nomogram", score_status="no_signal")
    assert list(variables) == ["stage"]
    assert made["nomogram"].notes[-1].startswith("The risk score is left out")


def test_the_nomogram_takes_the_fitted_score_itself(step):
    _, (name, (_, variables), settings) = step("nomogram")
    assert name == "fit_nomogram"
    assert list(variables) == ["risk_score", "stage"]
    assert variables["risk_score"].provenance["counts"]["n_candidates"] == 321
    assert settings == {"n_bootstraps": 20, "seed": 7}


def test_subgroups_compare_the_score_unless_another_variable_is_named(step):
    _, (_, (_, main, subgroups), settings) = step("subgroups")
    assert (list(main), subgroups) == (["risk_score"], ["sex"])
    assert settings == {"covariates": ("age",), "per": {"risk_score": "SD"}}
    named = ('subgroups = ["sex"]', 'subgroups = ["sex"]\nvariable = "stage"\ncuts = { age = 60 }')
    _, (_, (_, main, _), settings) = step("subgroups", change=named)
    assert main == {"stage": "stage"}
    assert settings == {"covariates": ("age",), "per": {}, "cuts": {"age": 60.0}}


def test_the_frozen_score_is_judged_beside_the_nomogram_where_asked(step, monkeypatch):
    given = []
    monkeypatch.setattr(ra, "evaluate_risk_score", lambda *args, **settings: given.append((args, settings)))
    asked = ("[nomogram]", '[evaluation]\nclinical_model = "nomogram"\ntimes = [12.0]\n[nomogram]')
    step("evaluation_hn1", change=asked, nomogram="fitted")
    step("evaluation_hn1")
    (cohort, _), settings = given[0]
    assert cohort.name == "hn1"
    assert settings == {"clinical_model": "fitted", "times": (12.0,), "seed": 7}
    assert given[1][1] == {"seed": 7}


def test_the_sample_size_is_that_of_the_score_unless_told_otherwise(step):
    made, (_, (patients,), settings) = step("sample_size")
    assert list(made) == ["sample_size"]
    assert patients == PATIENTS
    assert settings == {"n_candidates": 321, "timepoint": 24.0}
    asked = ("[nomogram]", "[sample_size]\nn_candidates = 5\nshrinkage = 0.8\n[nomogram]")
    _, (*_, settings) = step("sample_size", change=asked)
    assert settings == {"n_candidates": 5, "timepoint": 24.0, "shrinkage": 0.8}


def test_a_model_of_clinical_variables_waits_for_no_score(write_study):
    text = (
        STUDY.replace('"risk_score", ', "")
        .replace("[risk_score]\n", "")
        .replace("[subgroups]", "[subgroups]\nvariable = 'age'")
    )
    text = text.replace('covariates = ["age"]\n', "")
    steps = {step.name: step for step in plan_steps(read_study(write_study(text)))}
    assert {"cox_table", "cox_table_hn1", "subgroups", "nomogram"} <= set(steps)
    assert {steps[name].needs for name in ("cox_table", "subgroups", "nomogram")} == {()}
    assert "sample_size" not in steps
