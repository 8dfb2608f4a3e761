"""Reruns of the pipeline: bootstrap samples judged like the patients, permutations that differ in imaging only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from radassoc.preparation.recipe import Preparation
from radassoc.resampling.permute import resample_rows
from radassoc.survival._contrasts import Horizon, contrasts
from radassoc.survival._nested import MEDIAN, Cutting, nested
from radassoc.survival._optimism import bootstrap_model
from radassoc.survival._pipeline import Arrays, Settings
from radassoc.survival._reruns import Outer, Reruns, rerun, row_of_p, statistic
from radassoc.survival._times import prediction_times

SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=1)


def make_arrays(n: int = 50) -> Arrays:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(n, 8))
    Z = rng.normal(size=(n, 1))
    time = rng.exponential(np.exp(-1.5 * X[:, 0] - Z[:, 0]))
    return Arrays(X, Z, time, rng.random(n) < 0.7, np.zeros(n, int), X[:, 1], np.arange(n))


def outer_of(data: Arrays, cutting: Cutting = MEDIAN, *, n_folds: int = 3) -> Outer:
    times, tau = np.quantile(data.time, [0.5]), float(np.quantile(data.time, 0.7))
    return Outer(n_folds, 1, Horizon(times, tau, prediction_times(data.time, times, tau)), cutting)


def observed(data: Arrays, outer: Outer) -> Any:
    return nested(
        data,
        SETTINGS,
        n_outer_folds=outer.n_folds,
        n_outer_repeats=outer.n_repeats,
        path=("validation",),
        times=outer.horizon.grid,
        cutting=outer.cutting,
    )


def run(data: Arrays, outer: Outer, *, n_bootstraps: int = 0, n_permutations: int = 0) -> tuple[Any, Reruns]:
    told = contrasts(data, observed(data, outer), outer.horizon)
    counts = {"n_bootstraps": n_bootstraps, "n_permutations": n_permutations}
    return told, rerun(data, SETTINGS, outer, n_columns=len(told.labels), **counts)


def test_the_statistic_is_the_gain_over_covariates_where_there_are_any() -> None:
    data = make_arrays()
    outer = outer_of(data)
    found = observed(data, outer)
    assert row_of_p(found.models) == ("concordance_difference", "full - covariates")
    gain = contrasts(data, found, outer.horizon).column("concordance_difference", "full - covariates")
    assert statistic(data, found, 1) == pytest.approx(gain[0], abs=1e-12)
    bare = found._replace(models=("full",), scores=found.scores[:, :, :1])
    assert row_of_p(bare.models) == ("concordance", "full")
    assert statistic(data, bare, 1) > 0.5


@pytest.mark.slow
def test_the_covariates_part_is_the_same_in_every_permutation() -> None:
    """Outcome and covariates stay together: only what imaging adds changes."""
    data = make_arrays()
    outer = outer_of(data)
    found = observed(data, outer)
    _, reruns = run(data, outer, n_permutations=3)
    assert len(reruns.bootstraps) == len(reruns.models) == 0
    assert reruns.statistics.shape == (3,)
    assert (reruns.total != found.total[0]).any()
    # a permuted model that selects nothing is the covariates' model alone
    for total, imaging in zip(reruns.total, reruns.imaging, strict=True):
        for k in range(3):
            out = found.folds[0] == k
            if not imaging[out].any():
                np.testing.assert_allclose(total[out], found.scores[0, out, 1], atol=1e-6)


@pytest.mark.slow
def test_permutations_cut_as_the_patients_are_cut() -> None:
    """A cut chosen by its log-rank statistic is chosen again in every rerun."""
    data = make_arrays(80)._replace(Z=np.empty((80, 0)))
    _, halves = run(data, outer_of(data), n_permutations=4)
    _, best = run(data, outer_of(data, Cutting("maxstat")), n_permutations=4)
    np.testing.assert_array_equal(halves.total, best.total)
    assert not np.array_equal(halves.groups, best.groups, equal_nan=True)


def test_a_bootstrap_sample_is_judged_like_the_patients() -> None:
    data = make_arrays()
    outer = outer_of(data)
    _, reruns = run(data, outer, n_bootstraps=2)
    for b in range(2):
        rows = resample_rows(data.strata, seed=0, path=("bootstrap", b))
        part = data.take(rows)._replace(copies=rows)
        found = nested(
            part, SETTINGS, n_outer_folds=3, n_outer_repeats=1, path=("bootstrap", b), times=outer.horizon.grid
        )
        for patient in np.unique(rows):  # copies share an outer fold
            assert len(set(found.folds[0, rows == patient])) == 1
        np.testing.assert_array_equal(reruns.bootstraps[b], contrasts(part, found, outer.horizon).values[0])
        path = ("optimism", b)
        expected = bootstrap_model(data, rows, SETTINGS, path, outer.horizon.grid, outer.horizon.tau)
        np.testing.assert_array_equal(reruns.models[b], expected)


def test_a_bootstrap_sample_with_too_few_events_gives_no_value() -> None:
    data = make_arrays()
    outer = outer_of(data, n_folds=2)
    few = data._replace(event=np.arange(50) < 6)
    reruns = rerun(few, SETTINGS, outer, n_columns=7, n_bootstraps=3, n_permutations=0)
    assert np.isnan(reruns.bootstraps).all()
    assert np.isnan(reruns.models).all()
    assert reruns.total is None
    assert reruns.groups is None
    assert reruns.statistics.size == 0


@pytest.mark.slow
def test_bootstraps_are_worse_than_the_patients_themselves() -> None:
    """They learn from fewer distinct patients, which is why their interval is shifted."""
    data = make_arrays(80)
    told, reruns = run(data, outer_of(data), n_bootstraps=12)
    place = told.labels.index(("concordance", "full", told.labels[0][2]))
    assert 0.5 < reruns.bootstraps[:, place].mean() < told.values[0, place] + 0.02
    on_sample, _, left_out = reruns.models[:, :, 0].T
    assert on_sample.mean() > left_out.mean()
