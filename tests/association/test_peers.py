"""Whole maps beside R: limma, WGCNA, qvalue, p.adjust."""

import numpy as np
import pandas as pd
import pytest

from radassoc.association import associate
from radassoc.association._correct import null_share
from radassoc.cohort.cohort import Cohort


@pytest.fixture(scope="module")
def known():
    from pathlib import Path

    folder = Path(__file__).resolve().parents[1] / "oracles"
    return pd.read_csv(folder / "association_input.csv"), pd.read_csv(folder / "association.csv")


@pytest.fixture(scope="module")
def cohort(known):
    data = known[0].set_axis([f"P{i:02d}" for i in range(45)])
    features = data.filter(regex="^f").copy()
    return Cohort.from_frames(
        radiomics=features, expression=data.filter(regex=r"^g\d"), clinical=data[["age", "grade"]]
    )


def beside(result, table):
    return table.merge(result.table, on=["feature", "gene"], validate="one_to_one", suffixes=("_r", ""))


def test_slopes_are_those_of_limma(cohort, known):
    found = associate(cohort, "radiomics", "expression", method="linear", covariates=["age", "grade"], keep="all")
    both = beside(found, known[1])
    assert len(both) == 240
    for ours, theirs in (("estimate", "slope"), ("std_error", "slope_error"), ("p_value", "slope_p")):
        np.testing.assert_allclose(both[ours], both[theirs], rtol=1e-9)


@pytest.fixture(scope="module")
def holed(cohort):
    frame = cohort.radiomics
    frame.iloc[:6, 1] = np.nan
    return frame.rename_axis(columns="feature")


def test_correlations_with_missing_values_are_those_of_wgcna(cohort, holed, known):
    both = beside(associate(cohort, holed, "expression", method="pearson", keep="all"), known[1])
    np.testing.assert_allclose(both["estimate"], both["r"], rtol=1e-9)
    np.testing.assert_allclose(both["p_value"], both["r_p"], rtol=1e-9)
    np.testing.assert_array_equal(both["n"], both["n_r"])


@pytest.mark.parametrize(("correction", "column"), [("bh", "bh"), ("by", "by"), ("holm", "holm"), ("storey", "q")])
def test_corrections_are_those_of_r(cohort, holed, known, correction, column):
    found = associate(cohort, holed, "expression", method="pearson", correction=correction, keep="all")
    both = beside(found, known[1])
    np.testing.assert_allclose(both["p_adjusted"], both[column], rtol=1e-9)


def test_the_share_of_nulls_is_that_of_qvalue(known):
    assert null_share(known[1]["r_p"].to_numpy(), None) == pytest.approx(known[1]["pi0"][0], rel=1e-12)
