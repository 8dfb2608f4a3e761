from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.figures.calibration import plot_calibration

COUNTS = {"counts": {"n_patients": 77, "n_events": 31}}


@pytest.fixture
def result():
    columns = ["group", "n", "predicted", "observed", "ci_low", "ci_high"]
    rows = [
        ("1", 20, 0.2, 0.1, np.nan, np.nan),
        ("2", 20, 0.6, 0.5, 0.3, 0.7),
        *(("smooth", 0, x, 0.8 * x, 0.7 * x, 0.9 * x) for x in (0.1, 0.5, 0.7)),
        ("histogram", 10, 0.225, np.nan, np.nan, np.nan),
        ("histogram", 30, 0.625, np.nan, np.nan, np.nan),
    ]
    part = pd.DataFrame(rows, columns=columns)
    frame = pd.concat([part.assign(model=model, time=12.0) for model in ("score", "clinical")])
    told = [
        ("calibration_slope", "score", np.nan, 0.8, 0.5, 1.1),
        ("observed_expected", "score", 12.0, 0.9, 0.7, 1.2),
        ("ici", "score", 12.0, 0.08, np.nan, np.nan),
    ]
    table = pd.DataFrame(told, columns=["measure", "model", "time", "estimate", "ci_low", "ci_high"])
    return SimpleNamespace(calibration=frame, table=table, unit="months", reason="", provenance=COUNTS)


def test_groups_curve_diagonal_and_histogram(result):
    (axes,) = plot_calibration(result).axes
    diagonal, smooth = axes.lines
    np.testing.assert_array_equal(diagonal.get_ydata(), [0, 1])
    np.testing.assert_array_equal(smooth.get_xdata(), [0.1, 0.5, 0.7])
    points = axes.collections[-1].get_offsets()
    np.testing.assert_allclose(points, [[0.2, 0.1], [0.6, 0.5]])
    heights = [bar.get_height() for bar in axes.patches]
    assert heights[0] == pytest.approx(heights[1] / 3)
    assert all(bar.get_y() < 0 and bar.get_y() + bar.get_height() < 0 for bar in axes.patches)


def test_the_numbers_stand_above(result):
    (axes,) = plot_calibration(result).axes
    assert axes.get_title(loc="left") == "Full score, 1 year"
    told = " ".join(text.get_text() for text in axes.texts)
    assert "observed / expected 0.90 (0.70 to 1.20)" in told
    assert "slope 0.80 (0.50 to 1.10); ICI 0.08" in told


def test_another_model_can_be_drawn(result):
    (axes,) = plot_calibration(result, model="clinical").axes
    assert axes.get_title(loc="left") == "Clinical model, 1 year"
    with pytest.raises(InputError, match="volume"):
        plot_calibration(result, model="volume")


def test_without_absolute_risks_it_says_so(result):
    result.calibration = result.calibration.iloc[:0]
    assert "absolute risks" in plot_calibration(result).axes[0].texts[0].get_text()


@pytest.fixture
def nomogram(result):
    frame = result.calibration
    apparent, corrected = (frame[frame["model"] == name] for name in ("score", "clinical"))
    corrected = corrected[corrected["group"] != "histogram"].assign(ci_low=np.nan, ci_high=np.nan)
    frames = [apparent.assign(model="apparent"), corrected.assign(model="optimism-corrected")]
    validation = pd.DataFrame({"measure": ["calibration_slope"], "estimate": [0.87], "n_bootstraps": [200]})
    result.calibration = pd.concat(frames)
    return SimpleNamespace(**vars(result), validation=validation)


def test_a_nomogram_shows_what_the_bootstrap_takes_away(nomogram):
    (axes,) = plot_calibration(nomogram).axes
    assert axes.get_title(loc="left") == "Nomogram, 1 year"
    told = " ".join(text.get_text() for text in axes.texts)
    assert "slope 0.87 (optimism-corrected)" in told
    assert "200 bootstrap samples" in told
    assert "(training: 77 patients, 31 events)" in axes.figure.get_suptitle()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Apparent", "Optimism-corrected"]


def test_one_side_of_a_nomogram_can_be_drawn(nomogram):
    (axes,) = plot_calibration(nomogram, model="apparent").axes
    assert axes.get_legend() is None
    nomogram.validation["estimate"] = np.nan
    (axes,) = plot_calibration(nomogram, model="apparent").axes
    assert "not validated" in " ".join(text.get_text() for text in axes.texts)
