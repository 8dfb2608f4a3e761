import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

import radassoc as ra
from radassoc.association import associate
from radassoc.base.errors import DesignError, InputError
from radassoc.kernels.correction import benjamini_hochberg


@pytest.fixture(scope="module")
def found(study):
    return associate(study, "radiomics", "expression", keep="all")


def test_columns_and_order(found):
    table = found.table
    assert table.columns[:3].tolist() == ["feature", "gene", "estimate"]
    assert table.loc[0, ["feature", "gene", "estimate_kind", "n"]].tolist() == ["f0", "g0", "spearman", 50]
    assert table["log10_p"].dropna().is_monotonic_increasing
    assert len(table) == 5 * 6


def test_wide_frames_hold_the_same_numbers(found, study):
    expected = spearmanr(study.radiomics["f1"], study.expression["g4"])
    assert found.estimates.loc["f1", "g4"] == pytest.approx(expected[0])
    row = found.table.query("feature == 'f1' and gene == 'g4'").iloc[0]
    assert row["p_value"] == pytest.approx(expected[1])
    assert found.adjusted.loc["f1", "g4"] == row["p_adjusted"]
    assert found.left_info.index.tolist() == found.estimates.index.tolist()


def test_correction_is_over_all_tests_whatever_is_kept(study, found):
    np.testing.assert_allclose(found.table["p_adjusted"], benjamini_hochberg(found.table["p_value"].to_numpy()))
    few = associate(study, "radiomics", "expression", keep="significant")
    expected = found.table[found.table["p_adjusted"] < 0.05].reset_index(drop=True)
    assert 0 < len(few.table) < 30
    pd.testing.assert_frame_equal(few.table, expected)
    pd.testing.assert_frame_equal(few.adjusted, found.adjusted)
    assert few.families[0].n_tests == found.families[0].n_tests == 24


def test_top_keeps_the_smallest(study):
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 40)), index=study.patients).add_prefix("v")
    result = associate(study, wide, "expression", keep="top")
    whole = associate(study, wide, "expression", keep="all").table["p_value"]
    assert result.left_name == "variable"
    np.testing.assert_array_equal(result.table["p_value"], np.sort(whole)[:100])


def test_columns_that_could_not_be_tested_or_miss_values_are_told(found):
    told = found.dropped.set_index("name")
    assert told.loc["f2", "reason"] == "constant"
    assert told.loc["f3", ["reason", "n_missing"]].tolist() == [
        "tested without 10 of 50 patients, whose values are missing",
        10,
    ]
    assert found.estimates.loc["f2"].isna().all()
    assert (found.table.query("feature == 'f3'")["n"] == 40).all()


def test_heavy_ties_are_permuted_and_said(found):
    table = found.table.dropna(subset="p_value")
    assert set(table[table["p_value_from"] == "permutation"]["feature"]) == {"f4"}
    assert any(note.startswith("6 pairs have fewer than 20 patients") for note in found.notes)
    assert any("1 of 5 columns of radiomics have one value in more than half" in note for note in found.notes)


def test_a_confounder_explains_its_association(study):
    alone = associate(study, "radiomics", "expression", keep="all").table.query("feature == 'f1' and gene == 'g1'")
    given = associate(study, "radiomics", "expression", covariates=["age", "sex"], keep="all").table
    given = given.query("feature == 'f1' and gene == 'g1'")
    assert alone["p_value"].item() < 1e-4 < 0.05 < given["p_value"].item()
    assert given["estimate_kind"].item() == "partial_spearman"


def test_a_feature_among_the_covariates_is_not_estimable(study):
    result = associate(study, "radiomics", "expression", covariates=["radiomics:f0"], keep="all")
    assert result.estimates.loc["f0"].isna().all()
    assert "covariates" in result.dropped.set_index("name").loc["f0", "reason"]
    assert result.table["p_value"].notna().sum() == 18


def test_one_table_against_itself_tests_each_pair_once(study):
    result = associate(study, "expression", "expression", method="pearson")
    assert result.families[0].n_tests == 15
    assert result.table.columns[:2].tolist() == ["gene", "other_gene"]
    np.testing.assert_array_equal(result.adjusted, result.adjusted.T)
    np.testing.assert_allclose(result.estimates, study.expression.corr(), atol=1e-12)


def test_several_samples_are_averaged_and_said(study):
    frame = study.expression
    twice = pd.concat([frame + 1, frame - 1]).set_axis([f"S{i}" for i in range(100)])
    owner = pd.Series([*study.patients, *study.patients], index=twice.index)
    cohort = study.with_modality("expression", twice, patients=owner)
    result = associate(cohort, "radiomics", "expression", repeats="average", keep="all")
    assert result.table["n"].max() == 50
    assert "expression: 100 samples of patients with several were averaged per patient." in result.notes


def test_estimates_do_not_depend_on_the_order_of_patients(study, found):
    turned = associate(study.subset(study.patients[::-1]), "radiomics", study.expression.iloc[::-1])
    np.testing.assert_allclose(turned.estimates, found.estimates, atol=1e-12)


def test_nothing_to_test(study):
    same = pd.DataFrame({"a": 1.0, "b": 2.0}, index=study.patients)
    result = associate(study, same, "expression", keep="all")
    assert result.status == "not_estimable"
    assert result.table["p_value"].isna().all()


def test_no_common_patient(study):
    with pytest.raises(DesignError, match="No patient is in both tables"):
        associate(study, study.expression.iloc[:20], study.expression.iloc[20:])


WRONG = [
    {"method": "kendall"},
    {"correction": "bonferroni"},
    {"repeats": "first"},
    {"keep": "some"},
    {"n_permutations": 0},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_wrong_arguments(study, wrong):
    with pytest.raises(InputError):
        associate(study, "radiomics", "expression", **wrong)


def test_saved_and_loaded_exactly(found, tmp_path):
    again = ra.load(found.save(tmp_path / "map"))
    for name in ("table", "estimates", "adjusted", "left_info", "right_info", "dropped"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name), check_exact=True)
    assert (again.left_name, again.right_name, again.notes) == ("feature", "gene", found.notes)


@pytest.mark.slow
@pytest.mark.real_data
def test_glioma_volume_among_its_own_covariates(cohorts):
    cohort = ra.read_cohort(
        radiomics=cohorts / "glioma" / "radiomics.csv",
        expression=cohorts / "glioma" / "expression.tsv.gz",
        clinical=cohorts / "glioma" / "clinical.csv",
    )
    scored = ra.score_pathways(cohort, {"rtk": ["EGFR", "PDGFRA", "MET"], "rb1": ["CDK4", "CDK6", "RB1", "CDKN2A"]})
    result = associate(
        scored, "radiomics", "pathways", covariates=["age", "idh_status", "radiomics:VOLUME_TC"], keep="all"
    )
    assert result.estimates.loc["VOLUME_TC"].isna().all()
    assert result.estimates.loc["VOLUME_WT"].notna().all()
    # 20 of the 81 tumours have no enhancing part: its texture is known for the others only
    assert result.table.query("feature == 'TEXTURE_GLCM_ET_T1Gd_Energy'")["n"].unique().tolist() == [59]
