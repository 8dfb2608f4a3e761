from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.align import align, check_cohort
from radassoc.cohort.cohort import Cohort


def test_everything_in_one_order(small):
    aligned = align(small, modalities=("expression", "radiomics"), outcome=True)
    assert list(aligned.patients) == ["P1", "P2", "P3"]
    assert list(aligned.frames) == ["expression", "radiomics"]
    for frame in aligned.frames.values():
        assert frame.index.equals(aligned.patients)
    np.testing.assert_array_equal(aligned.time, [12.5, 3.0, 8.0])
    np.testing.assert_array_equal(aligned.event, [True, False, True])
    np.testing.assert_array_equal(aligned.frames["radiomics"]["VOLUME_TC"], [2.0, 5.0, 7.0])
    assert np.isnan(aligned.frames["expression"].loc["P1", "TP53"])


def test_each_dropped_patient_is_counted_once_at_the_first_lack(small):
    aligned = align(small, modalities=("radiomics",), covariates=("sex",), outcome=True)
    assert aligned.dropped.to_dict("list") == {
        "reason": ["without radiomics", "without known time and event"],
        "n_patients": [1, 1],
    }
    assert len(aligned.patients) + aligned.dropped["n_patients"].sum() == len(small)


def test_covariates_are_coded_against_the_first_level(small):
    aligned = align(small, covariates=("age", "sex", "radiomics:VOLUME_TC"))
    assert aligned.covariate_names == ("age", "sex=male", "radiomics:VOLUME_TC")
    expected = [[50.0, 1.0, 2.0], [60.0, 0.0, 5.0], [70.0, 1.0, 7.0]]
    np.testing.assert_array_equal(aligned.covariates, expected)
    assert (aligned.covariates.dtypes == "float64").all()


def test_categories_have_one_indicator_less_than_levels():
    clinical = pd.DataFrame({"grade": ["4", "2", "3", "2"]}, index=list("abcd"))
    aligned = align(Cohort.from_frames(clinical=clinical), covariates="grade")
    assert aligned.covariate_names == ("grade=3", "grade=4")
    np.testing.assert_array_equal(aligned.covariates, [[0, 1], [0, 0], [1, 0], [0, 0]])


def test_levels_that_no_complete_patient_has_leave_no_indicator(small):
    clinical = pd.DataFrame({"site": ["a", "b", "b", "c"]}, index=["P1", "P2", "P3", "P4"])
    aligned = align(small.with_clinical(clinical), modalities=("radiomics",), covariates=("site",))
    assert aligned.covariate_names == ("site=b",)


def test_strata_are_codes_with_labels(small):
    aligned = align(small, strata=("sex",))
    assert aligned.strata_labels == ("female", "male")
    assert aligned.strata.tolist() == [1, 0, 1]
    both = align(small, strata=("sex", "dead"))
    assert both.strata_labels == ("female, 0", "male, 1")
    none = align(small)
    assert none.strata.tolist() == [0] * 5
    assert none.strata_labels == ("all",)


def test_values_are_required_and_ordered(small):
    score = pd.Series({"P3": 3.0, "P1": 1.0, "P2": np.nan, "stranger": 9.0})
    aligned = align(small, values={"score": score})
    assert aligned.values["score"].to_dict() == {"P1": 1.0, "P3": 3.0}
    with pytest.raises(ra.InputError, match="more than once"):
        align(small, values={"score": pd.Series([1.0, 2.0], index=["P1", "P1"])})


def test_constant_after_complete_cases_is_refused(small):
    with pytest.raises(ra.DesignError, match="'sex' is 'male' in all 2 patients"):
        align(small.subset(["P1", "P3", "P4"]), covariates=("sex",))


def test_nobody_complete_is_refused_with_counts(small):
    with pytest.raises(ra.DesignError, match="without expression: 2; without known time and event: 2"):
        align(small.subset(["P4", "P9"]), modalities=("expression",), outcome=True)


def test_outcome_must_exist(frames):
    with pytest.raises(ra.ClinicalError, match="with_outcome"):
        align(Cohort.from_frames(**frames), outcome=True)


def test_repr_names_nobody(small):
    aligned = align(small, modalities=("radiomics",), covariates=("age",))
    assert repr(aligned) == "<Aligned: 3 patients, radiomics x 2, 1 covariates>"


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_aligned_values_are_those_of_the_patient(data):
    names = [f"P{i}" for i in range(8)]
    have = [data.draw(st.lists(st.sampled_from(names), min_size=4, unique=True)) for _ in range(2)]
    tables = [pd.DataFrame({"x": [float(name[1]) for name in listed]}, index=listed) for listed in have]
    clinical = pd.DataFrame({"age": [float(name[1]) for name in names]}, index=data.draw(st.permutations(names)))
    clinical["age"] = [float(name[1]) for name in clinical.index]
    cohort = Cohort.from_frames(radiomics=tables[0], expression=tables[1], clinical=clinical)
    common = set(have[0]) & set(have[1])
    if len(common) < 2:
        return
    aligned = align(cohort, modalities=("radiomics", "expression"), covariates=("age",))
    assert set(aligned.patients) == common
    for column in (aligned.frames["radiomics"]["x"], aligned.frames["expression"]["x"], aligned.covariates["age"]):
        assert [f"P{value:.0f}" for value in column] == list(aligned.patients)


@pytest.mark.parametrize("name", ["months", "dead", "clinical:dead"])
@pytest.mark.parametrize("where", ["covariates", "strata"])
def test_the_outcome_explains_no_outcome(name, where):
    clinical = pd.DataFrame(
        {"months": [3.0, 4.0, 5.0], "dead": [1, 0, 1], "age": [50.0, 60.0, 70.0]}, index=["A", "B", "C"]
    )
    cohort = Cohort.from_frames(clinical=clinical, time="months", event="dead", unit="months")
    with pytest.raises(DesignError, match="is the outcome itself"):
        align(cohort, **{where: ("age", name)}, outcome=True)
    assert len(align(cohort, **{where: (name,)}).patients) == 3


def test_a_covariate_is_named_once():
    cohort = Cohort.from_frames(clinical=pd.DataFrame({"age": [50.0, 60.0]}, index=["A", "B"]))
    with pytest.raises(InputError, match="covariates names a column more than once: 'age'"):
        align(cohort, covariates=("age", "age"))


@pytest.mark.parametrize("cohort", [None, "clinical.csv", pd.DataFrame({"age": [1.0]})])
def test_only_a_cohort_is_a_cohort(cohort):
    with pytest.raises(InputError, match=f"not {type(cohort).__name__}"):
        check_cohort(cohort)
