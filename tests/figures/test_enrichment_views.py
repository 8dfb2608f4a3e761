"""Maps, ridges and leading edges of gene sets, drawn from one small planted analysis."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment.enrich import enrich
from radassoc.enrichment.preranked import preranked
from radassoc.figures import plot_leading_edge, plot_pathway_map, plot_ridges, plot_running_score

SETS = {"up": [f"G{i}" for i in range(12)], "plain": [f"G{i}" for i in range(40, 60)], "few": ["G70", "G71", "G99"]}


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    rng = np.random.default_rng(2)
    patients = [f"P{i:02d}" for i in range(40)]
    clinical = pd.DataFrame(rng.normal(size=(40, 3)), index=patients, columns=["signal", "noise", "other"])
    clinical["months"], clinical["dead"] = rng.exponential(10, 40), [1, 1, 0, 1] * 10
    X = rng.normal(size=(40, 80))
    X[:, :12] += clinical[["signal"]].to_numpy()
    frame = pd.DataFrame(X, index=patients, columns=[f"G{i}" for i in range(80)])
    made = Cohort.from_frames(expression=frame, clinical=clinical)
    return made.with_outcome("months", "dead", unit="months")


@pytest.fixture(scope="module")
def found(cohort):
    return enrich(cohort, ["signal", "noise", "other"], SETS, n_permutations=1000)


# ---- map
def test_the_map_shows_every_score_and_stars_what_is_enriched(found):
    figure = plot_pathway_map(found, title="Map")
    mesh = next(child for axes in figure.axes for child in axes.collections if hasattr(child, "get_array"))
    shown = np.sort(np.asarray(mesh.get_array()).ravel())
    np.testing.assert_allclose(shown, np.sort(found.table["nes"]), atol=1e-12)
    texts = [text.get_text() for text in figure.texts] + [t.get_text() for a in figure.axes for t in a.texts]
    assert any("3 gene sets x 3 values" in text for text in texts)
    assert any("1 of 3 values have an enriched set" in text for text in texts)


def test_the_map_keeps_the_strongest(found):
    figure = plot_pathway_map(found, most=1, columns=2)
    labels = [label.get_text() for axes in figure.axes for label in axes.get_yticklabels()]
    assert "up" in labels
    assert "plain" not in labels


# ---- ridges
def test_ridges_stand_by_mean_statistic_and_fill_what_is_enriched(found):
    axes = plot_ridges(found, "signal").axes[0]
    labels = [label.get_text().split(" (")[0] for label in axes.get_yticklabels()]
    table = found.table.query("by == 'signal'").sort_values("mean_statistic")
    assert labels == table["pathway"].tolist()
    assert "Genes along signal" in axes.get_title("left")


def test_ridges_without_a_ranking_are_a_sentence(found):
    assert "No ranking along 'height'" in plot_ridges(found, "height").axes[0].texts[0].get_text()


# ---- leading edge
def test_patients_stand_in_the_order_of_the_value(found, cohort):
    upper, cells = plot_leading_edge(found, cohort).axes[:2]
    heights = [bar.get_height() for bar in upper.patches]
    np.testing.assert_allclose(heights, np.sort(cohort.column("signal")))
    labels = [label.get_text() for label in cells.get_yticklabels()]
    row = found.table.sort_values("p_value").iloc[0]
    assert labels == row["leading_edge"].split(";")
    assert "40 patients" in cells.get_xlabel()


def test_survival_orders_by_time_and_a_score_must_be_given(cohort, found):
    along = enrich(cohort, "survival", SETS, n_permutations=50)
    upper = plot_leading_edge(along, cohort, pathway="plain").axes[0]
    assert [bar.get_height() for bar in upper.patches] == sorted(cohort.clinical["months"])
    score = cohort.column("signal").rename("my score")
    scored = enrich(cohort, score, SETS, n_permutations=50)
    with pytest.raises(InputError, match="'my score' is no column"):
        plot_leading_edge(scored, cohort)
    assert len(plot_leading_edge(scored, cohort, values=score, most=3).axes[1].get_yticklabels()) == 3


def test_unknown_set_is_told(found, cohort):
    with pytest.raises(InputError, match="'WNT' was not tested"):
        plot_leading_edge(found, cohort, pathway="WNT")


# ---- what has no patients, and what has nothing
def test_a_preranked_walk_counts_no_patients():
    ranking = pd.Series(np.linspace(3, -3, 80), index=[f"G{i}" for i in range(80)])
    figure = plot_running_score(preranked(ranking, SETS, n_permutations=50))
    assert "n = " not in figure.axes[0].texts[0].get_text()


def test_nothing_tested_is_a_sentence(cohort):
    empty = enrich(cohort, pd.Series(1.0, index=cohort.patients, name="same"), SETS)
    for figure in (plot_pathway_map(empty), plot_ridges(empty), plot_leading_edge(empty, cohort)):
        assert "the same in all patients" in figure.axes[0].texts[0].get_text()
