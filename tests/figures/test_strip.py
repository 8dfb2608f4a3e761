from __future__ import annotations

import numpy as np
import pytest

from radassoc.base.errors import InputError
from radassoc.figures import plot_strip


def test_every_pair_has_its_point(associations):
    axes = plot_strip(associations)
    heights = np.concatenate([points.get_offsets()[:, 1] for points in axes.collections])
    np.testing.assert_allclose(np.sort(heights), np.sort(-np.log10(associations.adjusted.to_numpy().ravel())))


def test_groups_by_size_with_their_counts(associations):
    associations.left_info.iloc[:9, 0] = "glcm"
    labels = [label.get_text() for label in plot_strip(associations).get_xticklabels()]
    assert labels == ["glcm (10)", "shape (2)"]


def test_estimates(associations):
    axes = plot_strip(associations, value="estimate")
    heights = np.concatenate([points.get_offsets()[:, 1] for points in axes.collections])
    np.testing.assert_allclose(np.sort(heights), np.sort(associations.estimates.to_numpy().ravel()))
    assert axes.get_ylabel() == "Spearman's ρ"


def test_unknown_grouping(associations):
    with pytest.raises(InputError, match="feature_class, region"):
        plot_strip(associations, by="colour")
    with pytest.raises(InputError, match="value"):
        plot_strip(associations, value="p")


def test_genes_have_no_classes(associations):
    associations.left_info = associations.left_info[["column_kind"]]
    assert [label.get_text() for label in plot_strip(associations).get_xticklabels()] == ["feature (12)"]
