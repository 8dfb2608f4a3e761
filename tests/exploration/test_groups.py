from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.exploration._groups import find_groups, rerun_codes


@pytest.fixture
def cohort():
    return ra.Cohort.from_frames(clinical=pd.DataFrame({"grade": [3.0, 2, None]}, index=list("ABC")))


def result(**more):
    samples = pd.DataFrame({"patient": ["A", "B", "C"], "group": ["low", "high", None]})
    return SimpleNamespace(**{"samples": samples, "reason": "", "null_groups": None, **more})


def test_columns_and_series(cohort):
    found = find_groups(cohort, "grade")
    assert (found.labels, found.source, found.codes.to_dict()) == (("2", "3"), "clinical", {"A": 1, "B": 0})
    assert find_groups(cohort, pd.Series(["x", "y"], index=["A", "C"], name="arm")).source == "given"


def test_a_validation_is_out_of_fold_and_brings_its_reruns(cohort):
    null = pd.DataFrame({0: ["high", None, "low"]}, index=list("ABC"))
    found = find_groups(cohort, result(null_groups=null))
    assert (found.source, found.codes.to_dict()) == ("out_of_fold", {"A": 0, "B": 1})
    codes = rerun_codes(found, pd.Index(["C", "A"]))
    assert codes.ravel().tolist() == [0.0, 1.0]


def test_risk_groups_tell_their_source(cohort):
    assert find_groups(cohort, result(source="test")).source == "test"


def test_no_groups_at_all_are_no_error(cohort):
    nothing = pd.DataFrame({"patient": pd.Series(dtype=object), "group": pd.Series(dtype=object)})
    assert find_groups(cohort, result(samples=nothing)).codes.empty


def test_what_cannot_be_grouped_is_refused(cohort):
    with pytest.raises(InputError, match="patient_level"):
        find_groups(cohort, result(samples=None))
    with pytest.raises(InputError, match="names no groups"):
        find_groups(cohort, 7)
    with pytest.raises(DesignError, match="11 distinct"):
        find_groups(
            ra.Cohort.from_frames(clinical=pd.DataFrame({"x": range(11)}, index=[f"P{i}" for i in range(11)])), "x"
        )
    with pytest.raises(DesignError, match="No patient"):
        find_groups(cohort, pd.Series(["a"], index=["nobody"], name="arm"))
