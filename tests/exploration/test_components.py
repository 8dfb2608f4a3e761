from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.exploration._components import component_associations
from radassoc.kernels.correction import benjamini_hochberg


@pytest.fixture
def found():
    rng = np.random.default_rng(0)
    n = 60
    x = rng.normal(size=n)
    clinical = pd.DataFrame(
        {
            "time": rng.exponential(np.exp(-x)) + 0.01,
            "event": np.arange(n) % 3 > 0,
            "age": x + rng.normal(size=n),
            "sex": np.where(rng.random(n) < 0.5, "f", "m"),
            "rare": [1.5 * i if i < 5 else np.nan for i in range(n)],
        },
        index=[f"P{i}" for i in range(n)],
    )
    cohort = ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="months")
    scores = pd.DataFrame({"PC1": x, "PC2": rng.normal(size=n)}, index=clinical.index)
    return clinical, scores, *component_associations(cohort, scores)


def test_each_component_with_each_usable_variable(found):
    _, _, table, skipped = found
    assert table["component"].tolist() == ["PC1"] * 3 + ["PC2"] * 3
    assert table["variable"].tolist() == ["age", "sex", "survival"] * 2
    assert skipped["variable"].tolist() == ["rare"]
    np.testing.assert_allclose(table["p_adjusted"], benjamini_hochberg(table["p_value"].to_numpy()))


def test_agrees_with_scipy_and_lifelines(found):
    from lifelines import CoxPHFitter
    from scipy.stats import kruskal, spearmanr

    clinical, scores, table, _ = found
    rows = table.set_index(["component", "variable"])
    rho = spearmanr(scores["PC1"], clinical["age"])
    assert rows.loc[("PC1", "age"), "estimate"] == pytest.approx(rho.statistic)
    assert rows.loc[("PC1", "age"), "p_value"] == pytest.approx(rho.pvalue, rel=1e-8)
    sexes = [scores.loc[clinical["sex"] == sex, "PC2"] for sex in "fm"]
    assert rows.loc[("PC2", "sex"), "p_value"] == pytest.approx(kruskal(*sexes).pvalue, rel=1e-8)
    frame = clinical[["time", "event"]].assign(x=scores["PC1"])
    cox = CoxPHFitter().fit(frame, "time", "event")
    survival = rows.loc[("PC1", "survival")]
    assert survival["p_value"] < 1e-4
    assert survival["statistic"] == pytest.approx(cox.log_likelihood_ratio_test().test_statistic, rel=0.25)
    assert np.sign(survival["estimate"]) == np.sign(cox.params_["x"]) == 1
