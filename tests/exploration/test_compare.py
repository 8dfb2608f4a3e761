from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.exploration._compare import compare, difference
from radassoc.exploration._groups import Groups
from radassoc.exploration._variables import Variable
from radassoc.exploration._verdict import kruskal

PATIENTS = [f"P{i}" for i in range(20)]
AGE = Variable("age", "numeric", pd.Series(np.arange(20.0) ** 1.5, index=PATIENTS))
CODES = np.repeat([0, 1], 10)


def groups(source, null=None):
    return Groups("risk group", ("low", "high"), pd.Series(CODES, index=PATIENTS), source, null_codes=null)


def test_out_of_fold_groups_take_p_from_reruns():
    rng = np.random.default_rng(0)
    null = pd.DataFrame({b: rng.permutation(CODES).astype(float) for b in range(9)}, index=PATIENTS)
    null[8] = np.nan  # a rerun without groups
    found = compare(AGE, AGE.values, CODES, groups("out_of_fold", null))
    assert found.statistic == pytest.approx(kruskal(AGE.values.to_numpy(), CODES, 2)[0])
    assert found.p_value == 0.1  # the groups are ordered by age: no rerun reaches that
    assert found.name == "Kruskal-Wallis, reruns"


def test_categories_take_p_from_reruns_too():
    sex = Variable("sex", "categorical", pd.Series(["f", "m"] * 10, index=PATIENTS), ("f", "m"))
    null = pd.DataFrame({0: CODES.astype(float), 1: np.tile([0.0, 1.0], 10)}, index=PATIENTS)
    found = compare(sex, sex.values, CODES, groups("out_of_fold", null))
    assert found.statistic == 0
    assert found.p_value == 1.0


@pytest.mark.parametrize("source", ["out_of_fold", "training"])
def test_no_p_without_reruns_or_for_apparent_groups(source):
    assert np.isnan(compare(AGE, AGE.values, CODES, groups(source)).p_value)


def test_other_groups_are_tested_as_usual():
    assert compare(AGE, AGE.values, CODES, groups("test")).name == "Mann-Whitney"


def test_difference_needs_two_levels():
    one = Variable("x", "categorical", pd.Series(["a"] * 20, index=PATIENTS), ("a",))
    assert np.isnan(difference(one, one.values, CODES, 2))
    assert difference(AGE, AGE.values, CODES, 2) > 2
