from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from radassoc.figures import plot_nes_scatter
from radassoc.figures.nes_scatter import _apart
from radassoc.figures.style import COLORS


@pytest.fixture
def compared():
    table = pd.DataFrame(
        {
            "pathway": ["HYPOXIA", "P53", "RTK_SIGNALING"],
            "size": [40, 10, 20],
            "group_1": "female",
            "group_2": "male",
            "nes_1": [-0.8, 1.0, 1.2],
            "nes_2": [2.0, 1.1, 1.1],
            "p_value": [0.001, 0.4, 0.7],
            "direction": ["higher in male", "higher in male", "higher in female"],
            "differs": [True, False, False],
            "n_1": 40,
            "n_2": 37,
        }
    )
    return SimpleNamespace(table=table, reason="", params={"by": "radiomics:VOLUME_TC", "covariates": ("age",)})


def test_sets_stand_at_their_scores_and_differences_are_filled(compared):
    axes = plot_nes_scatter(compared)
    dots = axes.collections[0]
    np.testing.assert_allclose(dots.get_offsets(), compared.table[["nes_1", "nes_2"]])
    assert to_hex(dots.get_facecolors()[0]).upper() == COLORS["male"]
    assert dots.get_facecolors()[1, 3] == 0
    assert axes.get_xlabel() == "NES in female (n = 40)"
    assert axes.get_ylabel() == "NES in male (n = 37)"
    assert axes.get_xlim() == axes.get_ylim()


def test_what_was_tested_is_told(compared):
    axes = plot_nes_scatter(compared)
    told = " ".join(" ".join(text.get_text().split()) for text in axes.texts)
    assert "slopes differ in 1 of 3 sets" in told
    assert "given age" in told
    assert "HYPOXIA p = 0.001" in told
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "slopes higher in male",
        "no evidence that slopes differ",
    ]


def test_without_p_values_nothing_is_named(compared):
    compared.table["p_value"] = np.nan
    compared.table["differs"] = False
    compared.reason = "the score was fitted on these patients"
    told = [" ".join(text.get_text().split()) for text in plot_nes_scatter(compared).texts]
    assert told == ["difference not tested: the score was fitted on these patients"]


def test_nothing_compared_is_a_sentence(compared):
    compared.table = compared.table.iloc[:0]
    assert plot_nes_scatter(compared).texts[0].get_text() == "No gene set was compared."


def test_names_are_kept_apart():
    moved = _apart(np.array([2.0, 1.99, 1.98, -1.99, -2.0]), 0.3, 2.0)
    assert (np.diff(moved) <= -0.3 + 1e-12).all()
    assert moved.max() <= 2
    assert moved.min() >= -2
