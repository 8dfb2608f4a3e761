"""Covariates as numbers, the same for training patients and others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import ClinicalError, DesignError
from radassoc.cohort.cohort import Cohort
from radassoc.survival._coding import encode, learn_coding


def make(**columns: list[object]) -> Cohort:
    n = len(next(iter(columns.values())))
    return Cohort.from_frames(clinical=pd.DataFrame(columns, index=[f"p{i}" for i in range(n)]))


def test_by_hand() -> None:
    cohort = make(age=[60.0, 50.0, 40.0], grade=["III", "II", "IV"])
    coding = learn_coding(cohort, ["age", "grade"], cohort.patients)
    coded = encode(cohort, coding, cohort.patients)
    assert list(coded.columns) == ["age", "grade=III", "grade=IV"]
    np.testing.assert_array_equal(coded.to_numpy(), [[60, 1, 0], [50, 0, 0], [40, 0, 1]])


def test_others_are_coded_as_in_training() -> None:
    train = make(sex=["m", "f", "m"])
    coding = learn_coding(train, ["sex"], train.patients)
    other = make(sex=["m", None, "m"])
    np.testing.assert_array_equal(encode(other, coding, other.patients)["sex=m"], [1.0, np.nan, 1.0])


def test_what_was_not_there_in_training_is_refused() -> None:
    train = make(sex=["m", "f", "m"], age=[1.0, 2.0, 3.0])
    coding = learn_coding(train, ["sex", "age"], train.patients)
    other = make(sex=["x", "f"], age=[1.0, 2.0])
    with pytest.raises(ClinicalError, match="holds 'x', which no training patient has"):
        encode(other, coding, other.patients)
    other = make(sex=["m", "f"], age=["old", "7"])
    with pytest.raises(ClinicalError, match="'age' holds text: 'old'"):
        encode(other, coding, other.patients)


def test_a_constant_covariate_is_refused() -> None:
    cohort = make(sex=["m", "m"], age=[3.0, 3.0])
    with pytest.raises(DesignError, match="'sex' is 'm' in all 2 patients"):
        learn_coding(cohort, ["sex"], cohort.patients)
    with pytest.raises(DesignError, match="'age' has the same value in all 2 patients"):
        learn_coding(cohort, ["age"], cohort.patients)
