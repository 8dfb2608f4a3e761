"""A map too large to keep gives the answers of one that is kept."""

import numpy as np
import pandas as pd
import pytest

from radassoc.association import associate
from radassoc.base.errors import InputError


@pytest.fixture(scope="module")
def wide(wide_study):
    return wide_study()


def both(cohort, few_rows, **settings):
    whole = associate(cohort, "radiomics", "expression", **settings)
    with few_rows():
        return whole, associate(cohort, "radiomics", "expression", **settings)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"covariates": ["age", "sex"], "method": "pearson"},
        {"covariates": ["age"], "method": "linear"},
        {"correction": "by"},
        {"correction": "holm"},
        {"correction": "two_level"},
        {"correction": "max_statistic", "n_permutations": 99},
        {"level": 0.3},
        {"keep": "top", "method": "pearson"},
    ],
    ids=str,
)
def test_the_strongest_pairs_are_those_of_the_whole_map(wide, settings, few_rows):
    whole, large = both(wide, few_rows, **settings)
    columns = [name for name in whole.table if name != "p_adjusted"]
    pd.testing.assert_frame_equal(large.table[columns], whole.table[columns], rtol=1e-10)
    below = whole.table["p_adjusted"] < settings.get("level", 0.05)
    assert below.any()
    np.testing.assert_allclose(large.table["p_adjusted"][below], whole.table["p_adjusted"][below], rtol=1e-9)
    np.testing.assert_allclose(large.table["p_adjusted"], whole.table["p_adjusted"], rtol=0.02)
    assert large.n_significant == whole.n_significant
    assert large.families[0].n_tests == whole.families[0].n_tests == 12_000
    pd.testing.assert_frame_equal(large.adjustment, whole.adjustment)
    assert any("12000 pairs were counted in single precision" in note for note in large.notes)


def test_q_values_differ_by_the_rounding_of_the_share_of_nulls(wide, few_rows):
    whole, large = both(wide, few_rows, correction="storey")
    np.testing.assert_allclose(large.table["p_adjusted"], whole.table["p_adjusted"], rtol=2e-3)


def test_one_large_table_against_itself(wide, few_rows):
    whole = associate(wide, "expression", "expression", keep="top", method="pearson")
    with few_rows():
        large = associate(wide, "expression", "expression", keep="top", method="pearson")
    assert large.families[0].n_tests == whole.families[0].n_tests == 300 * 299 // 2
    pd.testing.assert_frame_equal(large.table.iloc[:, :9], whole.table.iloc[:, :9], rtol=1e-10)


def test_few_patients_in_a_large_map_are_permuted_where_t_is_small(wide, few_rows):
    few = wide.subset(wide.patients[:18])
    with few_rows():
        found = associate(few, "radiomics", "expression", keep="top", n_permutations=200)
    assert (found.table["p_value_from"] == "permutation").all()
    assert found.table["p_value"].min() >= 1 / 201
    assert found.table["ci_low"].isna().all()


def test_more_significant_pairs_than_a_table_may_have(wide, few_rows):
    frame = wide.expression
    strong = pd.DataFrame({f"v{i}": frame["g0"] + 0.3 * frame[f"g{i}"] for i in range(1, 50)})
    with few_rows(1_000):
        found = associate(wide, strong, strong.add_prefix("w"))
    assert 900 < len(found.table) <= 1_000
    assert any("More pairs may be significant" in note for note in found.notes)
    assert found.estimates.size <= 1_000


def test_all_rows_of_a_large_map_are_refused_with_a_way_out(wide, few_rows):
    with few_rows(), pytest.raises(InputError, match="stream="):
        associate(wide, "radiomics", "expression", keep="all")
