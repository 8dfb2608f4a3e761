"""A small cohort with every complication: partial overlap, repeated samples, one name in two tables, missing values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort


@pytest.fixture
def frames() -> dict[str, object]:
    radiomics = pd.DataFrame(
        {"VOLUME_TC": [1.0, 3.0, 5.0, 7.0, 9.0], "EGFR": [2.0, np.nan, 4.0, 6.0, 8.0]},
        index=["S1", "S2", "S3", "S4", "S9"],
    )
    expression = pd.DataFrame({"EGFR": [0.1, 0.2, 0.3], "TP53": [1.0, np.nan, 3.0]}, index=["P3", "P1", "P2"])
    clinical = pd.DataFrame(
        {
            "age": [50, 60, 70, 80],
            "sex": ["male", "female", "male", None],
            "months": [12.5, 3.0, 8.0, np.nan],
            "dead": [1, 0, 1, 0],
        },
        index=["P1", "P2", "P3", "P4"],
    )
    patients = {"radiomics": pd.Series(["P1", "P1", "P2", "P3", "P9"], index=radiomics.index)}
    return {"radiomics": radiomics, "expression": expression, "clinical": clinical, "patients": patients}


@pytest.fixture
def small(frames: dict[str, object]) -> Cohort:
    return Cohort.from_frames(**frames, time="months", event="dead", unit="months")


@pytest.fixture
def many() -> Cohort:
    rng = np.random.default_rng(4)
    patients = [f"P{i:03d}" for i in range(200)]
    clinical = pd.DataFrame(
        {
            "site": rng.integers(1, 4, 200),
            "sex": rng.choice(["female", "male"], 200),
            "months": rng.exponential(20, 200) + 0.1,
            "dead": rng.integers(0, 2, 200),
        },
        index=patients,
    )
    clinical.loc[patients[:5], "site"] = np.nan
    radiomics = pd.DataFrame(rng.normal(size=(80, 3)), index=patients[20:100], columns=["a", "b", "c"])
    return Cohort.from_frames(radiomics=radiomics, clinical=clinical, time="months", event="dead", unit="months")
