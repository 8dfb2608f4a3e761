"""Permutation and resampling within strata; imaging permuted given covariates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radassoc.resampling.permute import ResidualBlocks, permutation_p, permute_rows, resample_rows


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_rows_stay_in_their_stratum(seed: int) -> None:
    strata = np.random.default_rng(seed).integers(0, 3, 25)
    rows = permute_rows(strata, seed=seed)
    assert sorted(rows) == list(range(25))
    np.testing.assert_array_equal(strata[rows], strata)
    drawn = resample_rows(strata, seed=seed)
    np.testing.assert_array_equal(strata[drawn], strata)


def test_p_by_hand() -> None:
    null = np.array([0.1, 0.2, 0.3, 0.4])
    assert permutation_p(0.35, null) == pytest.approx(2 / 5)
    assert permutation_p(0.3 + 1e-15, null) == pytest.approx(3 / 5)  # a tie but for rounding
    assert permutation_p(1.0, null) == pytest.approx(1 / 5)
    assert np.isnan(permutation_p(1.0, np.array([])))


def test_without_covariates_whole_rows_move() -> None:
    X = np.arange(12.0).reshape(6, 2)
    out = ResidualBlocks(X, np.zeros((6, 0)), np.zeros(6, dtype=int)).permuted(seed=1)
    assert {tuple(row) for row in out} == {tuple(row) for row in X}
    assert (out != X).any()


def test_with_covariates_the_fit_stays_and_residuals_move() -> None:
    rng = np.random.default_rng(2)
    Z = rng.normal(size=(40, 2))
    X = Z @ rng.normal(size=(2, 5)) + rng.normal(size=(40, 5))
    X[rng.random(X.shape) < 0.1] = np.nan
    out = ResidualBlocks(X, Z, np.zeros(40, dtype=int)).permuted(seed=3)
    design = np.column_stack([np.ones(40), Z])
    for j in range(5):
        seen = np.isfinite(X[:, j])
        fit = design @ np.linalg.lstsq(design[seen], X[seen, j], rcond=None)[0]
        residuals = np.sort((X[:, j] - fit)[seen])
        np.testing.assert_allclose(np.sort((out[:, j] - fit)[np.isfinite(out[:, j])]), residuals, atol=1e-12)
    # gaps travel together with the row of residuals
    assert sorted(map(tuple, np.isnan(out))) == sorted(map(tuple, np.isnan(X)))


def test_a_feature_that_covariates_determine_is_untouched() -> None:
    Z = np.arange(20.0)[:, None]
    out = ResidualBlocks(3 * Z + 1, Z, np.zeros(20, dtype=int)).permuted(seed=1)
    np.testing.assert_allclose(out, 3 * Z + 1, atol=1e-12)
