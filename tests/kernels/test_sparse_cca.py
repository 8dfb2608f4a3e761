from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.correlation import basis
from radassoc.kernels.sparse_cca import bounded_units, canonical_correlations, sparse_pairs


def scaled(X):
    return (X - X.mean(0)) / X.std(0, ddof=1)


@pytest.fixture
def data(oracles):
    frame = pd.read_csv(oracles / "modalities.csv")
    return scaled(frame.iloc[:, :12].to_numpy()), scaled(frame.iloc[:, 12:27].to_numpy())


@pytest.mark.parametrize(("place", "penalty"), [(0, 0.3), (1, 0.5), (2, 0.7)])
def test_the_pair_is_that_of_the_algorithm_in_r(data, oracles, place, penalty):
    told = json.loads((oracles / "modalities.json").read_text())["cca"][place]
    X, Y = data
    rows = np.arange(40)[None]
    U, V = sparse_pairs(X, Y, rows, penalty, rounds=2000)
    sign = np.sign(U[0][np.abs(U[0]).argmax()])
    np.testing.assert_allclose(sign * U[0], told["u"], atol=1e-6)
    np.testing.assert_allclose(sign * V[0], told["v"], atol=1e-6)
    r = canonical_correlations(X, Y, rows, U, V, basis(np.zeros((40, 0))))
    assert r[0] == pytest.approx(told["r"], abs=1e-6)


def test_without_a_bound_it_is_the_singular_vector(data):
    X, Y = data
    U, V = sparse_pairs(X, Y, np.arange(40)[None], 1.0, rounds=2000)
    left, _, right = np.linalg.svd(X.T @ Y)
    assert abs(U[0] @ left[:, 0]) == pytest.approx(1, abs=1e-8)
    assert abs(V[0] @ right[0]) == pytest.approx(1, abs=1e-8)


def test_orders_are_fitted_as_permuted_tables_are(data):
    X, Y = data
    rng = np.random.default_rng(1)
    rows = np.array([rng.permutation(40) for _ in range(4)])
    U, V = sparse_pairs(X, Y, rows, 0.4)
    Q = basis(rng.normal(size=(40, 1)))
    r = canonical_correlations(X, Y, rows, U, V, Q)
    for i, order in enumerate(rows):
        u, v = sparse_pairs(X, Y[order], np.arange(40)[None], 0.4)
        # the power iterations begin at a singular vector, whose sign is free
        np.testing.assert_allclose(np.abs(U[i]), np.abs(u[0]), atol=1e-9)
        a, b = ((t - Q @ (Q.T @ t)) for t in (X @ u[0], Y[order] @ v[0]))
        assert r[i] == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-9)


@pytest.mark.parametrize("bound", [1.0, 1.3, 2.0, 2.9, 50.0])
def test_bounded_units_meet_the_bound_exactly(bound):
    A = np.random.default_rng(2).normal(size=(50, 9))
    A[0] = [3, 3, 1, 0, 0, 0, 0, 0, 0]
    A[1] = 0.0
    out = np.empty_like(A)
    bounded_units(A, bound, out)
    norm1 = np.abs(out).sum(axis=1)
    np.testing.assert_allclose(np.linalg.norm(out[2:], axis=1), 1, atol=1e-12)
    free = np.abs(A[2:]).sum(axis=1) / np.linalg.norm(A[2:], axis=1)
    np.testing.assert_allclose(norm1[2:], np.minimum(free, bound), atol=1e-7)
    assert not out[1].any()
    assert (out[2:] * A[2:] >= 0).all()
    # what is cut is smaller than what stays
    for row, values in zip(out[2:], np.abs(A[2:]), strict=True):
        assert not (row == 0).any() or values[row == 0].max() <= values[row != 0].min()
