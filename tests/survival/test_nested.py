"""Nested cross-validation on arrays: who is predicted by which model. Leaks are looked for in test_pipeline.py."""

from __future__ import annotations

import numpy as np

from radassoc.preparation.recipe import Preparation
from radassoc.survival._nested import nested
from radassoc.survival._pipeline import Arrays, Settings, learn_model

SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=1)


def make_arrays() -> Arrays:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(50, 8))
    time = rng.exponential(np.exp(-1.5 * X[:, 0]))
    return Arrays(X, rng.normal(size=(50, 1)), time, rng.random(50) < 0.7, np.zeros(50, int), X[:, 1], np.arange(50))


def test_each_fold_is_the_model_of_the_others() -> None:
    data = make_arrays()
    found = nested(data, SETTINGS, n_outer_folds=3, n_outer_repeats=2, path=("v",))
    for r, k in ((0, 0), (1, 2)):
        out = np.flatnonzero(found.folds[r] == k)
        model = learn_model(data.take(np.flatnonzero(found.folds[r] != k)), SETTINGS, ("v", r, k))
        imaging = model.imaging(data.X[out])
        np.testing.assert_array_equal(found.imaging[r, out], imaging)
        total = imaging + model.clinical(data.Z[out])
        np.testing.assert_array_equal(found.total[r, out], total)
        np.testing.assert_array_equal(found.high[r, out], total > model.cut)
        assert found.empty[r, k] == model.empty


def test_more_repeats_leave_the_first_ones_as_they_are() -> None:
    data = make_arrays()
    one = nested(data, SETTINGS, n_outer_folds=3, n_outer_repeats=1, path=("v",))
    two = nested(data, SETTINGS, n_outer_folds=3, n_outer_repeats=2, path=("v",))
    np.testing.assert_array_equal(one.total[0], two.total[0])
    assert (two.total[0] != two.total[1]).any()
