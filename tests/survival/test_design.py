"""The design of a training set: scales learned in training, modalities apart, and the screen."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.preparation.arrays import learn_arrays
from radassoc.preparation.recipe import Preparation
from radassoc.survival._design import pick, prepare
from radassoc.survival._pipeline import Arrays, Block, Settings

SETTINGS = Settings(Preparation())


def make_arrays(n: int = 60, p: int = 10, *, q: int = 2, seed: int = 0) -> Arrays:
    rng = np.random.default_rng(seed)
    X, Z = rng.normal(2, 3, size=(n, p)), rng.normal(50, 10, size=(n, q))
    time = rng.permutation(np.arange(1.0, n + 1)) * np.exp(-0.6 * X[:, 4])
    X[rng.random(X.shape) < 0.04] = np.nan
    return Arrays(X, Z, time, rng.random(n) < 0.7, rng.integers(0, 2, n), np.full(n, np.nan), np.arange(n))


def test_training_columns_have_mean_0_and_spread_1() -> None:
    data = make_arrays()
    prepared = prepare(data, SETTINGS)
    design = prepared.design(data)
    assert design.shape == (60, 12)
    assert design.flags.f_contiguous
    np.testing.assert_allclose(design.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(design.std(axis=0), 1, rtol=1e-12)
    np.testing.assert_array_equal(prepared.factors, np.ones(10))
    assert prepared.learned is prepared.whole


def test_other_patients_are_scaled_as_in_training() -> None:
    data = make_arrays()
    prepared = prepare(data, SETTINGS)
    other = data.take(np.array([5]))
    other.X[0, :] = np.nan
    other.Z[0, :] = data.Z.mean(axis=0) + data.Z.std(axis=0)
    row = prepared.design(other)[0]
    np.testing.assert_allclose(row[:2], 1)
    filled = (np.nanmedian(data.X, axis=0) - prepared.learned.center) / prepared.learned.scale
    np.testing.assert_allclose(row[2:], filled, atol=1e-12)


def test_a_covariate_that_is_constant_in_training_stays_finite() -> None:
    """In a fold a rare level may be absent: the column is 0 there, and no division by nothing."""
    data = make_arrays()
    data.Z[:, 0] = 0.1 + 0.2
    prepared = prepare(data, SETTINGS)
    assert prepared.scale[0] == 1.0
    np.testing.assert_allclose(prepared.design(data)[:, 0], 0, atol=1e-12)


def test_each_modality_keeps_its_own_recipe_and_factor() -> None:
    data = make_arrays(p=5)
    data.X[:, 1] = data.X[:, 0]  # a copy within the first
    data.X[:, 3] = data.X[:, 0]  # a copy across
    data.X[:30, 2] = np.nan
    blocks = (Block(3, 1.0, Preparation()), Block(2, 0.5, Preparation(scale="none")))
    prepared = prepare(data, SETTINGS._replace(blocks=blocks))
    assert prepared.whole.columns.tolist()[1:] == [3, 4]
    assert prepared.whole.columns[0] in (0, 1)
    assert prepared.factors.tolist() == [1.0, 0.5, 0.5]
    assert prepared.whole.scale[1:].tolist() == [1.0, 1.0]
    pruned = 1 - prepared.whole.columns[0]
    assert prepared.whole.representative.tolist()[pruned] == prepared.whole.columns[0]
    for part, slot in ((data.X[:, :3], slice(0, 3)), (data.X[:, 3:], slice(3, 5))):
        alone = learn_arrays(part, blocks[slot.start // 3].recipe)
        np.testing.assert_array_equal(prepared.whole.outcome[slot], alone.outcome)
        np.testing.assert_array_equal(prepared.whole.n_missing[slot], alone.n_missing)


def test_pick_keeps_what_describes_every_column() -> None:
    learned = prepare(make_arrays(), SETTINGS).whole
    few = pick(learned, np.array([2, 7]))
    data = make_arrays()
    np.testing.assert_array_equal(few.transform(data.X), learned.transform(data.X)[:, [2, 7]])
    np.testing.assert_array_equal(few.outcome, learned.outcome)


def score_z(x: np.ndarray, given: np.ndarray, data: Arrays) -> float:
    """Score statistic of x at the Cox fit of ``given``, death by death; no tied times."""
    from radassoc.kernels.cox_fit import cox_maximum

    beta = cox_maximum(given, data.time, data.event, strata=data.strata).coefficients if given.shape[1] else np.empty(0)
    columns = np.column_stack([given, x])
    score, info = np.zeros(columns.shape[1]), np.zeros((columns.shape[1],) * 2)
    for i in np.flatnonzero(data.event):
        at_risk = (data.strata == data.strata[i]) & (data.time >= data.time[i])
        weight = np.exp(given[at_risk] @ beta)
        mean = weight @ columns[at_risk] / weight.sum()
        score += columns[i] - mean
        info += (weight[:, None] * columns[at_risk]).T @ columns[at_risk] / weight.sum() - np.outer(mean, mean)
    left = info[-1, -1] - info[-1, :-1] @ np.linalg.solve(info[:-1, :-1], info[:-1, -1])
    return abs(score[-1]) / np.sqrt(left)


@pytest.mark.parametrize("n_free", [0, 2])
def test_the_screen_is_adjusted_for_covariates_strata_and_what_is_not_penalised(n_free: int) -> None:
    data = make_arrays()
    blocks = (Block(n_free, 0.0, Preparation()), Block(10 - n_free, 1.0, Preparation()))
    prepared = prepare(data, SETTINGS._replace(screen=3, blocks=blocks[n_free == 0 :]))
    unit = prepared.whole.transform(data.X)
    given = np.hstack([(data.Z - data.Z.mean(axis=0)) / data.Z.std(axis=0), unit[:, :n_free]])
    z = [score_z(unit[:, j], given, data) for j in range(n_free, 10)]
    best = n_free + np.sort(np.argsort(z)[-3:])
    np.testing.assert_array_equal(prepared.learned.columns, np.append(np.arange(n_free), best))
    np.testing.assert_array_equal(prepared.factors, np.append(np.zeros(n_free), np.ones(3)))
    assert len(prepared.whole.columns) == 10


def test_a_screen_wider_than_the_table_does_nothing() -> None:
    data = make_arrays()
    assert prepare(data, SETTINGS._replace(screen=10)).learned.columns.size == 10
    assert prepare(data, SETTINGS._replace(screen=9)).learned.columns.size == 9


def test_without_a_screen_no_outcome_is_looked_at() -> None:
    data = make_arrays()
    other = data._replace(time=data.time[::-1].copy(), event=~data.event)
    for one, two in zip(prepare(data, SETTINGS).learned, prepare(other, SETTINGS).learned, strict=True):
        np.testing.assert_array_equal(one, two)
