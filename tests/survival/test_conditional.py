"""The conditional bootstrap by weights equals the same patients written out as often as they were drawn."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.preparation.recipe import Preparation
from radassoc.resampling.permute import resample_rows
from radassoc.survival._conditional import bootstrap_conditionally
from radassoc.survival._contrasts import Horizon, contrasts
from radassoc.survival._nested import Nested, nested
from radassoc.survival._pipeline import Arrays, Settings
from radassoc.survival._times import prediction_times


def make(n: int = 60) -> tuple[Arrays, Horizon, Nested]:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(n, 8))
    Z = rng.normal(size=(n, 1))
    time = rng.exponential(np.exp(-1.5 * X[:, 0] - Z[:, 0])).round(2) + 0.01
    data = Arrays(X, Z, time, rng.random(n) < 0.7, rng.integers(0, 2, n), np.exp(X[:, 1]), np.arange(n))
    times, tau = np.quantile(time, [0.25, 0.5]), float(np.quantile(time, 0.8))
    horizon = Horizon(times, tau, prediction_times(time, times, tau))
    settings = Settings(Preparation(), n_folds=4, n_repeats=1)
    return data, horizon, nested(data, settings, n_outer_folds=3, n_outer_repeats=2, path=("v",), times=horizon.grid)


@pytest.mark.slow
def test_weights_equal_copies() -> None:
    data, horizon, found = make()
    values = bootstrap_conditionally(data, found, horizon, 4, seed=3)
    told = contrasts(data, found, horizon)
    assert values.shape == (4, len(told.labels))
    for b in range(4):
        rows = resample_rows(data.strata, seed=3, path=("conditional", b))
        copies = found._replace(
            folds=found.folds[:, rows], scores=found.scores[:, rows], survival=found.survival[:, rows]
        )
        expected = contrasts(data.take(rows), copies, horizon).values.mean(axis=0)
        np.testing.assert_allclose(values[b], expected, atol=1e-9)


@pytest.mark.slow
def test_it_surrounds_the_estimate() -> None:
    data, horizon, found = make()
    values = bootstrap_conditionally(data, found, horizon, 100, seed=1)
    told = contrasts(data, found, horizon)
    kept = [i for i, label in enumerate(told.labels) if label[0].startswith("concordance")]
    assert np.abs(values.mean(axis=0) - told.values.mean(axis=0))[kept].max() < 0.03
    assert values.std(axis=0)[kept].min() > 0.005
