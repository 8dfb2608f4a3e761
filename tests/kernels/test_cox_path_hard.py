"""The optimality conditions where real data hurt, for options and their combinations, by code of its own."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from radassoc.kernels.cox_folds import solve_folds
from radassoc.kernels.cox_path import solve_path
from radassoc.kernels.cox_risk import risk_sets

ALL = ("strata", "weights", "entry")


def separated(study):
    """The first feature orders all deaths; who dies early has the largest value."""
    return replace(study, X=np.column_stack([-study.time, study.X[:, 1:]]))


def duplicated(study):
    return replace(study, X=np.hstack([study.X[:, :10], study.X[:, :10], -2 * study.X[:, :4]]))


def wide(study):
    rng = np.random.default_rng(1)
    X = rng.standard_normal((len(study.time), 800))
    X[:, 1:200] = 0.95 * X[:, :1] + 0.1 * X[:, 1:200]  # one block as correlated as radiomic features are
    return replace(study, X=X)


def one_event_a_stratum(study):
    strata = np.arange(len(study.time)) // 5
    event = np.zeros(len(study.time), bool)
    for s in np.unique(strata):
        alive = np.flatnonzero((strata == s) & (study.weights > 0))
        event[alive[np.argmin(study.time[alive])]] = True
    return replace(study, strata=strata, event=event)


def constant(study):
    X = study.X.copy()
    X[:, 1], X[:, 4], X[:, 6] = 7.0, 0.0, 1e6
    return replace(study, X=X)


def of_all_sizes(study):
    return replace(study, X=study.X * np.geomspace(1e-8, 1e8, study.X.shape[1]))


def rare_and_skewed(study):
    X = np.exp(1.5 * study.X / study.X.std(axis=0))
    X[:, 0] = np.arange(len(X)) == 3
    X[:, 1] = np.arange(len(X)) < 2
    return replace(study, X=X)


def all_tied(study):
    return replace(study, time=np.ceil(study.time / 4) * 4 + 1.0)


HARD = [separated, duplicated, wide, one_event_a_stratum, constant, of_all_sizes, rare_and_skewed, all_tied]


def worst(study, path, l1_ratio, factor):
    each = zip(path.lambdas, path.coefficients, strict=True)
    return max(study.violation(beta, lam, l1_ratio, factor) for lam, beta in each)


@pytest.mark.parametrize("hurt", HARD)
@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5, 0.2])
@pytest.mark.parametrize("given", [(), ALL], ids=["plain", "all"])
def test_optimality(brute_cox, hurt, ties, l1_ratio, given):
    study = brute_cox(seed=21, p=24, ties=ties)
    for name in set(ALL) - set(given):
        study = study.without(name)
    study = hurt(study)
    factor = np.ones(study.X.shape[1])
    if given:
        factor[[2, 3, 5]] = 0.0, np.inf, 2.5
    risk = risk_sets(study.time, study.event, **study.arguments())
    path = solve_path(study.X, risk, n_lambdas=6, lambda_min_ratio=0.05, l1_ratio=l1_ratio, penalty_factor=factor)
    assert path.converged.all()
    assert (path.coefficients[-1] != 0).sum() >= 5
    assert worst(study, path, l1_ratio, factor) < 1e-6


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("given", [names for k in range(4) for names in itertools.combinations(ALL, k)])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.3])
def test_folds_are_optimal_on_their_training_patients(brute_cox, ties, given, l1_ratio):
    study = brute_cox(seed=22, p=60, ties=ties)
    for name in set(ALL) - set(given):
        study = study.without(name)
    train = np.arange(40) % 4 != np.arange(5)[:, None] % 4
    train[4] = ~study.event  # a training set without an event
    share = train * study.weights
    share = share / share.sum(axis=1, keepdims=True)
    scale = np.sqrt(share @ study.X**2 - (share @ study.X) ** 2)
    factor = np.append([0.0, 2.0], np.ones(58))
    lambdas = np.geomspace(0.3, 0.03, 5)
    options = {"factor": factor, "scale": scale, "l1_ratio": l1_ratio, **study.arguments()}
    found = solve_folds(study.X, study.time, study.event, train, lambdas=lambdas, **options)
    assert found.converged[:4].all()
    assert not found.counts[4].any()
    for f, rows in enumerate(train[:4]):
        part = {name: getattr(study, name)[rows] for name in ("X", "time", "event", *ALL)}
        columns, values = found.path(f)
        for lam, value in zip(lambdas, values, strict=True):
            beta = np.zeros(60)
            beta[columns] = value / scale[f, columns]
            assert replace(study, **part).violation(beta, lam, l1_ratio, factor) < 1e-6


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.4])
def test_a_slow_general_minimiser_finds_the_same(brute_cox, ties, l1_ratio):
    """Coefficients as differences of two numbers that are not negative: smooth, with bounds, by L-BFGS-B."""
    study = brute_cox(seed=23, p=6, ties=ties)
    factor, lam = np.array([0.0, 1.0, 1.0, 0.5, 2.0, 1.0]), 0.06
    risk = risk_sets(study.time, study.event, **study.arguments())
    found = solve_path(study.X, risk, lambdas=np.array([lam]), l1_ratio=l1_ratio, penalty_factor=factor)
    share = study.weights / study.weights.sum()
    spread = np.sqrt(share @ (study.X - share @ study.X) ** 2)
    Z = study.X / spread

    def objective(parts):
        b = parts[:6] - parts[6:]
        eta = Z @ b
        value = -study.loglik(eta) / study.weights.sum()
        slope = -Z.T @ study.gradient(eta) / study.weights.sum() + lam * factor * (1 - l1_ratio) * b
        value += lam * factor @ (l1_ratio * parts.reshape(2, 6).sum(axis=0) + (1 - l1_ratio) / 2 * b**2)
        return value, np.append(slope, -slope) + lam * l1_ratio * np.tile(factor, 2)

    slow = minimize(
        objective,
        np.zeros(12),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * 12,
        options={"ftol": 1e-16, "gtol": 1e-10, "maxiter": 5000, "maxcor": 30},
    )
    b = slow.x[:6] - slow.x[6:]
    np.testing.assert_allclose(found.coefficients[0] * spread, b, atol=2e-6)
    assert 2 < (found.coefficients[0] != 0).sum() < 6


@pytest.mark.parametrize("long_tailed", [False, True])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_an_unpenalised_feature_that_separates_is_held(brute_cox, ties, long_tailed):
    """It runs to infinity until the likelihood is flat, or numbers end; the others are optimal beside it."""
    study = brute_cox(seed=24, n=20, ties=ties)
    for name in ALL:
        study = study.without(name)
    time = np.arange(1.0, 21.0)
    study = separated(replace(study, time=np.exp(0.3 * time) if long_tailed else time, event=np.ones(20, bool)))
    factor = np.append(0.0, np.ones(11))
    risk = risk_sets(study.time, study.event, ties=ties)
    path = solve_path(study.X, risk, n_lambdas=5, lambda_min_ratio=0.1, penalty_factor=factor)
    assert np.isfinite(path.coefficients).all()
    assert path.converged.all()
    widest = np.abs(path.coefficients[:, 0] * (study.X[:, 0] - study.X[:, 0].mean()).min())
    assert ((widest > 140) & (widest < 400)).all()
    for lam, beta in zip(path.lambdas, path.coefficients, strict=True):
        score = study.X[:, 1:].T @ study.gradient(study.X @ beta) / study.X[:, 1:].std(axis=0) / 20
        off = np.where(beta[1:] == 0, np.maximum(np.abs(score) - lam, 0), np.abs(score - lam * np.sign(beta[1:])))
        assert off.max() < 1e-6 * lam


def test_a_group_without_events_is_held_where_the_likelihood_is_flat(brute_cox):
    study = brute_cox(seed=25, n=60)
    for name in ALL:
        study = study.without(name)
    study.X[:, 0] = np.arange(60) % 4 == 0
    study = replace(study, event=study.event & (study.X[:, 0] == 0))
    factor = np.append(0.0, np.ones(11))
    path = solve_path(study.X, risk_sets(study.time, study.event), n_lambdas=5, penalty_factor=factor)
    assert path.converged.all()
    assert (path.coefficients[:, 0] < -15).all()
    for lam, beta in zip(path.lambdas, path.coefficients, strict=True):
        assert abs(study.X[:, 0] @ study.gradient(study.X @ beta)) < 1e-6
        assert study.violation(beta, lam, 1.0, factor) * lam < 1e-6
