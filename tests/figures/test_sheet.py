from __future__ import annotations

import numpy as np
import pytest

from radassoc.figures._sheet import Sheet, ratio_limits, ratio_ticks
from radassoc.figures.style import figure_for, style


def test_places_are_millimetres():
    with style():
        sheet = Sheet(figure_for(None, width=100.0, height=50.0))
    assert (sheet.width, sheet.height) == pytest.approx((100.0, 50.0))
    inner = sheet.inside(20.0, 70.0, 10.0, 30.0)
    assert inner.get_position().bounds == pytest.approx((0.2, 0.4, 0.5, 0.4))
    assert inner.get_ylim() == (30.0, 10.0)


def test_long_texts_are_shortened_to_fit():
    with style():
        sheet = Sheet(figure_for(None))
        assert sheet.fit("age", 30.0) == "age"
        short = sheet.fit("original_glrlm_LongRunHighGrayLevelEmphasis", 25.0)
    assert "…" in short
    assert sheet.axes.texts[:] == []


@pytest.mark.parametrize(
    ("ratios", "low", "high", "ticks"),
    [
        ([1.02], [0.99], [1.05], [1.0, 1.05]),
        ([1.4, 0.7], [0.6, 0.5], [2.0, 1.1], [0.5, 1.0, 2.0]),
        ([0.1, 8.0], [0.05, 3.0], [0.3, 20.0], [0.1, 1.0, 10.0]),
    ],
)
def test_ticks_are_round_and_hold_one(ratios, low, high, ticks):
    limits = ratio_limits(np.array(ratios), np.array(low), np.array(high))
    assert limits[0] <= min(low)
    assert limits[1] >= max(high)
    assert set(ticks) <= set(ratio_ticks(*limits))


def test_a_wild_interval_does_not_stretch_the_axis():
    limits = ratio_limits(np.array([1.5, 2.0]), np.array([1.1, 0.001]), np.array([1.9, 900.0]))
    margin = (8.0 / 0.25) ** 0.04
    assert limits == pytest.approx((1 / 4 / margin, 2 * 4 * margin))


def test_without_estimates_there_is_one():
    low, high = ratio_limits(np.array([np.nan]), np.array([np.nan]), np.array([np.nan]))
    assert low < 1 < high
    assert 1.0 in ratio_ticks(low, high)
