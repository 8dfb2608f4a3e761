from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from radassoc.base.errors import InputError
from radassoc.cohort.cohort import Cohort
from radassoc.figures import plot_forest
from radassoc.survival.cox_table import cox_table


@pytest.fixture(scope="module")
def cohort(pytestconfig):
    frame = pd.read_csv(
        pytestconfig.rootpath / "tests" / "oracles" / "clinical_cox.csv", index_col="patient", dtype={"grade": object}
    )
    return Cohort.from_frames(clinical=frame, time="time", event="event", unit="months")


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def boxes(figure):
    """Return the boxes of all written texts, of the sheet and of the ticks."""
    renderer = figure.canvas.get_renderer()
    found = [(t.get_text(), t.get_window_extent(renderer)) for t in figure.axes[0].texts if t.get_text()]
    for axes in figure.axes[1:]:
        found += [(t.get_text(), t.get_window_extent(renderer)) for t in axes.get_xticklabels() if t.get_text()]
    return found


def overlapping(figure):
    found = boxes(figure)
    return [
        (a, b)
        for i, (a, first) in enumerate(found)
        for b, second in found[:i]
        if first.x0 < second.x1 - 1
        and second.x0 < first.x1 - 1
        and first.y0 < second.y1 - 1
        and second.y0 < first.y1 - 1
    ]


def test_two_panels_of_one_scale_with_texts(cohort):
    table = cox_table(cohort, ["age", "sex", "grade"], per={"age": 10})
    figure = plot_forest(table, title="Survival")
    _sheet, left, right = figure.axes
    assert left.get_xlim() == right.get_xlim()
    assert left.get_xscale() == "log"
    told = texts(figure)
    assert {"Survival", "Univariable", "Multivariable (n = 175, 131 events)"} <= {
        t.replace("\n", " ") for t in told
    } or (any(t.startswith("Multivariable (n = ") for t in told))
    assert told.count("reference") == 4
    assert "age, per 10" in told
    assert {"male", "2", "3", "4"} <= set(told)
    drawn = np.concatenate([c.get_offsets()[:, 0] for c in right.collections])
    rows = table.table[(table.table["model"] == "multivariable") & ~table.table["is_reference"]]
    np.testing.assert_allclose(drawn, rows["hazard_ratio"])


def test_intervals_beyond_the_axis_end_in_arrows(cohort):
    few = cohort.subset(cohort.patients[:40])
    table = cox_table(few, ["grade", "sex"])
    changed = table.table
    changed.loc[changed["level"] == "male", "ci_high"] = 5000.0
    object.__setattr__(table, "table", changed)
    markers = [line.get_marker() for axes in plot_forest(table).axes[1:] for line in axes.lines]
    assert ">" in markers


def test_one_variable_is_one_panel(cohort):
    figure = plot_forest(cox_table(cohort, "age"))
    assert len(figure.axes) == 2
    assert "HR (95% CI)" in texts(figure)


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 3, 9])
def test_nothing_overlaps(cohort, n):
    frame = cohort.clinical
    extra = {f"a rather long name of marker {i}": np.arange(180) // (i + 1) % 3 for i in range(n)}
    cohort = cohort.with_clinical(pd.DataFrame(extra, index=frame.index))
    table = cox_table(cohort, ["sex", *extra], reference=dict.fromkeys(extra, 0))
    figure = plot_forest(table, title="Many variables")
    assert overlapping(figure) == []
    width, height = figure.bbox.width, figure.bbox.height
    for text, box in boxes(figure):
        assert box.x0 >= 0, text
        assert box.x1 <= width, text
        assert box.y0 >= 0, text
        assert box.y1 <= height, text


def test_notes_can_be_left_out(cohort):
    table = cox_table(cohort, ["age", "sex"])
    assert any("candidate parameters" in text for text in texts(plot_forest(table)))
    assert not any("candidate parameters" in text for text in texts(plot_forest(table, notes=False)))


def test_it_draws_into_what_is_given(cohort):
    table = cox_table(cohort, ["age", "sex"])
    on = Figure(figsize=(8, 5))
    part = on.subfigures(1, 2, width_ratios=[5, 1])[0]
    assert plot_forest(table, on=part) is part
    assert table.plot().axes


def test_a_row_without_estimate_says_so(cohort):
    frame = cohort.clinical.assign(marker=np.where(np.arange(180) < 12, "rare", "usual"))
    frame.iloc[:12, frame.columns.get_loc("event")] = 0
    cohort = Cohort.from_frames(clinical=frame, time="time", event="event", unit="months")
    figure = plot_forest(cox_table(cohort, ["marker", "sex"], reference={"marker": "usual"}))
    assert texts(figure).count("not estimable") == 2


def test_a_figure_too_narrow_is_refused(cohort):
    on = Figure(figsize=(3.5, 3))
    with pytest.raises(InputError, match="no room for 2 models"):
        plot_forest(cox_table(cohort, ["age", "sex"]), on=on)


def test_long_names_keep_their_unit(cohort):
    name = "wavelet_HLH_glszm_SizeZoneNonUniformityNormalized_of_the_whole_tumour_region"
    cohort = cohort.with_clinical(cohort.clinical[["size"]].rename(columns={"size": name}))
    table = cox_table(cohort, [name, "sex"], per={name: "SD"})
    told = [text for text in texts(plot_forest(table)) if "…" in text]
    assert len(told) == 1
    assert told[0].startswith("wavelet ")
    assert told[0].endswith("region, per SD")
