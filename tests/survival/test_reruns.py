"""Reruns of the pipeline: differences, the conditional bootstrap, permutations that differ in imaging only."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.preparation.recipe import Preparation
from radassoc.survival._nested import nested
from radassoc.survival._pipeline import Arrays, Settings
from radassoc.survival._reruns import bootstrap_conditionally, contrasts, rerun

SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=1)


def make_arrays(n: int = 50) -> Arrays:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(n, 8))
    Z = rng.normal(size=(n, 1))
    time = rng.exponential(np.exp(-1.5 * X[:, 0] - Z[:, 0]))
    return Arrays(X, Z, time, rng.random(n) < 0.7, np.zeros(n, int), X[:, 1], np.arange(n))


def test_contrasts_are_differences() -> None:
    data = make_arrays()
    found = nested(data, SETTINGS, n_outer_folds=3, n_outer_repeats=2, path=("v",))
    values = contrasts(data, found)
    np.testing.assert_allclose(values[:, 3], values[:, 0] - values[:, 1])
    np.testing.assert_allclose(values[:, 4], values[:, 0] - values[:, 2])


def test_the_conditional_bootstrap_surrounds_the_estimate() -> None:
    data = make_arrays()
    found = nested(data, SETTINGS, n_outer_folds=3, n_outer_repeats=2, path=("v",))
    values = bootstrap_conditionally(data, found, 200, seed=1)
    estimate = contrasts(data, found).mean(axis=0)
    assert np.abs(values.mean(axis=0) - estimate).max() < 0.03
    assert values.std(axis=0).min() > 0.005


def test_the_covariates_part_is_the_same_in_every_permutation() -> None:
    """Outcome and covariates stay together: only what imaging adds changes."""
    data = make_arrays()
    settings = {"n_outer_folds": 3, "n_outer_repeats": 1}
    found = nested(data, SETTINGS, path=("validation",), **settings)
    reruns = rerun(data, SETTINGS, n_bootstraps=0, n_permutations=3, **settings)
    assert reruns.bootstraps.shape == (0, 5)
    assert reruns.statistics.shape == (3,)
    assert (reruns.total != found.total[0]).any()
    # a permuted model that selects nothing is the covariates' model alone
    for total, imaging in zip(reruns.total, reruns.imaging, strict=True):
        for k in range(3):
            out = found.folds[0] == k
            if not imaging[out].any():
                np.testing.assert_allclose(total[out], found.covariates[0, out], atol=1e-6)


def test_a_bootstrap_sample_with_too_few_events_gives_no_value() -> None:
    data = make_arrays()
    few = data._replace(event=np.arange(50) < 6)
    reruns = rerun(few, SETTINGS, n_outer_folds=2, n_outer_repeats=1, n_bootstraps=3, n_permutations=0)
    assert np.isnan(reruns.bootstraps).all()
    assert reruns.total is None
    assert reruns.statistics.size == 0


def test_bootstraps_are_worse_than_the_patients_themselves() -> None:
    """They learn from fewer distinct patients, which is why their interval is shifted."""
    data = make_arrays(80)
    settings = {"n_outer_folds": 3, "n_outer_repeats": 1}
    found = contrasts(data, nested(data, SETTINGS, path=("validation",), **settings))[0, 0]
    reruns = rerun(data, SETTINGS, n_bootstraps=12, n_permutations=0, **settings)
    assert 0.5 < reruns.bootstraps[:, 0].mean() < found + 0.02
    assert reruns.bootstraps[:, 3] == pytest.approx(reruns.bootstraps[:, 0] - reruns.bootstraps[:, 1])
