import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import radassoc as ra
from radassoc.association._paired_tables import paired_tables
from radassoc.base.errors import DesignError
from radassoc.preparation.recipe import Preparation

SETTINGS = {"covariates": (), "strata": (), "scored": False, "recipe": Preparation(max_correlation=None)}


@pytest.fixture
def cohort():
    rng = np.random.default_rng(0)
    names = [f"P{i:02d}" for i in range(30)]
    a = pd.DataFrame(rng.normal(size=(30, 4)), index=names, columns=list("abcd"))
    a.iloc[0, 0] = np.nan
    b = pd.DataFrame(np.exp(rng.normal(size=(28, 3))), index=names[:28], columns=list("xyz"))
    clinical = pd.DataFrame({"age": rng.normal(size=30)}, index=names)
    b["w"] = clinical["age"].iloc[:28]
    return ra.Cohort.from_frames(radiomics=a, expression=b, clinical=clinical)


def test_same_patients_standardised_and_adjusted(cohort):
    found = paired_tables(cohort, ("radiomics", "expression"), **SETTINGS | {"covariates": ("age",)})
    assert found.X.shape == (28, 4)
    assert found.columns[1] == ["x", "y", "z"]  # the covariate itself is explained
    np.testing.assert_allclose(found.X.std(axis=0, ddof=1), 1, atol=1e-12)
    age = cohort.clinical["age"].iloc[:28]
    np.testing.assert_allclose(found.Y.T @ (age - age.mean()), 0, atol=1e-10)
    assert "2 patients without expression" in found.notes[0]
    assert "1 missing values" in found.notes[1]


def test_normal_scores(cohort):
    found = paired_tables(cohort, ("radiomics", "expression"), **SETTINGS | {"scored": True})
    scores = norm.ppf((cohort["expression"]["x"].rank() - 0.5) / 28)
    np.testing.assert_allclose(np.corrcoef(found.Y[:, 0], scores)[0, 1], 1)


def test_too_few_patients_and_no_column(cohort):
    with pytest.raises(DesignError, match="9 patients have"):
        paired_tables(cohort.subset(cohort.patients[:9]), ("radiomics", "expression"), **SETTINGS)
    flat = cohort.with_modality("expression", cohort["expression"] * 0)
    with pytest.raises(DesignError, match="No column of 'expression'"):
        paired_tables(flat, ("radiomics", "expression"), **SETTINGS)
