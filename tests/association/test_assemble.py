import numpy as np
import pandas as pd
import pytest

from radassoc.association._assemble import assemble
from radassoc.association._scan import scan
from radassoc.association._sides import Side

RNG = np.random.default_rng(8)
PATIENTS = [f"P{i:02d}" for i in range(30)]
X = pd.DataFrame(RNG.normal(size=(30, 3)), index=PATIENTS, columns=["f0", "f1", "f2"])
Y = pd.DataFrame(RNG.normal(size=(30, 4)), index=PATIENTS, columns=["g0", "g1", "g2", "g3"])
Y["g2"] += 3 * X["f1"]


def side(frame, modality, name, notes=()):
    info = pd.DataFrame({"region": "TC"}, index=frame.columns)
    return Side(None, modality, name, info, notes)


def assembled(left=X, right=Y, names=("feature", "gene"), *, same=False, notes=(), **changed):
    found = scan(left.to_numpy(), right.to_numpy(), np.empty((30, 0)), ranked=False, n_permutations=100, seed=0)
    params = {"method": "pearson", "covariates": (), "keep": "all", "level": 0.05, "n_permutations": 100, "seed": 0}
    sides = [side(left, "radiomics", names[0], notes), side(right, "expression", names[1], notes)]
    return assemble(found, sides, (left, right), same=same, params={**params, **changed}, data="0" * 16)


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
    assert found.families[0].hypothesis == "No association of any pair of radiomics and expression given age"


def test_a_constant_column_is_dropped_and_said_and_nothing_left_is_no_result():
    constant = X.assign(f0=1.0)
    found = assembled(constant)
    assert found.dropped[["side", "name", "reason"]].to_numpy().tolist() == [["left", "f0", "constant"]]
    assert found.families[0].n_tests == 8
    nothing = assembled(X * 0)
    assert (nothing.status, nothing.reason) == ("not_estimable", "no pair varies in enough patients")


def test_a_note_of_both_sides_is_told_once():
    assert assembled(notes=("samples were averaged.",)).notes == ("samples were averaged.",)


def test_columns_of_one_value_in_most_patients_are_named_unless_they_are_markers():
    tied = Y.assign(g3=np.where(np.arange(30) < 18, 0.0, Y["g3"]))
    assert "1 of 4 columns of expression have one value" in assembled(right=tied).notes[0]
    assert assembled(right=tied, names=("feature", "marker")).notes == ()


def test_too_few_permutations_are_said():
    tied = Y.assign(g3=np.where(np.arange(30) < 25, 0.0, Y["g3"]))
    notes = " ".join(assembled(right=tied).notes)
    assert "3 pairs have fewer than 20 patients" in notes
    assert "100 permutations are too few" in notes
