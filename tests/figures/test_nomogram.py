from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort
from radassoc.figures import plot_calibration, plot_nomogram
from radassoc.survival.nomogram import fit_nomogram


@pytest.fixture(scope="module")
def cohort(pytestconfig):
    frame = pd.read_csv(
        pytestconfig.rootpath / "tests" / "oracles" / "clinical_cox.csv", index_col="patient", dtype={"grade": object}
    )
    return Cohort.from_frames(clinical=frame, time="time", event="event", unit="months")


@pytest.fixture(scope="module")
def nomogram(cohort):
    return fit_nomogram(cohort, ["age", "sex", "grade", "size"], times=[12, 24], n_bootstraps=3)


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_every_ruler_has_its_name(nomogram):
    told = texts(plot_nomogram(nomogram, title="Glioma"))
    names = ["Glioma", "Points", "age", "sex", "grade", "size", "Total points", "Survival at 1 year"]
    assert [name for name in names if name not in told] == []
    assert {"female", "male", "2", "3", "4", "30", "85"} <= set(told)
    assert any(text.startswith("Optimism-corrected concordance 0.") for text in told)


def test_rulers_are_as_long_as_their_points(nomogram):
    figure = plot_nomogram(nomogram, notes=False)
    sheet = figure.axes[0]
    long = [line.get_xdata() for line in sheet.lines if line.get_linewidth() == 0.8]
    hundred = np.ptp(long[0])
    for line, (_, part) in zip(long[1:], nomogram.table.groupby("variable", sort=False), strict=False):
        assert np.ptp(line) == pytest.approx(hundred * np.ptp(part["points"]) / 100)


def test_survival_stands_below_its_total_points(nomogram):
    sheet = plot_nomogram(nomogram).axes[0]
    heights = {text.get_text(): text.get_position()[1] for text in sheet.texts}
    own = [
        t
        for t in sheet.texts
        if abs(t.get_position()[1] - heights["Survival at 1 year"]) < 4 and t.get_ha() == "center"
    ]
    axis = nomogram.survival[nomogram.survival["time"] == 12].set_index("survival")["total_points"]
    left, right = 40.0, 183.0 - 6.0
    for text in own:
        expected = left + (right - left) * axis[float(text.get_text())] / nomogram.total["total_points"].max()
        assert text.get_position()[0] == pytest.approx(expected)
    assert len(own) > 2


def test_labels_do_not_touch(nomogram):
    figure = plot_nomogram(nomogram)
    renderer = figure.canvas.get_renderer()
    found = [(t.get_text(), t.get_window_extent(renderer)) for t in figure.axes[0].texts if t.get_text()]
    clashes = [
        (a, b)
        for i, (a, first) in enumerate(found)
        for b, second in found[:i]
        if first.x0 < second.x1 - 1
        and second.x0 < first.x1 - 1
        and first.y0 < second.y1 - 1
        and second.y0 < first.y1 - 1
    ]
    assert clashes == []


@pytest.mark.slow
def test_strata_have_rulers_of_their_own_until_they_are_many(cohort):
    two = fit_nomogram(cohort, ["age", "size"], times=[12, 24], strata="sex", n_bootstraps=0)
    assert "Survival at 1 year" in texts(plot_nomogram(two))
    assert {"female", "male"} <= set(texts(plot_nomogram(two)))
    many = fit_nomogram(cohort, ["age", "size"], times=[6, 12, 24], strata="centre", n_bootstraps=0)
    told = texts(plot_nomogram(many))
    assert sum(text.startswith("Survival at") for text in told) == 3
    assert any(text.startswith("Apparent concordance") for text in told)


def test_its_calibration_can_be_drawn(nomogram):
    assert plot_calibration(nomogram).axes
