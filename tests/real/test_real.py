"""The published cohorts, run as a user would run them: from a study file to a report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from radassoc.study.check import check_study
from radassoc.study.run import run_study

HERE = Path(__file__).parent
pytestmark = [pytest.mark.real_data]


@pytest.fixture
def glioma(cohorts, tmp_path):
    for name in ("radiomics.csv", "expression.tsv.gz", "clinical.csv"):
        (tmp_path / name).symlink_to(cohorts / "glioma" / name)
    return Path(shutil.copy(HERE / "glioma.toml", tmp_path / "study.toml"))


@pytest.fixture
def lung1(cohorts, tmp_path):
    for name in ("lung1", "hn1"):
        (tmp_path / name).symlink_to(cohorts / name)
    return Path(shutil.copy(HERE / "lung1.toml", tmp_path / "study.toml"))


def test_glioma_passes_check(glioma):
    found = check_study(glioma)
    assert found.problems == ()
    assert found.counts["cohort"]["radiomics_patients"] == 81
    assert found.counts["cohort"]["expression_patients"] == 569


def test_lung1_and_hn1_pass_check(lung1):
    found = check_study(lung1)
    assert found.problems == ()
    assert (found.counts["cohort"]["events"], found.counts["hn1"]["events"]) == (226, 64)
    assert found.left_out == {"enrichment": "the study has no expression"}


@pytest.mark.slow
def test_glioma_runs_to_a_report(glioma, tmp_path):
    run = run_study(glioma, out=tmp_path / "out", quiet=True)
    page = run.report.read_text()
    cohort = run.results["cohort"]
    assert len(cohort.audit.patients) == 81
    assert "region absent" in set(cohort.audit.table["reason"])
    assert not [patient for patient in cohort.patients if patient in page]
    validation = run.results["validation"].table.set_index(["measure", "model"]).sort_index()
    full = validation.loc[("concordance", "full")].iloc[0]
    assert full["ci_low"] < full["estimate"] < full["ci_high"]
    assert validation.loc[("concordance_difference", "full - covariates"), "p_value"].iloc[0] > 0
    key = run.folder / "tables" / "key_results.csv"
    assert "estimate_after" in key.read_text().splitlines()[0]


@pytest.mark.slow
def test_lung1_is_tested_in_hn1(lung1, tmp_path):
    run = run_study(lung1, out=tmp_path / "out", quiet=True)
    evaluation = run.results["evaluation_hn1"].table
    row = evaluation[(evaluation["measure"] == "concordance") & (evaluation["model"] == "score")].iloc[0]
    assert row["n_patients"] == 118
    assert 0.5 < row["estimate"] < 0.75
    page = run.report.read_text()
    assert "In hn1, who took no part in training" in page
    assert "[enrichment] was not run: the study has no expression." in page
