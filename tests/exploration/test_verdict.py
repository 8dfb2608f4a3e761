from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.exploration._verdict import (
    compare_levels,
    compare_numbers,
    fisher_two_rows,
    kruskal,
    pearson,
    standardized_difference,
)


@pytest.fixture
def data(oracles):
    return pd.read_csv(oracles / "table_one.csv")


@pytest.fixture
def told(oracles):
    return json.loads((oracles / "table_one.json").read_text())


def codes(column):
    return pd.factorize(column, sort=True)[0]


def crossed(left, right):
    return pd.crosstab(left, right).to_numpy()


def test_numbers_agree_with_r(data, told):
    group = codes(data["group"])
    assert compare_numbers(data["age"].to_numpy(float), group, 2).p_value == pytest.approx(told["age_group"], abs=1e-9)
    assert compare_numbers(data["marker"].to_numpy(float), group, 2).p_value == pytest.approx(
        told["marker_group"], abs=1e-9
    )
    three = compare_numbers(data["age"].to_numpy(float), codes(data["three"]), 3)
    assert three.name == "Kruskal-Wallis"
    assert three.p_value == pytest.approx(told["age_three"], abs=1e-9)


def test_levels_agree_with_r(data, told):
    stage = compare_levels(crossed(data["stage"], data["group"]))
    assert (stage.name, stage.p_value) == ("chi-square", pytest.approx(told["stage_group"], abs=1e-9))
    rare = compare_levels(crossed(data["rare"], data["group"]))
    assert (rare.name, rare.p_value) == ("Fisher", pytest.approx(told["rare_group"], abs=1e-7))
    two = fisher_two_rows(crossed(data["rare"] == "no", data["group"]))
    assert two == pytest.approx(told["rare_two"], abs=1e-7)


def test_fisher_lady_tasting_tea():
    # 3 of 4 right: p of 16, 16 and the extremes 1, 1 among 70
    assert fisher_two_rows(np.array([[3, 1], [1, 3]])) == pytest.approx(34 / 70, rel=1e-12)


def test_kruskal_agrees_with_scipy_under_ties():
    from scipy.stats import kruskal as theirs

    rng = np.random.default_rng(0)
    values, group = rng.integers(0, 6, 60).astype(float), rng.integers(0, 3, 60)
    statistic, df = kruskal(values, group, 4)  # the fourth group is empty
    assert statistic == pytest.approx(theirs(*(values[group == g] for g in range(3))).statistic, rel=1e-12)
    assert df == 2


def test_a_large_sparse_table_is_permuted_and_always_the_same():
    table = np.array([[8, 1, 0], [2, 7, 1], [0, 2, 6]])
    found = compare_levels(table)
    assert found.name == "chi-square, permutation"
    assert found.p_value < 0.001
    assert compare_levels(table) == found
    null = compare_levels(np.array([[3, 3, 3], [3, 3, 3], [3, 3, 3]]))
    assert null.p_value == 1.0


def test_nothing_to_compare():
    assert np.isnan(compare_levels(np.array([[5, 7]])).p_value)
    assert np.isnan(compare_levels(np.zeros((0, 2), dtype=int)).p_value)
    assert np.isnan(pearson(np.array([[5, 0], [7, 0]]))[0])
    assert np.isnan(compare_numbers(np.ones(6), np.repeat([0, 1], 3), 2).p_value)
    assert np.isnan(compare_numbers(np.arange(4.0), np.zeros(4, dtype=int), 2).p_value)


# ---- standardised differences
def test_difference_of_numbers_agrees_with_the_formula(data, told):
    found = standardized_difference(data[["age"]].to_numpy(float), codes(data["group"]), 2)
    assert found == pytest.approx(told["smd_age"], rel=1e-10)


def test_difference_of_a_binary_variable_by_hand():
    x = np.array([1.0, 1, 1, 0, 1, 0, 0, 0])[:, None]
    found = standardized_difference(x, np.repeat([0, 1], 4), 2)
    assert found == pytest.approx(0.5 / np.sqrt(0.75 * 0.25))


def test_several_levels_do_not_depend_on_the_level_that_is_left_out():
    rng = np.random.default_rng(1)
    level, group = rng.integers(0, 3, 60), rng.integers(0, 2, 60)
    every = (level[:, None] == np.arange(3)).astype(float)
    found = [standardized_difference(np.delete(every, j, axis=1), group, 2) for j in range(3)]
    np.testing.assert_allclose(found, found[0], rtol=1e-9)


def test_complete_separation_is_infinite_and_no_difference_is_zero():
    x = np.repeat([0.0, 1.0], 4)[:, None]
    assert standardized_difference(x, np.repeat([0, 1], 4), 2) == np.inf
    assert standardized_difference(x, np.tile([0, 1], 4), 2) == 0
    assert np.isnan(standardized_difference(x[:0], np.zeros(0, dtype=int), 2))
