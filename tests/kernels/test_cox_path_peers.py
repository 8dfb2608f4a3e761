"""Paths against other programs, whose answers are stored in tests/oracles: R glmnet, adelie, R coxph.

A peer may have stopped early. Whether it has is told by the optimality conditions of *its* coefficients, computed by
brute force (``BruteCox``, which shares nothing with the solver): numbers are compared where it violates them by less
than a millionth of lambda, and where it does not ours must be the better solution.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_path import solve_path
from radassoc.kernels.cox_risk import risk_sets

CONVERGED = 1e-6  # share of lambda
FACTORS = np.concatenate([[0.0, 0.0], np.tile([0.5, 1.5], 9)])  # sums to 18: 20/18 of it is what glmnet leaves alone

#: name in cox_path.json: columns, options of the data, options of the path, lambdas (of 25) where glmnet has converged
GLMNET = {
    "lasso": ("tall", "", {}, 10),
    "raw": ("tall", "", {"standardize": False}, 10),
    "elastic_50": ("tall", "", {"l1_ratio": 0.5}, 10),
    "elastic_20": ("tall", "", {"l1_ratio": 0.2}, 15),
    "weighted": ("tall", "weights", {}, 10),
    "factors": ("tall", "", {"penalty_factor": FACTORS * 20 / 18}, 10),
    "strata": ("tall", "strata", {}, 25),
    "strata_weighted": ("tall", "strata weights", {"l1_ratio": 0.5}, 25),
    "weighted_factors": ("tall", "weights", {"l1_ratio": 0.2, "penalty_factor": FACTORS * 20 / 18}, 25),
    "strata_factors": ("tall", "strata", {"penalty_factor": FACTORS * 20 / 18}, 25),
    "wide": ("wide", "", {}, 9),
    "wide_elastic": ("wide", "", {"l1_ratio": 0.5}, 10),
    "wide_weighted": ("wide", "weights", {}, 9),
    "duplicated": ("twins", "", {}, 9),
    "duplicated_elastic": ("twins", "", {"l1_ratio": 0.5}, 10),
}

#: name in cox_efron.json: columns, options of the data, options of the path
ADELIE = {
    "plain": ("tall", "", {}),
    "elastic_20": ("tall", "", {"l1_ratio": 0.2}),
    "elastic_50": ("tall", "", {"l1_ratio": 0.5}),
    "strata": ("tall", "strata", {}),
    "weights": ("tall", "weights", {}),
    "entry": ("tall", "entry", {}),
    "factors": ("tall", "", {"penalty_factor": FACTORS}),
    "all": ("tall", "strata weights entry", {"penalty_factor": FACTORS, "l1_ratio": 0.5}),
    "all_breslow": ("tall", "strata weights entry", {"penalty_factor": FACTORS, "l1_ratio": 0.5}),
    "wide": ("wide", "", {}),
    "wide_strata": ("wide", "strata", {"l1_ratio": 0.5}),
}


class Case(NamedTuple):
    """The patients of cox_path.csv with some of the options: for the solver, for brute force, and their deviations."""

    X: np.ndarray
    risk: object
    brute: object
    scale: np.ndarray


@pytest.fixture(scope="module")
def told():
    """Return the stored paths of both programs and the fits of coxph."""
    folder = Path(__file__).parents[1] / "oracles"
    return {name: json.loads((folder / f"{name}.json").read_text()) for name in ("cox_path", "cox_efron")}


@pytest.fixture
def case_of(oracles, brute_cox):
    data = pd.read_csv(oracles / "cox_path.csv")

    def make(columns, given, ties):
        X = data[[f"x{j}" for j in range(1, 21)]].to_numpy()
        if columns == "wide":
            i, j = np.triu_indices(20, 1)
            X = np.hstack([X, X[:, i] * X[:, j]])
        if columns == "twins":
            X = np.hstack([X, X[:, [0, 4]]])
        weights = data.weight.to_numpy() if "weights" in given else np.ones(80)
        strata = pd.factorize(data.centre, sort=True)[0] if "strata" in given else np.zeros(80, int)
        entry = data.entry.to_numpy() if "entry" in given else np.full(80, -np.inf)
        brute = type(brute_cox())(X, data.time.to_numpy(), data.event.to_numpy() == 1, entry, strata, weights, ties)
        share = weights / weights.sum()
        scale = np.sqrt(share @ (X - share @ X) ** 2)
        return Case(X, risk_sets(brute.time, brute.event, **brute.arguments()), brute, scale)

    return make


def violations(case, lambdas, coefficients, options):
    factor = options.get("penalty_factor", np.ones(case.X.shape[1]))
    l1_ratio, standardize = options.get("l1_ratio", 1.0), options.get("standardize", True)
    each = zip(lambdas, coefficients, strict=True)
    return np.array([case.brute.violation(beta, lam, l1_ratio, factor, standardize) for lam, beta in each])


@pytest.mark.parametrize("name", GLMNET)
def test_glmnet(case_of, told, name):
    columns, given, options, n_converged = GLMNET[name]
    case, wanted = case_of(columns, given, "breslow"), told["cox_path"]["paths"][name]
    lambdas, theirs = np.array(wanted["lambdas"]), np.array(wanted["coefficients"])
    path = solve_path(case.X, case.risk, lambdas=lambdas, **options)
    off, own = violations(case, lambdas, theirs, options), violations(case, lambdas, path.coefficients, options)
    good = off < CONVERGED
    assert good.sum() >= n_converged
    assert (own < CONVERGED).all()
    assert (own[~good] < off[~good]).all()
    difference = (path.coefficients - theirs)[good]
    if columns == "twins" and options.get("l1_ratio", 1.0) == 1.0:  # only their sum is determined
        np.testing.assert_allclose(difference @ case.X.T, 0.0, atol=2e-6)
    else:
        np.testing.assert_allclose(difference * case.scale, 0.0, atol=2e-6)
    np.testing.assert_allclose(path.deviance_ratio, wanted["deviance_ratio"], atol=1e-6)
    assert path.null_deviance == pytest.approx(wanted["null_deviance"], rel=1e-9)
    if given != "strata" and columns != "twins":
        grid = solve_path(case.X, case.risk, n_lambdas=25, lambda_min_ratio=0.02, **options).lambdas
        np.testing.assert_allclose(grid[: len(lambdas)], lambdas, rtol=1e-6)


@pytest.mark.parametrize("name", ADELIE)
def test_adelie(case_of, told, name):
    columns, given, options = ADELIE[name]
    case = case_of(columns, given, "breslow" if name == "all_breslow" else "efron")
    wanted = told["cox_efron"]["paths"][name]
    lambdas, theirs = np.array(wanted["lambdas"]), np.array(wanted["coefficients"])
    path = solve_path(case.X, case.risk, lambdas=lambdas, **options)
    assert (violations(case, lambdas, theirs, options) < 2 * CONVERGED).all()
    assert (violations(case, lambdas, path.coefficients, options) < CONVERGED).all()
    assert (path.coefficients[-1] != 0).sum() > 10
    np.testing.assert_allclose((path.coefficients - theirs) * case.scale, 0.0, atol=2e-6)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("model", ["plain", "strata", "weights", "entry", "all"])
def test_without_penalty_it_is_coxph(case_of, told, ties, model):
    expected = told["cox_path"]["limits"][f"{ties}_{model}"]
    case = case_of("tall", "strata weights entry" if model == "all" else model, ties)
    X = case.X[:, :4]
    free = solve_path(X, case.risk, lambdas=np.array([1.0]), penalty_factor=np.zeros(4))
    np.testing.assert_allclose(free.coefficients[0], expected["coefficients"], rtol=1e-6, atol=1e-8)
    limit = solve_path(X, case.risk, lambdas=np.array([0.1, 0.01, 0.0]))
    np.testing.assert_allclose(limit.coefficients[-1], expected["coefficients"], rtol=1e-6, atol=1e-8)


def test_penalty_factors_are_used_as_given(case_of):
    case, lambdas = case_of("tall", "", "breslow"), np.geomspace(0.3, 0.02, 8)
    once = solve_path(case.X, case.risk, lambdas=lambdas, penalty_factor=FACTORS)
    thrice = solve_path(case.X, case.risk, lambdas=lambdas / 3, penalty_factor=3 * FACTORS)
    np.testing.assert_allclose(thrice.coefficients, once.coefficients, atol=1e-7)
