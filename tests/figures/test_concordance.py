from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.figures import plot_evaluation, plot_validation


@pytest.mark.parametrize("draw", [plot_validation, plot_evaluation])
def test_levels_left_changes_right(validation, draw):
    left, right = draw(validation).axes
    np.testing.assert_allclose(left.collections[-1].get_offsets()[:, 0], [0.71, 0.65])
    np.testing.assert_allclose(right.collections[-1].get_offsets()[:, 0], [0.06])
    assert left.lines[0].get_xdata()[0] == 0.5
    assert right.lines[0].get_xdata()[0] == 0.0
    assert right.texts[0].get_text() == "0.06 (−0.01 to 0.12), p = 0.020"


def test_no_estimate_is_a_sentence(validation):
    validation.table["estimate"] = np.nan
    validation.reason = "No comparable pair."
    assert plot_validation(validation).axes[0].texts[0].get_text() == "No comparable pair."


def test_one_model_alone(validation):
    validation.table = validation.table.head(1)
    assert "nothing to compare" in plot_validation(validation).axes[1].texts[0].get_text()


def test_other_measures_and_secondary_estimates_are_not_drawn(validation):
    rows = validation.table.iloc[[0, 2]].assign(
        measure=["concordance", "auc_difference"], model=["full (.632+)", "full - covariates"]
    )
    validation.table = pd.concat([validation.table, rows])
    left, right = plot_validation(validation).axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["Full score", "Covariates"]
    assert [label.get_text() for label in right.get_yticklabels()] == ["Full − covariates"]
