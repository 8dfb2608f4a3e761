from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.cells import cell_of, csv_text, dtype_of, read_column


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.30000000000000004"),
        (float("nan"), "nan"),
        (None, ""),
        (True, "True"),
        (7, "7"),
        ("EGFR", "EGFR"),
        ("7", '"7"'),
        ("", '""'),
        (" EGFR", '" EGFR"'),
        ("nan", '"nan"'),
        (("a", 1), '["a", 1]'),
        (pd.Timestamp("2020-01-02"), "2020-01-02T00:00:00"),
    ],
)
def test_a_cell_tells_its_type(value, text):
    assert cell_of(value) == text


def test_what_cannot_come_back_is_refused():
    with pytest.raises(TypeError, match="set"):
        cell_of({1})


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1.5, np.nan, -0.0]),
        pd.Series([1, 2], dtype="int64"),
        pd.Series([True, False]),
        pd.Series(["1", "", None, "x"], dtype="object"),
        pd.Series(pd.Categorical(["b", None], categories=["b", "a"], ordered=True)),
        pd.Series(pd.to_datetime(["2020-01-01", None])),
    ],
    ids=lambda column: str(column.dtype),
)
def test_a_column_comes_back(column):
    back = read_column([cell_of(value) for value in column.tolist()], dtype_of(column))
    pd.testing.assert_series_equal(back, column, check_exact=True)


def test_lines_end_alike_everywhere():
    assert csv_text(["a", "b"], {"0": ["1", "2"], "1": ["x,y", "z"]}, 2) == 'a,b\n1,"x,y"\n2,z\n'
