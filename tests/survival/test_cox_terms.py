from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.apparent import mark_out_of_fold
from radassoc.base.errors import InputError
from radassoc.survival._cox_terms import design, gather_terms, is_learned, why_withheld


def test_columns_of_a_design(clinical_cohort):
    terms = gather_terms(clinical_cohort, ["age", "grade"], per={"age": 10}, reference={"grade": "3"})
    patients = clinical_cohort.patients[[0, 1, 3]]
    X, owner = design(terms, patients)
    frame = clinical_cohort.clinical.loc[patients]
    np.testing.assert_allclose(X[:, 0], frame["age"] / 10)
    np.testing.assert_array_equal(X[:, 1], frame["grade"] == "2")
    np.testing.assert_array_equal(X[:, 2], frame["grade"] == "4")
    np.testing.assert_array_equal(owner, [0, 1, 1])
    assert [name for term in terms for name in term.columns] == ["age", "grade=2", "grade=4"]


def test_categories_keep_their_order(clinical_cohort):
    values = pd.Categorical(np.resize(["low", "high", "mid"], 180), categories=["low", "mid", "high", "never"])
    series = pd.Series(values, index=clinical_cohort.patients, name="dose")
    assert gather_terms(clinical_cohort, series)[0].levels == ("low", "mid", "high")


def test_booleans_are_categories_and_infinities_missing(clinical_cohort):
    yes = pd.Series(np.resize([True, False], 180), index=clinical_cohort.patients, name="yes")
    far = pd.Series(np.resize([1.0, 2.0, np.inf], 180), index=clinical_cohort.patients, name="far")
    terms = gather_terms(clinical_cohort, [yes, far])
    assert terms[0].levels == ("False", "True")
    assert terms[1].values.isna().sum() == 60


def test_where_values_come_from(clinical_cohort):
    given = clinical_cohort.column("size").rename("given")
    learned = mark_out_of_fold(given.rename("learned"))
    terms = gather_terms(clinical_cohort, {"a": "size", "b": given.copy(), "c": learned})
    assert [term.source for term in terms] == ["clinical", "given", "out_of_fold"]
    assert [is_learned(term) for term in terms] == [False, False, True]
    assert why_withheld(terms).startswith("'c' was learned")
    assert why_withheld(terms[:2]) == ""


def test_twice_the_same_patient(clinical_cohort):
    series = pd.Series([1.0, 2.0, 3.0], index=[*clinical_cohort.patients[:2], clinical_cohort.patients[0]], name="s")
    with pytest.raises(InputError, match="more than once"):
        gather_terms(clinical_cohort, series)
