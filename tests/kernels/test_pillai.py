import numpy as np
import pytest
from scipy import stats

from radassoc.kernels.pillai import chi_square_tails, effect_interval, f_tails


def test_tails_of_chi_square():
    x = np.array([0.1, 3.0, 50.0, 800.0, 2000.0])
    for df in (1, 2, 5, 12):
        p, log10_p = chi_square_tails(x, df)
        np.testing.assert_allclose(p, stats.chi2.sf(x, df), rtol=1e-12)
        np.testing.assert_allclose(log10_p[:4], stats.chi2.logsf(x[:4], df) / np.log(10), rtol=1e-10, atol=1e-15)
        assert np.isfinite(log10_p).all()
    # two degrees of freedom: exp(-x / 2)
    assert chi_square_tails(np.array([5000.0]), 2)[1][0] == pytest.approx(-2500 / np.log(10), rel=1e-12)


def test_one_column_is_the_f_test():
    trace = np.array([0.02, 0.3, 0.9])
    F, (p, log10_p) = f_tails(trace, 1, 3, 40)
    np.testing.assert_allclose(F, trace / (1 - trace) * 40 / 3)
    np.testing.assert_allclose(p, stats.f.sf(F, 3, 40), rtol=1e-10)
    np.testing.assert_allclose(log10_p, np.log10(p), rtol=1e-10)


def test_far_out():
    """With two numerator degrees of freedom the F tail is (1 - R2)^(rest / 2)."""
    _, (p, log10_p) = f_tails(np.array([1 - 1e-9]), 1, 2, 200)
    assert p[0] == 0.0
    assert log10_p[0] == pytest.approx(-900, rel=1e-6)


def test_the_interval_inverts_the_noncentral_f():
    low, high = effect_interval(np.array([0.3]), 1, 2, 60, 57, 0.95)
    F = 0.3 / 0.7 * 57 / 2
    for end, tail in ((low[0], 0.025), (high[0], 0.975)):
        assert stats.ncf.sf(F, 2, 57, end / (1 - end) * 60) == pytest.approx(tail, abs=1e-6)


def test_a_statistic_of_nothing_leaves_room_above():
    low, high = effect_interval(np.array([0.0, 0.0005]), 1, 2, 60, 57, 0.95)
    assert (low == 0).all()
    assert (high > 0.02).all()
    _, two_sets = effect_interval(np.array([0.0]), 2, 2, 60, 56, 0.95)
    assert two_sets[0] > 0.02


def test_intervals_cover():
    """Three groups of 20 with means -0.5, 0, 0.5: the noncentrality is 10."""
    rng = np.random.default_rng(3)
    means = np.repeat([-0.5, 0.0, 0.5], 20)
    X = rng.normal(size=(60, 1500)) + means[:, None]
    groups = X.reshape(3, 20, -1)
    between = 20 * ((groups.mean(axis=1) - X.mean(axis=0)) ** 2).sum(axis=0)
    low, high = effect_interval(between / ((X - X.mean(axis=0)) ** 2).sum(axis=0), 1, 2, 60, 57, 0.95)
    truth = 10 / 70
    assert 0.93 < ((low <= truth) & (truth <= high)).mean() < 0.97
