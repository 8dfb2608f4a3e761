"""One path on a prepared design: the grid's first lambda, the optimality of what is returned, and the edges."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.kernels.cox_path import PathArrays
from radassoc.kernels.cox_risk import risk_sets
from radassoc.survival import _solve
from radassoc.survival._solve import lambda_grid, solve


def make_design(n: int = 40, p: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    time = rng.permutation(np.arange(1.0, n + 1)) * np.exp(-0.05 * X[:, 0])
    return np.asfortranarray((X - X.mean(axis=0)) / X.std(axis=0)), time, rng.random(n) < 0.7


def gradient(X: np.ndarray, time: np.ndarray, event: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Gradient of the partial log likelihood, death by death; no tied times."""
    total = np.zeros(X.shape[1])
    for i in np.flatnonzero(event):
        at_risk = time >= time[i]
        weight = np.exp(X[at_risk] @ beta)
        total += X[i] - weight @ X[at_risk] / weight.sum()
    return total


@pytest.mark.parametrize("ratio", [1.0, 0.4])
def test_nothing_enters_above_the_first_lambda(ratio: float) -> None:
    X, time, event = make_design()
    factors = np.array([1, 1, 2, 1, 1, 1, 0.5, 1.0])
    lambdas = lambda_grid(X, risk_sets(time, event), factors, ratio)
    expected = (np.abs(gradient(X, time, event, np.zeros(8))) / 40 / factors / ratio).max()
    assert lambdas[0] == pytest.approx(expected, rel=1e-9)
    assert len(lambdas) == 100
    assert lambdas[-1] / lambdas[0] == pytest.approx(1e-4)
    wide, time, event = make_design(20, 21)
    lambdas = lambda_grid(wide, risk_sets(time, event), np.ones(21), ratio)
    assert lambdas[-1] / lambdas[0] == pytest.approx(0.01)


@pytest.mark.parametrize("ratio", [1.0, 0.4, 0.0])
def test_solutions_are_optimal(ratio: float) -> None:
    """Conditions of Karush, Kuhn and Tucker by a gradient of this file's own; the first column is not penalised."""
    X, time, event = make_design()
    factors = np.array([0, 1, 2, 1, 1, 1, 0.5, 1.0])
    solved = solve(X, risk_sets(time, event), factors, ratio)
    for place in (1, len(solved.lambdas) // 2, len(solved.lambdas) - 1):
        beta, lam = solved.coefficients[place], solved.lambdas[place]
        slope = gradient(X, time, event, beta) / 40 - lam * (1 - ratio) * factors * beta
        inside = beta != 0
        np.testing.assert_allclose(slope[inside], (lam * ratio * factors * np.sign(beta))[inside], atol=1e-6)
        assert (np.abs(slope[~inside]) <= lam * ratio * factors[~inside] + 1e-6).all()
    assert (solved.coefficients[0, 1:] == 0).all()
    assert solved.coefficients[0, 0] != 0


def test_without_penalty_it_is_a_cox_model_at_every_lambda() -> None:
    X, time, event = make_design(60, 3)
    risk = risk_sets(time, event)
    one = solve(X, risk, np.zeros(3), 1.0)
    assert one.lambdas.tolist() == [1.0]
    np.testing.assert_allclose(gradient(X, time, event, one.coefficients[0]), 0, atol=1e-6)
    assert (np.abs(gradient(X, time, event, np.zeros(3))) > 0.1).all()
    three = solve(X, risk, np.zeros(3), 1.0, lambdas=np.array([3.0, 2.0, 1.0]))
    np.testing.assert_array_equal(three.coefficients, np.repeat(one.coefficients, 3, axis=0))


def test_no_column_at_all() -> None:
    _, time, event = make_design()
    solved = solve(np.empty((40, 0)), risk_sets(time, event), np.empty(0), 1.0, lambdas=np.array([2.0, 1.0]))
    assert solved.coefficients.shape == (2, 0)


def test_ridge_keeps_given_lambdas_and_starts_at_the_null_model() -> None:
    X, time, event = make_design(20, 30)
    risk = risk_sets(time, event)
    lambdas = np.array([5.0, 0.5, 0.05])
    solved = solve(X, risk, np.ones(30), 0.0, lambdas=lambdas)
    np.testing.assert_array_equal(solved.lambdas, lambdas)
    assert (solved.coefficients[0] == 0).all()
    assert (solved.coefficients[1:] != 0).all()
    size = (solved.coefficients**2).sum(axis=1)
    assert size[2] > size[1] > 0


def test_a_saturated_path_is_carried_to_the_end_of_the_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    """More features than patients: the path ends early, and folds share one grid."""
    X, time, event = make_design(20, 60, seed=2)
    risk = risk_sets(time, event)
    first = lambda_grid(X, risk, np.ones(60), 1.0)[0]
    wanted = first * np.geomspace(1, 1e-6, 60)
    own: list[PathArrays] = []
    keep = _solve.solve_path

    def record(*args: object, **more: object) -> PathArrays:
        own.append(keep(*args, **more))  # type: ignore[arg-type]
        return own[-1]

    monkeypatch.setattr(_solve, "solve_path", record)
    solved = solve(X, risk, np.ones(60), 1.0, lambdas=wanted)
    end = len(own[0].lambdas)
    assert end < 60
    np.testing.assert_array_equal(solved.lambdas, wanted)
    np.testing.assert_array_equal(solved.coefficients[:end], own[0].coefficients)
    np.testing.assert_array_equal(solved.coefficients[end:], np.repeat(own[0].coefficients[-1:], 60 - end, axis=0))
