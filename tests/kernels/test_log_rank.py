from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radassoc.kernels.log_rank import log_rank, log_rank_trend


def test_six_patients_by_hand():
    # group 1 dies at 1, 2 and is censored at 4; group 0 dies at 3, 5 and is censored at 6
    time = np.array([1.0, 2, 4, 3, 5, 6])
    event = np.array([1, 1, 0, 1, 1, 0], dtype=bool)
    found = log_rank(time, event, np.array([1, 1, 1, 0, 0, 0]), 2)
    # at risk (group 1, all): 3/6, 2/5, 1/4, 0/2
    expected = 3 / 6 + 2 / 5 + 1 / 4 + 0
    variance = 1 / 2 * 1 / 2 + 2 / 5 * 3 / 5 + 1 / 4 * 3 / 4
    np.testing.assert_array_equal(found.observed, [2, 2])
    assert found.expected[1] == pytest.approx(expected, rel=1e-14)
    assert found.statistic == pytest.approx((2 - expected) ** 2 / variance, rel=1e-13)
    assert found.df == 1


@pytest.mark.parametrize(
    ("key", "column", "stratified"),
    [("log_rank", "group", False), ("log_rank_three", "three", False), ("log_rank_strata", "group", True)],
)
def test_agrees_with_r_survdiff(oracles, key, column, stratified):
    data = pd.read_csv(oracles / "survival_groups.csv")
    told = json.loads((oracles / "survival_groups.json").read_text())[key]
    codes, levels = pd.factorize(data[column], sort=True)
    strata = pd.factorize(data["centre"])[0] if stratified else None
    found = log_rank(data["time"].to_numpy(float), data["event"].to_numpy(bool), codes, len(levels), strata=strata)
    assert found.statistic == pytest.approx(told["chisq"], abs=1e-10)
    assert found.df == told["df"]


def test_agrees_with_lifelines():
    from lifelines.statistics import multivariate_logrank_test

    rng = np.random.default_rng(3)
    time, event, group = rng.integers(1, 30, 120).astype(float), rng.random(120) < 0.6, rng.integers(0, 4, 120)
    found = log_rank(time, event, group, 4)
    assert found.statistic == pytest.approx(multivariate_logrank_test(time, group, event).test_statistic, rel=1e-9)


def test_a_group_that_was_never_at_risk_leaves_the_test():
    time, event = np.array([1.0, 5, 6, 7, 8]), np.array([0, 1, 1, 1, 0], dtype=bool)
    found = log_rank(time, event, np.array([2, 0, 1, 0, 1]), 3)
    assert found.df == 1
    assert found.statistic == pytest.approx(log_rank(time[1:], event[1:], np.array([0, 1, 0, 1]), 2).statistic)


@pytest.mark.parametrize("group", [[0, 0, 0], [1, 1, 1]])
def test_one_group_gives_no_test(group):
    found = log_rank(np.array([1.0, 2, 3]), np.array([True, True, False]), np.array(group), 2)
    assert np.isnan(found.statistic)
    assert found.df == 0


def test_no_event_gives_no_test():
    found = log_rank(np.array([1.0, 2, 3]), np.zeros(3, dtype=bool), np.array([0, 1, 1]), 2)
    assert np.isnan(found.statistic)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_names_and_order_do_not_matter_and_events_balance(seed):
    rng = np.random.default_rng(seed)
    n = 30
    time, event, group = rng.integers(1, 12, n).astype(float), rng.random(n) < 0.7, rng.integers(0, 3, n)
    found = log_rank(time, event, group, 3)
    assert found.observed.sum() == pytest.approx(found.expected.sum())
    order = rng.permutation(n)
    renamed = log_rank(time[order], event[order], (group[order] + 1) % 3, 3)
    assert renamed.statistic == pytest.approx(found.statistic, rel=1e-8, nan_ok=True)


# ---- trend
def test_the_trend_is_the_exact_score_test_of_coxph(oracles):
    told = json.loads((oracles / "survival_comparison.json").read_text())
    data = pd.read_csv(oracles / "survival_groups.csv")
    arrays = (
        data["time"].to_numpy(),
        data["event"].to_numpy(dtype=bool),
        pd.Categorical(data["three"]).codes.astype(int),
    )
    assert log_rank_trend(*arrays, 3).statistic == pytest.approx(told["trend_exact"], abs=1e-12)
    assert log_rank_trend(*arrays, 3).statistic == pytest.approx(told["trend_formula"], abs=1e-12)
    strata = (data["centre"] == "x").to_numpy().astype(int)
    assert log_rank_trend(*arrays, 3, strata=strata).statistic == pytest.approx(told["trend_strata"], abs=1e-12)


def test_the_trend_over_two_groups_is_the_ordinary_test():
    time, event = np.array([1.0, 2, 4, 3, 5, 6]), np.array([1, 1, 0, 1, 1, 0], dtype=bool)
    group = np.array([1, 1, 1, 0, 0, 0])
    assert log_rank_trend(time, event, group, 2)[2:] == pytest.approx(log_rank(time, event, group, 2)[2:])
    alone = log_rank_trend(time, event, np.zeros(6, dtype=int), 2)
    assert (np.isnan(alone.statistic), alone.df) == (True, 0)
