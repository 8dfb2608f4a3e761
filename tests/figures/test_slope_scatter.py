import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.cohort.cohort import Cohort
from radassoc.figures.slope_scatter import plot_slope_scatter
from radassoc.strata.interactions import interactions


@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(3)
    patients = [f"P{i:02d}" for i in range(120)]
    sex = np.repeat(["male", "female"], 60)
    X = rng.normal(size=(120, 5))
    G = rng.normal(size=(120, 30))
    G[:, 0] += np.where(sex == "male", 2.0, 0.0) * X[:, 0]
    clinical = pd.DataFrame(
        {"sex": sex, "site": rng.choice(list("abc"), 120), "os": rng.exponential(9, 120) + 0.1, "dead": True},
        index=patients,
    )
    return Cohort.from_frames(
        radiomics=pd.DataFrame(X, patients, [f"f{j}" for j in range(5)]),
        expression=pd.DataFrame(G, patients, [f"G{j}" for j in range(30)]),
        clinical=clinical,
        time="os",
        event="dead",
        unit="months",
    )


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_what_differs_is_filled_in_the_colour_of_the_larger_and_named(cohort):
    found = interactions(cohort, "sex", kind="association")
    axes = plot_slope_scatter(found)
    hits = found.table[found.table["differs"]]
    assert any("f0 – G0" in text for text in texts(axes))
    filled = axes.collections[-1]
    assert len(filled.get_offsets()) == len(hits)
    np.testing.assert_allclose(filled.get_offsets()[0], hits[["estimate_1", "estimate_2"]].iloc[0])
    assert "slope" in axes.get_xlabel().lower()
    assert "n = 60" in axes.get_ylabel()
    assert any("larger in male" in text.get_text() for text in axes.get_legend().get_texts())


def test_a_null_says_so_and_prints_hazard_ratios(cohort):
    found = interactions(cohort, "sex", keep="all")
    axes = plot_slope_scatter(found)
    if not found.n_significant:
        assert any("no evidence that any of 5 differs" in text for text in texts(axes))
    assert "Hazard ratio" in axes.get_xlabel()
    assert "events" in axes.get_xlabel()
    assert axes.get_xlim() == axes.get_ylim()
    assert "1" in [tick.get_text() for tick in axes.get_xticklabels()]


def test_a_stratum_is_chosen_among_several(cohort):
    found = interactions(cohort, "site")
    assert "in c" in plot_slope_scatter(found, stratum="c").get_ylabel()
    with pytest.raises(ra.InputError, match="stratum"):
        plot_slope_scatter(found, stratum="z")


def test_enrichment_is_drawn_as_scores(cohort):
    sets = {"A": [f"G{j}" for j in range(12)], "B": [f"G{j}" for j in range(12, 28)]}
    settings = {"by": "radiomics:f0", "gene_sets": sets, "n_permutations": 40}
    axes = interactions(cohort, "sex", kind="enrichment", **settings).plot()
    assert "NES" in axes.get_xlabel()


def test_nothing_kept_is_told(cohort):
    found = interactions(cohort, "sex", keep="significant", left=cohort.radiomics[["f3"]])
    if found.table.empty:
        assert "keeps the strongest" in texts(plot_slope_scatter(found))[0].replace("\n", " ")
