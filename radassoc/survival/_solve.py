"""One path of coefficients on a prepared design, by whatever solver the settings ask for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.cox_path import StopRule, solve_path
from radassoc.kernels.cox_ridge import ridge_path
from radassoc.kernels.cox_risk import RiskSets

__all__ = ["Solved", "lambda_grid", "solve"]


class Solved(NamedTuple):
    """Lambdas (L,), and coefficients (L, covariates and columns); at the first lambda no penalised column is in."""

    lambdas: np.ndarray
    coefficients: np.ndarray


def lambda_grid(design: np.ndarray, risk: RiskSets, factors: np.ndarray, l1_ratio: float) -> np.ndarray:
    """Return 100 lambdas, from the smallest that selects nothing down to 0.01 of it, or 0.0001 where n >= p."""
    settings = {"l1_ratio": l1_ratio, "penalty_factor": factors, "standardize": False}
    head = solve_path(design, risk, stop=StopRule(max_lambdas=1), **settings)  # type: ignore[arg-type]
    smallest = 0.01 if design.shape[0] < design.shape[1] else 1e-4
    return np.asarray(head.lambdas[0] * np.geomspace(1.0, smallest, 100))


def solve(
    design: np.ndarray, risk: RiskSets, factors: np.ndarray, l1_ratio: float, lambdas: np.ndarray | None = None
) -> Solved:
    """Return the path of a standardised design.

    Parameters
    ----------
    design, risk
        Columns and risk sets.
    factors
        The penalty factor of each column; 0 for covariates.
    l1_ratio
        1: LASSO; between 0 and 1: elastic net; 0: ridge, whose first lambda is taken as infinite, as glmnet does.
    lambdas
        By default a grid of the data's own, or one lambda where nothing is penalised.
    """
    if not factors.any():  # nothing is penalised: no grid
        lambdas = np.ones(1) if lambdas is None else lambdas
        if design.shape[1] == 0:
            return Solved(lambdas, np.zeros((len(lambdas), 0)))
        alone = solve_path(design, risk, lambdas=np.ones(1), penalty_factor=factors, standardize=False, stop=StopRule())
        return Solved(lambdas, np.repeat(alone.coefficients, len(lambdas), axis=0))
    if l1_ratio == 0:
        ridge = ridge_path(design, risk, penalty_factor=factors, lambdas=lambdas, null_head=True)
        return Solved(ridge.lambdas, ridge.coefficients)
    solved = solve_path(
        design,
        risk,
        l1_ratio=l1_ratio,
        penalty_factor=factors,
        standardize=False,
        lambdas=lambdas,
        stop=StopRule(),  # a saturated fit has no finite coefficients further down
    )
    return _filled_up(solved.lambdas, solved.coefficients, lambdas)


def _filled_up(lambdas: np.ndarray, coefficients: np.ndarray, wanted: np.ndarray | None) -> Solved:
    """Carry the last coefficients of a path that saturated on to the end of the grid that all folds share."""
    if wanted is None or len(lambdas) == len(wanted):
        return Solved(lambdas, coefficients)
    rows = np.minimum(np.arange(len(wanted)), len(lambdas) - 1)
    return Solved(wanted, coefficients[rows])
