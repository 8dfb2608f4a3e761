from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from radassoc.base.results import Family
from radassoc.figures import plot_added_value

COUNTS = {"counts": {"n_patients": 77, "n_events": 31}}
COLUMNS = ["measure", "model", "estimate", "ci_low", "ci_high", "detectable", "p_value"]


@pytest.fixture
def judged():
    rows = [
        ("concordance", "full", 0.71, 0.62, 0.79, np.nan, np.nan),
        ("concordance", "volume", 0.60, 0.52, 0.68, np.nan, np.nan),
        ("concordance", "covariates", 0.65, 0.56, 0.73, np.nan, np.nan),
        ("concordance", "full (.632+)", 0.74, np.nan, np.nan, np.nan, np.nan),
        ("concordance_difference", "full - covariates", 0.06, -0.01, 0.12, 0.093, 0.02),
        ("concordance_difference", "full - (covariates + volume)", 0.05, -0.02, 0.11, 0.09, np.nan),
        ("integrated_brier", "full", 0.171, 0.13, 0.21, np.nan, np.nan),
        ("integrated_brier", "covariates", 0.23, 0.2, 0.26, np.nan, np.nan),
        ("integrated_brier_difference", "full - covariates", -0.058, -0.099, -0.019, 0.057, np.nan),
    ]
    family = Family(hypothesis="the outcome is independent of radiomics given age", n_tests=1)
    table = pd.DataFrame(rows, columns=COLUMNS)
    return SimpleNamespace(table=table, reason="", families=(family,), params={"n_permutations": 99}, provenance=COUNTS)


def told(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_levels_left_changes_right_in_two_measures(judged):
    figure = plot_added_value(judged)
    levels, gains, errors, changes = figure.axes
    # the secondary estimate is no model beside the others; models stand in one order
    np.testing.assert_allclose(levels.collections[-1].get_offsets()[:, 0], [0.71, 0.65, 0.60])
    assert [t.get_text() for t in gains.get_yticklabels()] == ["over covariates", "over covariates\n+ volume"]
    assert errors.get_xlabel() == "Integrated Brier score (error)"
    assert "0.06 (−0.01 to 0.12)" in told(figure)
    assert "−0.058 (−0.099 to −0.019)" in told(figure)
    assert gains.lines[0].get_xdata()[0] == changes.lines[0].get_xdata()[0] == 0.0


def test_detectable_changes_point_to_the_better_side(judged):
    figure = plot_added_value(judged)
    np.testing.assert_allclose(figure.axes[1].collections[-1].get_offsets()[:, 0], [0.093, 0.09])
    np.testing.assert_allclose(figure.axes[3].collections[-1].get_offsets()[:, 0], [-0.057])
    left, right = figure.axes[3].get_xlim()
    assert left < -0.099
    assert right > 0


def test_p_value_stands_with_its_null_hypothesis(judged):
    words = plot_added_value(judged)._supxlabel.get_text()
    assert "rerun 99 times: p = 0.020" in words
    assert "the outcome is independent of radiomics given age" in words.replace("\n", " ")
    judged.table["p_value"] = np.nan
    assert "Null hypothesis" not in plot_added_value(judged)._supxlabel.get_text()


def test_other_patients_have_likelihood_ratio_tests(judged):
    table = judged.table.assign(model=judged.table["model"].str.replace("full", "score"), p_value=np.nan)
    test = {"measure": "likelihood_ratio", "model": "covariates + imaging", "p_value": 0.004}
    other = SimpleNamespace(
        table=pd.concat([table, pd.DataFrame([test])]),
        reason="",
        families=(),
        params={},
        source="test",
        provenance=COUNTS,
    )
    figure = plot_added_value(other)
    assert "not used in training: 77 patients" in figure._suptitle.get_text()
    words = figure._supxlabel.get_text()
    assert "Likelihood-ratio test: p = 0.004. Null hypothesis: given covariates, the imaging says" in words


def test_one_model_or_none_is_a_sentence(judged):
    judged.table = judged.table.head(1)
    assert "nothing to compare" in plot_added_value(judged).axes[1].texts[0].get_text()
    judged.table = judged.table.head(0)
    judged.reason = "No comparable pair."
    assert plot_added_value(judged).axes[0].texts[0].get_text() == "No comparable pair."
