from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.clusters import correlation_clusters, eigen_feature, known_ranks, pairwise_correlation


@pytest.fixture
def told(oracles):
    return json.loads((oracles / "modules.json").read_text())


@pytest.fixture
def X(oracles):
    return pd.read_csv(oracles / "modules.csv").to_numpy()[:, :31]


def with_holes(X):
    holes = X.copy()
    holes[0:6, 1] = np.nan
    holes[2:9, 10] = np.nan
    return holes


def test_pairwise_correlation_is_that_of_r_and_of_numpy(told, X):
    r, n = pairwise_correlation(with_holes(X))
    np.testing.assert_allclose(r, np.array(told["pairwise"]), atol=1e-10)
    assert (n[1, 10], n[1, 0], n[0, 2]) == (51, 54, 60)
    np.testing.assert_allclose(pairwise_correlation(X)[0], np.corrcoef(X.T), atol=1e-12)


def test_too_few_common_rows_and_constants_have_no_correlation():
    X = np.random.default_rng(1).normal(size=(10, 3))
    X[:6, 0] = np.nan
    X[:, 1] = 1e6 + 0.1
    r, _ = pairwise_correlation(X)
    assert np.isnan(r[0, 2])
    assert np.isnan(r[1]).all()
    assert r[2, 2] == pytest.approx(1)
    # constant only where the other one is known
    X = np.random.default_rng(1).normal(size=(10, 2))
    X[4:, 0] = 3.0
    X[:4, 1] = np.nan
    assert np.isnan(pairwise_correlation(X)[0][0, 1])


def test_ranks_are_among_known_values():
    ranks = known_ranks(np.array([[3.0, np.nan], [np.nan, 1.0], [3.0, 5.0], [1.0, 0.0]]))
    np.testing.assert_array_equal(ranks, [[2.5, np.nan], [np.nan, 2], [2.5, 3], [1, 1]])


@pytest.mark.parametrize("linkage", ["average", "complete"])
@pytest.mark.parametrize("how", ["pearson", "spearman"])
def test_clusters_are_those_of_hclust(told, X, linkage, how):
    r, _ = pairwise_correlation(known_ranks(X) if how == "spearman" else X)
    labels, order = correlation_clusters(r, cut=0.55, linkage=linkage)
    theirs = np.array(told["cuts"][f"{how} {linkage}"])
    assert len(set(zip(labels, theirs, strict=True))) == len(set(theirs)) == len(set(labels))
    assert sorted(order) == list(range(31))
    sizes = np.bincount(labels)
    assert (np.diff(sizes) <= 0).all()


def test_a_chain_is_cut_at_the_stated_correlation():
    """Three columns: 1 and 2 correlate by 0.9, the third by -0.8 and -0.6 with them: on average 0.7."""
    r = np.array([[1.0, 0.9, -0.8], [0.9, 1.0, -0.6], [-0.8, -0.6, 1.0]])
    assert correlation_clusters(r, cut=0.7, linkage="average")[0].tolist() == [0, 0, 0]
    assert correlation_clusters(r, cut=0.71, linkage="average")[0].tolist() == [0, 0, 1]
    assert correlation_clusters(r, cut=0.6, linkage="complete")[0].tolist() == [0, 0, 0]
    assert correlation_clusters(r, cut=0.61, linkage="complete")[0].tolist() == [0, 0, 1]


@pytest.mark.parametrize("p", [0, 1])
def test_nothing_to_cluster(p):
    labels, order = correlation_clusters(np.eye(p), cut=0.5, linkage="average")
    assert len(labels) == len(order) == p


def test_eigen_feature_is_that_of_wgcna(told, X):
    for place, name in enumerate(told["names"]):
        members = np.array(told["label"]) == name.removeprefix("ME")
        Z = (X[:, members] - X[:, members].mean(0)) / X[:, members].std(0, ddof=1)
        weights, explained = eigen_feature(Z)
        np.testing.assert_allclose(Z @ weights / np.sqrt(59), told["eigen"][name], atol=1e-10)
        assert explained == pytest.approx(told["explained"][f"X{place + 1}"], abs=1e-12)
        assert np.corrcoef(Z @ weights, Z.mean(1))[0, 1] > 0


def test_the_sign_is_fixed_where_the_mean_says_nothing():
    a = np.random.default_rng(2).normal(size=30)
    a -= a.mean()
    Z = np.column_stack([a, -a])
    for turned in (Z, -Z):
        weights, explained = eigen_feature(turned)
        assert weights[np.abs(weights).argmax()] > 0
        assert explained == pytest.approx(1)
