"""The Cox score test of each of thousands of columns, given covariates and strata, without fitting any of them."""

from __future__ import annotations

import numpy as np

from radassoc.kernels.cox_likelihood import Moments, evaluate, new_moments
from radassoc.kernels.cox_ridge import centred, ridge_path
from radassoc.kernels.cox_risk import RiskSets
from radassoc.kernels.cox_sums import information, information_diagonal, risk_set_means

__all__ = ["marginal_score_z"]

_FLAT = 1e-9


def marginal_score_z(X: np.ndarray, Z: np.ndarray, risk: RiskSets) -> np.ndarray:
    """Return the score statistic z of each column of X in a Cox model of the covariates and this column.

    H0: the column's coefficient is 0 given the covariates; z is asymptotically standard normal.

    Parameters
    ----------
    X
        Columns (n, p) without missing values.
    Z
        Covariates (n, q), in the model whatever the column.
    risk
        From ``risk_sets``: ties, strata, weights; no late entry.

    Returns
    -------
    ndarray
        (p,); 0 for a column that the covariates or the strata determine. z squared equals the change of the score test
        of R ``coxph(y ~ Z + x, init = c(coef(coxph(y ~ Z)), 0), iter.max = 0)``.
    """
    Z = centred(Z, risk)
    X = centred(X, risk)
    eta = np.zeros(len(X))
    if Z.shape[1]:
        eta = Z @ ridge_path(Z, risk, penalty_factor=np.zeros(Z.shape[1]), lambdas=np.ones(1)).coefficients[0]
    at = new_moments(risk)
    evaluate(eta, risk, at)
    raw = information_diagonal(X, risk, at)
    variance = raw.copy()
    score = X.T @ at.residual
    if Z.shape[1]:
        cross = _cross(X, Z, risk, at)
        inverse = np.linalg.pinv(information(Z, risk, at), rcond=1e-12, hermitian=True)
        variance -= np.einsum("jk,kl,jl->j", cross, inverse, cross)
        score = score - cross @ (inverse @ (Z.T @ at.residual))
    usable = (variance > _FLAT * raw) & (raw > 0)
    return np.where(usable, score / np.sqrt(np.where(usable, variance, 1.0)), 0.0)


def _cross(X: np.ndarray, Z: np.ndarray, risk: RiskSets, at: Moments) -> np.ndarray:
    """Return X' W Z."""
    means = risk_set_means(X, risk, at).T @ risk_set_means(Z, risk, at)
    return np.asarray(X.T @ (at.diagonal[:, None] * Z) - means)
