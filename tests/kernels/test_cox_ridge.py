"""Ridge paths against R glmnet and against the optimality conditions; nothing is lost by the reduction."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_likelihood import evaluate, new_moments
from radassoc.kernels.cox_ridge import ridge_path
from radassoc.kernels.cox_risk import RiskSets, risk_sets

ORACLES = Path(__file__).parents[1] / "oracles"
FACTORS = np.repeat([0.0, 0.5, 158 / 108], [2, 100, 108])


@pytest.fixture(scope="module")
def patients() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "cox_path.csv")


@pytest.fixture(scope="module")
def paths() -> dict[str, dict[str, list[float]]]:
    return json.loads((ORACLES / "cox_ridge.json").read_text())["paths"]


def columns(patients: pd.DataFrame, *, wide: bool = True) -> np.ndarray:
    X = patients[[f"x{j}" for j in range(1, 21)]].to_numpy()
    X = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    i, j = np.triu_indices(20, 1)
    return np.hstack([X, X[:, i] * X[:, j]]) if wide else X


def sets(patients: pd.DataFrame, *, strata: bool = False, ties: str = "breslow") -> RiskSets:
    labels = patients["centre"].to_numpy() if strata else None
    return risk_sets(patients["time"].to_numpy(), patients["event"].to_numpy(), strata=labels, ties=ties)


@pytest.mark.parametrize("name", ["tall", "wide", "given", "factors", "strata"])
def test_equals_glmnet(patients, paths, name):
    told = paths[name]
    factor = FACTORS * 210 / FACTORS.sum() if name == "factors" else None  # glmnet's rescaling
    X = columns(patients, wide=name != "tall")
    fit = ridge_path(
        X,
        sets(patients, strata=name == "strata"),
        penalty_factor=factor,
        lambdas=np.array(told["lambdas"]),
        null_head=name in ("tall", "wide"),
    )
    assert fit.converged.all()
    np.testing.assert_allclose(fit.coefficients, told["coefficients"], atol=1e-5)  # glmnet's own convergence


@pytest.mark.parametrize("name", ["tall", "wide"])
def test_the_grid_is_glmnets(patients, paths, name):
    fit = ridge_path(columns(patients, wide=name == "wide"), sets(patients), n_lambdas=12)
    np.testing.assert_allclose(fit.lambdas[1:], paths[name]["lambdas"][1:], rtol=1e-6)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("strata", [False, True])
def test_the_gradient_vanishes(patients, ties, strata):
    """Optimality on the full columns, which the solver never sees: X' residual / n = lambda v beta."""
    X, risk = columns(patients), sets(patients, strata=strata, ties=ties)
    lambdas = np.array([1.0, 0.05, 0.003])
    fit = ridge_path(X, risk, penalty_factor=FACTORS, lambdas=lambdas)
    for lam, beta in zip(lambdas, fit.coefficients, strict=True):
        at = new_moments(risk)
        evaluate(X @ beta, risk, at)
        np.testing.assert_allclose(X.T @ at.residual / 80, lam * FACTORS * beta, atol=1e-9)


def test_an_excluded_column_and_a_null_head(patients):
    X, risk = columns(patients), sets(patients)
    factor = np.where(np.arange(210) == 7, np.inf, 1.0)
    fit = ridge_path(X, risk, penalty_factor=factor, n_lambdas=3, null_head=True)
    assert (fit.coefficients[:, 7] == 0).all()
    assert (fit.coefficients[0] == 0).all()
    assert np.count_nonzero(fit.coefficients[1]) == 209


def test_an_unpenalised_column_that_separates_stays_finite():
    time = np.arange(1.0, 21.0)
    X = np.column_stack([-time, np.sin(time)])  # who dies first has the largest value: no maximum
    fit = ridge_path(X, risk_sets(time, np.ones(20)), penalty_factor=np.array([0.0, 1.0]), lambdas=np.ones(1))
    assert np.isfinite(fit.coefficients).all()


def test_late_entry_is_refused():
    risk = risk_sets(np.array([2.0, 3.0]), np.ones(2), entry=np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="late entry"):
        ridge_path(np.array([[1.0], [2.0]]), risk, lambdas=np.ones(1))
