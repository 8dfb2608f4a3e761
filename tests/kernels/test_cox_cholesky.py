import numpy as np
import pytest

from radassoc.kernels.cox_cholesky import backsolve, delete_row, factorise


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((300, 160))
    A = rng.permutation(160)
    return X.T @ X / 300, A, rng.uniform(0.0, 0.1, 160)


def product(L, n):
    lower = np.tril(L[:n, :n])
    return lower @ lower.T


@pytest.mark.parametrize("start", [0, 20, 100, 147])
def test_factor_from_any_row_on(problem, start):
    H, A, l2 = problem
    wanted = (H + np.diag(l2))[np.ix_(A[:150], A[:150])]
    L = np.zeros_like(H)
    L[:start, :start] = np.linalg.cholesky(wanted)[:start, :start]
    assert factorise(H, A, 150, l2, L, start)
    np.testing.assert_allclose(product(L, 150), wanted, atol=1e-10)


@pytest.mark.parametrize("gone", [0, 60, 149])
def test_a_deleted_row_is_as_if_never_there(problem, gone):
    H, A, l2 = problem
    L = np.zeros_like(H)
    factorise(H, A, 150, l2, L, 0)
    delete_row(L, 150, gone)
    left = np.delete(A[:150], gone)
    np.testing.assert_allclose(product(L, 149), (H + np.diag(l2))[np.ix_(left, left)], atol=1e-10)


@pytest.mark.parametrize("size", [3, 120])
def test_singular_matrices_are_refused(size):
    empty = np.zeros((size, size))
    assert not factorise(empty, np.arange(size), size, np.zeros(size), empty.copy(), 0)


def test_backsolve(problem):
    H, A, l2 = problem
    L, y = np.zeros_like(H), np.arange(150.0)
    factorise(H, A, 150, l2, L, 0)
    backsolve(L, 150, y)
    np.testing.assert_allclose((H + np.diag(l2))[np.ix_(A[:150], A[:150])] @ y, np.arange(150.0), atol=1e-9)
