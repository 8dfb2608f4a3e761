import numpy as np
import pandas as pd
import pytest

from radassoc.association._samples import has_repeats, pair_samples
from radassoc.base.errors import DesignError, IdentifierError, InputError
from radassoc.cohort.cohort import Cohort


@pytest.fixture(scope="module")
def cohort():
    """Patients A (3 biopsies), B (2), C (1); genes per patient; MRI and mutations per biopsy."""
    samples = ["a1", "b1", "a2", "a3", "b2", "c1"]
    whose = pd.Series([s[0].upper() for s in samples], index=samples)
    mri = pd.DataFrame({"T2": np.arange(6.0), "CE": [1.0, 0, 1, 0, 1, 0]}, index=samples)
    clinical = pd.DataFrame({"age": [50.0, 60.0, np.nan], "sex": ["f", "m", "m"]}, index=["A", "B", "C"])
    genes = pd.DataFrame({"g": [1.0, 2.0, 3.0]}, index=["A", "B", "C"])
    cells = pd.DataFrame({"t": np.arange(4.0)}, index=["a9", "a8", "b9", "c9"])
    return Cohort.from_frames(
        expression=genes,
        clinical=clinical,
        other={"mri": mri, "marks": mri[["CE"]].iloc[:5].rename(columns={"CE": "mut"}), "cells": cells},
        patients={"mri": whose, "marks": whose.iloc[:5], "cells": pd.Series(list("AABC"), index=cells.index)},
    )


def test_same_samples_are_joined_and_sorted_by_patient(cohort):
    found = pair_samples(cohort, "mri", "marks")
    assert found.left.index.tolist() == ["a1", "a2", "a3", "b1", "b2"]
    assert found.right.index.equals(found.left.index)
    assert found.codes.tolist() == [0, 0, 0, 1, 1]
    assert "5 samples of 2 patients" in found.notes[0]


@pytest.mark.parametrize("turned", [False, True])
def test_a_row_of_a_patient_stands_at_each_sample(cohort, turned):
    found = pair_samples(cohort, *(("expression", "mri") if turned else ("mri", "expression")))
    genes = (found.left if turned else found.right)["g"]
    assert genes.tolist() == [1, 1, 1, 2, 2, 3]
    assert any("one row a patient" in note for note in found.notes)


def test_covariates_of_samples_and_of_patients(cohort):
    found = pair_samples(cohort, "mri", "marks", ("CE", "age"))
    assert found.covariates["CE"].tolist() == [1, 1, 0, 0, 1]
    assert found.covariates["age"].tolist() == [50, 50, 50, 60, 60]
    lacking = pair_samples(cohort, "mri", "expression", ("age",))
    assert len(lacking.patients) == 5
    assert any("1 samples lack a covariate" in note for note in lacking.notes)


def test_frames(cohort):
    frame = pd.DataFrame({"x": [1.0, 2.0]}, index=["A", "B"])
    assert pair_samples(cohort, "mri", frame).right["x"].tolist() == [1, 1, 1, 2, 2]
    assert has_repeats(cohort, cohort["mri"])
    assert has_repeats(cohort, "mri", "expression")
    assert not has_repeats(cohort, "expression", frame)


def test_what_cannot_be_paired(cohort):
    with pytest.raises(InputError, match="different names"):
        pair_samples(cohort, "mri", "cells")
    with pytest.raises(IdentifierError, match="neither patients nor samples"):
        pair_samples(cohort, "mri", pd.DataFrame({"x": [1.0]}, index=["nobody"]))
    with pytest.raises(IdentifierError, match="same name"):
        pair_samples(cohort, "mri", pd.DataFrame({"x": [1.0, 2.0]}, index=["A", "A"]))
    with pytest.raises(DesignError, match="No sample"):
        pair_samples(cohort.subset(["A", "C"]), "mri", pd.DataFrame({"x": [1.0]}, index=["C"]), ("age",))
