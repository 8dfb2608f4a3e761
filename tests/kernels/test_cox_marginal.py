"""Adjusted score tests of many columns against R coxph and against a full matrix of moments."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_marginal import marginal_score_z
from radassoc.kernels.cox_moments import cox_moments
from radassoc.kernels.cox_risk import risk_sets

ORACLES = Path(__file__).parents[1] / "oracles"


@pytest.mark.parametrize("name", ["efron", "efron_strata", "breslow", "breslow_strata"])
def test_squares_equal_coxph(name):
    d = pd.read_csv(ORACLES / "cox_path.csv")
    ties, _, layered = name.partition("_")
    strata = d["centre"].to_numpy() if layered else None
    risk = risk_sets(d["time"].to_numpy(), d["event"].to_numpy(), strata=strata, ties=ties)
    z = marginal_score_z(d[[f"x{j}" for j in range(3, 21)]].to_numpy(), d[["x1", "x2"]].to_numpy(), risk)
    told = json.loads((ORACLES / "cox_ridge.json").read_text())["tests"][name]
    np.testing.assert_allclose(z**2, told, rtol=1e-6)


def test_without_covariates_it_is_score_over_information():
    rng = np.random.default_rng(3)
    X, time, event = rng.normal(size=(50, 6)), rng.integers(1, 15, 50).astype(float), rng.random(50) < 0.6
    z = marginal_score_z(X, np.empty((50, 0)), risk_sets(time, event))
    for j in range(6):
        at = cox_moments(X[:, [j]], np.zeros(50), time, event)
        np.testing.assert_allclose(z[j], at.score.sum() / np.sqrt(at.information.sum()), rtol=1e-10)


def test_a_column_that_strata_or_covariates_determine_counts_nothing():
    rng = np.random.default_rng(4)
    Z, strata = rng.normal(size=(40, 1)), np.repeat([0, 1], 20)
    X = np.column_stack([2 * Z[:, 0] + 1, strata, rng.normal(size=40)])
    z = marginal_score_z(X, Z, risk_sets(rng.exponential(size=40), np.ones(40), strata=strata))
    assert (z[:2] == 0).all()
    assert z[2] != 0
