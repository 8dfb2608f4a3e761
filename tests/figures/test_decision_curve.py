from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.figures.decision_curve import plot_decision_curve

COUNTS = {"counts": {"n_patients": 77, "n_events": 31}}


@pytest.fixture
def result():
    thresholds = np.array([0.1, 0.2, 0.3])
    curves = {
        "score": [0.3, 0.25, 0.2],
        "volume": [0.28, 0.2, np.nan],
        "treat all": [0.28, 0.1, -0.5],
        "treat none": [0.0, 0.0, 0.0],
    }
    parts = [
        pd.DataFrame({"model": name, "time": 24.0, "threshold": thresholds, "net_benefit": curve})
        for name, curve in curves.items()
    ]
    return SimpleNamespace(decision=pd.concat(parts), unit="months", reason="", provenance=COUNTS)


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_models_and_both_references(result):
    (axes,) = plot_decision_curve(result).axes
    assert labels(axes) == ["Full score", "Tumour volume", "Treat all", "Treat none"]
    assert axes.get_title(loc="left") == "2 years"
    assert "2 years" in axes.get_xlabel()
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [0.3, 0.25, 0.2])


def test_the_axis_keeps_what_is_worth_seeing(result):
    (axes,) = plot_decision_curve(result).axes
    low, high = axes.get_ylim()
    assert -0.1 < low < 0
    assert high > 0.3
    assert axes.get_xlim() == (0, 0.3)


def test_a_model_can_be_chosen_but_no_reference_alone(result):
    (axes,) = plot_decision_curve(result, models="volume").axes
    assert labels(axes) == ["Tumour volume", "Treat all", "Treat none"]
    with pytest.raises(InputError, match="treat all"):
        plot_decision_curve(result, models="treat all")


def test_without_absolute_risks_it_says_so(result):
    result.decision = result.decision.iloc[:0]
    assert "absolute risks" in plot_decision_curve(result).axes[0].texts[0].get_text()
