from __future__ import annotations

from radassoc.figures import plot_coefficient_path
from radassoc.figures.style import COLORS


def test_chosen_features_are_coloured_by_sign(score):
    axes = plot_coefficient_path(score)
    colors = {line.get_label(): line.get_color() for line in axes.lines}
    assert colors["original_glcm_Feature0"] == COLORS["high"]
    assert colors["original_glcm_Feature1"] == COLORS["low"]


def test_only_the_largest_are_named(score):
    axes = plot_coefficient_path(score, label=1)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["original_glcm_Feature0"]


def test_no_path_is_a_sentence(score):
    score.path = score.path.iloc[:0]
    assert "No feature" in plot_coefficient_path(score).texts[0].get_text()
