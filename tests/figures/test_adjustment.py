from __future__ import annotations

import pandas as pd

from radassoc.figures import plot_adjustment


def changed(associations):
    associations.params["covariates"] = ("grade",)
    row = {"n_tests": 48, "n_unadjusted": 3, "n_adjusted": 2, "n_survive": 1, "n_vanish": 2, "n_appear": 1}
    associations.adjustment = pd.DataFrame([row])
    names = {"feature": associations.estimates.index[:4], "pathway": "PATHWAY_0"}
    changes = ["survives", "vanishes", "vanishes", "appears"]
    numbers = {"unadjusted_estimate": [0.6, 0.5, -0.5, 0.3], "estimate": [0.55, 0.1, -0.2, 0.5]}
    associations.changes = pd.DataFrame(names | {"change": changes} | numbers)
    return associations


def test_before_against_after(associations):
    axes = plot_adjustment(changed(associations))
    points = {
        label.get_text(): handle.get_offsets().tolist()
        for handle, label in zip(axes.collections, axes.get_legend().get_texts(), strict=False)
    }
    assert points == {
        "vanishes (2)": [[0.5, 0.1], [-0.5, -0.2]],
        "appears (1)": [[0.3, 0.5]],
        "survives (1)": [[0.6, 0.55]],
    }
    assert any("1 of 3 pairs survive given grade" in text.get_text() for text in axes.texts)


def test_without_covariates_a_sentence(associations):
    associations.adjustment = associations.changes = pd.DataFrame()
    assert "no covariates" in plot_adjustment(associations).texts[0].get_text()
