from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, IdentifierError, InputError, RadiomicsError
from radassoc.exploration.explore import explore


@pytest.fixture
def cohort():
    rng = np.random.default_rng(0)
    names = [f"P{i:02d}" for i in range(60)]
    site = np.repeat(["a", "b", "c"], 20)
    volume = np.exp(rng.normal(size=60))
    X = pd.DataFrame(rng.normal(size=(60, 8)), index=names, columns=[f"TEXTURE_GLCM_ET_T1_F{i}" for i in range(8)])
    X["VOLUME_TC"] = volume
    X["TEXTURE_GLCM_TC_T1_Size"] = volume**0.5 + 0.01 * rng.normal(size=60)
    X["TEXTURE_GLCM_TC_T1_Scanner"] = rng.normal(size=60) + 3.0 * (site == "c")
    X["TEXTURE_GLCM_TC_T1_Wild"] = rng.normal(size=60)
    X.iloc[5, -1] = 1e6
    X["VOLUME_ET"] = np.where(np.arange(60) < 10, 0.0, 1 + rng.random(60))
    X.iloc[:10, :8] = np.nan
    X.iloc[20, 0] = np.nan
    age = 60 + 8 * rng.normal(size=60) - 20 * (np.arange(60) < 10)
    return ra.Cohort.from_frames(radiomics=X, clinical=pd.DataFrame({"site": site, "age": age}, index=names))


def test_everything_planted_is_found(cohort):
    found = explore(cohort, n_permutations=199)
    features, checks = found.features.set_index("feature"), found.table.set_index("measure")
    assert (found.volume, found.centre) == ("VOLUME_TC", "site")
    assert features.loc["TEXTURE_GLCM_TC_T1_Size", "volume_correlation"] > 0.95
    assert features["centre_p_adjusted"].idxmin() == "TEXTURE_GLCM_TC_T1_Scanner"
    assert features["ruled_share"].idxmax() == "TEXTURE_GLCM_TC_T1_Wild"
    assert features.loc["TEXTURE_GLCM_ET_T1_F0", ["n_missing", "n_absent"]].tolist() == [1, 10]
    assert checks.loc["patients without ET", "value"] == 10
    assert "absence goes with 'site', 'age'" in checks.loc["patients without ET", "verdict"]
    assert checks.loc["share of variation (PERMANOVA)", "p_value"] < 0.05
    assert features.loc[["VOLUME_TC", "TEXTURE_GLCM_TC_T1_Size"], "cluster"].tolist() == [0, 0]
    assert found.samples.set_index("patient").loc["P05", "n_ruled"] == 1
    assert [family.n_tests for family in found.families] == [len(features), 1, len(found.absence)]


def test_centres_given_what_they_may_differ_in(cohort):
    site = cohort.clinical["site"]
    shift = cohort["radiomics"]["TEXTURE_GLCM_TC_T1_Scanner"]
    given = cohort.with_clinical(pd.DataFrame({"protocol": np.where(site == "c", "new", "old")}, index=site.index))
    alone = explore(given, n_permutations=99).features.set_index("feature")
    after = explore(given, covariates=["protocol"], n_permutations=99).features.set_index("feature")
    assert alone.loc[shift.name, "centre_p"] < 1e-6
    assert after.loc[shift.name, "centre_p"] > 0.01


def test_nothing_to_compare_is_told(cohort):
    found = explore(cohort, centre=None, volume=None, n_permutations=19)
    assert set(found.table["check"]) == {"correlation", "missing", "outliers"}
    assert any("Centres were not compared: not asked" in note for note in found.notes)
    assert found.features["centre_p"].isna().all()
    no_name = ra.Cohort.from_frames(radiomics=cohort["radiomics"].iloc[:, :3].add_prefix("x"))
    assert any("No feature is called a volume" in note for note in explore(no_name).notes)


def test_one_seed_one_answer(cohort):
    one, two = (explore(cohort, n_permutations=99, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)


def test_any_table(cohort):
    genes = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 5)), index=cohort.patients, columns=list("ABCDE"))
    found = explore(cohort.with_modality("expression", genes), "expression", n_permutations=19)
    assert found.volume == ""
    assert found.features["feature_class"].unique().tolist() == ["unknown"]


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"limit": 1}, InputError, "limit=1"),
        ({"limit": None}, InputError, "limit=None"),
        ({"n_permutations": 5}, InputError, "n_permutations=5"),
        ({"covariates": ["age", "age"]}, InputError, "more than once"),
        ({"volume": "size"}, RadiomicsError, "size"),
        ({"centre": "ward"}, IdentifierError, "ward"),
    ],
)
def test_wrong_arguments_are_refused(cohort, settings, error, message):
    with pytest.raises(error, match=message):
        explore(cohort, **settings)


def test_few_patients_are_refused(cohort):
    with pytest.raises(DesignError, match="9 patients"):
        explore(cohort.subset(cohort.patients[:9]))


@pytest.mark.slow
@pytest.mark.real_data
def test_lung_features_repeat_one_another_and_follow_size(cohorts):
    features = pd.read_csv(cohorts / "lung1" / "radiomics.csv.gz", index_col="patient").select_dtypes("number")
    table = explore(ra.Cohort.from_frames(radiomics=features)).table.set_index("measure")["value"]
    assert table["effective number"] < 60
    assert 0.2 < table["share of features that are size"] < 0.35
