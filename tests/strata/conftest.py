import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort

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
