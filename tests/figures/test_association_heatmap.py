from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from radassoc.base.errors import InputError
from radassoc.figures import plot_association_heatmap
from radassoc.figures.association_heatmap import _memberships


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


def test_says_how_much_is_shown(associations):
    told = plot_association_heatmap(associations, most=2, columns=3, title="Map")._suptitle.get_text()
    assert "2 of 12 features x 3 of 4 pathways, those with the smallest p-values" in told
    assert f"{associations.n_significant} of 48 pairs have adjusted p < 0.05; n = 77" in told


def test_estimates_of_another_kind_have_no_place_on_the_scale(associations):
    associations.right_info.loc["PATHWAY_1", "column_kind"] = "binary"
    figure = plot_association_heatmap(associations)
    assert "PATHWAY 1" not in [label.get_text() for label in cells_of(figure).get_xticklabels()]
    assert "Not shown: 1 of 4 pathways" in figure._suptitle.get_text()
    other = plot_association_heatmap(associations, kinds=("continuous", "binary"))
    assert [label.get_text() for label in cells_of(other).get_xticklabels()] == ["PATHWAY 1"]


def test_an_auc_is_centred_at_one_half(associations):
    associations.estimates += 0.5
    associations.table["estimate_kind"] = "auc"
    low, high = cells_of(plot_association_heatmap(associations)).collections[0].get_clim()
    assert (low + high) / 2 == 0.5


def test_gene_sets_are_a_bar_above_the_genes(associations):
    associations.right_name = "gene"
    associations.table = associations.table.rename(columns={"pathway": "gene"})
    sets = {"one": ["PATHWAY_0", "PATHWAY_1"], "two": ["PATHWAY_1"], "three": ["PATHWAY_3"]}
    figure = plot_association_heatmap(associations, gene_sets=sets)
    bars = [axes for axes in figure.axes if [t.get_text() for t in axes.get_yticklabels()] == ["pathway"]]
    assert len(bars) == 1
    texts = [text.get_text() for legend in figure.findobj(Legend) for text in legend.get_texts()]
    assert {"one", "three", "several sets", "no set"} <= set(texts)
    assert _memberships(associations.estimates.columns, sets) == ["one", "several sets", "no set", "three"]


def test_gene_sets_are_a_mapping(associations):
    with pytest.raises(InputError, match="genes by name"):
        plot_association_heatmap(associations, gene_sets=["EGFR"])
