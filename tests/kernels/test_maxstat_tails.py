from __future__ import annotations

import json
from itertools import pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from radassoc.kernels.maxstat import log_rank_scores, max_log_rank, standardised
from radassoc.kernels.maxstat_tails import (
    exact_gauss,
    hothorn_lausen,
    integer_scores,
    lausen_1992,
    lausen_1994,
    sum_distribution,
)

CASES = ("plain", "noise", "tied_times", "tied_values", "both")


@pytest.fixture(scope="module")
def told(request):
    folder = request.config.rootpath / "tests" / "oracles"
    data = pd.read_csv(folder / "maxstat.csv")
    return data, json.loads((folder / "maxstat.json").read_text())


def searched(told, case, **settings):
    rows = told[0][told[0]["case"] == case]
    time, event, x = rows["time"].to_numpy(), rows["event"].to_numpy(dtype=bool), rows["x"].to_numpy()
    statistic, _, _, cuts = max_log_rank(time, event, x, **settings)
    return statistic, log_rank_scores(time, event)[cuts.order], cuts.sizes, told[1][case]


def bound(scores, sizes):
    whole = integer_scores(scores)
    statistic = np.abs(standardised(whole.astype(float), sizes)).max()
    return statistic, hothorn_lausen(statistic, whole, sizes)


@pytest.mark.parametrize("case", CASES)
def test_approximations_are_those_of_r(told, case):
    statistic, scores, sizes, stored = searched(told, case)
    assert lausen_1992(statistic) == pytest.approx(min(stored["lau92"], 1), abs=1e-12)
    assert lausen_1994(statistic, sizes, len(scores)) == pytest.approx(min(stored["lau94"], 1), abs=1e-12)
    assert exact_gauss(statistic, sizes, len(scores)) == pytest.approx(stored["exact_gauss"], abs=5e-4)
    wide, _, _, _ = searched(told, case, min_share=0.25)
    assert lausen_1992(wide, min_share=0.25) == pytest.approx(min(stored["wide"], 1), abs=1e-12)


@pytest.mark.parametrize("case", ["plain", "noise", "tied_times"])
def test_the_exact_bound_is_that_of_r_without_tied_values(told, case):
    _, scores, sizes, stored = searched(told, case)
    statistic, p = bound(scores, sizes)
    assert statistic == pytest.approx(stored["hl_statistic"], abs=1e-12)
    assert p == pytest.approx(stored["hl"], abs=1e-10)


def test_with_tied_values_ours_stays_above_the_permutations_and_r_does_not(told):
    _, scores, sizes, stored = searched(told, "tied_values")
    _, p = bound(scores, sizes)
    assert stored["hl"] < stored["monte_carlo"] < p


@pytest.mark.slow
def test_the_bound_holds_over_all_permutations():
    rng = np.random.default_rng(2)
    for _ in range(3):
        scores, sizes = rng.integers(0, 8, 7), np.array([2, 3, 4, 5])
        every = np.array(
            [np.abs(standardised(scores[list(o)].astype(float), sizes)).max() for o in permutations(range(7))]
        )
        for statistic in (1.3, 1.7, 2.0):
            assert hothorn_lausen(statistic, scores, sizes) >= (every > statistic).mean() - 1e-12


def test_sums_of_random_subsets_by_enumeration():
    scores = np.array([0, 1, 1, 3])
    chance = sum_distribution(scores, np.array([1, 2, 3]))
    np.testing.assert_allclose(chance[0], [1 / 4, 2 / 4, 0, 1 / 4, 0, 0])
    np.testing.assert_allclose(chance[1], [0, 2 / 6, 1 / 6, 1 / 6, 2 / 6, 0])
    np.testing.assert_allclose(chance[2], [0, 0, 1 / 4, 0, 2 / 4, 1 / 4])


def test_one_cut_is_an_ordinary_test():
    assert exact_gauss(1.96, np.array([10]), 20) == pytest.approx(2 * stats.norm.sf(1.96))
    assert lausen_1994(1.96, np.array([10]), 20) == pytest.approx(2 * stats.norm.sf(1.96))


def test_the_gaussian_integral_against_simulation():
    rng = np.random.default_rng(0)
    sizes, n = np.arange(5, 46), 50
    steps = rng.normal(size=(40_000, n)).cumsum(axis=1)
    bridge = steps - steps[:, -1:] * np.arange(1, n + 1) / n
    values = np.abs(bridge[:, sizes - 1] / np.sqrt(sizes * (n - sizes) / n)).max(axis=1)
    for b in (2.0, 2.7, 3.3):
        truth = (values > b).mean()
        assert exact_gauss(b, sizes, n) == pytest.approx(truth, abs=4 * np.sqrt(truth / 40_000))


def test_far_tails_stay_positive_and_ordered():
    sizes = np.arange(10, 91)
    tails = [exact_gauss(b, sizes, 100) for b in (3.0, 6.0, 9.0)]
    assert all(a > b > 0 for a, b in pairwise(tails))
    assert lausen_1992(0.5) == 1.0
