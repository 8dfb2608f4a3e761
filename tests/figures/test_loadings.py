from __future__ import annotations

import numpy as np

from radassoc.figures import plot_loadings


def test_largest_in_order_with_their_classes(pca):
    axes = plot_loadings(pca, most=3)
    np.testing.assert_allclose([bar.get_width() for bar in axes.patches[:3]], [-2, 2, 3])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["glcm", "shape"]


def test_component_that_was_not_computed(pca):
    assert "PC7 was not computed." in plot_loadings(pca, component=7).texts[0].get_text()
