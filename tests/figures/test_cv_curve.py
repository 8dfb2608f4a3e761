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
