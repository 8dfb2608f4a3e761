"""Score tests of the Cox model beside the marginal ones: several columns at once, and permutations."""

from __future__ import annotations

import numpy as np

from radassoc.kernels.cox_likelihood import evaluate, new_moments
from radassoc.kernels.cox_moments import cox_moments, score_test
from radassoc.kernels.cox_ridge import centred, ridge_path
from radassoc.kernels.cox_risk import RiskSets

__all__ = ["joint_score", "null_fit", "permuted_sums"]


def null_fit(Z: np.ndarray, risk: RiskSets) -> tuple[np.ndarray, np.ndarray]:
    """Return linear predictor and martingale residual (n,) of the covariates alone."""
    Z = centred(Z, risk)
    eta = np.zeros(len(Z))
    if Z.shape[1]:
        eta = Z @ ridge_path(Z, risk, penalty_factor=np.zeros(Z.shape[1]), lambdas=np.ones(1)).coefficients[0]
    at = new_moments(risk)
    evaluate(eta, risk, at)
    return eta, at.residual.copy()


def joint_score(
    X: np.ndarray, Z: np.ndarray, eta: np.ndarray, time: np.ndarray, event: np.ndarray, strata: np.ndarray
) -> tuple[float, int]:
    """Return the score chi-square of all columns of X (n, p) together, given Z at its maximum ``eta``; df is p.

    Missing where X or Z hold combinations of one another. Equals the change of R's ``coxph(...)$score`` (Efron's ties).
    """
    statistic, df = score_test(cox_moments(np.hstack([X, Z]), eta, time, event, strata=strata))
    return statistic, X.shape[1] if df else 0


def permuted_sums(X: np.ndarray, residual: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return |sum of X times the martingale residual| (B, p) where the residuals moved between rows (B, n).

    X should be less what the covariates tell of it. Without covariates it is the permutation test of log-rank scores.
    """
    return np.abs(residual[rows] @ X)
