from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.cohort._content import content_rows
from radassoc.cohort.cohort import Cohort


def rows_of(cohort):
    return {(row["scope"], row["name"], row["reason"]): row for row in content_rows(cohort._parts)}


def test_absent_regions_are_told_from_missing_values():
    frame = pd.DataFrame(
        {
            "VOLUME_ET": [0.0, 0.0, 5.0, 6.0],
            "INTENSITY_Mean_ET_T1Gd": [np.nan, np.nan, 1.0, np.nan],
            "INTENSITY_Mean_ED_T1Gd": [np.nan, 2.0, 3.0, 4.0],
            "same": [1.0, 1.0, 1.0, np.nan],
        },
        index=list("abcd"),
    )
    rows = rows_of(Cohort.from_frames(radiomics=frame))
    total = rows["radiomics", "values", "missing values"]
    assert total["n"] == 5
    assert total["detail"] == "3 missing, 2 absent with their region; in 3 of 4 columns"
    enhancing = rows["radiomics", "INTENSITY_Mean_ET_T1Gd", "over 20% missing"]
    assert enhancing["n"] == 3
    assert enhancing["detail"] == "1 missing, 2 absent with their region, of 4 samples"
    assert ("radiomics", "same", "constant") in rows
    assert ("radiomics", "VOLUME_ET", "constant") not in rows


def test_repeated_samples_and_missing_clinical_values(small):
    rows = rows_of(small)
    assert rows["radiomics", "samples", "several samples per patient"]["n"] == 2
    assert rows["clinical", "sex", "missing values"]["detail"] == "of 4 patients"
    assert ("clinical", "age", "missing values") not in rows
    assert ("expression", "samples", "several samples per patient") not in rows


def test_a_single_sample_is_not_constant():
    assert rows_of(Cohort.from_frames(radiomics=pd.DataFrame({"x": [1.0]}, index=["a"]))) == {}
