"""One column per name, by policy; solved by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import ExpressionError
from radassoc.tables.duplicates import resolve_duplicates
from radassoc.tables.table import Table

NAN = np.nan
FRAME = pd.DataFrame(
    [[1.0, 5.0, 3.0, 0.0], [2.0, 5.0, NAN, 9.0]], columns=["MET", "KIT", "MET", "MET"], index=["a", "b"]
)


def resolve(policy: str) -> dict[str, list[float]]:
    table = Table("a.csv", duplicates=policy)
    frame, notes = resolve_duplicates(FRAME, table, what="gene", scope="expression", error=ExpressionError)
    assert [(row["name"], row["reason"]) for row in notes] == [("MET", "duplicate name")]
    assert list(frame.index) == ["a", "b"]
    return frame.to_dict("list")


def test_policies() -> None:
    before = FRAME.copy()
    assert resolve("first") == {"MET": [1.0, 2.0], "KIT": [5.0, 5.0]}
    assert resolve("mean") == {"MET": [4 / 3, 5.5], "KIT": [5.0, 5.0]}
    assert resolve("max_variance") == {"MET": [0.0, 9.0], "KIT": [5.0, 5.0]}
    pd.testing.assert_frame_equal(FRAME, before)


def test_the_first_of_equally_variable_columns_stays() -> None:
    frame = pd.DataFrame([[1.0, 2.0], [2.0, 3.0]], columns=["A", "A"])
    table = Table("a.csv", duplicates="max_variance")
    kept, _ = resolve_duplicates(frame, table, what="gene", scope="x", error=ExpressionError)
    assert kept["A"].tolist() == [1.0, 2.0]


def test_an_error_without_a_policy() -> None:
    with pytest.raises(ExpressionError, match=r"1 gene name given more than once \(first: 'MET'\)"):
        resolve_duplicates(FRAME, Table("a.csv"), what="gene", scope="x", error=ExpressionError)


def test_unique_names_are_left_alone() -> None:
    frame = FRAME.iloc[:, :2]
    kept, notes = resolve_duplicates(frame, Table("a.csv"), what="gene", scope="x", error=ExpressionError)
    assert kept is frame
    assert notes == []
