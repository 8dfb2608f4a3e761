import numpy as np
import pytest

from radassoc.kernels.balance import effective_size, mahalanobis, stabilised_weights, standardised

SECOND = np.array([False] * 4 + [True] * 4)


def test_whole_weights_are_copies_in_means():
    x, w = np.arange(8.0), np.array([1, 2, 1, 1, 1, 1, 3, 1.0])
    copies, whose = np.repeat(x, w.astype(int)), np.repeat(SECOND, w.astype(int))
    told = standardised(x > 2, w, SECOND, binary=True)
    assert told == pytest.approx(standardised((copies > 2).astype(float), np.ones(len(copies)), whose, binary=True))


def test_an_indicator_of_two_levels_is_the_category():
    T = np.column_stack([np.arange(8) % 3 == 0, np.arange(8) % 3 != 0])
    own = standardised(T[:, 1].astype(float), np.ones(8), SECOND, binary=True)
    assert mahalanobis(T, np.ones(8), SECOND) == pytest.approx(abs(own))


def test_what_cannot_be_compared():
    assert np.isinf(standardised(SECOND.astype(float), np.ones(8), SECOND, binary=True))
    assert standardised(np.full(8, 2.0), np.ones(8), SECOND, binary=False) == 0.0
    assert np.isnan(standardised(np.arange(8.0), np.ones(8), np.arange(8) == 7, binary=False))
    assert np.isinf(mahalanobis(np.column_stack([~SECOND, SECOND]), np.ones(8), SECOND))
    assert np.isnan(mahalanobis(np.ones((8, 1), bool), np.ones(8), SECOND))


def test_stabilised_weights_of_a_coin_are_one():
    np.testing.assert_allclose(stabilised_weights(np.full(8, 0.5), SECOND), 1.0)
    weights = stabilised_weights(np.where(SECOND, 0.8, 0.4), SECOND)
    np.testing.assert_allclose(weights, np.where(SECOND, 0.5 / 0.8, 0.5 / 0.6))
    assert effective_size(weights) < 8
