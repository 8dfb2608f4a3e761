from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.association.associate_modules import associate_modules
from radassoc.association.find_modules import find_modules
from radassoc.base.errors import DesignError, InputError


@pytest.fixture
def cohort(oracles):
    data = pd.read_csv(oracles / "modules.csv")
    data.index = [f"P{i:02d}" for i in range(len(data))]
    genes = data.iloc[:, :16] + 0.5 * np.random.default_rng(0).normal(size=(60, 16))
    return ra.Cohort.from_frames(
        radiomics=data.iloc[:, :31], expression=genes.add_prefix("G"), clinical=data.iloc[:, 31:]
    )


def test_module_trait_table_is_that_of_wgcna(cohort, oracles):
    told = json.loads((oracles / "modules.json").read_text())
    modules = find_modules(cohort, correlation="pearson", cut=0.55)
    found = associate_modules(cohort, modules, ["age", "grade"], method="pearson")
    np.testing.assert_allclose(found.estimates, told["trait_r"], atol=1e-9)
    p = found.table.pivot(index="radiomics_module", columns="trait", values="p_value")
    np.testing.assert_allclose(p, told["trait_p"], rtol=1e-7)
    assert found.families[0].n_tests == 8
    assert found.table["left_size"].max() == 9
    assert (found.table["right_size"] == 1).all()


def test_modules_of_two_tables(cohort):
    found = associate_modules(cohort, "radiomics", "expression", cut=0.5, covariates=["age"])
    assert (found.left_name, found.right_name) == ("radiomics_module", "expression_module")
    assert found.estimates.shape == (4, 2)
    assert found.table["estimate_kind"].unique().tolist() == ["partial_spearman"]
    assert found.table["p_adjusted"].iloc[0] < 1e-10
    best = found.table.iloc[0]
    of_left = found.left_modules.table.query("module == @best.radiomics_module")["feature"]
    of_right = found.right_modules.table.query("module == @best.expression_module")["feature"].str.removeprefix("G")
    assert set(of_right) <= set(of_left)
    assert best["left_members"].split(", ")[0] in set(of_left)
    assert "4 modules hold" in found.notes[0]
    assert "cut at 0.5" in found.notes[0]
    assert found.params["covariates"] == ("age",)


def test_the_tests_are_those_of_associate(cohort):
    modules = find_modules(cohort, cut=0.55)
    found = associate_modules(cohort, modules, ["age"])
    other = ra.associate(cohort, modules.transform(cohort["radiomics"]), cohort.clinical[["age"]], keep="all")
    pd.testing.assert_series_equal(found.table["p_value"], other.table["p_value"])


def test_traps(cohort):
    with pytest.raises(InputError, match="Both sides"):
        associate_modules(cohort, "radiomics", "radiomics")
    with pytest.raises(InputError, match="is a DataFrame"):
        associate_modules(cohort, cohort["radiomics"], ["age"])
    with pytest.raises(InputError, match="no modules"):
        associate_modules(cohort, ["age"], "radiomics")
    with pytest.raises(DesignError, match="radiomics has no module"):
        associate_modules(cohort, "radiomics", ["age"], cut=0.99)
