from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.figures import plot_p_histogram, plot_qq


@pytest.fixture
def scanned(associations):
    edges = np.linspace(0, 1, 21)
    counts = [300, *[50] * 19]
    associations.distribution = pd.DataFrame({"p_low": edges[:-1], "p_high": edges[1:], "n": counts})
    rank = np.array([1, 10, 100, 501, 1000])
    expected = np.log10(rank / 1001)
    associations.quantiles = pd.DataFrame(
        {"rank": rank, "expected_log10_p": expected, "log10_p": expected, "null_low": expected, "null_high": expected}
    )
    return associations


def test_bars_are_the_counts_and_pi0_the_right_half(scanned):
    axes = plot_p_histogram(scanned)
    assert [bar.get_height() for bar in axes.patches] == scanned.distribution["n"].tolist()
    assert "0.80" in axes.get_legend().get_texts()[1].get_text()  # 2 x 500 of 1,250


def test_null_tests_have_an_inflation_of_one(scanned):
    axes = plot_qq(scanned)
    assert any("λ = 1.00; 1,000 tests" in text.get_text() for text in axes.texts)
    np.testing.assert_array_equal(axes.lines[-1].get_ydata(), -scanned.quantiles["log10_p"])


def test_inflated_tests(scanned):
    scanned.quantiles["log10_p"] *= 2
    assert not any("λ = 1.00" in text.get_text() for text in plot_qq(scanned).texts)


def test_nothing_tested_is_a_sentence(scanned):
    scanned.distribution, scanned.quantiles = scanned.distribution.head(0), scanned.quantiles.head(0)
    assert "No pair could be tested" in plot_p_histogram(scanned).texts[0].get_text()
    assert "No pair could be tested" in plot_qq(scanned).texts[0].get_text()
