from __future__ import annotations

from types import SimpleNamespace

import pytest

import radassoc as ra
from radassoc.study.arguments import imaged, keywords, pathway_cohort, score_cohort, scored_files, scored_settings
from radassoc.study.cohorts import StudyCohorts
from radassoc.study.plan import Context
from radassoc.study.read import read_study

STUDY = """
[cohort]
radiomics = "r.csv"
expression = "x.csv"
clinical = "c.csv"
time = "t"
event = "e"
unit = "days"
[external.hn1]
radiomics = "h.csv"
[pathways]
gene_sets = ["hypoxia", "mine.gmt"]
max_size = 90
[risk_score]
"""


@pytest.fixture
def context(write_study, monkeypatch):
    """Return a function that gives the context of a study whose cohorts are names."""
    monkeypatch.setattr(ra, "gene_sets", lambda sources: "sets")
    monkeypatch.setattr(ra, "score_pathways", lambda cohort, sets, **settings: (cohort, sets, settings))

    def make(text):
        return Context(read_study(write_study(text)), StudyCohorts("main", {"hn1": "hn1"}), {})

    return make


def test_lists_become_tuples_and_a_preparation_its_recipe():
    given = keywords({"covariates": ["age"], "preparation": {"max_missing": 0.1}, "n_folds": 3})
    assert given == {"covariates": ("age",), "preparation": ra.Preparation(max_missing=0.1), "n_folds": 3}
    assert keywords({"preparation": None}) == {"preparation": None}


def test_a_score_without_pathways_needs_no_pathway_scores(context):
    found = context(STUDY)
    assert score_cohort(found) == "main"
    assert score_cohort(found, "hn1") == "hn1"
    assert scored_settings(found.study) == {}
    assert scored_files(found.study) == ()
    assert pathway_cohort(found.study, "main") == ("main", "sets", {"max_size": 90})


@pytest.mark.parametrize("modality", ['["radiomics", "pathways"]', '"pathways"', "{ pathways = 0.5 }"])
def test_a_score_of_pathways_takes_their_settings_and_files(context, modality):
    found = context(STUDY + f"modality = {modality}\n")
    assert score_cohort(found) == ("main", "sets", {"max_size": 90})
    assert score_cohort(found, "hn1") == ("hn1", "sets", {"max_size": 90})
    assert scored_settings(found.study)["pathways"]["gene_sets"] == ["hypoxia", "mine.gmt"]
    assert scored_files(found.study) == ("mine.gmt",)


def test_patients_without_imaging_are_left_out():
    found = ra.simulate_cohort(n_patients=30, seed=1).cohort
    part = found.subset(found.patients[:20])
    assert len(imaged(part).patients) == part.sample_patients("radiomics").nunique()
    without = SimpleNamespace(modalities=("expression",))
    assert imaged(without) is without
