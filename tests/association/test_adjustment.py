import numpy as np
import pandas as pd
import pytest

from radassoc.association import associate
from radassoc.association._adjustment import adjustment_note


@pytest.fixture(scope="module")
def found(wide_study):
    return associate(wide_study(), "radiomics", "expression", covariates=["age"])


def test_what_age_explains_vanishes(found):
    counts = found.adjustment.iloc[0]
    assert counts["n_unadjusted"] == counts["n_survive"] + counts["n_vanish"]
    assert counts["n_adjusted"] == counts["n_survive"] + counts["n_appear"] == found.n_significant
    assert counts["n_vanish"] >= 5
    assert adjustment_note(found.adjustment) in found.notes


def test_each_change_is_told_with_both_estimates(found, wide_study):
    changes = found.changes
    alone = associate(wide_study(), "radiomics", "expression", keep="all").table
    merged = changes.merge(alone, on=["feature", "gene"], suffixes=("", "_alone"))
    np.testing.assert_allclose(merged["unadjusted_estimate"], merged["estimate_alone"])
    np.testing.assert_allclose(merged["unadjusted_p_adjusted"], merged["p_adjusted_alone"])
    vanished = changes[changes["change"] == "vanishes"]
    assert set(vanished["gene"]) <= {f"g{k}" for k in range(10, 15)}
    assert (vanished["p_adjusted"] >= 0.05).all()
    assert (changes[changes["change"] == "survives"]["feature"] == "f0").all()


def test_a_large_map_tells_the_same_pairs(found, few_rows, wide_study):
    with few_rows():
        large = associate(wide_study(), "radiomics", "expression", covariates=["age"])
    keys = ["feature", "gene", "change"]
    ordered = [result.changes[keys].sort_values(keys, ignore_index=True) for result in (large, found)]
    pd.testing.assert_frame_equal(*ordered)


def test_without_covariates_there_is_nothing_to_compare(wide_study):
    found = associate(wide_study(), "radiomics", "expression")
    assert found.adjustment.empty
    assert found.changes.empty


def test_the_many_that_vanish_do_not_crowd_out_the_others(found, wide_study, monkeypatch):
    monkeypatch.setattr("radassoc.association._adjustment._MOST", 1)
    few = associate(wide_study(), "radiomics", "expression", covariates=["age"]).changes
    strongest = found.changes.drop_duplicates("change")
    pd.testing.assert_frame_equal(few, strongest.reset_index(drop=True))
