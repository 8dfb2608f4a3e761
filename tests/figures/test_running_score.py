from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.enrichment.preranked import preranked
from radassoc.figures import plot_running_score


def test_draws_the_stored_walk(enrichment):
    upper, hits, lower = plot_running_score(enrichment).axes
    np.testing.assert_allclose(upper.lines[0].get_ydata(), [0, -0.1, 0.4, 0.2, 0.7, 0])
    assert len(hits.collections[0].get_segments()) == 2
    assert lower.get_xlabel() == "Rank of the gene"
    assert "NES 2.20, p = 0.001, adjusted p = 0.003" in upper.texts[0].get_text()


def test_unknown_set_is_told(enrichment):
    with pytest.raises(InputError, match="'WNT' was not tested"):
        plot_running_score(enrichment, pathway="WNT")


def test_nothing_tested_is_a_sentence(enrichment):
    enrichment.table = enrichment.table.iloc[:0]
    assert "No gene set" in plot_running_score(enrichment).axes[0].texts[0].get_text()


def test_a_preranked_walk_counts_no_patients(planted_sets):
    ranking = pd.Series(np.linspace(3, -3, 80), index=[f"G{i}" for i in range(80)])
    figure = plot_running_score(preranked(ranking, planted_sets, n_permutations=50))
    assert "n = " not in figure.axes[0].texts[0].get_text()
