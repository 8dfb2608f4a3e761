from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from radassoc.base.errors import InputError
from radassoc.figures.time_roc import plot_time_roc

COUNTS = {"counts": {"n_patients": 77, "n_events": 31}}


@pytest.fixture
def result():
    curve = {"false_positive": [0.0, 0.5, 1.0], "true_positive": [0.0, 0.8, 1.0], "threshold": [np.inf, 0.0, -np.inf]}
    roc = pd.concat(
        pd.DataFrame(curve).assign(model=model, time=time) for time in (12.0, 24.0) for model in ("score", "volume")
    )
    rows = [
        ("auc", model, time, 0.65, 0.51, 0.78, "bootstrap") for model in ("score", "volume") for time in (12.0, 24.0)
    ]
    table = pd.DataFrame(rows, columns=["measure", "model", "time", "estimate", "ci_low", "ci_high", "interval"])
    return SimpleNamespace(roc=roc, table=table, unit="months", reason="", source="test", provenance=COUNTS)


def texts(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_one_panel_a_time_and_one_line_a_model(result):
    figure = plot_time_roc(result, title="hn1")
    first, second = figure.axes
    assert figure.get_suptitle() == "hn1   (not used in training: 77 patients, 31 events)"
    assert first.get_title(loc="left") == "1 year: AUC (95% interval)"
    assert second.get_title(loc="left").startswith("2 years")
    assert texts(first) == ["Full score: 0.65 (0.51 to 0.78)", "Tumour volume: 0.65 (0.51 to 0.78)"]
    diagonal, score, _ = first.lines
    np.testing.assert_array_equal(diagonal.get_xdata(), [0, 1])
    np.testing.assert_array_equal(score.get_ydata(), [0, 0.8, 1])


def test_models_and_times_can_be_chosen(result):
    figure = plot_time_roc(result, models="volume", times=24.0)
    (axes,) = figure.axes
    assert texts(axes) == ["Tumour volume: 0.65 (0.51 to 0.78)"]
    with pytest.raises(InputError, match="24"):
        plot_time_roc(result, times=13.0)


def test_it_draws_on_a_given_figure(result):
    figure = Figure()
    assert plot_time_roc(result, on=figure) is figure


def test_no_curve_has_a_reason(result):
    result.roc, result.reason = result.roc.iloc[:0], ""
    figure = plot_time_roc(result)
    assert "cases and controls" in figure.axes[0].texts[0].get_text()


@pytest.mark.parametrize(("kind", "told"), [("conditional", "AUC (conditional 95% interval)"), ("none", "AUC")])
def test_the_kind_of_interval_is_told(result, kind, told):
    result.table["interval"] = kind
    assert plot_time_roc(result).axes[0].get_title(loc="left") == f"1 year: {told}"


def test_the_score_lies_on_top(result):
    _, score, volume = plot_time_roc(result).axes[0].lines
    assert score.get_zorder() > volume.get_zorder()
