import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from radassoc.kernels.correlation import (
    basis,
    correlate,
    majority,
    midranks,
    nearly_constant,
    residual_units,
    residuals,
    unit_rows,
)


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=25))
def test_midranks_equal_scipy(values):
    np.testing.assert_array_equal(midranks(np.array(values, dtype=float)[:, None])[:, 0], rankdata(values))


def test_repeated_and_constant_covariates_cost_no_degree_of_freedom():
    z = np.arange(8.0)
    assert basis(np.column_stack([z, 2 * z + 1, np.full(8, 3.0)])).shape == (8, 2)
    assert basis(np.empty((8, 0))).shape == (8, 1)


def test_basis_spans_intercept_and_covariates(rng):
    Z = rng.normal(50, 3, size=(12, 3))
    Q = basis(Z)
    np.testing.assert_allclose(Q.T @ Q, np.eye(4), atol=1e-12)
    np.testing.assert_allclose(residuals(np.column_stack([np.ones(12), Z]), Q), 0, atol=1e-10)


def test_residuals_equal_least_squares(rng):
    Z, X = rng.normal(size=(15, 2)), rng.normal(size=(15, 4))
    D = np.column_stack([np.ones(15), Z])
    expected = X - D @ np.linalg.lstsq(D, X, rcond=None)[0]
    np.testing.assert_allclose(residuals(X, basis(Z)), expected, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_a_column_that_is_constant_or_a_covariate_has_no_correlation(rng, scale):
    z = rng.normal(5, 1, size=20)
    X = np.column_stack([z, 3 * z + 2, np.full(20, 7.1), rng.normal(size=20)]) * scale
    assert np.isnan(residual_units(X, basis(z[:, None]))).any(axis=0).tolist() == [True, True, True, False]


def test_a_small_spread_around_a_large_value_still_counts(rng):
    noise = rng.normal(size=(20, 2))
    Q = basis(np.empty((20, 0)))
    far, near = residual_units(1e8 + noise, Q), residual_units(noise, Q)
    np.testing.assert_allclose(far, near, atol=1e-7)


def test_correlate_by_hand():
    Q = basis(np.empty((3, 0)))
    x = residual_units(np.array([[1.0], [2.0], [3.0]]), Q)
    y = residual_units(np.array([[1.0, 3.0], [3.0, 2.0], [2.0, 1.0]]), Q)
    np.testing.assert_allclose(correlate(x, y), [[0.5, -1.0]])


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=60))
def test_the_majority_is_counted_and_near_constancy_told(values):
    column = np.array(values, dtype=float)[:, None]
    largest = np.unique(column, return_counts=True)[1].max()
    assert majority(column)[0] == (largest if 2 * largest > len(values) else 0)
    if len(values) >= 20:
        assert nearly_constant(column, 10)[0] == (len(values) - largest < 10)


def test_unit_rows_equal_residuals_of_unit_length_whatever_stands_beside(rng):
    X, z = rng.normal(size=(30, 150)), rng.normal(size=(30, 1))
    X[:, 7] = 2 * z[:, 0] + 1e-4 * rng.normal(size=30)  # nearly explained: takes a second pass
    Q = basis(z)
    rows, length = unit_rows(X, Q)
    known = residuals(X, Q)
    np.testing.assert_allclose(length, np.linalg.norm(known, axis=0), rtol=1e-9)
    np.testing.assert_allclose(rows.T, known / np.linalg.norm(known, axis=0), atol=1e-9)
    np.testing.assert_array_equal(unit_rows(X[:, 5:9], Q)[0], rows[5:9])
    np.testing.assert_array_equal(unit_rows(X, Q, dtype=np.float32)[0], rows.astype(np.float32))
    np.testing.assert_array_equal(unit_rows(X, Q, ranked=True)[0], unit_rows(midranks(X), Q)[0])
