from __future__ import annotations

import pandas as pd
import pytest

from radassoc.base.columns import DTYPES, tidy


def test_same_columns_and_types_without_rows():
    full = tidy([{"n": 1, "gene": "EGFR", "p_value": 0.5}], ["gene", "p_value", "n"])
    empty = tidy([], ["gene", "p_value", "n"])
    assert list(full.columns) == list(empty.columns) == ["gene", "p_value", "n"]
    assert full.dtypes.tolist() == empty.dtypes.tolist()


def test_a_missing_column_is_an_error():
    with pytest.raises(KeyError):
        tidy(pd.DataFrame({"gene": ["EGFR"]}), ["gene", "p_value"])


def test_counts_are_integers():
    assert {DTYPES[name] for name in DTYPES if name.startswith("n_")} == {"int64"}
