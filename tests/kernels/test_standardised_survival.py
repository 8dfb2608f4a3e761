from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_fit import cox_maximum
from radassoc.kernels.product_limit import product_limit
from radassoc.kernels.standardised_survival import standardised_survival


@pytest.fixture(scope="module")
def told(request):
    return json.loads((request.config.rootpath / "tests" / "oracles" / "survival_comparison.json").read_text())


def arrays(frame):
    return (
        frame[["age"]].to_numpy(dtype=float),
        frame["time"].to_numpy(dtype=float),
        frame["event"].to_numpy(dtype=bool),
        (frame["group"] == "high").to_numpy().astype(int),
    )


def standardise(Z, time, event, group, times):
    fit = cox_maximum(Z, time, event, strata=group)
    return standardised_survival(Z, fit.coefficients, fit.covariance, time, event, group, np.asarray(times, float))


def error(influence):
    return np.sqrt((influence**2).sum(axis=0))


def test_estimates_and_errors_are_those_of_riskregression(told):
    found = standardise(*arrays(pd.DataFrame(told["untied"])), told["times"])
    stored = pd.DataFrame(told["adjusted"])
    for at, name in zip(found, ("low", "high"), strict=True):
        rows = stored[stored["treatment"] == name]
        np.testing.assert_allclose(1 - at.survival, rows["estimate"], atol=1e-7)
        np.testing.assert_allclose(error(at.influence), rows["se"], atol=1e-7)
    difference = error(found[1].influence - found[0].influence)
    np.testing.assert_allclose(difference, pd.DataFrame(told["adjusted_difference"])["se"], atol=1e-7)


def test_with_ties_the_mean_of_survfits_own_predictions(told, request):
    data = pd.read_csv(request.config.rootpath / "tests" / "oracles" / "survival_groups.csv")
    found = standardise(*arrays(data), told["times"])
    for at, name in zip(found, ("low", "high"), strict=True):
        np.testing.assert_allclose(at.survival, told["adjusted_tied"][name], atol=1e-7)


def test_a_covariate_of_no_effect_leaves_each_groups_own_hazard():
    rng = np.random.default_rng(0)
    time, event, group = rng.exponential(size=40), rng.random(40) < 0.8, np.arange(40) % 2
    zero, nothing = np.zeros(1), np.zeros((1, 1))
    found = standardised_survival(rng.normal(size=(40, 1)), zero, nothing, time, event, group, np.array([0.0, 0.5]))
    for code, at in enumerate(found):
        own = product_limit(time[group == code], event[group == code])
        hazard = (own.events / own.at_risk)[own.time <= 0.5].sum()
        assert at.survival == pytest.approx([1.0, np.exp(-hazard)])
        assert at.influence[group != code] == pytest.approx(0.0)
        variance = (own.events / own.at_risk**2)[own.time <= 0.5].sum()  # Aalen's, for the hazard
        assert error(at.influence)[1] <= np.exp(-hazard) * np.sqrt(variance)
        assert error(at.influence)[1] > 0.7 * np.exp(-hazard) * np.sqrt(variance)


@pytest.mark.slow
def test_errors_agree_with_the_bootstrap():
    rng = np.random.default_rng(1)
    n = 150
    Z = rng.normal(size=(n, 2))
    group = (Z[:, 0] + rng.normal(size=n) > 0).astype(int)
    death, censor = rng.exponential(10 * np.exp(-0.7 * Z[:, 0] - 0.3 * group)), rng.uniform(3, 25, n)
    time, event = np.minimum(death, censor), death <= censor
    found = standardise(Z, time, event, group, [5.0, 10.0])
    drawn = []
    for _ in range(400):
        rows = rng.integers(0, n, n)
        drawn.append([at.survival for at in standardise(Z[rows], time[rows], event[rows], group[rows], [5.0, 10.0])])
    spread = np.std(drawn, axis=0)
    for at, sd in zip(found, spread, strict=True):
        np.testing.assert_allclose(error(at.influence), sd, rtol=0.15)
