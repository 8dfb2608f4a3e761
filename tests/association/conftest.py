from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from radassoc.association import _answers, _found, _wide
from radassoc.cohort.cohort import Cohort


@pytest.fixture(scope="session")
def study():
    """50 patients: f0 follows g0, f1 and g1 follow age, f2 is constant, f3 misses 10, f4 is nearly always 0."""
    rng = np.random.default_rng(3)
    patients = [f"P{i:02d}" for i in range(50)]
    age = rng.normal(60, 9, size=50)
    genes = pd.DataFrame(rng.normal(size=(50, 6)), index=patients, columns=[f"g{i}" for i in range(6)])
    genes["g1"] += age / 9
    features = pd.DataFrame(rng.normal(size=(50, 5)), index=patients, columns=[f"f{i}" for i in range(5)])
    features["f0"] += 3 * genes["g0"]
    features["f1"] += age / 9
    features["f2"] = 1.0
    features.iloc[:10, 3] = np.nan
    features["f4"] = np.r_[np.zeros(46), 1.0, 2.0, 3.0, 4.0]
    clinical = pd.DataFrame({"age": age, "sex": rng.choice(["female", "male"], size=50)}, index=patients)
    return Cohort.from_frames(radiomics=features, expression=genes, clinical=clinical)


@contextmanager
def _few_rows(most: int = 2_000):
    """Let maps of more pairs than this be too large to keep."""
    with (
        patch.object(_found, "MOST_ROWS", most),
        patch.object(_answers, "MOST_ROWS", most),
        patch.object(_wide, "MOST_ROWS", most),
    ):
        yield


def _wide_study(n: int = 60, features: int = 40, genes: int = 300) -> Cohort:
    """f0 drives eight genes; age drives five genes and f1, f2; some values are missing."""
    rng = np.random.default_rng(1)
    patients = [f"P{i}" for i in range(n)]
    X = pd.DataFrame(rng.normal(size=(n, features)), index=patients).add_prefix("f")
    Y = pd.DataFrame(rng.normal(size=(n, genes)), index=patients).add_prefix("g")
    age = rng.normal(size=n)
    for k in range(8):
        Y[f"g{k}"] += 0.8 * X["f0"]
    for k in range(10, 15):
        Y[f"g{k}"] += 2 * age
    X["f1"] += age
    X["f2"] += age
    X.iloc[:7, 3] = np.nan
    X.iloc[5:9, 4:6] = np.nan
    Y.iloc[50:, 20] = np.nan
    clinical = pd.DataFrame({"age": age, "sex": rng.choice(["m", "f"], n)}, index=patients)
    return Cohort.from_frames(radiomics=X, expression=Y, clinical=clinical)


@pytest.fixture(scope="session")
def few_rows():
    """Return the context in which maps of more than so many pairs are too large to keep."""
    return _few_rows


@pytest.fixture(scope="session")
def wide_study():
    return _wide_study
