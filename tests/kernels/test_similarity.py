from __future__ import annotations

import json
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist

from radassoc.kernels.correlation import basis
from radassoc.kernels.similarity import distances, mantel_scores, residual_gram, rv_coefficient


@pytest.fixture
def told(oracles):
    return json.loads((oracles / "modalities.json").read_text())


@pytest.fixture
def data(oracles):
    frame = pd.read_csv(oracles / "modalities.csv")
    return frame.iloc[:, :12].to_numpy(), frame.iloc[:, 12:27].to_numpy(), frame["z"].to_numpy()


def scaled(X):
    return (X - X.mean(0)) / X.std(0, ddof=1)


def test_mantel_is_that_of_vegan_and_rv_that_of_factominer(told, data):
    A, B = (scaled(X) @ scaled(X).T for X in data[:2])
    for ranked, name in ((False, "mantel_pearson"), (True, "mantel_spearman")):
        found = mantel_scores(distances(A), ranked=ranked) @ mantel_scores(distances(B), ranked=ranked)
        assert found == pytest.approx(told["plain"][name], abs=1e-10)
    assert rv_coefficient(A, B) == pytest.approx(told["plain"]["rv"], abs=1e-10)


def test_residuals_of_gram_matrices_are_those_of_the_tables(told, data):
    X, Y, z = data
    Q = basis(z[:, None])
    A, B = (residual_gram(scaled(M) @ scaled(M).T, Q) for M in (X, Y))
    assert rv_coefficient(A, B) == pytest.approx(told["residual"]["rv"], abs=1e-10)
    d = mantel_scores(distances(A), ranked=True) @ mantel_scores(distances(B), ranked=True)
    assert d == pytest.approx(told["residual"]["mantel_spearman"], abs=1e-10)


def test_distances_are_euclidean():
    X = np.random.default_rng(0).normal(size=(9, 4))
    np.testing.assert_allclose(distances(X @ X.T), pdist(X), atol=1e-12)
    np.testing.assert_array_equal(mantel_scores(np.full(6, 2.0), ranked=False), 0)


def test_all_orders_of_six_rows_give_the_exact_moments_of_rv():
    """Kazi-Aoual et al. (1995): E = sqrt(beta_x beta_y) / (n - 1), beta = tr(W)^2 / tr(WW)."""
    rng = np.random.default_rng(4)
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 4))
    A, B = ((M - M.mean(0)) @ (M - M.mean(0)).T for M in (X, Y))
    found = [rv_coefficient(A, B[np.ix_(order, order)]) for order in permutations(range(6))]
    beta = [np.trace(W) ** 2 / np.trace(W @ W) for W in (A, B)]
    assert np.mean(found) == pytest.approx(np.sqrt(beta[0] * beta[1]) / 5, abs=1e-12)
