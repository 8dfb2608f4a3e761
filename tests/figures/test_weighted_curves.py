import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from radassoc.cohort.cohort import Cohort
from radassoc.figures import plot_balance, plot_weighted_curves
from radassoc.figures.style import COLORS
from radassoc.strata.weighting import weighted_comparison


@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(4)
    sex = np.repeat(["female", "male"], 50)
    frame = pd.DataFrame(
        {"sex": sex, "age": rng.normal(60, 9, 100) + 5 * (sex == "male"), "idh_status": rng.choice(["wt", "mut"], 100)},
        index=[f"P{i}" for i in range(100)],
    )
    frame["idh_status"] = frame["idh_status"].mask(np.arange(100) == 7)
    frame["site"] = rng.choice(["a", "b"], 100)
    frame["os"], frame["dead"] = rng.exponential(9, 100) + 0.1, np.arange(100) % 4 > 0
    return Cohort.from_frames(clinical=frame, time="os", event="dead", unit="months")


@pytest.fixture(scope="module")
def found(cohort):
    return weighted_comparison(cohort, "sex", ["age", "idh_status"])


def steps(axes):
    return {line.get_color(): line for line in axes.lines if line.get_drawstyle() == "steps-post"}


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_panels_share_axes_and_draw_their_curves(found):
    left, right = found.plot().axes
    assert left.get_xlim() == right.get_xlim()
    assert left.get_xlabel() == right.get_xlabel() == "Time (months)"
    assert [axes.get_ylabel() for axes in (left, right)] == ["Survival probability", ""]
    titles = [axes.get_title(loc="left") for axes in (left, right)]
    assert titles == ["As they are", "Weighted to the same age, IDH status"]
    for axes, model in ((left, "unweighted"), (right, "weighted")):
        for sex, line in ((sex, steps(axes)[COLORS[sex]]) for sex in ("female", "male")):
            part = found.curves[(found.curves["model"] == model) & (found.curves["stratum"] == sex)]
            np.testing.assert_allclose(line.get_ydata(), part["survival"])
        assert len(axes.collections) == 2


def test_each_panel_tells_its_own_ratio_and_numbers(found):
    left, right = plot_weighted_curves(found).axes
    for axes, row, kind in ((left, found.table.iloc[0], "95% CI"), (right, found.table.iloc[1], "robust 95% CI")):
        told = "\n".join(texts(axes))
        ends = f"{row['ci_low']:.2f} to {row['ci_high']:.2f}"
        assert f"HR {row['hazard_ratio']:.2f} ({kind} {ends}), p = " in told
        assert "male vs female" in told
    sizes = found.weights.set_index("stratum").loc["male"]
    legends = [[text.get_text() for text in axes.get_legend().get_texts()] for axes in (left, right)]
    deaths = found.curves.query("model == 'weighted' and stratum == 'male'")["events"].sum()
    assert legends[0][1] == f"male ({deaths}/{sizes['n']:.0f})"
    assert legends[1][1] == f"male ({sizes['effective_n']:.0f}/{sizes['n']:.0f})"
    assert right.get_legend().get_title().get_text() == "effective/all patients"


def test_weighted_numbers_at_risk_are_rounded_sums_of_weights(found):
    right = plot_weighted_curves(found).axes[1]
    told = texts(right)
    assert "Weighted number at risk" in told
    part = found.curves.query("model == 'weighted' and stratum == 'female'")
    for tick, text in zip(right.get_xticks(), told[told.index("female") + 1 :], strict=False):
        later = part.loc[part["time"] >= tick, "weighted_at_risk"]
        assert int(text) == (round(later.iloc[0]) if len(later) else 0)


def test_notes_stand_below(cohort, found):
    below = plot_weighted_curves(found).get_supxlabel()
    assert "pointwise 95% intervals" in below
    assert "1 patient left out: idh_status unknown." in below
    assert "What was not measured" in below
    layered = weighted_comparison(cohort, "sex", ["age"], strata=["site"], level=0.9)
    told = plot_weighted_curves(layered).get_supxlabel()
    assert "Hazard ratios within site" in told
    assert "90% intervals" in told


def test_without_intervals_and_until_a_time(found):
    figure = plot_weighted_curves(found, intervals=False, until=6.0, title="Sex")
    assert not any(axes.collections for axes in figure.axes)
    assert "Shaded" not in figure.get_supxlabel()
    assert figure.get_suptitle() == "Sex"
    assert [axes.get_xlim()[1] for axes in figure.axes] == pytest.approx([6.12, 6.12])


def test_long_names_of_covariates_break_the_heading_then_go_to_the_notes(cohort):
    clinical = cohort.clinical[["age"]].add_prefix("a_long_name_of_")
    clinical["another_name_of_the_same_length"] = np.arange(100) % 7
    wider = cohort.with_clinical(clinical)
    figure = plot_weighted_curves(weighted_comparison(wider, "sex", list(clinical)))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert [title.count("\n") for title in titles] == [1, 1]
    named = ["idh_status", "site", *clinical]
    figure = plot_weighted_curves(weighted_comparison(wider, "sex", named))
    assert figure.axes[1].get_title(loc="left") == "Weighted to the same 4 covariates"
    assert "IDH status, site, a long name of age, another name of the same length" in figure.get_supxlabel()


def test_nothing_overlaps_or_leaves_the_figure(found):
    figure = plot_weighted_curves(found)
    figure.draw_without_rendering()
    width, height = figure.bbox.size
    for axes in figure.axes:
        for text in (*axes.texts, axes.title, axes._left_title, figure._supxlabel):
            box = text.get_window_extent()
            assert box.x0 >= -1
            assert box.x1 <= width + 1
            assert box.y1 <= height + 1
    lowest = min(text.get_window_extent().y0 for axes in figure.axes for text in axes.texts)
    assert figure._supxlabel.get_window_extent().y1 < lowest + 10  # its first line is blank


def test_draws_in_a_given_figure_and_the_balance_too(found):
    whole = Figure(figsize=(8, 9))
    upper, lower = whole.subfigures(2)
    assert plot_weighted_curves(found, on=upper) is upper
    assert plot_balance(found, on=lower.subplots()).get_title(loc="left") == "Balance of sex"


def test_notes_of_the_result_can_be_left_out(found):
    assert "Stabilised weights" in found.plot().get_supxlabel()
    bare = found.plot(notes=False).get_supxlabel()
    assert "Stabilised weights" not in bare
    assert "take the weights as known" in bare
