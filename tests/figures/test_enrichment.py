from __future__ import annotations

import numpy as np

from radassoc.figures import plot_enrichment


def test_dots_stand_at_the_score_and_are_filled_when_enriched(enrichment):
    axes = plot_enrichment(enrichment).axes[0]
    dots = axes.collections[-1]
    np.testing.assert_allclose(dots.get_offsets()[:, 0], [-1.1, 1.5, 2.2])
    assert [bool(len(face)) and face[3] > 0 for face in dots.get_facecolors()] == [False, False, True]


def test_small_sets_tell_how_many_genes_they_have_left(enrichment):
    labels = [label.get_text() for label in plot_enrichment(enrichment).axes[0].get_yticklabels()]
    assert labels == ["P53 (4 of 7)", "RTK SIGNALING (15 of 17)", "HYPOXIA (40)"]


def test_several_values_make_a_matrix(enrichment_map):
    axes = plot_enrichment(enrichment_map).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["risk score", "VOLUME TC"]
    assert len(axes.collections[0].get_offsets()) == 6


def test_missing_p_values_are_said(enrichment):
    enrichment.table[["nes", "p_value", "p_adjusted"]] = np.nan
    axes = plot_enrichment(enrichment).axes[0]
    assert "no p-values given" in [text.get_text() for text in axes.texts]
    assert axes.get_xlabel().startswith("Enrichment score")


def test_most_keeps_the_smallest_p(enrichment):
    labels = [label.get_text() for label in plot_enrichment(enrichment, most=1).axes[0].get_yticklabels()]
    assert labels == ["HYPOXIA (40)"]


def test_nothing_tested_is_a_sentence(enrichment):
    enrichment.table = enrichment.table.iloc[:0]
    enrichment.reason = "The score is constant."
    assert plot_enrichment(enrichment).axes[0].texts[0].get_text() == "The score is constant."
