import numpy as np
import pandas as pd
import pytest

from radassoc.association._columns import BINARY, CATEGORICAL, CONTINUOUS, read_columns
from radassoc.base.errors import InputError


def test_what_columns_hold():
    frame = pd.DataFrame(
        {
            "volume": [1.0, 2.0, 3.0, np.nan],
            "mutated": [0, 1, 1, 0],
            "told": [True, False, True, True],
            "sex": ["male", "female", None, "male"],
            "subtype": ["PN", "CL", "MES", "PN"],
            "copies": [-1, 0, 1, 2],
            "two": [3.5, 7.0, 7.0, np.nan],
        }
    )
    found = read_columns(frame, what="the frame")
    assert found.kinds.tolist() == [CONTINUOUS, BINARY, BINARY, BINARY, CATEGORICAL, CONTINUOUS, BINARY]
    np.testing.assert_array_equal(found.values[:, 3], [1, 0, np.nan, 1])
    np.testing.assert_array_equal(found.values[:, 6], [0, 1, 1, np.nan])
    assert found.levels["sex"] == ("female", "male")
    assert found.levels["subtype"] == ("CL", "MES", "PN")
    told = " ".join(found.notes)
    assert "sex (male)" in told
    assert "two (7)" in told
    assert "mutated" not in told
    assert "categories: 'subtype'" in told


def test_an_ordered_type_keeps_its_order_and_only_levels_that_occur():
    column = pd.Categorical(["low", "high", "low"], categories=["low", "middle", "high"])
    found = read_columns(pd.DataFrame({"risk": column}), what="the frame")
    assert found.levels["risk"] == ("low", "high")
    assert found.values.ravel().tolist() == [0, 1, 0]


def test_a_constant_column_is_one_of_numbers():
    found = read_columns(pd.DataFrame({"one": [1.0, 1.0]}), what="the frame")
    assert found.kinds.tolist() == [CONTINUOUS]


@pytest.mark.parametrize(
    ("column", "words"), [([f"p{i}" for i in range(30)], "30 different"), ([1.0, np.inf, 2.0] * 10, "infinite")]
)
def test_names_and_infinities_are_refused(column, words):
    with pytest.raises(InputError, match=words):
        read_columns(pd.DataFrame({"x": column}), what="the frame")


def test_no_columns():
    assert read_columns(pd.DataFrame(index=range(3)), what="the frame").values.shape == (3, 0)
