from __future__ import annotations

import numpy as np

from radassoc.figures._ruler import draw_ruler, label_rows
from radassoc.figures._sheet import Sheet
from radassoc.figures.style import figure_for, style


def test_labels_with_room_stand_on_the_first_line():
    assert label_rows(np.array([40.0, 80.0, 120.0]), ["a", "b", "c"]) == [0, 0, 0]


def test_labels_that_would_touch_part():
    rows = label_rows(np.array([50.0, 52.0, 54.0]), ["squamous", "adeno", "large cell"])
    assert len(set(rows)) == 3


def test_order_of_the_levels_is_theirs():
    rows = label_rows(np.array([100.0, 50.0, 51.0]), ["far", "near", "near too"])
    assert rows[0] == 0
    assert rows[1] != rows[2]


def test_many_levels_are_placed_quickly():
    assert len(label_rows(np.linspace(40, 170, 15), ["some level"] * 15)) == 15


def written(sheet):
    return [text.get_text() for text in sheet.axes.texts]


def test_equal_steps_are_thinned_evenly():
    with style():
        sheet = Sheet(figure_for(None))
        draw_ruler(sheet, 20.0, "size", np.linspace(40, 60, 11), [f"{k}000" for k in range(11)])
    assert written(sheet)[0] == "size"
    shown = [int(text) // 1000 for text in written(sheet)[1:]]
    assert len(set(np.diff(shown))) == 1
    assert shown[0] == 0


def test_unequal_steps_lose_only_what_touches():
    with style():
        sheet = Sheet(figure_for(None))
        draw_ruler(sheet, 20.0, "survival", np.array([40.0, 80.0, 80.5, 120.0]), ["0.9", "0.8", "0.7", "0.6"])
    assert written(sheet)[1:] == ["0.9", "0.8", "0.6"]
