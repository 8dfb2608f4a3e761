from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from radassoc.figures import plot_adjusted_survival, plot_kaplan_meier
from radassoc.figures.style import COLORS


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_curves_are_steps_in_the_colours_of_their_groups(comparison):
    axes = plot_kaplan_meier(comparison)
    steps = {line.get_label(): line for line in axes.lines if line.get_drawstyle() == "steps-post"}
    assert set(steps) == {"low (1/3)", "high (3/3)"}  # events/patients
    assert steps["high (3/3)"].get_color() == COLORS["high"]
    np.testing.assert_allclose(steps["high (3/3)"].get_ydata(), [1, 2 / 3, 1 / 3, 0])


def test_numbers_at_risk_are_those_of_the_curves(comparison):
    axes = plot_kaplan_meier(comparison)
    ticks = list(axes.get_xticks())
    told = texts(axes)
    start = told.index("low") + 1
    low = [int(text) for text in told[start : start + len(ticks)]]
    expected = {0: 3, 2: 3, 4: 3, 6: 2, 8: 2, 10: 1, 12: 1}
    assert low == [expected[int(tick)] for tick in ticks]
    high = [int(text) for text in told[told.index("high") + 1 :]]
    assert high[0] == 3
    assert high[-1] == 0


def test_the_band_holds_until_the_curve_reaches_zero(comparison):
    """The interval is missing where the estimate is zero, not in the time before."""
    curves = comparison.curves
    curves.loc[(curves["survival"] == 0) | (curves["survival"] == 1), ["ci_low", "ci_high"]] = np.nan
    ends = [band.get_paths()[0].get_extents().x1 for band in plot_kaplan_meier(comparison).collections]
    assert ends == [12.0, 6.0]


def test_tells_ratio_interval_p_and_source(comparison):
    told = "\n".join(texts(plot_kaplan_meier(comparison)))
    assert "HR 2.31 (95% CI 1.40 to 3.90)" in told
    assert "log-rank p = 0.012" in told
    assert "out of fold" in told
    assert "score: imaging + age" in told


def test_a_p_from_reruns_says_what_it_tests(comparison):
    comparison.n_reruns = 200
    assert "log-rank, imaging permuted: p = 0.012" in "\n".join(texts(plot_kaplan_meier(comparison)))


def test_an_interval_that_takes_the_groups_as_given_says_so(comparison):
    comparison.table["interval"] = "conditional on the groups"
    assert "HR 2.31 (conditional on the groups: 1.40 to 3.90)" in "\n".join(texts(plot_kaplan_meier(comparison)))


def test_without_a_valid_p_says_so(comparison):
    comparison.table["p_value"] = np.nan
    assert "no log-rank p given" in "\n".join(texts(plot_kaplan_meier(comparison)))


def test_censoring_is_marked(comparison):
    axes = plot_kaplan_meier(comparison)
    marks = [line for line in axes.lines if line.get_marker() == "|"]
    assert sorted(x for line in marks for x in line.get_xdata()) == [4.0, 12.0]


def test_no_groups_is_a_sentence(comparison):
    comparison.curves = comparison.curves.iloc[:0]
    comparison.reason = "The score is constant."
    assert "The score is constant." in texts(plot_kaplan_meier(comparison))


def test_draws_in_given_axes(comparison):
    axes = Figure().add_subplot()
    assert plot_kaplan_meier(comparison, on=axes) is axes


@pytest.mark.parametrize("until", [6.0, None])
def test_time_axis(comparison, until):
    assert plot_kaplan_meier(comparison, until=until).get_xlim()[1] == pytest.approx((until or 12) * 1.02)


def test_medians_are_marked_on_request(comparison):
    def dotted(axes):
        return [line for line in axes.lines if line.get_linestyle() == ":"]

    assert dotted(plot_kaplan_meier(comparison)) == []
    (line,) = dotted(plot_kaplan_meier(comparison, medians=True))  # the low group does not reach one half
    assert line.get_xdata().tolist() == [0, 2.0, 2.0]
    assert line.get_color() == COLORS["high"]


def test_long_names_are_shortened_beside_the_numbers_at_risk(comparison):
    comparison.curves["group"] = comparison.curves["group"].replace("high", "a group with a name far too long to print")
    told = texts(plot_kaplan_meier(comparison))
    assert any("\u2026" in text and len(text) <= 22 for text in told)


def test_numbers_at_risk_stay_below_larger_labels(comparison):
    axes = Figure().add_subplot()
    axes.tick_params(labelsize=20)
    plot_kaplan_meier(comparison, on=axes)
    rows = [text for text in axes.texts if text.get_text() == "Number at risk"]
    assert rows[0].xyann[1] < -45


# ---- adjusted curves
def test_adjusted_curves_beside_the_others(comparison):
    axes = plot_adjusted_survival(comparison)
    drawn = [line for line in axes.lines if line.get_drawstyle() == "steps-post"]
    assert len(drawn) == 4
    np.testing.assert_allclose(drawn[2].get_ydata(), [0.9, 0.6, 0.3, 0])
    assert "standardised to all patients: age, IDH" in "\n".join(texts(axes))


def test_without_covariates_a_sentence(comparison):
    comparison.adjusted_curves = comparison.adjusted_curves.iloc[:0]
    assert "no covariates" in "\n".join(texts(plot_adjusted_survival(comparison))).replace("\n", " ")
