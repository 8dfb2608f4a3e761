"""Values on the scale of the estimate, classes and their quartiles."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.association._columns import read_columns
from radassoc.association._pair_values import class_frame, measured, shown_values


def columns(**values):
    return read_columns(pd.DataFrame(values), what="table")


def test_ranks_among_the_rows_that_have_both():
    left, right = columns(a=[5.0, np.nan, 9.0, 7.0]), columns(b=[1.0, 2.0, 3.0, np.nan])
    shown = shown_values(left, right, np.empty((4, 0)), ranked=True)
    assert shown.rows.tolist() == [0, 2]
    assert (shown.x.tolist(), shown.y.tolist()) == ([1.0, 2.0], [1.0, 2.0])


def test_residuals_keep_the_mean():
    rng = np.random.default_rng(0)
    left, right, Z = columns(a=rng.normal(size=30) + 7), columns(b=rng.normal(size=30)), rng.normal(size=(30, 2))
    shown = shown_values(left, right, Z, ranked=False)
    assert np.isclose(shown.x.mean(), left.values.mean())
    np.testing.assert_allclose(
        (shown.x - shown.x.mean()) @ Z - (shown.x - shown.x.mean()).sum() * Z.mean(0), 0, atol=1e-9
    )


def test_classes_by_hand():
    left, right = columns(sex=["f", "m", "f", "m", None]), columns(v=[1.0, 2.0, 3.0, 8.0, 5.0])
    shown = shown_values(left, right, np.empty((5, 0)), ranked=True)
    frame = class_frame(left, right, shown)
    assert frame[["left_class", "right_class", "n", "median"]].to_numpy().tolist() == [
        ["f", "", 2, 2.0],
        ["m", "", 2, 5.0],
    ]
    assert measured(left, shown.rows).tolist() == ["f", "m", "f", "m"]


def test_two_columns_of_classes_are_counted():
    left, right = columns(sex=["f", "m", "f"]), columns(mut=[0, 1, 1])
    counts = class_frame(left, right, shown_values(left, right, np.empty((3, 0)), ranked=True))
    assert counts["n"].tolist() == [1, 1, 0, 1]
    assert counts["median"].isna().all()
