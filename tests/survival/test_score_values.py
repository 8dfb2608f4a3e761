from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.apparent import mark_out_of_fold
from radassoc.base.errors import DesignError, InputError
from radassoc.survival._score_values import score_values


def test_where_values_come_from(planted_cohort):
    values, source = score_values(planted_cohort, "age")
    assert source == "clinical"
    assert score_values(planted_cohort, values)[1] == "given"
    assert score_values(planted_cohort, mark_out_of_fold(values.copy()))[1] == "out_of_fold"


def test_missing_and_infinite_values_are_left_out(planted_cohort):
    values = planted_cohort.column("age").astype(float)
    values.iloc[:2] = [np.nan, np.inf]
    assert len(score_values(planted_cohort, values)[0]) == len(planted_cohort.patients) - 2


def test_what_is_no_score(planted_cohort):
    with pytest.raises(InputError, match="holds text"):
        score_values(planted_cohort, "sex")
    with pytest.raises(InputError, match="twice"):
        score_values(planted_cohort, pd.Series([1.0, 2.0], index=["P000", "P000"]))
    with pytest.raises(InputError, match="only for a fitted"):
        score_values(planted_cohort, "age", apparent=True)
    with pytest.raises(DesignError, match="No patient"):
        score_values(planted_cohort, pd.Series([1.0], index=["nobody"]))
