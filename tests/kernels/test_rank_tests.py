import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from radassoc.kernels.rank_tests import auc_interval, fisher_p, mann_whitney, normal_tails

XS = ["x1", "x2", "x3"]


@pytest.fixture
def oracle(oracles):
    return json.loads((oracles / "pairings.json").read_text())


@pytest.fixture
def frame(oracles):
    return pd.read_csv(oracles / "pairings.csv")


def test_equals_wilcox_test_and_delong_of_r(frame, oracle):
    y = frame["y"].to_numpy()
    found = mann_whitney(frame[XS].to_numpy(), y)
    np.testing.assert_allclose(normal_tails(found.z)[0], oracle["wilcox_p"], rtol=1e-10)
    np.testing.assert_allclose(found.auc * y.sum() * (1 - y).sum(), oracle["wilcox_w"], rtol=1e-12)
    np.testing.assert_allclose(found.std_error, oracle["delong_se"], rtol=1e-10)


def test_by_hand():
    """Class 1 holds 2 and 4, class 0 holds 1 and 3: three of four pairs are in order."""
    found = mann_whitney(np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([0, 1, 0, 1]))
    assert found.auc[0] == 0.75
    # rank sum 6, expected 5, variance 2 * 2 * 5 / 12
    assert found.z[0] == pytest.approx(1 / np.sqrt(5 / 3))


def test_a_constant_column_has_no_answer():
    found = mann_whitney(np.ones((8, 1)), np.array([0, 1] * 4))
    assert np.isnan(found.z[0])
    assert np.isnan(found.auc[0])


def test_intervals_stay_inside_and_are_not_empty_without_overlap():
    x = np.r_[np.arange(6), np.arange(10, 16)][:, None].astype(float)
    found = mann_whitney(x, np.r_[np.zeros(6), np.ones(6)])
    low, high = auc_interval(found.auc, found.std_error, 6, 6, 0.95)
    assert found.auc[0] == 1.0
    assert high[0] == 1.0
    assert 0.5 < low[0] < 0.9


def test_newcombe_solves_its_equation():
    low, _ = auc_interval(np.array([1.0]), np.array([0.0]), 10, 20, 0.95)
    t, z = low[0], stats.norm.ppf(0.975)
    variance = t * (1 - t) * (1 + 14 * ((1 - t) / (2 - t) + t / (1 + t))) / 200
    assert (1 - t) ** 2 == pytest.approx(z**2 * variance)


def test_intervals_cover():
    """Normal classes one SD apart, 15 and 25 patients: P(class 1 > class 0) is 0.76."""
    rng, truth, hits = np.random.default_rng(1), stats.norm.cdf(1 / np.sqrt(2)), 0
    y = np.r_[np.zeros(25), np.ones(15)]
    found = mann_whitney(rng.normal(size=(40, 2000)) + y[:, None], y)
    low, high = auc_interval(found.auc, found.std_error, 15, 25, 0.95)
    hits = ((low <= truth) & (truth <= high)).mean()
    assert 0.93 < hits < 0.975


def test_fisher_equals_r(oracle):
    found = [fisher_p(90, 20 + k, 10, k) for k in range(2, 8)]
    np.testing.assert_allclose(found, oracle["fisher"], rtol=1e-7)


def test_tails_far_out():
    p, log10_p = normal_tails(np.array([0.0, -40.0]))
    assert p[0] == 1.0
    assert log10_p[1] == pytest.approx((stats.norm.logcdf(-40) + np.log(2)) / np.log(10))
