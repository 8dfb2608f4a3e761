from __future__ import annotations

import numpy as np

from radassoc.figures import plot_scree


def test_bars_and_running_total(pca):
    axes = plot_scree(pca)
    np.testing.assert_allclose([bar.get_height() for bar in axes.patches], [50, 30, 10])
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [50, 80, 90])


def test_nothing_computed(pca):
    pca.table = pca.table.iloc[:0]
    assert "No component" in plot_scree(pca).texts[0].get_text()
