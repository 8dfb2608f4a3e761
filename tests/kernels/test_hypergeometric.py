import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.hypergeometric import hypergeometric_tail, odds_ratio


@pytest.fixture
def stored(oracles):
    return pd.read_csv(oracles / "over_representation.csv")


def test_tail_equals_r_and_scipy(stored):
    from scipy import stats

    for N, part in stored.groupby("N"):
        k, K, n = (part[name].to_numpy() for name in ("k", "K", "n"))
        found = hypergeometric_tail(k, K, n, int(N))
        np.testing.assert_allclose(found, part["p_value"], rtol=1e-12, atol=0)
        np.testing.assert_allclose(found, stats.hypergeom.sf(k - 1, N, K, n), rtol=1e-10, atol=1e-12)


def test_odds_ratio_and_interval_equal_fisher_in_r(stored):
    for N, part in stored.groupby("N"):
        found = odds_ratio(*(part[name].to_numpy() for name in ("k", "K", "n")), int(N))
        # R's root finder stops at 1e-4 of a transformed odds ratio: far out its interval is 4% off
        np.testing.assert_allclose(found[:, 0], part["odds_ratio"].astype(float), rtol=3e-4)
        np.testing.assert_allclose(found[:, 1:], part[["ci_low", "ci_high"]].astype(float), rtol=0.05)


@pytest.mark.parametrize(
    ("k", "K", "n", "N"), [(7, 40, 30, 200), (4, 10, 30, 200), (29, 30, 30, 200), (1, 2, 40, 2000)]
)
def test_odds_ratio_and_interval_equal_scipy(k, K, n, N):
    from scipy.stats.contingency import odds_ratio as known

    exact = known([[k, K - k], [n - k, N - K - n + k]], kind="conditional")
    interval = exact.confidence_interval(0.9)
    found = odds_ratio(np.array([k]), np.array([K]), np.array([n]), N, confidence=0.9)[0]
    np.testing.assert_allclose(found, [exact.statistic, interval.low, interval.high], rtol=1e-8)


def test_four_genes_by_hand():
    # two of four are drawn, two belong to the set: both hits in 1 of 6 draws, at least one in 5 of 6
    np.testing.assert_allclose(hypergeometric_tail(np.arange(3), np.full(3, 2), np.full(3, 2), 4), [1, 5 / 6, 1 / 6])


def test_ends_of_the_support():
    found = odds_ratio(np.array([0, 3]), np.array([3, 3]), np.array([5, 5]), 20)
    assert found[0, 0] == found[0, 1] == 0
    assert np.isinf(found[1, [0, 2]]).all()
    assert np.isfinite(found[0, 2])
    assert found[1, 1] > 0
