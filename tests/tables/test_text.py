"""Delimited text: what is found, what is checked, what stays as it was written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radassoc.base.errors import InputError
from radassoc.tables.text import decode, read_text


def read(
    text: str, sep: str | None = None, decimal: str = ".", text_columns: frozenset[str] = frozenset()
) -> pd.DataFrame:
    return read_text(text, "a.csv", sep=sep, decimal=decimal, text_columns=text_columns, scope="mri")[0]


@pytest.mark.parametrize("sep", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(sep: str) -> None:
    frame = read(f"id{sep}a{sep}b\n1{sep}2.5{sep}x\n2{sep}3{sep}y\n")
    assert list(frame.columns) == ["id", "a", "b"]
    assert frame["a"].tolist() == [2.5, 3.0]


def test_a_decimal_comma_is_no_delimiter() -> None:
    frame = read("id;a;b\nP1;1,5;2,5\nP2;3,5;4,5\n", decimal=",")
    assert frame["a"].tolist() == [1.5, 3.5]


def test_a_decimal_comma_without_a_word_stays_text() -> None:
    assert read("id;a\nP1;1,5\nP2;2,5\n")["a"].tolist() == ["1,5", "2,5"]


def test_a_comma_table_with_one_decimal_comma_per_row_is_refused() -> None:
    # one field more in every row is what R's row names look like; here it is a torn number
    with pytest.raises(InputError, match="line 2 has 3 fields, the header has 2"):
        read("patient,age\nP1,63,5\nP2,70,5\n")


def test_row_names_of_r_are_recognised() -> None:
    frame = read("a\tb\nr1\t1\t2\nr2\t3\t4\n")
    assert list(frame.columns) == ["", "a", "b"]
    assert frame[""].tolist() == ["r1", "r2"]


def test_quoted_cells_keep_delimiters_and_lines() -> None:
    frame = read('id,note,a\nP1,"one, two",1\nP2,"say ""no""",2\n')
    assert frame["note"].tolist() == ["one, two", 'say "no"']


def test_identifiers_keep_leading_zeros() -> None:
    frame = read("id,other,a\n001,007,1\n002,008,2\n", text_columns=frozenset({"other"}))
    assert frame["id"].tolist() == ["001", "002"]
    assert frame["other"].tolist() == ["007", "008"]
    assert frame["a"].dtype == np.int64


def test_plain_missing_marks_are_missing() -> None:
    frame = read("id,a\nP1,NA\nP2,\nP3,NaN\nP4,1\n")
    assert frame["a"].isna().tolist() == [True, True, True, False]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_numbers_come_back_to_the_last_bit(numbers: list[float]) -> None:
    text = "id,a\n" + "".join(f"P{i},{number!r}\n" for i, number in enumerate(numbers))
    assert read(text)["a"].astype(float).tolist() == numbers


def test_lines_of_another_length_are_named() -> None:
    with pytest.raises(InputError, match=r"line 4 has 2 fields, the header has 3 \(and 1 more lines differ\)"):
        read("id,a,b\nP1,1,2\nP2,1,2\nP3,1\nP4,1\n")
    with pytest.raises(InputError, match="line 3 has 4 fields"):
        read('id,a,b\nP1,"1",2\nP2,1,2,3\n')


def test_long_lines_are_split_too() -> None:
    n = 12_000
    header = ",".join(["id", *(f"feature_{i}" for i in range(n))])
    frame = read(f"{header}\nP1{',1.5' * n}\nP2{',2.5' * n}\n")
    assert frame.shape == (2, n + 1)


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    with pytest.raises(InputError, match="opened and not closed"):
        read('id,a\nP1,"1\n' + "P2,22222\n" * 20_000)


def test_blank_lines_do_not_count() -> None:
    assert len(read("\n\nid,a\nP1,1\n\nP2,2\n\n")) == 2


def test_the_mark_of_utf8_is_taken_off() -> None:
    assert decode("\ufeffid".encode(), "a.csv", "utf-8") == "id"
    assert decode("ü".encode("latin-1"), "a.csv", "latin-1") == "ü"
