from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.enrichment.enrich import enrich
from radassoc.figures import plot_leading_edge


def test_patients_stand_in_the_order_of_the_value(along_three, genes_cohort):
    upper, cells = plot_leading_edge(along_three, genes_cohort).axes[:2]
    heights = [bar.get_height() for bar in upper.patches]
    np.testing.assert_allclose(heights, np.sort(genes_cohort.column("signal")))
    labels = [label.get_text() for label in cells.get_yticklabels()]
    row = along_three.table.sort_values("p_value").iloc[0]
    assert labels == row["leading_edge"].split(";")
    assert "40 patients" in cells.get_xlabel()


def test_survival_orders_by_time_and_a_score_must_be_given(genes_cohort, planted_sets):
    along = enrich(genes_cohort, "survival", planted_sets, n_permutations=50)
    upper = plot_leading_edge(along, genes_cohort, pathway="plain").axes[0]
    assert [bar.get_height() for bar in upper.patches] == sorted(genes_cohort.clinical["months"])
    score = genes_cohort.column("signal").rename("my score")
    scored = enrich(genes_cohort, score, planted_sets, n_permutations=50)
    with pytest.raises(InputError, match="'my score' is no column"):
        plot_leading_edge(scored, genes_cohort)
    assert len(plot_leading_edge(scored, genes_cohort, values=score, most=3).axes[1].get_yticklabels()) == 3


def test_unknown_set_is_told(along_three, genes_cohort):
    with pytest.raises(InputError, match="'WNT' was not tested"):
        plot_leading_edge(along_three, genes_cohort, pathway="WNT")


def test_nothing_tested_is_a_sentence(genes_cohort, planted_sets):
    empty = enrich(genes_cohort, pd.Series(1.0, index=genes_cohort.patients, name="same"), planted_sets)
    assert "the same in all patients" in plot_leading_edge(empty, genes_cohort).axes[0].texts[0].get_text()
