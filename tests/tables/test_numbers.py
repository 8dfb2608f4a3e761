"""Which texts are missing values, which are errors, which columns are no numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import RadiomicsError
from radassoc.tables.numbers import decimal_commas, looks_like_date, to_numbers


def convert(columns: dict[str, list[object]], decimal: str = "."):
    raw = pd.DataFrame(columns)
    rows = pd.Index([f"P{i}" for i in range(len(raw))])
    return to_numbers(raw, source="a.csv", scope="mri", error=RadiomicsError, rows=rows, decimal=decimal)


@pytest.mark.parametrize("token", ["#DIV/0!", "#N/A", "#num!", "not available", "[Not Available]", "None", ".", "-"])
def test_tokens_become_missing_and_are_noted(token: str) -> None:
    read = convert({"a": ["1.5", token, "2"]})
    assert read.frame["a"].tolist()[::2] == [1.5, 2.0]
    assert np.isnan(read.frame["a"].iloc[1])
    assert [row["reason"] for row in read.notes] == ["made missing"]


@pytest.mark.parametrize("token", ["", "NA", "nan", None, np.nan])
def test_what_is_merely_empty_needs_no_note(token: object) -> None:
    read = convert({"a": ["1.5", token, "2"]})
    assert read.frame["a"].isna().tolist() == [False, True, False]
    assert read.notes == []


@pytest.mark.parametrize("token", ["inf", "-inf", "Infinity", "∞"])
def test_infinities_are_missing(token: str) -> None:
    read = convert({"text": ["1", token], "number": [np.inf, 1.0]})
    assert read.frame["text"].isna().tolist() == [False, True]
    assert read.frame["number"].isna().tolist() == [True, False]
    assert [row["detail"] for row in read.notes] == ["1 cell: infinite"] * 2


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["1997.02.22", "2001.03.01"], "dates"),
        (["22/02/1997", "2/3/98"], "dates"),
        (["/data/a.nii", "C:\\b.nii"], "paths"),
        (["v3.0", "v3.0"], "constant text"),
        (["good", "poor"], "text"),
        (["2+", "0"], ""),
    ],
)
def test_columns_that_are_no_numbers_tell_why(cells: list[str], reason: str) -> None:
    if not reason:  # half of it is a number: meant to be one
        with pytest.raises(RadiomicsError, match="'2\\+' \\(P0\\)"):
            convert({"a": cells})
        return
    read = convert({"a": cells, "b": [1.0, 2.0]})
    assert read.text == {0: reason}
    assert list(read.frame.columns) == ["b"]


def test_bad_cells_are_named_with_their_rows() -> None:
    with pytest.raises(RadiomicsError) as caught:
        convert({"a": ["1", "x", "2", "y", "3", "z", "w", "4", "5"]})
    assert "holds 4 texts among its numbers: 'x' (P1), 'y' (P3), 'z' (P5) and 1 more" in str(caught.value)


def test_few_bad_columns_are_all_told_and_many_are_counted() -> None:
    cells = ["1", "2", "x"]
    with pytest.raises(RadiomicsError) as caught:
        convert({"a": cells, "b": cells})
    assert len(caught.value.problems) == 2
    with pytest.raises(RadiomicsError, match="50 columns hold texts") as caught:
        convert({f"f{i}": cells for i in range(50)})
    assert len(str(caught.value)) < 400


def test_a_decimal_comma_is_a_number_only_when_said() -> None:
    assert convert({"a": ["1,5", "#DIV/0!", "2"]}, decimal=",").frame["a"].tolist()[::2] == [1.5, 2.0]
    with pytest.raises(RadiomicsError, match='decimal=","'):
        convert({"a": ["1,5", "2,5"]})
    with pytest.raises(RadiomicsError, match=r'decimal="\."'):
        convert({"a": ["1.234", "2.5"]}, decimal=",")


def test_python_spellings_of_numbers_are_text() -> None:
    with pytest.raises(RadiomicsError, match="1_000"):
        convert({"a": ["1", "2", "1_000"]})


def test_truth_values_are_one_and_zero_with_a_note() -> None:
    read = convert({"a": ["True", None, "FALSE"]})
    assert read.frame["a"].tolist()[::2] == [1.0, 0.0]
    assert [row["reason"] for row in read.notes] == ["True and False read as 1 and 0"]


def test_the_input_stays_as_it_was() -> None:
    raw = pd.DataFrame({"a": [1.0, np.inf]})
    to_numbers(raw, source="a", scope="mri", error=RadiomicsError, rows=pd.Index(["x", "y"]))
    assert raw["a"].tolist() == [1.0, np.inf]


def test_dates() -> None:
    assert all(map(looks_like_date, ["1997.02.22", "2001-01-01 12:30", "1-Mar", "Sep-02", "3 June 2001", "1/2/03"]))
    assert not any(map(looks_like_date, ["1.5", "12", "T1-2", "march", "1-2", "N0 (i-)"]))


def test_decimal_commas() -> None:
    assert decimal_commas(pd.Series(["1,5", "2", None]))
    assert not decimal_commas(pd.Series(["1", "2"]))
    assert not decimal_commas(pd.Series([None], dtype=object))
