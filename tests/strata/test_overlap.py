import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from radassoc.strata.overlap import jaccard, overlap_rows, shared_of


def test_counts_by_hand():
    assert shared_of(np.array([0, 1, 2]), np.array([2, 3]))[:] == (3, 2, 1)
    assert np.isnan(jaccard(np.array([], dtype=int), np.array([], dtype=int)))
    assert jaccard(np.array([1]), np.array([], dtype=int)) == 0


def test_features_go_by_the_hypergeometric_tail():
    first, second = np.arange(6), np.arange(4, 12)
    row = overlap_rows(first, second, np.arange(40), np.empty((0, 2)), np.random.default_rng(0))[0]
    assert_allclose(row["p_value"], stats.hypergeom.sf(1, 40, 6, 8))
    assert (row["n_shared"], row["expected"]) == (2, pytest.approx(1.2))
    assert np.isnan(row["p_exchangeable"])


def test_clusters_join_what_features_part():
    # two selections without a common feature, of the same three clusters of ten
    cluster = np.repeat(np.arange(20), 10)
    first, second = np.array([0, 10, 20]), np.array([5, 15, 25])
    feature, grouped = overlap_rows(first, second, cluster, np.empty((0, 2)), np.random.default_rng(0))
    assert feature["n_shared"] == 0
    assert (grouped["n_shared"], grouped["similarity"]) == (3, 1.0)
    assert grouped["p_value"] < 0.01
    assert feature["p_value"] == 1.0


def test_less_alike_than_exchanged_strata():
    exchanged = np.full((99, 2), 0.5)
    rows = overlap_rows(np.array([0, 1]), np.array([2, 3]), np.arange(10), exchanged, np.random.default_rng(0))
    assert [row["p_exchangeable"] for row in rows] == [0.01, 0.01]
    nothing = overlap_rows(np.array([], dtype=int), np.array([1]), np.arange(10), exchanged, np.random.default_rng(0))
    assert np.isnan([row["p_value"] for row in nothing]).all()
