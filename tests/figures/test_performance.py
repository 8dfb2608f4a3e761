"""What the figures of performance share."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.figures._performance import (
    choose,
    entitle,
    estimate,
    in_words,
    model_colors,
    model_name,
    panels,
    time_name,
)
from radassoc.figures.style import figure_for, style


def test_models_keep_their_name_and_colour():
    assert model_name("full") == model_name("score") == "Full score"
    assert model_name("rtk_panel") == "RTK panel"
    one, two = model_colors(["score", "volume"]), model_colors(["volume", "full", "mine"])
    assert one["score"] == two["full"]
    assert one["volume"] == two["volume"]
    assert len(set(two.values())) == 3


@pytest.mark.parametrize(
    ("time", "unit", "told"),
    [
        (365.25, "days", "1 year"),
        (24.0, "months", "2 years"),
        (17.0, "months", "17 months"),
        (412.0, "days", "412 days"),
    ],
)
def test_whole_years_are_told_as_years(time, unit, told):
    assert time_name(time, unit) == told


def test_what_is_not_there_cannot_be_chosen():
    frame = pd.DataFrame({"model": ["score", "volume", "score"], "time": [12.0, 12.0, 24.0]})
    assert choose(frame, "model", None) == ["score", "volume"]
    assert choose(frame, "time", 24.0) == [24.0]
    assert choose(frame, "model", ("volume",)) == ["volume"]
    with pytest.raises(InputError, match="'age'"):
        choose(frame, "model", "age")
    with pytest.raises(InputError, match="time="):
        choose(frame, "time", (13.0,))


@pytest.mark.parametrize(("n", "shape"), [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3))])
def test_panels_fill_their_rows(n, shape):
    with style():
        figure, axes = panels(None, n, reason="", height=60.0, above=10.0)
    assert len(axes) == n
    assert axes[0].get_gridspec().get_geometry() == shape
    assert len(figure.axes) == shape[0] * shape[1]


def test_without_panels_the_reason_stands_there():
    with style():
        figure, axes = panels(None, 0, reason="no events", height=60.0, above=10.0)
    assert axes == []
    assert figure.axes[0].texts[0].get_text() == "No events"


def test_estimates_in_words():
    table = pd.DataFrame(
        {
            "measure": ["auc", "auc", "ici"],
            "model": "score",
            "time": [12.0, 24.0, np.nan],
            "estimate": [0.7, 0.8, np.nan],
            "ci_low": [0.6, np.nan, np.nan],
            "ci_high": [0.8, np.nan, np.nan],
        }
    )
    assert in_words(estimate(table, "auc", "score", 12.0)) == "0.70 (0.60 to 0.80)"
    assert in_words(estimate(table, "auc", "score", 24.0)) == "0.80"
    assert estimate(table, "ici", "score") is None
    assert in_words(None) == "not estimated"
    assert in_words(SimpleNamespace(estimate=1.0, ci_low=np.nan, ci_high=np.nan)) == "1.00"


@pytest.mark.parametrize(("width", "break_"), [(183.0, "   "), (89.0, "\n")])
def test_titles_tell_from_whom_the_numbers_come(width, break_):
    result = SimpleNamespace(provenance={"counts": {"n_patients": 118, "n_events": 64}}, source="test")
    with style():
        figure = figure_for(None, width=width)
        entitle(figure, "hn1", result)
        assert figure.get_suptitle() == f"hn1{break_}(not used in training: 118 patients, 64 events)"
        del result.source
        entitle(figure, "", result)
    assert "out of fold" in figure.get_suptitle()
