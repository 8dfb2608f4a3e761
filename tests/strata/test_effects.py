import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import radassoc as ra
from radassoc.strata._effects import EFFECT_COLUMNS, effects_of, scale_of


def test_ratio_takes_its_error_from_the_interval(parted):
    result = ra.cox_table(parted, ["age", "arm"])
    found = effects_of(result)
    assert found.keys == ("model", "variable", "contrast")
    table = result.table[~result.table["is_reference"]]
    assert_allclose(found.rows["effect"], np.log(table["hazard_ratio"]))
    assert_allclose(found.rows["std_error"], table["std_error"], rtol=1e-6)
    assert "y vs x" in set(found.rows["contrast"])
    assert found.rows.columns.tolist() == [*found.keys, *EFFECT_COLUMNS]


def test_slope_keeps_its_error_and_df(parted):
    result = ra.associate(parted, "radiomics", "expression", method="linear", keep="all")
    found = effects_of(result).rows
    assert_allclose(found["effect"], result.table["estimate"])
    assert_allclose(found["std_error"], result.table["std_error"])
    assert found["df"].tolist() == result.table["df"].tolist()


def test_correlation_has_no_df(parted):
    found = effects_of(ra.associate(parted, "radiomics", "expression", method="pearson", keep="all")).rows
    assert_allclose(found["std_error"], 1 / np.sqrt(90 - 3), rtol=1e-6)
    assert found["df"].isna().all()


def test_pair_without_interval_has_no_error(parted):
    few = parted.subset(parted.patients[:15])
    result = ra.associate(few, "radiomics", "expression", keep="all", n_permutations=20)
    found = effects_of(result).rows
    assert found["std_error"].isna().tolist() == result.table["ci_low"].isna().tolist()


@pytest.mark.parametrize("kind", ["epsilon_squared", "partial_cramers_v", "nes", "score_of_categories"])
def test_sizes_without_direction_have_no_scale(kind):
    assert scale_of(kind) == ""


def test_any_other_table():
    class Other:
        kind = "other"
        table = pd.DataFrame({"term": ["a", "b"], "estimate": [1.0, 2.0], "std_error": [0.1, 0.2], "source": "x"})

    found = effects_of(Other())
    assert found.keys == ("term",)
    assert found.rows["effect"].tolist() == [1.0, 2.0]
    assert found.rows["effect_scale"].tolist() == ["identity", "identity"]

    class Nothing:
        kind = "nothing"
        table = pd.DataFrame({"term": ["a"], "value": [1.0]})

    assert effects_of(Nothing()).rows["effect"].isna().all()
