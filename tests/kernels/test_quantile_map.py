import numpy as np
from scipy.stats import rankdata

from radassoc.kernels.quantile_map import LEVELS, learn_quantiles, quantile_levels


def test_levels_are_close_to_ranks_and_bounded():
    X = np.exp(2 * np.random.default_rng(0).normal(size=(300, 3)))
    knots = learn_quantiles(X)
    levels = quantile_levels(X, knots)
    assert np.abs(levels - (rankdata(X, axis=0) - 1) / 299).max() < 0.03
    beyond = quantile_levels(np.array([[-1.0, 1e9, np.median(X[:, 2])]]), knots)
    np.testing.assert_allclose(beyond, [[0, 1, 0.5]], atol=0.01)
    np.testing.assert_array_equal(knots[[0, -1]], [X.min(0), X.max(0)])


def test_tied_values_share_their_mean_level_and_a_constant_is_in_the_middle():
    X = np.column_stack([np.r_[np.zeros(60), np.arange(1.0, 41)], np.full(100, 7.0)])
    levels = quantile_levels(X, learn_quantiles(X))
    assert np.unique(levels[:60, 0]).size == 1
    assert 0.2 < levels[0, 0] < 0.4
    np.testing.assert_allclose(levels[:, 1], LEVELS.mean())
