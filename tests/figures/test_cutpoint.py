from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from radassoc.figures import plot_cutpoint
from radassoc.figures.style import COLORS


@pytest.fixture
def search():
    curve = pd.DataFrame({"cut": [1.0, 2, 3], "statistic": [0.5, -2.9, -1.0], "n_low": [1, 2, 3], "n_high": [3, 2, 1]})
    bins = pd.DataFrame(
        {
            "left": [0.0, 1, 2, 3],
            "right": [1.0, 2, 3, 4],
            "group": ["low", "low", "high", "high"],
            "n_patients": [3, 5, 4, 2],
            "n_events": [1, 2, 4, 1],
        }
    )
    return SimpleNamespace(
        curve=curve,
        histogram=bins,
        cut=2.0,
        cuts=(2.0,),
        critical=2.7,
        p_value=0.03,
        p_method="lau94",
        variable="radiomics:tumour_volume",
        reason="",
    )


def texts(figure):
    return "\n".join(text.get_text() for axes in figure.axes for text in axes.texts)


def test_a_search_shows_every_cut_its_level_and_whom_it_parts(search):
    figure = plot_cutpoint(search)
    top, below = figure.axes
    np.testing.assert_allclose(top.lines[0].get_ydata(), [0.5, 2.9, 1.0])
    assert top.lines[1].get_xdata() == [2.0]
    assert top.lines[2].get_ydata() == [2.7, 2.7]
    assert [bar.get_height() for bar in below.patches] == [3, 5, 1, 2, 4, 2, 4, 1]
    assert below.patches[-1].get_facecolor()[:3] == pytest.approx((213 / 255, 94 / 255, 0))
    assert COLORS["high"] == "#D55E00"
    assert below.get_xlabel() == "tumour volume"
    assert "cut: 2; lower values die earlier" in texts(figure)
    assert "corrected p = 0.030 (Lausen et al. 1994)" in texts(figure)


def test_scores_learned_here_have_no_p_and_no_level(search):
    search.p_value = search.critical = np.nan
    cut = SimpleNamespace(search=search, cuts=(2.0,), histogram=search.histogram, score=object(), column="", reason="")
    figure = plot_cutpoint(cut)
    assert "no p-value" in texts(figure)
    assert "5% level" not in texts(figure)
    assert figure.axes[1].get_xlabel() == "Risk score"


def test_other_cuts_show_the_distribution_alone(search):
    bins = search.histogram.assign(group=["low", "intermediate", "high", "high"])
    cut = SimpleNamespace(search=None, cuts=(1.0, 1234.5), histogram=bins, score=None, column="age", reason="")
    figure = plot_cutpoint(cut, title="Thirds")
    (axes,) = figure.axes
    assert "cuts: 1; 1,234" in texts(figure)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "low (n = 3)",
        "intermediate (n = 5)",
        "high (n = 6)",
    ]


def test_no_cut_is_a_sentence(search):
    cut = SimpleNamespace(search=None, cuts=(), histogram=search.histogram.iloc[:0], reason="the score is constant")
    assert "The score is constant" in texts(plot_cutpoint(cut))


def test_draws_in_a_given_figure(search):
    figure = Figure()
    assert plot_cutpoint(search, on=figure) is figure


def test_what_lies_far_out_is_counted_at_the_edge(search):
    far = pd.DataFrame({"left": [4.0], "right": [90.0], "group": ["high"], "n_patients": [2], "n_events": [1]})
    search.histogram = pd.concat([search.histogram, far], ignore_index=True)
    figure = plot_cutpoint(search)
    assert figure.axes[1].get_xlim() == pytest.approx((-1.2, 5.2))
    assert "2 →" in texts(figure)
    assert "16 patients, 9 events" in texts(figure)
