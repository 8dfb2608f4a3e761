from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radassoc.survival._nomogram_axes import points_table, round_values, survival_axis, total_axis


def coding():
    rows = [("age", "", "", 0.02), ("grade", "3", "2", -0.1), ("grade", "4", "2", 0.4)]
    return pd.DataFrame(rows, columns=["variable", "level", "reference", "coefficient"])


@pytest.mark.parametrize(
    ("low", "high", "values"),  # what R's pretty(c(low, high), 10) gives
    [
        (0, 1, np.arange(11) / 10),
        (0.13, 98.7, np.arange(0, 101, 10)),
        (33.4, 84.9, np.arange(30, 86, 5)),
        (-3, 7.2, np.arange(-3, 9)),
        (1200, 560000, np.arange(0, 600001, 50000)),
        (0.0011, 0.0042, np.arange(1, 4.6, 0.5) / 1000),
    ],
)
def test_round_values_cover_the_range(low, high, values):
    found = round_values(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    np.testing.assert_allclose(found, values, rtol=1e-12, atol=1e-12)


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e6))
def test_steps_are_equal_and_of_a_good_number(low, width):
    found = round_values(low, low + width)
    assert 4 <= len(found) <= 23
    np.testing.assert_allclose(np.diff(found), found[1] - found[0], rtol=1e-6)


def test_points_by_hand():
    table, scale, lowest = points_table(coding(), {"age": (40.0, 80.0)})
    assert scale == pytest.approx(100 / 0.8)  # age spans 40 years x 0.02, more than the grade's 0.5
    points = table.set_index(["variable", "level"])["points"]
    assert points["grade"].tolist() == pytest.approx([12.5, 0.0, 62.5])
    assert table["points"].iloc[0] == 0.0
    assert table.loc[table["value"] == 80.0, "points"].item() == pytest.approx(100.0)
    assert lowest == pytest.approx(40 * 0.02 - 0.1)


def test_survival_belongs_to_total_points():
    table, scale, lowest = points_table(coding(), {"age": (40.0, 80.0)})
    total = total_axis(table, scale, lowest)
    assert total["total_points"].iloc[0] == 0.0
    assert total["total_points"].iloc[-1] >= 162.5
    axis = survival_axis(total, [("all", 24.0, 0.2), ("none", 24.0, 0.0)], scale, lowest)
    assert set(axis["stratum"]) == {"all"}
    predictor = axis["total_points"] / scale + lowest
    np.testing.assert_allclose(np.exp(-0.2 * np.exp(predictor)), axis["survival"], rtol=1e-10)
