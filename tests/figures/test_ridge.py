from __future__ import annotations

import pandas as pd

from radassoc.enrichment.enrich import enrich
from radassoc.figures import plot_ridges


def test_ridges_stand_by_mean_statistic_and_fill_what_is_enriched(along_three):
    axes = plot_ridges(along_three, "signal").axes[0]
    labels = [label.get_text().split(" (")[0] for label in axes.get_yticklabels()]
    table = along_three.table.query("by == 'signal'").sort_values("mean_statistic")
    assert labels == table["pathway"].tolist()
    assert "Genes along signal" in axes.get_title("left")


def test_ridges_without_a_ranking_are_a_sentence(along_three):
    assert "No ranking along 'height'" in plot_ridges(along_three, "height").axes[0].texts[0].get_text()


def test_nothing_tested_is_a_sentence(genes_cohort, planted_sets):
    empty = enrich(genes_cohort, pd.Series(1.0, index=genes_cohort.patients, name="same"), planted_sets)
    assert "the same in all patients" in plot_ridges(empty).axes[0].texts[0].get_text()
