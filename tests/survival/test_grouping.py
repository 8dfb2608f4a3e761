from __future__ import annotations

import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.survival._grouping import grouping


@pytest.fixture
def cohort():
    clinical = pd.DataFrame(
        {"grade": [3.0, 2, 4, None], "sex": ["male", "female", None, "male"], "age": [1.0, 2, 3, 4]},
        index=list("ABCD"),
    )
    return ra.Cohort.from_frames(clinical=clinical)


def test_levels_are_sorted_and_named(cohort):
    found = grouping(cohort, "grade")
    assert found.labels == ("2", "3", "4")
    assert found.codes.dropna().to_dict() == {"A": 1.0, "B": 0.0, "C": 2.0}
    assert found.source == "clinical"
    assert grouping(cohort, "sex").labels == ("female", "male")


def test_a_series_is_given_and_keeps_the_order_of_its_categories(cohort):
    values = pd.Series(pd.Categorical(["low", "high", "low"], categories=["low", "middle", "high"]), index=list("ABC"))
    found = grouping(cohort, values)
    assert found.labels == ("low", "high")
    assert found.source == "given"


def test_too_many_levels_are_refused(cohort):
    with pytest.raises(DesignError, match="fit_cutpoint"):
        grouping(cohort, pd.Series(range(11), index=[f"P{i}" for i in range(11)], name="age"))


@pytest.mark.parametrize("wrong", [3, ["A", "B"], None])
def test_what_is_no_grouping_is_refused(cohort, wrong):
    with pytest.raises(InputError, match="names no groups"):
        grouping(cohort, wrong)


def test_a_patient_in_two_groups_is_refused(cohort):
    with pytest.raises(InputError, match="twice"):
        grouping(cohort, pd.Series(["a", "b"], index=["A", "A"]))
