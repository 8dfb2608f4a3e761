"""Nested cross-validation on arrays: who is predicted by which model. Leaks are looked for in test_pipeline.py."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.preparation.recipe import Preparation
from radassoc.survival._added_value import scorers
from radassoc.survival._baseline import baseline_hazard
from radassoc.survival._cuts import group_codes, learn_cuts
from radassoc.survival._nested import Cutting, nested, nested_measures
from radassoc.survival._pipeline import Arrays, Settings, learn_model

SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=1)
OUTER = {"n_outer_folds": 3, "path": ("v",)}


def make_arrays() -> Arrays:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(50, 8))
    time = rng.exponential(np.exp(-1.5 * X[:, 0]))
    volume = np.exp(X[:, 1])
    return Arrays(X, rng.normal(size=(50, 1)), time, rng.random(50) < 0.7, np.zeros(50, int), volume, np.arange(50))


def test_each_fold_is_the_model_of_the_others() -> None:
    data = make_arrays()
    times = np.quantile(data.time, [0.3, 0.6])
    found = nested(data, SETTINGS, n_outer_repeats=2, times=times, **OUTER)
    assert found.models == ("full", "covariates", "volume", "covariates + volume")
    for r, k in ((0, 0), (1, 2)):
        out, inside = np.flatnonzero(found.folds[r] == k), np.flatnonzero(found.folds[r] != k)
        train, test = data.take(inside), data.take(out)
        model = learn_model(train, SETTINGS, ("v", r, k))
        np.testing.assert_array_equal(found.imaging[r, out], model.imaging(test.X))
        np.testing.assert_array_equal(found.total[r, out], model.imaging(test.X) + model.clinical(test.Z))
        np.testing.assert_array_equal(found.groups[r, out], found.total[r, out] > np.median(model.inner_scores))
        assert found.empty[r, k] == model.empty
        for i, scorer in enumerate(scorers(model, train, SETTINGS, found.models).values()):
            np.testing.assert_array_equal(found.scores[r, out, i], scorer(test))
            base = baseline_hazard(scorer(train), train)
            alive = np.exp(-base.cumulative(scorer(test), test.strata, times))
            np.testing.assert_allclose(found.survival[r, out, i], alive, rtol=1e-12)


@pytest.mark.parametrize("cutting", [Cutting("quantiles", 3), Cutting("maxstat")])
def test_cuts_are_learned_from_inner_scores_of_training_rows(cutting: Cutting) -> None:
    data = make_arrays()
    found = nested(data, SETTINGS, n_outer_repeats=1, cutting=cutting, **OUTER)
    for k in range(3):
        out = found.folds[0] == k
        train = data.take(np.flatnonzero(~out))
        model = learn_model(train, SETTINGS, ("v", 0, k))
        cuts = learn_cuts(model.inner_scores, train.time, train.event, method=cutting.method, n_groups=cutting.n_groups)
        np.testing.assert_array_equal(found.groups[0, out], group_codes(found.total[0, out], cuts))
    assert set(np.unique(found.groups)) == set(range(cutting.n_groups))


def test_outcomes_of_the_test_fold_change_nothing_of_what_is_said_about_it() -> None:
    """Scores, groups, absolute survival: a patient's own outcome is used once, to judge them."""
    data = make_arrays()
    times = np.quantile(data.time, [0.3, 0.6])
    rivals = {"n_outer_repeats": 1, "times": times, "cutting": Cutting("maxstat")}
    before = nested(data, SETTINGS, **rivals, **OUTER)
    fold = before.folds[0] == 0
    longer = data._replace(time=np.where(fold, data.time * 7, data.time))
    after = nested(longer, SETTINGS, **rivals, **OUTER)
    np.testing.assert_array_equal(before.folds, after.folds)
    for name in ("scores", "imaging", "groups", "survival"):
        np.testing.assert_array_equal(getattr(before, name)[0, fold], getattr(after, name)[0, fold])
    assert (before.scores[0, ~fold] != after.scores[0, ~fold]).any()


def test_models_that_the_data_do_not_allow_are_left_out() -> None:
    data = make_arrays()
    bare = data._replace(Z=np.empty((50, 0)), volume=np.full(50, np.nan))
    found = nested(bare, SETTINGS, n_outer_repeats=1, **OUTER)
    assert found.models == ("full",)
    assert found.survival is None
    assert nested_measures(bare, found).shape == (1, 1)
    asked = nested(data, SETTINGS, n_outer_repeats=1, models=("full", "covariates"), **OUTER)
    assert asked.scores.shape == (1, 50, 2)


@pytest.mark.slow
def test_more_repeats_leave_the_first_ones_as_they_are() -> None:
    data = make_arrays()
    one = nested(data, SETTINGS, n_outer_repeats=1, **OUTER)
    two = nested(data, SETTINGS, n_outer_repeats=2, **OUTER)
    np.testing.assert_array_equal(one.total[0], two.total[0])
    assert (two.total[0] != two.total[1]).any()
