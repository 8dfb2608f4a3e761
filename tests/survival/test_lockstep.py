"""All inner folds in lockstep against each fold solved by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from radassoc.base.parallel import run_tasks
from radassoc.preparation.recipe import Preparation
from radassoc.resampling.folds import repeated_folds
from radassoc.survival._design import prepare
from radassoc.survival._inner import Curve, cross_validate
from radassoc.survival._lockstep import cross_validate_together
from radassoc.survival._shapes import Arrays, Block, Settings, risk_of
from radassoc.survival._solve import lambda_grid

PLAIN = Settings(Preparation(), n_folds=4, n_repeats=2)


def make_arrays(q: int = 2, *, gaps: float = 0.05, n_strata: int = 2) -> Arrays:
    rng, n, p = np.random.default_rng(4), 70, 15
    X = rng.normal(size=(n, p))
    X[:, 3] = X[:, 2] + 0.05 * rng.normal(size=n)  # pruned in some folds one way, in others the other
    X[:, 4] = np.where(np.arange(n) < 4, X[:, 4], 0.0)  # constant in some folds
    Z = rng.normal(size=(n, q))
    time = rng.exponential(np.exp(-X[:, 0] - 0.5 * X[:, 2])).round(2) + 0.01
    X = np.where(rng.random(X.shape) < gaps, np.nan, X) * rng.uniform(0.1, 1000, p)
    return Arrays(X, Z, time, rng.random(n) < 0.6, rng.integers(0, n_strata, n), X[:, 0], np.arange(n))


def both(data: Arrays, settings: Settings, **together: Any) -> tuple[Curve, Curve]:
    """Return the curve of the lockstep and that of one fold after the other."""
    chance = {"event": data.event, "strata": data.strata, "copies": data.copies, "seed": 1, "path": ("x",)}
    folds = repeated_folds(settings.n_repeats, settings.n_folds, **chance)
    prepared = prepare(data, settings)
    factors = np.append(np.zeros(data.Z.shape[1]), prepared.factors)
    risk = risk_of(data, settings)
    lambdas = lambda_grid(prepared.design(data), risk, factors, settings.l1_ratio)[:50]
    return (
        cross_validate_together(data, folds, lambdas, settings, **together),
        cross_validate(data, folds, lambdas, settings, risk),
    )


@pytest.mark.parametrize(
    ("changes", "shape"),
    [
        ({}, {}),
        ({"ties": "breslow", "l1_ratio": 0.3}, {"gaps": 0.15}),
        ({"screen": 5}, {"q": 0, "n_strata": 1}),
        ({"recipe": Preparation(scale="none", impute="mean", max_correlation=None)}, {}),
        ({"blocks": (Block(5, 0.0, Preparation()), Block(10, 2.0, Preparation(scale="none")))}, {"gaps": 0.0}),
    ],
    ids=["plain", "elastic net", "screen", "not scaled", "modalities, one free"],
)
def test_it_is_the_fold_by_fold_answer(changes: dict[str, Any], shape: dict[str, Any]) -> None:
    data = make_arrays(**shape)
    found, slow = both(data, PLAIN._replace(**changes))
    np.testing.assert_allclose(found.scores, slow.scores, rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.measure.repeats, slow.measure.repeats, rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.measure.std_error, slow.measure.std_error, rtol=0, atol=1e-8)
    for mine, other in zip(found.refits, slow.refits, strict=True):
        np.testing.assert_allclose(mine.covariates, other.covariates, rtol=0, atol=1e-8)
        dense = np.zeros((2, 50, data.X.shape[1]))
        for matrix, refit in zip(dense, (mine, other), strict=True):
            matrix[refit.place, refit.column] = refit.value
        np.testing.assert_allclose(*dense, rtol=0, atol=1e-8)


def test_patience_ends_the_same_curve_early() -> None:
    data = make_arrays()
    whole, _ = both(data, PLAIN)
    short, _ = both(data, PLAIN, patience=4)
    n = len(short.deviance)
    assert 4 < n < 50
    assert int(np.argmin(short.deviance)) == n - 5  # the minimum lies exactly so far behind
    np.testing.assert_array_equal(short.deviance, whole.deviance[:n])
    np.testing.assert_array_equal(short.scores, whole.scores[:, :, :n])


def test_workers_change_no_bit() -> None:
    data = make_arrays()
    alone, _ = both(data, PLAIN)
    shared, _ = both(data, PLAIN, run=lambda function, tasks: run_tasks(function, tasks, label="", n_jobs=2))
    np.testing.assert_array_equal(shared.scores, alone.scores)
    np.testing.assert_array_equal(shared.deviance, alone.deviance)


def test_folds_may_drop_every_feature() -> None:
    """One feature, which varies in all patients together and in no training part."""
    data = make_arrays()
    folds = repeated_folds(1, 2, event=data.event, strata=data.strata, copies=data.copies, seed=1, path=("x",))
    X = (folds[0] == 0).astype(float)[:, None]
    found = cross_validate_together(data._replace(X=X), folds, np.array([0.1, 0.05]), PLAIN)
    assert all(refit.column.size == 0 for refit in found.refits)
    assert np.isfinite(found.scores).all()
    np.testing.assert_array_equal(found.deviance[0], found.deviance[1])
