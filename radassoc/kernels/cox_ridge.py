r"""The ridge path of the Cox model, solved in as many dimensions as there are patients.

Minimises :math:`-\ell / \sum w_i + \lambda / 2 \sum_j v_j \beta_j^2`. With columns divided by :math:`\sqrt{v_j}` and
:math:`\tilde X' = Q R`, the linear predictor is :math:`R' \theta` with :math:`\theta = Q' \tilde\beta`, and the penalty
:math:`|\theta|^2`: nothing is lost when p > n. Unpenalised columns stay as they are. Every lambda is then solved by
Newton's method to the last digits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.cox_likelihood import Moments, evaluate, new_moments
from radassoc.kernels.cox_risk import RiskSets
from radassoc.kernels.cox_sums import information

__all__ = ["RidgePath", "centred", "ridge_path"]

_SMALLEST_RATIO = 1e-3  # glmnet: the grid begins where a penalty of l1_ratio 0.001 lets the first feature in
_MOST_STEPS = 60
_STEP = 1e-10  # the last change of any linear predictor
_FLAT = 1e-10


class RidgePath(NamedTuple):
    """``lambdas`` (L,), ``coefficients`` (L, p) on the scale of X, ``converged`` (L,)."""

    lambdas: np.ndarray
    coefficients: np.ndarray
    converged: np.ndarray


class _Reduced(NamedTuple):
    """The design that is solved: ``n_free`` unpenalised columns, then the reduced ones; and the way back to X."""

    design: np.ndarray
    n_free: int
    free: np.ndarray
    penalised: np.ndarray
    basis: np.ndarray | None
    root: np.ndarray

    def back(self, theta: np.ndarray, p: int) -> np.ndarray:
        """Return the coefficients of X from those of the reduced design."""
        beta = np.zeros(p)
        beta[self.free] = theta[: self.n_free]
        part = theta[self.n_free :]
        beta[self.penalised] = (part if self.basis is None else self.basis @ part) / self.root
        return beta


def ridge_path(
    X: np.ndarray,
    risk: RiskSets,
    *,
    penalty_factor: np.ndarray | None = None,
    lambdas: np.ndarray | None = None,
    n_lambdas: int = 100,
    lambda_min_ratio: float | None = None,
    null_head: bool = False,
) -> RidgePath:
    """Fit the Cox model by ridge-penalised partial likelihood along a path of lambda.

    Parameters
    ----------
    X
        Columns (n, p) without missing values, penalised on the scale they have.
    risk
        From ``risk_sets``; no late entry.
    penalty_factor
        Multiplies lambda for each column, as given; 0 unpenalised, inf excluded.
    lambdas
        Penalties, not increasing. By default ``n_lambdas`` from the one at which l1_ratio 0.001 would let the first
        feature in, as glmnet does, down to ``lambda_min_ratio`` times it (0.01 if n < p, else 0.0001).
    null_head
        Take the first lambda as infinite: its penalised coefficients are exactly 0 (glmnet does so on its own grid).

    Returns
    -------
    RidgePath
        Equals R ``glmnet(..., family = "cox", alpha = 0, standardize = FALSE, thresh = 1e-14)`` (Breslow ties) with the
        same lambdas to 1e-5, its own convergence.
    """
    factor = np.ones(X.shape[1]) if penalty_factor is None else np.asarray(penalty_factor, dtype=float)
    inner = centred(np.asarray(X, dtype=float), risk)
    reduced = _reduce(inner, factor)
    theta = np.zeros(reduced.design.shape[1])
    free = np.arange(theta.size) < reduced.n_free
    theta, at, fine = _newton(reduced.design, risk, np.where(free, 0.0, np.inf), theta)
    if lambdas is None:
        gradient = np.abs(inner.T @ at.residual)[reduced.penalised] / risk.total_weight
        largest = float((gradient / factor[reduced.penalised]).max(initial=0.0)) / _SMALLEST_RATIO
        smallest = (0.01 if X.shape[0] < X.shape[1] else 1e-4) if lambda_min_ratio is None else lambda_min_ratio
        lambdas = largest * np.geomspace(1.0, smallest, n_lambdas)
    coefficients, converged = np.zeros((len(lambdas), X.shape[1])), np.zeros(len(lambdas), dtype=bool)
    for k, lam in enumerate(lambdas):
        if k or not null_head:
            theta, _, fine = _newton(reduced.design, risk, np.where(free, 0.0, lam), theta)
        coefficients[k], converged[k] = reduced.back(theta, X.shape[1]), fine
    return RidgePath(np.asarray(lambdas, dtype=float), coefficients, converged)


def centred(X: np.ndarray, risk: RiskSets) -> np.ndarray:
    """Return the columns centred in each stratum, which changes no partial likelihood."""
    out = X.copy()
    for s in range(risk.n_strata):
        inside = risk.stratum == s
        if risk.weight[inside].any():
            out[inside] -= risk.weight[inside] @ X[inside] / risk.weight[inside].sum()
    return out


def _reduce(X: np.ndarray, factor: np.ndarray) -> _Reduced:
    free, penalised = np.flatnonzero(factor == 0), np.flatnonzero((factor > 0) & np.isfinite(factor))
    root = np.sqrt(factor[penalised])
    part = X[:, penalised] / root
    basis = None
    if part.shape[1] > part.shape[0]:
        basis, triangle = np.linalg.qr(part.T)
        part = triangle.T
    return _Reduced(np.hstack([X[:, free], part]), free.size, free, penalised, basis, root)


def _newton(
    design: np.ndarray, risk: RiskSets, penalty: np.ndarray, theta: np.ndarray
) -> tuple[np.ndarray, Moments, bool]:
    """Minimise from ``theta``; columns of infinite penalty stay 0. Return the minimum, its moments, and success."""
    used = np.flatnonzero(np.isfinite(penalty))
    D, pen, total = design[:, used], penalty[used], risk.total_weight
    at, trial = new_moments(risk), new_moments(risk)
    b = theta[used]
    eta = D @ b
    objective = 0.5 * pen @ b**2 - evaluate(eta, risk, at) / total
    fine = used.size == 0
    for _ in range(_MOST_STEPS if used.size else 0):
        step = _step(D, risk, at, pen, b)
        change = D @ step
        length = 1.0
        while True:
            moved = b + length * step
            value = 0.5 * pen @ moved**2 - evaluate(eta + length * change, risk, trial) / total
            if value <= objective + 1e-13 * (1 + abs(objective)) or length < 1e-8:
                break
            length *= 0.5
        b, eta, objective, at, trial = moved, eta + length * change, value, trial, at
        if np.abs(change).max() * length <= _STEP:
            fine = True
            break
    out = np.zeros(theta.size)
    out[used] = b
    return out, at, fine


def _step(D: np.ndarray, risk: RiskSets, at: Moments, pen: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return Newton's step; an unpenalised column whose likelihood has gone flat (it runs to infinity) stays put."""
    H = information(D, risk, at) / risk.total_weight
    H[np.diag_indices_from(H)] += pen
    gradient = D.T @ at.residual / risk.total_weight - pen * b
    moving = (pen > 0) | (np.diag(H) > _FLAT * (D**2).mean(axis=0))
    step = np.zeros(b.size)
    try:
        step[moving] = np.linalg.solve(H[np.ix_(moving, moving)], gradient[moving])
    except np.linalg.LinAlgError:
        step[moving] = np.linalg.lstsq(H[np.ix_(moving, moving)], gradient[moving], rcond=1e-12)[0]
    return step
