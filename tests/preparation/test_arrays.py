"""The array core of the preparation, against small cases by hand and slow second implementations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radassoc.preparation.arrays import CONSTANT, CORRELATED, KEPT, MISSING, learn_arrays
from radassoc.preparation.recipe import Preparation

NAN = np.nan


def test_each_step_by_hand() -> None:
    X = np.array(
        [
            # kept, too many gaps, constant, copy of the first, one gap, all missing
            [1.0, NAN, 5.0, 2.0, 1.0, NAN],
            [2.0, NAN, 5.0, 4.0, NAN, NAN],
            [3.0, 1.0, 5.0, 6.0, 0.0, NAN],
            [4.0, 2.0, 5.0, 8.0, 7.0, NAN],
            [6.0, 0.0, 5.0, 12.0, 2.0, NAN],
        ]
    )
    learned = learn_arrays(X, Preparation())
    assert learned.outcome.tolist() == [KEPT, MISSING, CONSTANT, CORRELATED, KEPT, MISSING]
    assert learned.columns.tolist() == [0, 4]
    assert learned.n_missing.tolist() == [0, 2, 0, 0, 1, 5]
    assert learned.representative.tolist() == [-1, -1, -1, 0, -1, -1]
    assert learned.correlation[3] == pytest.approx(1.0)
    assert learned.fill.tolist() == [3.0, 1.5]  # medians of the observed
    np.testing.assert_allclose(learned.center, [3.2, 2.3], rtol=1e-14)
    filled = np.array([1.0, 1.5, 0.0, 7.0, 2.0])
    np.testing.assert_allclose(learned.scale, [X[:, 0].std(), filled.std()], rtol=1e-14)


def test_mean_imputation_and_no_scaling() -> None:
    X = np.array([[0.0], [NAN], [3.0], [6.0], [6.0]])
    learned = learn_arrays(X, Preparation(impute="mean", scale="none"))
    np.testing.assert_array_equal(learned.transform(X)[:, 0], [0.0, 3.75, 3.0, 6.0, 6.0])


def test_the_missing_filter_keeps_the_limit_itself() -> None:
    X = np.column_stack([np.arange(10.0), np.arange(10.0) ** 2])
    X[:2, 0] = NAN
    X[:3, 1] = NAN
    assert learn_arrays(X, Preparation(max_correlation=None)).outcome.tolist() == [KEPT, MISSING]


def test_near_constant_counts_the_commonest_observed_value() -> None:
    X = np.zeros((41, 2))
    X[0, 0] = 1.0  # 40 of 41: 97.6%
    X[:3, 1] = [1.0, 2.0, 3.0]  # 38 of 41: 92.7%
    assert learn_arrays(X, Preparation()).outcome.tolist() == [CONSTANT, KEPT]
    assert learn_arrays(X, Preparation(near_constant=1.0)).outcome.tolist() == [KEPT, KEPT]


def test_infinite_values_are_missing() -> None:
    X = np.array([[1.0], [2.0], [np.inf], [4.0], [-1.0], [3.0]])
    learned = learn_arrays(X, Preparation())
    assert learned.n_missing.tolist() == [1]
    assert np.isfinite(learned.transform(X)).all()


def test_of_correlated_features_the_one_with_fewest_gaps_stays() -> None:
    x = np.arange(20.0)
    X = np.column_stack([x, x + 0.01 * np.sin(x), np.cos(5 * x)])
    X[3, 0] = NAN
    learned = learn_arrays(X, Preparation())
    assert learned.outcome.tolist() == [CORRELATED, KEPT, KEPT]
    assert learned.representative[0] == 1


def test_a_negative_correlation_counts() -> None:
    x = np.arange(8.0)
    assert learn_arrays(np.column_stack([x, -x]), Preparation()).columns.size == 1


def test_exact_copies_keep_the_first() -> None:
    x = np.random.default_rng(0).normal(size=30)
    assert learn_arrays(np.column_stack([x, x, x]), Preparation()).columns.tolist() == [0]


def test_nothing_left_is_no_error() -> None:
    learned = learn_arrays(np.ones((5, 3)), Preparation())
    assert learned.columns.size == 0
    assert learned.transform(np.ones((2, 3))).shape == (2, 0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_pruning_leaves_no_pair_beyond_the_limit_and_explains_each_loss(seed: int) -> None:
    rng = np.random.default_rng(seed)
    base = rng.normal(size=(25, 4))
    X = base[:, rng.integers(0, 4, 12)] + rng.choice([0.05, 0.5], 12) * rng.normal(size=(25, 12))
    X[rng.random(X.shape) < 0.05] = NAN
    learned = learn_arrays(X, Preparation(max_missing=0.3))
    kept = learned.transform(X)
    r = np.corrcoef(kept.T) if kept.shape[1] > 1 else np.ones((1, 1))
    assert np.abs(r - np.eye(len(r))).max() <= 0.95 + 1e-12
    for j in np.flatnonzero(learned.outcome == CORRELATED):
        assert learned.representative[j] in learned.columns
        assert abs(learned.correlation[j]) > 0.95


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_medians_and_runs_agree_with_a_slow_second_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 4, size=(15, 6)).astype(float)
    X[rng.random(X.shape) < 0.1] = NAN
    recipe = Preparation(max_missing=0.5, near_constant=0.6, max_correlation=None)
    learned = learn_arrays(X, recipe)
    for j in range(6):
        seen = X[np.isfinite(X[:, j]), j]
        counts = np.unique(seen, return_counts=True)[1]
        dull = counts.max() > 0.6 * seen.size or counts.size == 1
        assert learned.outcome[j] == (MISSING if seen.size < 7.5 else CONSTANT if dull else KEPT)
    for j, fill in zip(learned.columns, learned.fill, strict=True):
        assert fill == np.nanmedian(X[:, j])


def test_training_values_come_out_standardised() -> None:
    X = np.random.default_rng(1).lognormal(size=(50, 7))
    out = learn_arrays(X, Preparation()).transform(X)
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=0), 1, atol=1e-12)
