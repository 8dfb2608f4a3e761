import numpy as np
import pandas as pd
import pytest

from radassoc.association import associate
from radassoc.cohort.cohort import Cohort

RNG = np.random.default_rng(8)
PATIENTS = [f"P{i:02d}" for i in range(30)]
X = pd.DataFrame(RNG.normal(size=(30, 3)), index=PATIENTS, columns=["f0", "f1", "f2"])
Y = pd.DataFrame(RNG.normal(size=(30, 4)), index=PATIENTS, columns=["g0", "g1", "g2", "g3"])
Y["g2"] += 3 * X["f1"]


CLINICAL = pd.DataFrame({"age": RNG.normal(size=30)}, index=PATIENTS)
COHORT = Cohort.from_frames(radiomics=X, expression=Y, clinical=CLINICAL)


def assembled(left=X, right=Y, names=("feature", "gene"), **changed):
    left, right = left.rename_axis(columns=names[0]), right.rename_axis(columns=names[1])
    settings = {"method": "pearson", "keep": "all", "n_permutations": 100, **changed}
    return associate(COHORT, left, right, **settings)


def test_the_smallest_p_comes_first_under_the_names_of_both_tables():
    table = assembled().table
    assert list(table.columns[:2]) == ["feature", "gene"]
    assert table.loc[0, ["feature", "gene"]].tolist() == ["f1", "g2"]
    assert table["p_value"].is_monotonic_increasing
    assert table.loc[0, "estimate"] == pytest.approx(np.corrcoef(X["f1"], Y["g2"])[0, 1])


def test_wide_and_long_tables_agree():
    found = assembled()
    for row in found.table.itertuples():
        assert found.estimates.loc[row.feature, row.gene] == row.estimate
        assert found.adjusted.loc[row.feature, row.gene] == row.p_adjusted


def test_what_is_kept_changes_neither_correction_nor_family():
    whole, few = assembled(), assembled(keep="significant")
    assert few.table["gene"].tolist() == ["g2"]
    assert few.table["p_adjusted"].tolist() == whole.table["p_adjusted"][:1].tolist()
    assert few.families[0].n_tests == whole.families[0].n_tests == 12


def test_covariates_are_named_in_kind_and_hypothesis():
    found = assembled(covariates=("age",))
    assert set(found.table["estimate_kind"]) == {"partial_pearson"}
    assert found.families[0].hypothesis == "No association of any pair of the given frame and the given frame given age"


def test_a_constant_column_is_dropped_and_said_and_nothing_left_is_no_result():
    constant = X.assign(f0=1.0)
    found = assembled(constant)
    assert found.dropped[["side", "name", "reason"]].to_numpy().tolist() == [["left", "f0", "constant"]]
    assert found.families[0].n_tests == 8
    nothing = assembled(X * 0)
    assert (nothing.status, nothing.reason) == ("not_estimable", "no pair varies in enough patients")


def test_columns_of_one_value_in_most_patients_are_named_unless_they_are_markers():
    tied = Y.assign(g3=np.where(np.arange(30) < 18, 0.0, Y["g3"]))
    assert any("1 of 4 columns of the frame have one value" in note for note in assembled(right=tied).notes)
    assert not any("one value" in note for note in assembled(right=tied, names=("feature", "marker")).notes)


def test_too_few_permutations_are_said():
    tied = Y.assign(g3=np.where(np.arange(30) < 25, 0.0, Y["g3"]))
    notes = " ".join(assembled(right=tied).notes)
    assert "3 pairs have fewer than 20 patients" in notes
    assert "100 permutations are too few" in notes
