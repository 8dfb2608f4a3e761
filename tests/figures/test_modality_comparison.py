from __future__ import annotations

import numpy as np
import pytest

import radassoc as ra
from radassoc.figures import plot_modality_comparison


@pytest.fixture(scope="module")
def found():
    cohort = ra.simulate_cohort(n_patients=40, seed=1).cohort
    return ra.compare_modalities(cohort, "radiomics", "expression", n_permutations=39, penalties=[0.3])


def test_each_measure_stands_among_its_permutations(found):
    figure = plot_modality_comparison(found, title="T")
    nulls = figure.axes[:3]
    for axes, row in zip(nulls, found.table.itertuples(), strict=True):
        assert axes.lines[0].get_xdata()[0] == row.estimate
        assert sum(bar.get_height() for bar in axes.patches) == 39
        assert f"{row.estimate:.2f}" in axes.get_title("left")
    assert nulls[0].get_legend() is not None


def test_the_largest_weights_are_shown(found):
    axes = plot_modality_comparison(found, most=4).axes[3]
    best = found.loadings[found.loadings["side"] == "radiomics"].head(4)
    np.testing.assert_allclose([bar.get_width() for bar in axes.patches], best["loading"][::-1])
