import numpy as np
import pytest

from radassoc.exploration._outliers import robust_distances, ruled_shares


def test_a_patient_far_in_many_features_is_found_among_others_that_hide_it():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 3)) @ rng.normal(size=(3, 40)) + 0.3 * rng.normal(size=(100, 40))
    _, p, k = robust_distances(X)
    assert not (p < 0.01).any()
    X[:4] += 8 * rng.normal(size=40)
    distance, p, _ = robust_distances(X)
    assert (p[:4] < 0.01).all()
    assert (p[4:] < 0.01).sum() <= 1
    assert distance[:4].min() > distance[4:].max()
    assert 1 <= k <= 10


def test_one_wild_value_makes_no_outlier_but_rules_its_feature():
    X = np.random.default_rng(1).normal(size=(80, 30))
    X[7, 3] = 1e9
    assert not (robust_distances(X)[1] < 0.01).any()
    share, row = ruled_shares(X)
    assert share[3] > 0.99
    assert row[3] == 7
    assert np.delete(share, 3).max() < 0.5


def test_noise_seldom_makes_outliers():
    rng = np.random.default_rng(2)
    found = [(robust_distances(rng.normal(size=(60, 25)))[1] < 0.01).any() for _ in range(200)]
    assert np.mean(found) < 0.12


@pytest.mark.parametrize("shape", [(9, 4), (20, 0)])
def test_too_little_to_tell(shape):
    distance, p, k = robust_distances(np.ones(shape))
    assert np.isnan(distance).all()
    assert np.isnan(p).all()
    assert k == 0
