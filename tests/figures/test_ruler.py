from __future__ import annotations

import numpy as np
import pytest

from radassoc.figures._ruler import Spot, draw_ruler, label_spots
from radassoc.figures._sheet import Sheet
from radassoc.figures.style import figure_for, style


def ends(places, texts, spots):
    """Return left and right end of each label by their widths, 1.3 mm a letter, touching its tick or around it."""
    half = np.array([0.65 * len(text) for text in texts])
    middle = places + np.array([spot.side for spot in spots]) * (half - 0.5)
    return middle - half, middle + half


def test_labels_with_room_stand_on_the_first_line_below_their_ticks():
    assert label_spots(np.array([40.0, 80.0, 120.0]), ["a", "b", "c"]) == [Spot(0)] * 3


@pytest.mark.parametrize("places", [[50.0, 52.0, 54.0], [50.0, 50.5, 51.0], [54.0, 50.0, 52.0]])
def test_labels_that_would_touch_part(places):
    texts = ["squamous", "adeno", "large cell"]
    spots = label_spots(np.array(places), texts)
    left, right = ends(np.array(places), texts, spots)
    for i in range(3):
        for j in range(i):
            assert spots[i].line != spots[j].line or left[i] > right[j] or left[j] > right[i]


def test_no_tick_runs_through_a_label():
    places, texts = np.array([50.0, 53.0, 60.0]), ["mesenchymal", "classical", "proneural"]
    spots = label_spots(places, texts)
    left, right = ends(places, texts, spots)
    for i, far in enumerate(spots):
        for j, near in enumerate(spots):
            if far.line > near.line >= 0:
                assert not left[j] < places[i] < right[j]


def test_order_of_the_levels_is_theirs():
    spots = label_spots(np.array([100.0, 50.0, 51.0]), ["far", "near", "near too"])
    assert spots[0] == Spot(0)
    assert spots[1] != spots[2]


def test_many_levels_are_placed_quickly():
    assert len(label_spots(np.linspace(40, 170, 15), ["some level"] * 15)) == 15


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
