from __future__ import annotations

import json
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.maxstat import candidates, log_rank_scores, max_log_rank, monte_carlo_null, monte_carlo_p

CASES = ("plain", "noise", "tied_times", "tied_values", "both")


@pytest.fixture(scope="module")
def told(request):
    folder = request.config.rootpath / "tests" / "oracles"
    data = pd.read_csv(folder / "maxstat.csv")
    return data, json.loads((folder / "maxstat.json").read_text())


def arrays(told, case):
    rows = told[0][told[0]["case"] == case]
    return rows["time"].to_numpy(), rows["event"].to_numpy(dtype=bool), rows["x"].to_numpy(), told[1][case]


@pytest.mark.parametrize("case", CASES)
def test_scores_statistics_and_cut_are_those_of_r(told, case):
    time, event, x, stored = arrays(told, case)
    np.testing.assert_allclose(log_rank_scores(time, event), stored["scores"], atol=1e-12)
    statistic, best, values, cuts = max_log_rank(time, event, x)
    assert statistic == pytest.approx(stored["statistic"], abs=1e-12)
    np.testing.assert_allclose(np.abs(values), stored["statistics"], atol=1e-12)
    np.testing.assert_allclose(x[cuts.order][cuts.sizes - 1], stored["cuts"])
    assert x[cuts.order][cuts.sizes[best] - 1] == stored["cut"]


@pytest.mark.parametrize("case", CASES)
def test_monte_carlo_agrees_with_r_within_its_error(told, case):
    time, event, x, stored = arrays(told, case)
    p = monte_carlo_p(time, event, x, rng=np.random.default_rng(1))
    error = np.sqrt(stored["monte_carlo"] * (1 - stored["monte_carlo"]) * (1 / 9999 + 1 / 99999))
    assert abs(p - stored["monte_carlo"]) < 4 * error + 1e-4


def test_scores_of_five_patients_by_hand():
    # two die at 2 of four at risk; the tie shares the risk set of those who stay behind, and one more
    scores = log_rank_scores(np.array([1.0, 2, 2, 3, 4]), np.array([False, True, True, False, True]))
    hazard = 2 / (5 - 3 + 1)
    np.testing.assert_allclose(scores, [0, 1 - hazard, 1 - hazard, -hazard, 1 - hazard - 1])


def test_all_permutations_of_six_patients():
    rng = np.random.default_rng(3)
    time, event, x = rng.exponential(size=6), np.array([1, 1, 0, 1, 1, 1], bool), rng.normal(size=6)
    observed, _, _, _ = max_log_rank(time, event, x, min_share=0.2)
    every = [
        max_log_rank(time[list(order)], event[list(order)], x, min_share=0.2)[0] for order in permutations(range(6))
    ]
    exact = np.mean(np.array(every) >= observed - 1e-12)
    p = monte_carlo_p(time, event, x, rng=rng, min_share=0.2)
    assert abs(p - exact) < 4 * np.sqrt(exact * (1 - exact) / 9999) + 1e-4


def test_cuts_lie_between_distinct_values_and_leave_the_share():
    x = np.array([1.0, 1, 1, 2, 3, 3, 4, 5, 6, 7])
    assert candidates(x, min_share=0.2).sizes.tolist() == [3, 4, 6, 7, 8]
    assert candidates(x, min_share=0.1).sizes.tolist() == [3, 4, 6, 7, 8, 9]
    assert candidates(np.ones(10)).sizes.size == 0


def test_nothing_to_search():
    rng = np.random.default_rng(0)
    assert np.isnan(monte_carlo_p(np.ones(5), np.ones(5, bool), np.ones(5), rng=rng))
    assert (monte_carlo_null(np.zeros(10), np.array([5]), 7, rng) == 0).all()


@pytest.mark.slow
def test_level_on_noise():
    """P(p <= .05) over 1,000 studies of 60 patients: at most .05 and two Monte Carlo errors."""
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(1000):
        time = rng.exponential(size=60).round(1)
        p = monte_carlo_p(time, rng.random(60) < 0.6, rng.normal(size=60).round(1), rng=rng, n_resamples=199)
        hits += p <= 0.05
    assert 0.03 < hits / 1000 < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 1000)
