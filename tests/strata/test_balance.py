import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.cohort.cohort import Cohort
from radassoc.strata.balance import balance


def test_equals_the_formulas_in_r(oracles):
    frame = pd.read_csv(oracles / "weighting_input.csv").set_axis([f"P{i}" for i in range(140)])
    oracle = json.loads((oracles / "weighting.json").read_text())["before"]
    found = balance(Cohort.from_frames(clinical=frame), "sex", ["age", "idh", "stage"])
    table = found.table.set_index(["variable", "level"])
    assert table.loc[("age", ""), "standardized_difference"] == pytest.approx(oracle["age"], abs=1e-10)
    assert table.loc[("idh", "1"), "standardized_difference"] == pytest.approx(oracle["idh"], abs=1e-10)
    assert table.loc[("stage", "II"), "variable_difference"] == pytest.approx(oracle["stage"], abs=1e-10)


def test_by_hand():
    """Means 1 and 3, variances 1 and 1: a difference of 2."""
    frame = pd.DataFrame({"sex": list("ffffmmmm"), "x": [0.0, 1, 2, np.nan, 2, 3, 4, 3.5]}, index=list("abcdefgh"))
    row = balance(Cohort.from_frames(clinical=frame), "sex", ["x"]).table.iloc[0]
    spread = np.sqrt((1.0 + np.var([2, 3, 4, 3.5], ddof=1)) / 2)
    assert row["standardized_difference"] == pytest.approx((3.125 - 1) / spread)
    assert (row["n_1"], row["n_2"], row["n_missing"]) == (3, 4, 1)
    assert row["by_chance"] == pytest.approx(1.959964 * np.sqrt(1 / 3 + 1 / 4), abs=1e-6)


def test_the_whole_difference_is_that_of_table_one(parted):
    found = balance(parted, "sex")
    wide = found.table_one.table.drop_duplicates("variable").set_index("variable")["standardized_difference"]
    own = found.table.drop_duplicates("variable").set_index("variable")["variable_difference"]
    np.testing.assert_allclose(own, wide.loc[own.index], rtol=1e-9)


def test_three_strata_are_each_held_against_the_first(parted):
    found = balance(parted, "centre", ["age", "sex"])
    assert found.table["stratum_2"].tolist() == ["b", "c", "b", "b", "c", "c"]
    assert (found.table["stratum_1"] == "a").all()


def test_imbalance_is_told_in_words(parted):
    clinical = parted.clinical[["age"]].copy()
    clinical["age"] += 30.0 * (parted.column("sex") == "male")
    found = balance(parted.with_clinical(clinical), "sex", ["age", "centre"])
    assert found.notes[0].startswith("female and male are not balanced in age")


def test_saved_and_loaded(parted, tmp_path):
    found = balance(parted, "sex")
    again = ra.load(found.save(tmp_path / "balance"))
    assert again.table.equals(found.table)
    assert again.table_one.table.equals(found.table_one.table)


def test_slips_are_told(parted):
    with pytest.raises(ra.DesignError, match="itself"):
        balance(parted, "sex", ["sex"])
    with pytest.raises(ra.DesignError, match="different values"):
        balance(parted, "age")
    with pytest.raises(ra.DesignError, match="no variable to compare"):
        balance(Cohort.from_frames(clinical=parted.clinical[["sex"]]), "sex")
