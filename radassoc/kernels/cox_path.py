r"""The exact elastic-net path of the Cox model.

For each of a decreasing list of lambda, minimise over beta

.. math:: -\ell(\beta) / \sum_i w_i + \lambda \sum_j v_j \big(\alpha |\beta_j| + (1 - \alpha) \beta_j^2 / 2\big)

with the log partial likelihood :math:`\ell` (Efron or Breslow ties, strata, case weights, left truncation), penalty
factors v (0 unpenalised, inf excluded) and :math:`\alpha` = ``l1_ratio``. The scale of lambda and of the
standardisation is glmnet's.

The parts: ``cox_risk`` lays out risk sets, ``cox_likelihood`` and ``cox_hessian`` differentiate, ``cox_screen``
says which features matter, ``cox_newton`` solves one lambda with ``cox_quadratic`` and ``cox_cholesky``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.parallel import one_blas_thread
from radassoc.kernels.cox_likelihood import evaluate, partial_loglik, saturated_loglik
from radassoc.kernels.cox_newton import CONVERGED, FULL, solve_lambda
from radassoc.kernels.cox_risk import RiskSets
from radassoc.kernels.cox_screen import Screen, strong_features
from radassoc.kernels.cox_state import Fit, grow, new_fit

__all__ = ["PathArrays", "StopRule", "solve_path"]

_STEP = 0.93  # a coarser list of lambda is walked in steps: a jump lets in thousands of features that all leave again


class PathArrays(NamedTuple):
    """An elastic-net path of L lambdas.

    ``lambdas`` (L,), decreasing; ``coefficients`` (L, p) on the scale of X; ``deviance_ratio`` (L,), the share of
    ``null_deviance`` explained; ``converged`` (L,), False where the optimum was not reached. An unpenalised
    coefficient that runs to infinity is held where its likelihood has gone flat.
    """

    lambdas: np.ndarray
    coefficients: np.ndarray
    deviance_ratio: np.ndarray
    null_deviance: float
    converged: np.ndarray


class StopRule(NamedTuple):
    """When to end a path early; the lambda that meets the rule is the last one kept.

    ``max_deviance_ratio``: the share of deviance explained reaches this (the fit saturates, coefficients run away).
    ``max_nonzero``: so many coefficients are not zero (with a LASSO, more than the events cannot be told apart).
    ``max_lambdas``: so many lambdas are done.
    """

    max_deviance_ratio: float = 0.99
    max_nonzero: int | None = None
    max_lambdas: int | None = None

    def ends(self, deviance_ratio: float, n_nonzero: int, n_lambdas: int) -> bool:
        """Return whether the path ends here."""
        return (
            deviance_ratio >= self.max_deviance_ratio
            or (self.max_nonzero is not None and n_nonzero >= self.max_nonzero)
            or (self.max_lambdas is not None and n_lambdas >= self.max_lambdas)
        )


def solve_path(
    X: np.ndarray,
    risk: RiskSets,
    *,
    lambdas: np.ndarray | None = None,
    n_lambdas: int = 100,
    lambda_min_ratio: float | None = None,
    l1_ratio: float = 1.0,
    penalty_factor: np.ndarray | None = None,
    standardize: bool = True,
    stop: StopRule | None = None,
) -> PathArrays:
    """Fit the Cox model by penalised partial likelihood along a path of lambda.

    Parameters
    ----------
    X
        Features (n, p), no missing values. Constant features never enter.
    risk
        From :func:`~radassoc.kernels.cox_risk.risk_sets`.
    lambdas
        Penalties, not increasing. By default ``n_lambdas`` of them, evenly spaced in logarithm from the smallest
        lambda at which every penalised coefficient is zero down to ``lambda_min_ratio`` times it (0.01 if n < p,
        else 0.0001).
    l1_ratio
        1 is the LASSO; above 0.
    penalty_factor
        Multiplies lambda for each feature, as given (glmnet rescales it to sum to p). 0 unpenalised, inf excluded.
    standardize
        Penalise coefficients per standard deviation (1/n, case weights respected); they are returned on X's own
        scale.
    stop
        Ends the path early; by default every lambda is solved.

    Returns
    -------
    PathArrays
        Agrees with R ``glmnet(..., family = "cox", thresh = 1e-14)``, which is Breslow only, to 1e-5 on coefficients.

    Raises
    ------
    ValueError
        Missing values in X, lengths that differ, parameters out of range.

    References
    ----------
    Simon, Friedman, Hastie & Tibshirani (2011), doi:10.18637/jss.v039.i05.
    """
    X = np.asarray(X, dtype=float)
    factor = np.ones(X.shape[-1]) if penalty_factor is None else np.asarray(penalty_factor, dtype=float)
    _check(X, risk, factor, l1_ratio)
    Z, scale = _centred_rows(X, risk, standardize)
    used = np.flatnonzero(np.isfinite(factor) & (scale > 0))
    Z, scale, factor = Z[used], scale[used], factor[used]
    with one_blas_thread():
        walker = _Walker(Z, risk, factor, l1_ratio)
        if lambdas is None:
            smallest = (0.01 if X.shape[0] < X.shape[1] else 1e-4) if lambda_min_ratio is None else lambda_min_ratio
            lambdas = walker.lambda_max * np.geomspace(1.0, smallest, n_lambdas)
        lambdas = _checked_lambdas(lambdas)
        return _walk(walker, lambdas, X.shape[1], used, scale, stop)


def _walk(
    walker: _Walker, lambdas: np.ndarray, p: int, used: np.ndarray, scale: np.ndarray, stop: StopRule | None
) -> PathArrays:
    saturated = saturated_loglik(walker.risk)
    null_deviance = 2 * (saturated - float(partial_loglik(np.zeros(walker.risk.weight.size), walker.risk)[0]))
    coefficients = np.zeros((len(lambdas), p))
    explained, converged = np.zeros(len(lambdas)), np.zeros(len(lambdas), dtype=bool)
    done = 0
    for lam in lambdas:
        converged[done] = walker.go_to(float(lam))
        coefficients[done, used] = walker.fit.beta / scale
        if null_deviance > 0:
            explained[done] = 1 - 2 * (saturated - walker.loglik()) / null_deviance
        done += 1
        if stop is not None and stop.ends(explained[done - 1], int(np.count_nonzero(walker.fit.beta)), done):
            break
    return PathArrays(lambdas[:done], coefficients[:done], explained[:done], null_deviance, converged[:done])


class _Walker:
    """Carries one fit down the path of lambda with strong rules and warm starts."""

    def __init__(self, Z: np.ndarray, risk: RiskSets, factor: np.ndarray, l1_ratio: float) -> None:
        self.Z, self.risk, self._factor, self._l1_ratio = Z, risk, factor, l1_ratio
        p, n = Z.shape
        free = np.flatnonzero(factor == 0)
        capacity = max(1, min(p, max(64, n // 4, free.size + 8)))
        self.fit: Fit = new_fit(p, risk, capacity)
        self._screen = Screen(Z, risk.total_weight)
        self._null_converged = self._solve(np.where(factor == 0, 0.0, np.inf), np.zeros(p), free, 0.0)
        self._bound = self._screen.bound(self.fit.now.residual)
        penalised = np.flatnonzero(factor > 0)
        gradient = self._screen.exact(self.fit.now.residual, penalised) / factor[penalised]
        self.lambda_max = float(gradient.max() / l1_ratio) if penalised.size else 0.0
        self._last, self._before = self.lambda_max, self.lambda_max

    def loglik(self) -> float:
        """Return the log partial likelihood of the present coefficients."""
        return float(evaluate(self.fit.eta, self.risk, self.fit.now))

    def go_to(self, goal: float) -> bool:
        """Solve for one lambda, in steps if it is far from the last one; return whether the optimum was reached."""
        if goal >= self.lambda_max and self._last == self.lambda_max:
            return self._null_converged  # still the null model
        n_steps = 1
        if 0 < goal < 0.9 * self._last:
            n_steps = int(np.ceil(np.log(goal / self._last) / np.log(_STEP)))
        start = self._last
        for step in range(1, n_steps):
            self._solve_one(start * (goal / start) ** (step / n_steps))
        return self._solve_one(goal)

    def _solve_one(self, lam: float) -> bool:
        l1 = lam * self._l1_ratio * self._factor
        l2 = lam * (1 - self._l1_ratio) * self._factor
        strong = strong_features(self._bound, lam, self._last, l1)
        # coefficients move almost linearly in lambda
        theta = min((self._last - lam) / (self._before - self._last), 2.0) if self._before > self._last > lam else 0.0
        while True:
            converged = self._solve(l1, l2, strong, theta)
            theta = 0.0
            residual = self.fit.now.residual
            self._bound = self._screen.bound(residual)
            violators = self._screen.violators(self._bound, residual, l1, strong)
            if not violators.size:
                self._before, self._last = self._last, lam
                return converged
            strong = np.union1d(strong, violators)

    def _solve(self, l1: np.ndarray, l2: np.ndarray, strong: np.ndarray, theta: float) -> bool:
        while True:
            answer = solve_lambda(self.Z, self.risk, l1, l2, strong, self.fit, theta, self._l1_ratio < 1)
            if answer != FULL:
                return bool(answer == CONVERGED)
            capacity = min(self.Z.shape[0], 2 * self.fit.cache.feature.size)
            self.fit, theta = grow(self.fit, capacity), 0.0


def _centred_rows(X: np.ndarray, risk: RiskSets, standardize: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return features in rows, centred in each stratum and scaled, and the scale (0 for constant features).

    A feature that is constant in every stratum tells nothing; the partial likelihood ignores each stratum's centre.
    """
    Z = np.ascontiguousarray(X.T).copy() if X.flags.f_contiguous else np.ascontiguousarray(X.T)
    weight = risk.weight
    largest = np.abs(Z).max(axis=1)
    Z -= (Z @ weight / weight.sum())[:, None]
    deviation = np.sqrt(Z**2 @ weight / weight.sum())
    inner = deviation
    if risk.n_strata > 1:
        for s in range(risk.n_strata):
            inside = risk.stratum == s
            if weight[inside].any():
                Z[:, inside] -= (Z[:, inside] @ weight[inside] / weight[inside].sum())[:, None]
        inner = np.sqrt(Z**2 @ weight / weight.sum())
    scale = deviation if standardize else np.ones_like(deviation)
    scale = np.where(inner > 1e-10 * largest, scale, 0.0)
    Z /= np.where(scale > 0, scale, 1.0)[:, None]
    return Z, scale


def _check(X: np.ndarray, risk: RiskSets, factor: np.ndarray, l1_ratio: float) -> None:
    if X.ndim != 2 or X.shape[0] != risk.weight.size or factor.shape != (X.shape[1],):
        raise ValueError("X must be (n, p), with n as in the risk sets and one penalty factor for each feature.")
    if not np.isfinite(X).all():
        raise ValueError("X holds missing or infinite values.")
    if np.isnan(factor).any() or (factor < 0).any():
        raise ValueError("Penalty factors must not be negative or missing.")
    if not 0 < l1_ratio <= 1:
        raise ValueError(f"l1_ratio={l1_ratio}: wanted a number above 0 and at most 1.")


def _checked_lambdas(lambdas: np.ndarray) -> np.ndarray:
    lambdas = np.asarray(lambdas, dtype=float)
    if lambdas.ndim != 1 or not lambdas.size or not np.isfinite(lambdas).all():
        raise ValueError("lambdas must be a vector of finite numbers, not empty.")
    if (lambdas < 0).any() or (np.diff(lambdas) > 0).any():
        raise ValueError("lambdas must not be negative and must not increase.")
    return lambdas
