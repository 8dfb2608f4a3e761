"""Which column names the row, which the patient, and which rows stay."""

from __future__ import annotations

import pandas as pd
import pytest

from radassoc.base.errors import IdentifierError, InputError
from radassoc.tables.rows import Rows, id_names, name_rows, select_columns
from radassoc.tables.table import Table


def rows(columns: dict[str, list[object]], **described: object) -> Rows:
    return name_rows(pd.DataFrame(columns), Table("a.csv", **described), scope="mri")


def test_the_first_column_names_the_row() -> None:
    read = rows({"ID": ["a", "b"], "x": [1.0, 2.0]})
    assert read.frame.index.tolist() == ["a", "b"]
    assert read.frame.index.name == "sample"
    assert read.patients.tolist() == ["a", "b"]
    assert read.patients.name == "patient"


def test_a_known_name_goes_before_the_first_column() -> None:
    read = rows({"age": [1.0, 2.0], "Patient ID": ["a", "b"]})
    assert read.patients.tolist() == ["a", "b"]
    assert read.notes[0]["reason"] == "identifier column"


def test_two_columns_of_a_known_name_leave_it_to_the_first() -> None:
    assert rows({"x": ["a", "b"], "patient": ["k", "l"], "subject": ["m", "n"]}).frame.index.tolist() == ["a", "b"]


def test_sample_and_patient_columns() -> None:
    read = rows({"scan_id": ["s1", "s2"], "patient": ["p", "p"], "x": [1.0, 2.0]})
    assert read.frame.index.tolist() == ["s1", "s2"]
    assert read.patients.tolist() == ["p", "p"]
    assert list(read.frame.columns) == ["x"]


def test_rows_without_a_patient() -> None:
    columns = {"s": ["a", "b", "c"], "p": ["P1", None, " "], "x": [1.0, 2.0, 3.0]}
    with pytest.raises(IdentifierError, match="2 of 3 rows name no patient: 'b', 'c'"):
        rows(columns, sample="s", patient="p")
    read = rows(columns, sample="s", patient="p", missing_patient="drop")
    assert read.frame.index.tolist() == ["a"]
    assert [(row["name"], row["reason"]) for row in read.notes] == [("b", "no patient"), ("c", "no patient")]


def test_repeated_rows_tell_which_column_would_part_them() -> None:
    with pytest.raises(IdentifierError, match="'biopsy' would do"):
        rows({"patient": ["a", "a"], "biopsy": ["1", "2"], "x": [1.0, 2.0]}, patient="patient")


def test_empty_rows_and_columns_go_with_a_note() -> None:
    read = rows({"ID": ["a", None, "b"], "x": [1.0, None, 2.0], "": [None, None, None]})
    assert read.frame.shape == (2, 1)
    assert [row["reason"] for row in read.notes] == ["empty rows dropped", "empty columns dropped"]


def test_the_same_column_cannot_be_told_by_a_repeated_name() -> None:
    frame = pd.DataFrame([["a", "b", 1.0]], columns=["ID", "ID", "x"])
    with pytest.raises(IdentifierError, match="2 columns named 'ID'"):
        name_rows(frame, Table("a.csv", sample="ID"), scope="mri")


def test_select_columns() -> None:
    frame = pd.DataFrame({"a": [1], "b": [2], "c": [3]})
    assert list(select_columns(frame, Table("t", columns=["c", "a"]), what="column")) == ["a", "c"]
    assert list(select_columns(frame, Table("t", drop=["b"]), what="column")) == ["a", "c"]
    with pytest.raises(InputError, match="no column 'd'"):
        select_columns(frame, Table("t", drop=["d"]), what="column")


def test_told_names_are_read_as_text() -> None:
    assert {"scan", "patient_id", "patient"} <= id_names(Table("a", sample="Scan"))


def test_row_numbers_with_gaps_are_no_feature_where_another_column_has_names() -> None:
    read = rows({"": ["3", "7"], "patient": ["a", "b"], "x": [1.0, 2.0]})
    assert read.frame.columns.tolist() == ["x"]
    assert read.frame.index.tolist() == ["a", "b"]
    assert [row["reason"] for row in read.notes] == ["row numbers dropped"]
    told = rows({"": ["3", "7"], "mrn": ["a", "b"], "x": [1.0, 2.0]}, patient="mrn")
    assert told.frame.columns.tolist() == ["x"]


def test_numbers_name_the_rows_where_nothing_else_does() -> None:
    read = rows({"": ["3", "7"], "grade": ["II", "IV"], "x": [1.0, 2.0]})
    assert read.patients.tolist() == ["3", "7"]


@pytest.mark.parametrize("values", [["0.125", "-12.5012"], ["1.5e-05", "3.125"], ["1.2E+10", "-4.0e3"]])
def test_measurements_are_no_names(values: list[object]) -> None:
    with pytest.raises(IdentifierError, match="first column, 'x', holds measurements"):
        rows({"x": values, "y": [1.0, 2.0]})


@pytest.mark.parametrize("values", [["1.1", "1.2"], ["0012", "0013"], ["1E05", "1E06"], ["2001.02.08", "2002.12.11"]])
def test_names_with_digits_stay_names(values: list[object]) -> None:
    assert rows({"ID": values, "y": [1.0, 2.0]}).patients.tolist() == values


def test_measurements_that_are_told_to_be_names_are_taken_at_their_word() -> None:
    assert rows({"x": ["0.125", "0.250"], "y": [1.0, 2.0]}, patient="x").patients.tolist() == ["0.125", "0.250"]
