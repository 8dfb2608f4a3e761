import numpy as np
import pandas as pd
import pytest

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
