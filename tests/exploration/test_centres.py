from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import IdentifierError, InputError
from radassoc.exploration._centres import centre_effects, centre_of, column_effects
from radassoc.kernels.correlation import midranks


@pytest.fixture
def data(oracles):
    frame = pd.read_csv(oracles / "modalities.csv")
    frame.index = [f"P{i:02d}" for i in range(len(frame))]
    return frame


@pytest.fixture
def cohort(data):
    return ra.Cohort.from_frames(radiomics=data.iloc[:, :12], clinical=data[["z", "site"]])


def run(cohort, **settings):
    frame = cohort["radiomics"]
    given = {"centre": "site", "covariates": (), "n_permutations": 99, "seed": 0}
    return centre_effects(cohort, frame, frame, **given | settings)


def test_columns_agree_with_kruskal_test_and_anova_of_ranks(data, oracles):
    told = json.loads((oracles / "modalities.json").read_text())
    G = pd.get_dummies(data["site"]).to_numpy(float)
    X = data.iloc[:, :12]
    for Z, name in ((np.zeros((40, 0)), "kruskal"), (midranks(data[["z"]].to_numpy()), "ancova")):
        found = column_effects(X, Z, G)
        np.testing.assert_allclose(found[["statistic", "p_value"]].T, np.array(told[name]), rtol=1e-9)


def test_missing_values_leave_a_column_its_own_patients(data):
    G = pd.get_dummies(data["site"]).to_numpy(float)
    X = data.iloc[:, :3].copy()
    X.iloc[:7, 1] = np.nan
    X["flat"] = 2.0
    X["few"] = np.nan
    found = column_effects(X, np.zeros((40, 0)), G)
    alone = column_effects(X.iloc[7:, [1]], np.zeros((33, 0)), G[7:])
    assert found["p_value"][1] == pytest.approx(alone["p_value"][0])
    assert found["p_value"][3:].isna().all()


def test_centres_that_differ_and_small_ones_left_out(cohort):
    found = run(cohort)
    assert found.p_value < 0.05
    assert found.r2 > found.expected > 0
    assert found.sizes["n_patients"].tolist() == [16, 14, 10]
    lone = cohort.with_clinical(pd.DataFrame({"site": ["x", "x", *cohort.clinical["site"][2:]]}, index=cohort.patients))
    assert run(lone).n == 38
    one = cohort.with_clinical(pd.DataFrame({"site": ["a"] * 40}, index=cohort.patients))
    assert "fewer than two centres" in run(one).reason


def test_which_column_is_the_centre(cohort):
    assert centre_of(cohort, "auto") == ("site", "")
    assert centre_of(cohort, None)[0] == ""
    two = cohort.with_clinical(pd.DataFrame({"hospital": ["a"] * 40}, index=cohort.patients))
    assert "could each be it" in centre_of(two, "auto")[1]
    with pytest.raises(IdentifierError):
        centre_of(cohort, "ward")
    with pytest.raises(InputError, match="centre and covariate"):
        run(cohort, covariates=("site",))
