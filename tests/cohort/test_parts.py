from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.cohort.parts import check_clinical, check_modality, check_name, key_of


def frame(**changes):
    table = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=["S1", "S2"])
    for name, value in changes.items():
        setattr(table, name, value)
    return table


@pytest.mark.parametrize("name", ["", "a:b", "a/b", "clinical"])
def test_names_that_references_cannot_hold(name):
    with pytest.raises(ra.InputError, match="cannot name a modality"):
        check_name(name)


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (frame(index=["S1", "S1"]), "sample names appear more than once"),
        (frame(columns=["a", "a"]), "column names appear more than once"),
        (frame(index=["S1", None]), "without a name"),
        (frame().assign(b=["x", "y"]), "1 columns are no numbers: 'b'"),
        (frame().assign(b=[np.inf, 1]), "1 columns hold infinite values: 'b'"),
        (frame(index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])), "several levels"),
    ],
)
def test_frames_that_are_no_modality(table, match):
    with pytest.raises(ra.InputError, match=match):
        check_modality("radiomics", table)


def test_names_left_in_a_column_are_guessed():
    with pytest.raises(ra.RadiomicsError, match="set_index"):
        check_modality("radiomics", pd.DataFrame({"ID": ["a", "b"], "x": [1.0, 2.0]}))


def test_error_is_that_of_the_table():
    table = frame().assign(b="x")
    with pytest.raises(ra.ExpressionError):
        check_modality("expression", table)
    with pytest.raises(ra.RadiomicsError):
        check_modality("radiomics", table)


def test_labels_become_text_and_values_float():
    part = check_modality("mutations", pd.DataFrame({1: [True, False], 2: [1, 2]}, index=[7, 8]))
    assert list(part.frame.index) == ["7", "8"]
    assert list(part.frame.columns) == ["1", "2"]
    assert (part.frame.dtypes == "float64").all()
    assert part.patients.to_dict() == {"7": "7", "8": "8"}
    assert part.features.shape == (2, 0)


def test_radiomics_are_described_by_their_names():
    part = check_modality("radiomics", frame(columns=["VOLUME_ET", "x"]))
    assert part.features.loc["VOLUME_ET", "region"] == "ET"
    assert part.features.loc["x", "region"] == "unknown"


def test_patients_must_cover_the_samples():
    with pytest.raises(ra.IdentifierError, match="1 samples have no patient: 'S2'"):
        check_modality("radiomics", frame(), patients=pd.Series({"S1": "P1"}))
    with pytest.raises(ra.IdentifierError, match="more than once"):
        check_modality("radiomics", frame(), patients=pd.Series(["P1", "P2", "P3"], index=["S1", "S2", "S1"]))


def test_clinical_values_are_float_or_text():
    typed = check_clinical(
        pd.DataFrame(
            {
                "whole": [1, 2],
                "flag": [True, False],
                "mixed": pd.Series([1, None], dtype=object).to_numpy(),
                "text": ["x", None],
                "group": pd.Categorical(["a", None]),
            },
            index=["P1", "P2"],
        )
    )
    assert typed.dtypes.astype(str).to_dict() == {
        "whole": "float64",
        "flag": "object",
        "mixed": "float64",
        "text": "object",
        "group": "object",
    }
    assert typed.loc["P2", "text"] is None
    assert typed["flag"].tolist() == ["True", "False"]


def test_patient_twice_in_clinical():
    with pytest.raises(ra.ClinicalError, match="more than once"):
        check_clinical(pd.DataFrame({"age": [1, 2]}, index=["P1", "P1"]))


@pytest.mark.parametrize(
    ("value", "key"), [(2, "2"), (2.0, "2"), ("2", "2"), (" a ", "a"), (0.5, "0.5"), (1e300, str(int(1e300)))]
)
def test_key_of(value, key):
    assert key_of(value) == key


def test_key_of_infinite_text():
    assert key_of("inf") == "inf"
    assert key_of("nan") == "nan"


def test_a_column_of_lists_is_text():
    frame = pd.DataFrame({"sites": [[1, 2], None]}, index=["P1", "P2"])
    assert check_clinical(frame)["sites"].tolist() == ["[1, 2]", None]


def test_patients_may_be_told_by_a_dict():
    frame = pd.DataFrame({"x": [1.0, 2.0]}, index=["s1", "s2"])
    part = check_modality("mri", frame, patients={"s2": "B", "s1": "A", "s3": "C"})
    assert part.patients.to_dict() == {"s1": "A", "s2": "B"}
    assert part.patients.index.name == "sample"
