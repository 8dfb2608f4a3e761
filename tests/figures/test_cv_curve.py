from __future__ import annotations

import numpy as np
import pytest

from radassoc.figures import plot_cv_curve


def test_marks_the_chosen_penalty(score):
    axes = plot_cv_curve(score)
    line = next(line for line in axes.lines if line.get_linestyle() == "--")
    assert line.get_xdata()[0] == pytest.approx(np.log10(score.chosen_lambda))
    assert axes.xaxis_inverted()


def test_counts_features_on_top(score):
    top = plot_cv_curve(score).child_axes[0]
    assert next(label.get_text() for label in top.get_xticklabels()) == "0"
    assert [label.get_text() for label in top.get_xticklabels()][-1] == "19"


def test_no_curve_is_a_sentence(score):
    score.cv = score.cv.iloc[:0]
    assert plot_cv_curve(score).texts[0].get_text() == "No penalty was chosen."


def test_bands_are_the_error_and_the_spread_over_repeats(score):
    axes = plot_cv_curve(score)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one standard error", "5% to 95% of repeats"]
    spread = axes.collections[1].get_paths()[0].vertices[:, 1]
    assert (spread.min(), spread.max()) == (9.9, 10.1)
    assert "10 folds, 5 repeats; dashed: best, 3 features" in axes.texts[0].get_text()


def test_the_criterion_that_chose_is_drawn(score):
    score.params["criterion"] = "concordance"
    axes = plot_cv_curve(score)
    assert axes.get_ylabel() == "Cross-validated concordance"
    assert set(axes.lines[0].get_ydata()) == {0.6}


def test_overfitted_models_leave_the_scale(score):
    score.cv["deviance"] = np.linspace(10, 40, 20)
    low, high = plot_cv_curve(score).get_ylim()
    assert 9.5 < low < 9.8
    assert high < 12
