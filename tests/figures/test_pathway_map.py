from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.enrichment.enrich import enrich
from radassoc.figures import plot_pathway_map


def test_the_map_shows_every_score_and_stars_what_is_enriched(along_three):
    figure = plot_pathway_map(along_three, title="Map")
    mesh = next(child for axes in figure.axes for child in axes.collections if hasattr(child, "get_array"))
    shown = np.sort(np.asarray(mesh.get_array()).ravel())
    np.testing.assert_allclose(shown, np.sort(along_three.table["nes"]), atol=1e-12)
    texts = [text.get_text() for text in figure.texts] + [t.get_text() for a in figure.axes for t in a.texts]
    assert any("3 gene sets x 3 values" in text for text in texts)
    assert any("1 of 3 values have an enriched set" in text for text in texts)


def test_the_map_keeps_the_strongest(along_three):
    figure = plot_pathway_map(along_three, most=1, columns=2)
    labels = [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]
    assert "up" in labels
    assert "plain" not in labels


def test_nothing_tested_is_a_sentence(genes_cohort, planted_sets):
    empty = enrich(genes_cohort, pd.Series(1.0, index=genes_cohort.patients, name="same"), planted_sets)
    assert "the same in all patients" in plot_pathway_map(empty).axes[0].texts[0].get_text()
