from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from radassoc.figures import plot_association_heatmap


def cells_of(figure):
    return figure.axes[0]


def test_every_cell_holds_its_own_pair(associations):
    cells = cells_of(plot_association_heatmap(associations))
    rows = [label.get_text() for label in cells.get_yticklabels()]
    columns = [label.get_text().replace(" ", "_") for label in cells.get_xticklabels()]
    drawn = cells.collections[0].get_array().reshape(len(rows), len(columns))
    np.testing.assert_allclose(drawn, associations.estimates.loc[rows, columns])


def test_stars_stand_on_significant_pairs(associations):
    cells = cells_of(plot_association_heatmap(associations))
    assert len(cells.collections[1].get_offsets()) == int((associations.adjusted < 0.05).to_numpy().sum())


def test_scale_is_symmetric(associations):
    image = cells_of(plot_association_heatmap(associations)).collections[0]
    assert image.get_clim()[0] == -image.get_clim()[1]


def test_only_informative_annotations_are_drawn(associations):
    figure = plot_association_heatmap(associations)
    ticks = [label.get_text() for axes in figure.axes for label in axes.get_xticklabels()]
    assert "feature class" in ticks
    assert "region" not in ticks


def test_shows_the_strongest_when_there_are_too_many(associations):
    cells = cells_of(plot_association_heatmap(associations, most=2, columns=3))
    shown = {label.get_text() for label in cells.get_yticklabels()}
    best = associations.adjusted.min(axis=1)
    assert len(shown) == 2
    assert best[list(shown)].max() <= best.drop(list(shown)).min()


def test_nothing_tested_is_a_sentence(associations):
    associations.estimates[:] = np.nan
    associations.reason = "All features are constant."
    figure = plot_association_heatmap(associations)
    assert figure.axes[0].texts[0].get_text() == "All features are constant."


def test_draws_in_a_subfigure(associations):
    part = Figure().subfigures(1, 2)[1]
    assert plot_association_heatmap(associations, on=part) is part
