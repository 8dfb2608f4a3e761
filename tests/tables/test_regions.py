"""Absent regions: a small brain tumour table solved by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.tables.feature_names import describe_features
from radassoc.tables.regions import absence_mask, absent_regions, note_absent

NAN = np.nan


@pytest.fixture
def frame() -> pd.DataFrame:
    # A has no enhancing part; B has no oedema; C has both, and one value that is truly missing
    return pd.DataFrame(
        {
            "VOLUME_ET": [0.0, 5.0, 3.0],
            "VOLUME_ED": [9.0, 0.0, 2.0],
            "VOLUME_ET_OVER_ED": [0.0, NAN, 1.5],
            "INTENSITY_Mean_ET_T1": [NAN, 1.0, NAN],
            "INTENSITY_Mean_ED_T1": [4.0, NAN, 6.0],
            "age_of_scan": [NAN, 1.0, 2.0],
        },
        index=pd.Index(["A", "B", "C"], name="sample"),
    )


def test_a_volume_of_zero_is_an_absent_region(frame: pd.DataFrame) -> None:
    found = absent_regions(frame, describe_features(frame.columns))
    assert found.to_dict("list") == {"sample": ["B", "A"], "region": ["ED", "ET"]} or found.to_dict("list") == {
        "sample": ["A", "B"],
        "region": ["ET", "ED"],
    }


def test_only_empty_cells_of_that_region_are_absent(frame: pd.DataFrame) -> None:
    mask = absence_mask(frame, describe_features(frame.columns))
    cells = {(row, column) for row in mask.index for column in mask.columns if mask.loc[row, column]}
    assert cells == {("A", "INTENSITY_Mean_ET_T1"), ("B", "INTENSITY_Mean_ED_T1"), ("B", "VOLUME_ET_OVER_ED")}


def test_the_notes_count_samples_and_features(frame: pd.DataFrame) -> None:
    notes = note_absent(frame, describe_features(frame.columns), scope="mri")
    assert {row["name"]: row["detail"] for row in notes} == {
        "ET": "volume 0 in 1 of 3 samples; 1 features absent there, not missing",
        "ED": "volume 0 in 1 of 3 samples; 2 features absent there, not missing",
    }


def test_pyradiomics_volumes_count_too() -> None:
    frame = pd.DataFrame(
        {"ET_original_shape_MeshVolume": [0.0, 2.0], "ET_original_glcm_Idm": [NAN, 1.0]}, index=["a", "b"]
    )
    assert absent_regions(frame, describe_features(frame.columns)).values.tolist() == [["a", "ET"]]


def test_without_volumes_nothing_is_absent() -> None:
    frame = pd.DataFrame({"INTENSITY_Mean_ET_T1": [NAN, 1.0]}, index=["a", "b"])
    features = describe_features(frame.columns)
    assert list(absent_regions(frame, features).columns) == ["sample", "region"]
    assert len(absent_regions(frame, features)) == 0
    assert not absence_mask(frame, features).to_numpy().any()
