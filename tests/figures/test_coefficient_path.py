from __future__ import annotations

import numpy as np

from radassoc.figures import plot_coefficient_path
from radassoc.figures.style import COLORS


def test_named_features_are_told_apart_in_the_order_of_their_ends(score):
    axes = plot_coefficient_path(score)
    colors = {line.get_label(): line.get_color() for line in axes.lines}
    names = [f"original_glcm_Feature{k}" for k in (0, 2, 1)]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == names
    assert len({colors[name] for name in names}) == 3
    assert "3 of 3 features" in axes.texts[0].get_text()


def test_features_that_enter_later_are_pale(score):
    score.chosen_lambda = score.path["lambda"].max()
    score.path = score.path.assign(coefficient=score.path["coefficient"].where(score.path["lambda"] < 0.3, 0.0))
    axes = plot_coefficient_path(score)
    assert axes.get_legend() is None
    assert {line.get_color() for line in axes.lines[:3]} == {COLORS["pale"]}


def test_only_the_largest_are_named(score):
    axes = plot_coefficient_path(score, label=1)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["original_glcm_Feature0"]


def test_no_path_is_a_sentence(score):
    score.path = score.path.iloc[:0]
    assert "No feature" in plot_coefficient_path(score).texts[0].get_text()


def test_overfitted_ends_are_left_out(score):
    score.chosen_lambda = 0.2
    (line, *_) = plot_coefficient_path(score).lines
    assert min(line.get_xdata()) >= np.log10(0.2 / 8)
