r"""The exact elastic-net path of the Cox model.

For each of a decreasing list of lambda, minimise over beta

.. math:: -\ell(\beta) / \sum_i w_i + \lambda \sum_j v_j \big(\alpha |\beta_j| + (1 - \alpha) \beta_j^2 / 2\big)

with the log partial likelihood :math:`\ell` (Efron or Breslow ties, strata, case weights, left truncation), penalty
factors v (0 unpenalised, inf excluded) and :math:`\alpha` = ``l1_ratio``. The scale of lambda and of the
standardisation is glmnet's.

The parts: ``cox_risk`` lays out risk sets, ``cox_likelihood`` and ``cox_hessian`` differentiate, ``cox_screen``
says which features matter, ``cox_newton`` solves one lambda with ``cox_quadratic`` and ``cox_cholesky``,
``cox_walk`` goes from lambda to lambda, for any number of fits at once (a single path is a batch of one), and
``cox_record`` keeps what it finds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.parallel import one_blas_thread
from radassoc.kernels.cox_batch import Walker
from radassoc.kernels.cox_features import Features, new_features
from radassoc.kernels.cox_record import Record, new_record
from radassoc.kernels.cox_risk import RiskSets, training_sets
from radassoc.kernels.cox_walk import Penalty

__all__ = ["PathArrays", "StopRule", "checked_lambdas", "solve_path"]


_ROWS = 64  # features centred together: they stay in the processor's cache
_STRIDE = 5  # lambdas between two looks at the keyboard: compiled code does not hear it


class PathArrays(NamedTuple):
    """An elastic-net path of L lambdas.

    ``lambdas`` (L,), decreasing; ``coefficients`` (L, p) on the scale of X; ``deviance_ratio`` (L,), the share of
    ``null_deviance`` explained; ``converged`` (L,), False where the optimum was not reached. An unpenalised
    coefficient that runs to infinity is held where its likelihood has gone flat, or where it moves somebody's score by
    150 from the mean, near the end of numbers.
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
    lambdas = None if lambdas is None else checked_lambdas(lambdas)
    with one_blas_thread():
        Z, scale = _centred_rows(X, risk, standardize)
        used = np.flatnonzero(np.isfinite(factor) & (scale > 0))
        features, factor = new_features(Z if used.size == len(Z) else Z[used]), factor[used]
        walker = _walker(features, risk, factor, l1_ratio, stop, n_lambdas if lambdas is None else len(lambdas))
        walker.start()
        if lambdas is None:
            smallest = (0.01 if X.shape[0] < X.shape[1] else 1e-4) if lambda_min_ratio is None else lambda_min_ratio
            lambda_max = _lambda_max(features, walker, risk.total_weight, factor, l1_ratio)
            lambdas = lambda_max * np.geomspace(1.0, smallest, n_lambdas)
        walker.plan(lambdas)
        for done in range(_STRIDE, len(lambdas) + _STRIDE, _STRIDE):
            walker.advance(min(done, len(lambdas)))
            if walker.batch.ended.all():
                break
    n = walker.n_done
    record = walker.record
    return PathArrays(
        lambdas[:n],
        _dense(record, n, used, scale),
        record.deviance_ratio[:n, 0],
        float(walker.batch.null_deviance[0]),
        record.converged[:n, 0],
    )


def _walker(
    features: Features, risk: RiskSets, factor: np.ndarray, l1_ratio: float, stop: StopRule | None, n_lambdas: int
) -> Walker:
    """Return a batch of one: everybody in training, every feature as it is."""
    ends = [np.inf if stop is None or end is None else float(end) for end in stop or (None, None, None)]
    ones = np.ones((1, factor.size))
    return Walker(
        features,
        risk,
        training_sets(risk, np.ones((1, risk.weight.size), np.bool_)),
        shift=np.zeros((1, 0)),
        penalty=Penalty(factor, ones[0], ones, float(l1_ratio)),
        limit=factor[:, None],
        record=new_record(n_lambdas, 1, ends=(ends[0], ends[1], ends[2])),
    )


def _dense(record: Record, n: int, used: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the coefficients of a single fit with their zeros, on the scale of X."""
    coefficients = np.zeros((n, scale.size))
    row = np.repeat(np.arange(n), record.counts[:n, 0])
    column = used[record.column[: row.size]]
    coefficients[row, column] = record.value[: row.size] / scale[column]
    return coefficients


def _lambda_max(features: Features, walker: Walker, total: float, factor: np.ndarray, l1_ratio: float) -> float:
    """Return the smallest lambda at which every penalised coefficient is zero."""
    penalised = factor > 0
    gradient = np.abs(features.rows @ walker.batch.residual[0])[penalised] / factor[penalised]
    return float(gradient.max(initial=0.0) / total / l1_ratio)


def _centred_rows(X: np.ndarray, risk: RiskSets, standardize: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return features in rows, centred in each stratum and scaled, and the scale (0 for constant features).

    A feature that is constant in every stratum tells nothing; the partial likelihood ignores each stratum's centre.
    """
    Z = np.array(X.T, order="C")
    scale = np.empty(len(Z))
    for start in range(0, len(Z), _ROWS):
        part = slice(start, start + _ROWS)
        scale[part] = _centre(Z[part], risk, standardize)
    return Z, scale


def _centre(Z: np.ndarray, risk: RiskSets, standardize: bool) -> np.ndarray:
    """Centre and scale rows in place; return their scale."""
    weight = risk.weight
    largest = np.maximum(Z.max(axis=1), -Z.min(axis=1))
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
    return scale


def _check(X: np.ndarray, risk: RiskSets, factor: np.ndarray, l1_ratio: float) -> None:
    if X.ndim != 2 or X.shape[0] != risk.weight.size or factor.shape != (X.shape[1],):
        raise ValueError("X must be (n, p), with n as in the risk sets and one penalty factor for each feature.")
    if not np.isfinite(X).all():
        raise ValueError("X holds missing or infinite values.")
    if np.isnan(factor).any() or (factor < 0).any():
        raise ValueError("Penalty factors must not be negative or missing.")
    if not 0 < l1_ratio <= 1:
        raise ValueError(f"l1_ratio={l1_ratio}: wanted a number above 0 and at most 1.")


def checked_lambdas(lambdas: np.ndarray) -> np.ndarray:
    """Return the lambdas as an array, or tell what is wrong with them."""
    lambdas = np.asarray(lambdas, dtype=float)
    if lambdas.ndim != 1 or not lambdas.size or not np.isfinite(lambdas).all():
        raise ValueError("lambdas must be a vector of finite numbers, not empty.")
    if (lambdas < 0).any() or (np.diff(lambdas) > 0).any():
        raise ValueError("lambdas must not be negative and must not increase.")
    return lambdas
