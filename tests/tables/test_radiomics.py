"""Tables of imaging features."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import IdentifierError, RadiomicsError
from radassoc.tables.identifiers import no_overlap
from radassoc.tables.radiomics import read_radiomics
from radassoc.tables.regions import absence_mask
from radassoc.tables.table import Table


def test_a_pyradiomics_table(tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    path.write_text(
        ",ID,Image,diagnostics_Versions_PyRadiomics,diagnostics_Mask-original_VoxelNum,StudyDate,original_glcm_Idm\n"
        "0,P1,/a/1.nii,v3,17,20010203,0.5\n1,P2,/a/2.nii,v3,18,20010204,0.6\n"
    )
    read = read_radiomics(Table(path, patient="ID"))
    assert list(read.frame.columns) == ["original_glcm_Idm"]
    assert read.patients.tolist() == ["P1", "P2"]
    assert {row["name"]: row["reason"] for row in read.notes} == {
        "features.csv": "row numbers dropped",
        "Image": "paths",
        "diagnostics_Versions_PyRadiomics": "diagnostics",
        "diagnostics_Mask-original_VoxelNum": "diagnostics",
        "StudyDate": "dates",
    }


def test_a_diagnostic_that_is_asked_for_stays() -> None:
    frame = pd.DataFrame({"diagnostics_n": [1, 2], "a": [1, 3]}, index=pd.Index(["x", "y"], name="ID"))
    assert list(read_radiomics(Table(frame, columns=["diagnostics_n"])).frame.columns) == ["diagnostics_n"]


def test_features_in_rows_are_turned_on_request() -> None:
    frame = pd.DataFrame({"P1": [1.0, 2.0], "P2": [3.0, 4.0]}, index=["original_glcm_Idm", "original_glcm_Id"])
    with pytest.raises(RadiomicsError, match="samples_in_columns"):
        read_radiomics(frame)
    read = read_radiomics(Table(frame, orientation="samples_in_columns"))
    assert read.frame.loc["P2"].tolist() == [3.0, 4.0]


def test_a_feature_without_values_goes_with_a_note() -> None:
    read = read_radiomics(pd.DataFrame({"a": [1.0, 2.0], "b": [np.nan] * 2}, index=["x", "y"]))
    assert list(read.frame.columns) == ["a"]
    assert read.notes[0]["reason"] == "all values missing"


def test_repeated_features_follow_the_policy(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ID,a,a\nP1,1,3\nP2,2,4\n")
    assert read_radiomics(Table(path, duplicates="mean")).frame["a"].tolist() == [2.0, 3.0]


@pytest.mark.real_data
def test_glioma(cohorts: Path) -> None:
    read = read_radiomics(cohorts / "glioma" / "radiomics.csv")
    assert read.frame.shape == (81, 724)
    reasons = {(row["name"], row["reason"]): row["detail"] for row in read.notes}
    assert reasons["Date", "dates"]
    assert reasons["VOLUME_ET_OVER_ED", "made missing"] == "1 cell: #DIV/0!"
    assert reasons["DIST_Vent_ED", "made missing"] == "1 cell: infinite"
    assert "20 of 81 samples" in reasons["ET", "region absent"]
    # 20 lower-grade tumours lack the enhancing part: its texture is absent there, and only there
    mask = absence_mask(read.frame, read.features)
    texture = read.features.index[(read.features["region"] == "ET") & (read.features["feature_class"] == "glcm")]
    assert mask[texture].sum().eq(20).all()
    assert (read.frame.isna() & ~mask)[texture].sum().eq(0).all()
    assert read.features["sequence"].value_counts().to_dict() == {
        "T1Gd": 165,
        "T1": 165,
        "T2": 165,
        "FLAIR": 165,
        "unknown": 64,
    }


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize(("cohort", "n"), [("lung1", 388), ("hn1", 118)])
def test_lung_and_head_and_neck(cohorts: Path, cohort: str, n: int) -> None:
    start = time.perf_counter()
    read = read_radiomics(cohorts / cohort / "radiomics.csv.gz")
    assert time.perf_counter() - start < 5  # 0.15 s measured; the bound only catches a loop over cells
    assert read.frame.shape == (n, 797)
    assert read.notes == []
    assert read.features["image_type"].nunique() == 9
    assert read.features.loc["Contrast.original", "feature_class"] == "unknown"
    assert (read.features["feature_class"] == "unknown").sum() == 36


@pytest.mark.real_data
def test_breast_features_and_clinical_columns_in_one_table(cohorts: Path) -> None:
    path = cohorts / "breast" / "radiomics_and_clinical.csv"
    clinical = ["DFI TIME", "Recurrencia", "Age", "lymphnodes_positive"]
    read = read_radiomics(Table(path, drop=clinical, identifier_rule="tcga"))
    assert read.frame.shape == (91, 36)
    assert read.patients.iloc[2] == "TCGA-AO-A0J9"
    assert read.frame.index[2] == "TCGA-AO-A0J9-S2-1"
    assert {row["reason"] for row in read.notes} == {"text"}
    plain = read_radiomics(Table(path, drop=clinical))
    assert plain.patients.iloc[0] == "TCGA-AO-A03M-1"
    error = no_overlap("radiomics", plain.patients, "expression", read.patients)
    assert 'identifier_rule="tcga"' in str(error)


@pytest.mark.real_data
def test_biopsies_of_named_and_nameless_patients(cohorts: Path) -> None:
    path = cohorts / "biopsies" / "biopsies.csv"
    values = ["T2.Raw_Mean", "RCBV.Raw_Mean", "MD.Raw_Mean", "FA.Raw_Mean", "EPI.Raw_Mean"]
    told = {"sample": "Iavarone_ID", "patient": "Patient_ID", "columns": values}
    with pytest.raises(IdentifierError, match="7 of 258 rows name no patient"):
        read_radiomics(Table(path, **told))
    read = read_radiomics(Table(path, **told, missing_patient="drop"))
    assert read.frame.shape == (251, 5)
    assert read.patients.nunique() == 60
    assert [row["reason"] for row in read.notes] == ["no patient"] * 7
    assert read.features["sequence"].tolist() == ["T2", "RCBV", "MD", "FA", "EPI"]
