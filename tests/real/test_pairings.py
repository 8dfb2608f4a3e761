"""Markers, subtypes and several biopsies per patient in published cohorts: what a clinician expects is found."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import spearmanr

import radassoc as ra

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def biopsies(request: pytest.FixtureRequest) -> ra.Cohort:
    folder: Path = request.getfixturevalue("cohorts")
    table = pd.read_csv(folder / "biopsies" / "biopsies.csv", index_col=0)
    table = table[table["Patient_ID"].notna()]
    imaging = table.filter(like="Raw_Mean").rename(columns=lambda name: name.split(".")[0])
    genes = table.filter(regex="(cnv|mut)$").select_dtypes("number")
    genes["CE"] = (table["MRI.contrast.enhancing.annotation"] == "CE") * 1.0
    whose = table["Patient_ID"]
    return ra.Cohort.from_frames(other={"mri": imaging, "genes": genes}, patients={"mri": whose, "genes": whose})


@pytest.mark.parametrize("repeats", ["cluster_robust", "mixed"])
def test_biopsies_of_one_patient_are_not_taken_for_patients(biopsies: ra.Cohort, repeats: str) -> None:
    found = ra.associate(biopsies, "mri", "genes", repeats=repeats, keep="all").table.set_index(
        ["marker", "other_marker"]
    )  # type: ignore[arg-type]
    imaging, genes = biopsies["mri"], biopsies["genes"]
    naive = sum(spearmanr(imaging[a], genes[b], nan_policy="omit").pvalue < 0.05 for a in imaging for b in genes)
    assert (found["p_value"] < 0.05).sum() <= 0.7 * naive
    # enhancing tissue has a higher T2 signal; EGFR-mutated tissue is perfused more
    assert found.loc[("T2", "CE"), "p_adjusted"] < 0.05
    assert found.loc[("T2", "CE"), "ci_low"] > 0
    assert found.loc[("RCBV", "EGFR_mut"), "ci_low"] > 0
    assert (found["n_patients"] <= 60).all()


@pytest.fixture(scope="module")
def glioma(request: pytest.FixtureRequest) -> ra.Cohort:
    folder: Path = request.getfixturevalue("cohorts") / "glioma"
    grades = {"GBM": "4", "AASTR": "3", "AOAST": "3", "ASTR": "2", "OAST": "2", "ODG": "2"}
    return ra.read_cohort(
        radiomics=folder / "radiomics.csv",
        clinical=folder / "clinical.csv",
        time="os_months",
        event="os_event",
        unit="months",
        derive={"grade": {"from": "oncotree_code", "map": grades}},
    )


def test_what_grade_explains_goes_and_what_it_does_not_stays(glioma: ra.Cohort) -> None:
    """Enhancing tumours are IDH wild type, which grade explains; men have larger brains, which it does not."""
    frame = glioma.clinical[["idh_status", "transcriptome_subtype", "sex"]]
    plain = ra.associate(glioma, "radiomics", frame, keep="all").table.set_index(["feature", "variable"])
    given = ra.associate(glioma, "radiomics", frame, covariates=["age", "grade"], keep="all")
    adjusted = given.table.set_index(["feature", "variable"])
    enhancing, brain = ("VOLUME_ET", "idh_status"), ("VOLUME_BRAIN", "sex")
    assert plain.loc[enhancing, "estimate_kind"] == "auc"
    assert plain.loc[enhancing, "p_adjusted"] < 0.01
    assert adjusted.loc[enhancing, "p_value"] > 0.2
    assert adjusted.loc[brain, "p_adjusted"] < 0.05
    assert adjusted.loc[brain, "ci_low"] > 0
    assert (adjusted["p_adjusted"] < 0.05).sum() < 0.2 * (plain["p_adjusted"] < 0.05).sum()


def test_survival_of_gliomas(glioma: ra.Cohort) -> None:
    plain = ra.associate(glioma, "radiomics", "survival", keep="all")
    adjusted = ra.associate(glioma, "radiomics", "survival", covariates=["idh_status", "grade"], keep="all")
    assert (plain.table["p_adjusted"] < 0.05).sum() > 50
    assert (adjusted.table["p_adjusted"] < 0.05).sum() == 0
    assert adjusted.status == "no_signal"
