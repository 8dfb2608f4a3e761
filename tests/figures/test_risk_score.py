from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from radassoc.figures import plot_risk_score


def test_shows_selected_features_by_size(score):
    left, right = plot_risk_score(score).axes
    assert [label.get_text() for label in left.get_yticklabels()] == [f"original_glcm_Feature{i}" for i in range(3)]
    np.testing.assert_allclose(left.collections[2].get_offsets()[:, 0], [0.5, -0.3, 0.1])
    np.testing.assert_allclose([bar.get_width() for bar in right.patches], [0.9, 0.8, 0.4])


def test_says_that_the_range_is_no_interval(score):
    assert "no interval" in plot_risk_score(score).axes[0].get_xlabel()


def test_hidden_features_are_counted(score):
    assert "1 more" in plot_risk_score(score, most=2).get_suptitle()


def test_empty_model_shows_what_refits_chose(score):
    score.table = score.table.assign(coefficient=0.0)
    score.status = "no_signal"
    figure = plot_risk_score(score)
    assert len(figure.axes[0].get_yticklabels()) == 4
    assert "No imaging feature" in figure.get_suptitle()


def test_nothing_at_all_is_a_sentence(score):
    score.table = score.table.iloc[:0]
    score.reason = "Fewer than ten events."
    assert plot_risk_score(score).axes[0].texts[0].get_text() == "Fewer than ten events."


def test_covariates_are_named_below(score):
    assert "age 0.03" in plot_risk_score(score)._supxlabel.get_text()
    assert plot_risk_score(score).get_suptitle() == "Risk score   (training: 77 patients, 31 events)"


def test_stability_selection_stands_beside_the_frequencies(score):
    score.table["stability_frequency"] = [0.8, 0.6, 0.1, np.nan, np.nan, np.nan]
    score.table["stable"] = [True, False, False, None, None, None]
    right = plot_risk_score(score).axes[1]
    diamonds = right.collections[-1]
    np.testing.assert_allclose(diamonds.get_offsets()[:, 0], [0.8, 0.6, 0.1])
    assert len(np.unique(diamonds.get_facecolors(), axis=0)) == 2
    assert "filled: stable" in right.get_xlabel()


def test_one_feature_does_not_fill_the_panel(score):
    score.table = score.table.head(1)
    low, high = plot_risk_score(score).axes[0].get_ylim()
    assert low - high > 2.5


def test_draws_in_a_subfigure(score):
    part = Figure().subfigures(1, 2)[0]
    assert plot_risk_score(score, on=part) is part
