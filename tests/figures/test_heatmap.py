from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.figures.heatmap import Heatmap
from radassoc.figures.style import style


def heatmap(values, **more):
    return Heatmap(values=values, stars=values > 0.5, limit=1.0, label="rho", star_label="p < 0.05", **more)


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 3), (80, 70)])
def test_any_shape(shape):
    values = pd.DataFrame(np.random.default_rng(0).uniform(-1, 1, shape))
    with style():
        figure = heatmap(values).draw(None)
    cells = figure.axes[0]
    assert cells.collections[0].get_array().size == values.size
    assert len(cells.get_yticks()) == (shape[0] if shape[0] <= 60 else 0)


def test_missing_cells_stay_empty():
    values = pd.DataFrame([[0.1, np.nan, 0.3], [0.2, 0.1, 0.9], [0.4, 0.5, 0.6]])
    with style():
        figure = heatmap(values).draw(None)
    assert figure.axes[0].collections[0].get_array().mask.sum() == 1


def test_one_colour_has_one_meaning_in_all_strips():
    values = pd.DataFrame(np.eye(3))
    strips = {"class": ["a", "b", "unknown"], "region": ["ET", "NET", "ET"], "other": [f"x{i}" for i in range(18)]}
    palettes = heatmap(values, strips=strips)._palettes()
    colors = [color for palette in palettes.values() for color in palette.values()]
    assert len(colors) == len(set(colors)) == 23
