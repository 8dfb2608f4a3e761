import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort
from radassoc.preparation.recipe import Preparation
from radassoc.survival._pipeline import Arrays, Settings

N = 90


@pytest.fixture(scope="session")
def parted():
    """90 patients of three centres, 50 men; 'f0' raises the hazard in men alone, and follows 'G0' in both sexes."""
    rng = np.random.default_rng(11)
    patients = [f"P{i:02d}" for i in range(N)]
    sex = np.array(["male"] * 50 + ["female"] * 40)
    X = rng.normal(size=(N, 8))
    G = rng.normal(size=(N, 30))
    G[:, 0] += X[:, 0]
    hazard = np.exp(np.where(sex == "male", 1.0, 0.0) * X[:, 0])
    clinical = pd.DataFrame(
        {
            "sex": sex,
            "age": rng.normal(60, 10, N).round(1),
            "centre": rng.choice(["a", "b", "c"], N),
            "idh": np.where(rng.random(N) < 0.1, None, rng.choice(["WT", "Mutant"], N)),
            "arm": rng.choice(["x", "y"], N),
            "rare": ["r"] * 4 + ["s"] * 40 + ["t"] * (N - 44),
            "os": rng.exponential(20 / hazard).round(2) + 0.01,
            "dead": rng.random(N) < 0.8,
        },
        index=patients,
    )
    return Cohort.from_frames(
        radiomics=pd.DataFrame(X, index=patients, columns=[f"f{j}" for j in range(8)]),
        expression=pd.DataFrame(G, index=patients, columns=[f"G{j}" for j in range(30)]),
        clinical=clinical,
        time="os",
        event="dead",
        unit="months",
    )


@pytest.fixture
def settings():
    return Settings(Preparation(), n_folds=3, n_repeats=1)


@pytest.fixture
def arrays():
    """Patients of two strata in whom the first column raises the hazard in one and lowers it in the other."""

    def make(n=120, p=5, q=0, seed=0):
        rng = np.random.default_rng(seed)
        X, code = rng.normal(size=(n, p)), (rng.random(n) < 0.6).astype(np.int64)
        time = rng.exponential(np.exp(-np.where(code == 1, 1.2, -1.2) * X[:, 0]))
        Z, event = rng.normal(size=(n, q)), rng.random(n) < 0.8
        return Arrays(X, Z, time, event, np.zeros(n, dtype=np.int64), np.full(n, np.nan), np.arange(n)), code

    return make
