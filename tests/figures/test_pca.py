from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.figures import plot_pca
from radassoc.figures.style import COLORS


def test_scores_and_share_of_variance(pca):
    axes = plot_pca(pca)
    np.testing.assert_allclose(axes.collections[0].get_offsets(), pca.samples[["PC1", "PC2"]])
    assert axes.get_xlabel() == "PC1 (50% of variance)"


def test_groups_are_counted_and_keep_their_colours(pca):
    sex = pd.Series(["male"] * 5 + ["female"] * 6, index=[f"p{i}" for i in range(11)], name="sex")
    legend = plot_pca(pca, color=sex).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["female (n = 6)", "male (n = 5)", "unknown (n = 1)"]
    assert legend.legend_handles[1].get_facecolor()[0][:3] == pytest.approx(
        tuple(int(COLORS["male"][i : i + 2], 16) / 255 for i in (1, 3, 5))
    )


def test_numbers_become_a_scale(pca):
    age = pd.Series(np.arange(12.0), index=[f"p{i}" for i in range(12)], name="age")
    figure = plot_pca(pca, color=age).figure
    assert figure.axes[1].get_ylabel() == "age"


def test_a_component_that_was_not_computed(pca):
    with pytest.raises(InputError, match="PC9"):
        plot_pca(pca, components=(1, 9))


def test_without_patients_there_is_a_sentence(pca):
    pca.samples = None
    assert "no patients" in plot_pca(pca).texts[0].get_text()
