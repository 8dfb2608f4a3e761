import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.figures.pooled_forest import plot_pooled_forest
from radassoc.strata.pool_estimates import pool_estimates


def pooled(k=5, **settings):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "stratum": [f"centre {i}" for i in range(k)] * 2,
            "feature": ["x"] * k + ["y"] * k,
            "estimate": rng.normal(0.4, 0.3, 2 * k),
            "std_error": rng.uniform(0.1, 0.4, 2 * k),
            "estimate_kind": "log_hazard_ratio",
        }
    )
    return pool_estimates(frame, **settings)


def words(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_estimates_weights_and_heterogeneity_are_written():
    found = pooled(method="random")
    told = words(plot_pooled_forest(found))
    row = found.table.iloc[0]
    assert {"centre 0", "Random effects", "Hazard ratio (95% CI)"} <= set(told)
    assert f"{np.exp(row['estimate']):.2f} ({np.exp(row['ci_low']):.2f} to {np.exp(row['ci_high']):.2f})" in told
    assert any(text.startswith(f"Q = {row['q']:.1f}, df = 4") and "τ²" in text for text in told)


def test_the_diamond_spans_the_interval_and_the_axis_holds_all_estimates():
    found = pooled()
    figure = plot_pooled_forest(found, row={"feature": "y"})
    axes = figure.axes[-1]
    diamond = axes.patches[0].get_path().vertices[:, 0]
    row = found.table.iloc[1]
    np.testing.assert_allclose([diamond.min(), diamond.max()], [row["ci_low"], row["ci_high"]])
    low, high = axes.get_xlim()
    effects = found.strata.query("feature == 'y'")["effect"]
    assert low < effects.min()
    assert effects.max() < high


def test_a_row_that_is_not_there_is_told():
    for row in ({"feature": "z"}, {"gene": "x"}, 7):
        with pytest.raises(ra.InputError, match="row="):
            plot_pooled_forest(pooled(), row=row)


def test_what_was_not_pooled_is_told():
    frame = pd.DataFrame(
        {"stratum": ["a", "b"], "feature": ["x", "y"], "estimate": [0.1, 0.2], "std_error": [0.1, 0.1]}
    )
    assert any("fewer" in text.lower() for text in words(plot_pooled_forest(pool_estimates(frame))))
