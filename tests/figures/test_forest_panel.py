from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from radassoc.figures._forest_panel import draw_panel, footer_lines, not_estimable
from radassoc.figures._sheet import Sheet
from radassoc.figures.style import figure_for, style


def row(ratio, low, high, reference=False):
    return SimpleNamespace(hazard_ratio=ratio, ci_low=low, ci_high=high, is_reference=reference)


def test_references_are_ticks_and_missing_rows_empty():
    with style():
        sheet = Sheet(figure_for(None))
        places = [(20.0, row(1.0, np.nan, np.nan, reference=True)), (30.0, row(np.nan, np.nan, np.nan))]
        axes = draw_panel(sheet, (40.0, 90.0, 10.0, 40.0), places, (0.5, 2.0), color="black")
    assert len(axes.collections) == 0
    assert [line.get_marker() for line in axes.lines].count("|") == 1


def test_ticks_of_a_narrow_panel_stay_apart():
    with style():
        sheet = Sheet(figure_for(None))
        axes = draw_panel(sheet, (40.0, 60.0, 10.0, 40.0), [], (0.1, 10.0), color="black")
    labels = axes.get_xticklabels()
    assert "1" in [label.get_text() for label in labels]
    boxes = [label.get_window_extent() for label in labels]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def test_notes_are_wrapped():
    lines = footer_lines(("word " * 60, "short"), 100.0)
    assert lines[-1] == "short"
    assert max(map(len, lines)) <= 77


def test_rows_without_estimate_are_named_with_their_reason():
    assert not_estimable([("grade 2", ""), ("age", "")]) == ()
    assert not_estimable([("grade 2", "no event")] * 2) == ("Not estimable: grade 2 (no event).",)
    many = not_estimable([(f"level {k}", "no event") for k in range(6)])[0]
    assert many.endswith("level 3 (no event); and 2 more.")
