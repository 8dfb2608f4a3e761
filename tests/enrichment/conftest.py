import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort

N, GENES = 60, 300


@pytest.fixture(scope="session")
def planted():
    """60 patients x 300 genes; 'signal' drives genes 0-19 up; 'age' drives genes 40-59; 'noise' drives nothing."""
    rng = np.random.default_rng(5)
    patients = [f"P{i:02d}" for i in range(N)]
    clinical = pd.DataFrame(
        {
            "signal": rng.normal(size=N),
            "noise": rng.normal(size=N),
            "age": rng.normal(60, 10, size=N),
            "site": rng.choice(["A", "B"], size=N),
            "grade": rng.choice(["2", "3", "4"], size=N),
            "same": np.ones(N),
        },
        index=patients,
    )
    X = rng.normal(size=(N, GENES))
    X[:, :20] += clinical["signal"].to_numpy()[:, None]
    X[:, 40:60] += (clinical["age"].to_numpy()[:, None] - 60) / 10
    expression = pd.DataFrame(X, index=patients, columns=[f"G{i}" for i in range(GENES)])
    # a value that has nothing of its own but age
    clinical["confounded"] = clinical["age"] + rng.normal(0, 8, size=N)
    return Cohort.from_frames(expression=expression, clinical=clinical)


@pytest.fixture(scope="session")
def sets():
    def names(*positions):
        return [f"G{i}" for i in positions]

    return {
        "driven": names(*range(15)),
        "aged": names(*range(40, 55)),
        "plain": names(*range(100, 130)),
        "curated": [*names(200, 201, 202, 203), "X1", "X2", "X3"],
        "foreign": [f"Y{i}" for i in range(30)] + ["G9"],
    }
