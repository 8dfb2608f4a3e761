import numpy as np
import pytest

import radassoc as ra
from radassoc.base.columns import tidy
from radassoc.figures import plot_cross_matrix
from radassoc.strata.cross_application import COLUMNS, CONTRAST_COLUMNS, CrossApplication


@pytest.fixture(scope="module")
def crossed():
    cohort = ra.simulate_cohort(n_patients=100, n_features=20, n_genes=500, seed=1).cohort
    return ra.cross_apply(cohort, "sex", n_folds=3, n_outer_repeats=1, n_bootstraps=0, n_permutations=0)


def test_cells_hold_the_estimates_and_own_models_are_framed(crossed):
    figure = plot_cross_matrix(crossed)
    left, right = figure.axes
    values = crossed.table[crossed.table["measure"] == "concordance"]["estimate"]
    assert [text.get_text() for text in left.texts] == [f"{value:.2f}" for value in values]
    assert len(left.patches) == len(right.patches) == 2
    assert [label.get_text().split("\n")[0] for label in left.get_yticklabels()][:2] == ["female", "male"]
    assert "own - other model" in figure.get_supxlabel()


def test_interval_and_p_are_written(crossed):
    from dataclasses import replace

    table, contrasts = crossed.table, crossed.contrasts
    table[["ci_low", "ci_high"]] = [0.4, 0.9]
    contrasts[["ci_low", "ci_high", "p_value", "p_adjusted"]] = [-0.1, 0.2, 0.04, 0.2]
    figure = plot_cross_matrix(replace(crossed, table=table, contrasts=contrasts))
    assert figure.axes[0].texts[0].get_text().endswith("0.40 to 0.90")
    assert "(\u22120.10 to +0.20), p = 0.040, adjusted p = 0.20" in figure.get_supxlabel()


def test_empty_is_a_sentence():
    empty = CrossApplication(table=tidy([], COLUMNS), contrasts=tidy([], CONTRAST_COLUMNS), levels=("a", "b"))
    assert "No matrix" in plot_cross_matrix(empty).axes[0].texts[0].get_text()


def test_no_slope_is_told(crossed):
    from dataclasses import replace

    table = crossed.table
    table.loc[table["measure"] == "calibration_slope", "estimate"] = np.nan
    figure = plot_cross_matrix(replace(crossed, table=table))
    assert {text.get_text() for text in figure.axes[1].texts} == {"no slope"}
