from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_moments import cox_moments, proportional_hazards_score, score_test
from radassoc.kernels.log_rank import log_rank
from radassoc.kernels.product_limit import product_limit


def slow_moments(X, eta, time, event):
    """Efron's score and information, term by term."""
    score, information = np.zeros(X.shape[1]), np.zeros((X.shape[1],) * 2)
    w = np.exp(eta)
    for t in np.unique(time[event]):
        risk, dead = time >= t, (time == t) & event
        score += X[dead].sum(axis=0)
        for k in range(dead.sum()):
            v = w * risk - k / dead.sum() * w * dead
            mean = v @ X / v.sum()
            score -= mean
            information += (X.T * v) @ X / v.sum() - np.outer(mean, mean)
    return score, information


def test_equals_the_slow_sum():
    rng = np.random.default_rng(1)
    X, time, event = rng.normal(size=(40, 3)), rng.integers(1, 9, 40).astype(float), rng.random(40) < 0.7
    eta = X @ [0.3, -0.2, 0.1] + 700  # a large constant changes nothing and does not overflow
    found = cox_moments(X, eta, time, event)
    score, information = slow_moments(X, eta - 700, time, event)
    np.testing.assert_allclose(found.score.sum(axis=0), score, atol=1e-11)
    np.testing.assert_allclose(found.information.sum(axis=0), information, atol=1e-11)
    assert found.deaths.sum() == event.sum()


def test_strata_add_up():
    rng = np.random.default_rng(2)
    X, time, event = rng.normal(size=(40, 2)), rng.integers(1, 9, 40).astype(float), rng.random(40) < 0.7
    strata = rng.integers(0, 2, 40)
    together = cox_moments(X, np.zeros(40), time, event, strata=strata).information.sum(axis=0)
    apart = sum(
        cox_moments(X[s], np.zeros(s.sum()), time[s], event[s]).information.sum(axis=0)
        for s in (strata == 0, strata == 1)
    )
    np.testing.assert_allclose(together, apart)


def test_score_test_of_a_group_without_ties_is_the_log_rank_test():
    rng = np.random.default_rng(4)
    time, event, group = rng.random(50), rng.random(50) < 0.6, rng.integers(0, 2, 50)
    statistic, df = score_test(cox_moments(group[:, None].astype(float), np.zeros(50), time, event))
    assert df == 1
    assert statistic == pytest.approx(log_rank(time, event, group, 2).statistic, rel=1e-10)


def design(data, key):
    columns = {
        "cox_group": [data["group"] == "high"],
        "cox_three": [data["three"] == "b", data["three"] == "c"],
        "cox_adjusted": [data["group"] == "high", data["age"]],
        "cox_age": [data["age"]],
    }[key]
    return np.column_stack(columns).astype(float)


@pytest.mark.parametrize("key", ["cox_group", "cox_three", "cox_adjusted", "cox_age"])
def test_agrees_with_r_coxph_and_cox_zph(oracles, key):
    data = pd.read_csv(oracles / "survival_groups.csv")
    told = json.loads((oracles / "survival_groups.json").read_text())[key]
    X = design(data, key)
    time, event = data["time"].to_numpy(float), data["event"].to_numpy(bool)
    strata = pd.factorize(data["centre"])[0] if key == "cox_adjusted" else None
    beta = np.array(list(told["coef"].values()))
    at_zero = cox_moments(X, np.zeros(len(X)), time, event, strata=strata)
    assert score_test(at_zero)[0] == pytest.approx(told["score"], abs=1e-8)
    at_maximum = cox_moments(X, X @ beta, time, event, strata=strata)
    np.testing.assert_allclose(at_maximum.score.sum(axis=0), 0, atol=1e-6)
    covariance = np.linalg.inv(at_maximum.information.sum(axis=0))
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), list(told["se"].values()), rtol=1e-8)
    km = product_limit(time, event)
    before = np.concatenate([[1.0], km.survival])[np.searchsorted(km.time, at_maximum.time)]
    every = np.arange(X.shape[1])
    tests = [every] if key == "cox_three" else [np.array([j]) for j in every]
    found = [proportional_hazards_score(at_maximum, 1 - before, tested) for tested in [*tests, every]]
    np.testing.assert_allclose([f[0] for f in found], list(told["zph"].values()), rtol=1e-6)
    assert [f[1] for f in found] == list(told["zph_df"].values())


def test_nothing_to_estimate():
    X = np.column_stack([np.arange(5.0), np.arange(5.0)])  # collinear
    time, event = np.arange(1.0, 6.0), np.ones(5, dtype=bool)
    assert np.isnan(score_test(cox_moments(X, np.zeros(5), time, event))[0])
    empty = cox_moments(X, np.zeros(5), time, np.zeros(5, dtype=bool))
    assert empty.score.shape == (0, 2)
    assert np.isnan(score_test(empty)[0])
