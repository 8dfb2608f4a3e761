"""Unpenalised Cox regression and the test of proportional hazards, on arrays with names kept outside."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.errors import NumericalError
from radassoc.kernels.cox_moments import cox_moments, proportional_hazards_score
from radassoc.kernels.product_limit import product_limit

__all__ = ["CoxFit", "fit_cox", "hazard_ratio", "proportional_hazards"]


class CoxFit(NamedTuple):
    """Log hazard ratios and their covariance (inverse information)."""

    coefficients: np.ndarray
    covariance: np.ndarray


def fit_cox(X: np.ndarray, time: np.ndarray, event: np.ndarray, *, strata: np.ndarray | None = None) -> CoxFit:
    """Fit an unpenalised Cox model (lifelines, ties by Efron's method).

    Parameters
    ----------
    X
        Covariates (n, p).
    time, event, strata
        Outcome and stratum codes (n,).

    Raises
    ------
    NumericalError
        The partial likelihood has no maximum (a group without events, too many covariates, collinear covariates).

    Notes
    -----
    Equals R's ``coxph(ties="efron")`` to 1e-8.
    """
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    frame = frame.assign(time=time, event=event)
    layers = None
    if strata is not None and len(np.unique(strata)) > 1:
        frame["stratum"] = strata
        layers = ["stratum"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            fit = CoxPHFitter().fit(frame, "time", "event", strata=layers, fit_options={"precision": 1e-9})
        except (ConvergenceError, ConvergenceWarning, np.linalg.LinAlgError, ValueError) as error:
            raise _no_maximum() from error
    return _refined(fit.params_.to_numpy(dtype=float), X, time, event, strata)


def _no_maximum() -> NumericalError:
    return NumericalError(
        "The Cox model has no finite estimate.",
        wanted="events in every group, and covariates that are neither collinear nor too many for the events",
    )


def _refined(
    start: np.ndarray, X: np.ndarray, time: np.ndarray, event: np.ndarray, strata: np.ndarray | None
) -> CoxFit:
    """Take one more Newton step, because lifelines stops at 1e-6; refuse an estimate that runs off to infinity."""
    moments = cox_moments(X, X @ start, time, event, strata=strata)
    information = moments.information.sum(axis=0)
    scale = np.sqrt(np.maximum(np.diag(information), 0.0))
    if not (scale > 1e-6).all() or np.linalg.matrix_rank(information / np.outer(scale, scale), tol=1e-9) < len(start):
        raise _no_maximum()
    covariance = np.linalg.inv(information)
    step = covariance @ moments.score.sum(axis=0)
    if (np.abs(step) > 1e-3 * np.sqrt(np.diag(covariance))).any() or (np.abs(start) * X.std(axis=0) > 15).any():
        raise _no_maximum()
    coefficients = start + step
    information = cox_moments(X, X @ coefficients, time, event, strata=strata).information.sum(axis=0)
    return CoxFit(coefficients, np.linalg.inv(information))


def hazard_ratio(fit: CoxFit, position: int, *, level: float = 0.95) -> dict[str, float]:
    """Return the hazard ratio of one covariate with its Wald interval, z and two-sided p-value."""
    log_ratio, error = float(fit.coefficients[position]), float(np.sqrt(fit.covariance[position, position]))
    half = float(special.ndtri(0.5 + level / 2)) * error
    z = log_ratio / error
    return {
        "estimate": float(np.exp(log_ratio)),
        "ci_low": float(np.exp(log_ratio - half)),
        "ci_high": float(np.exp(log_ratio + half)),
        "statistic": z,
        "df": 1.0,
        "p_value": float(special.erfc(abs(z) / np.sqrt(2.0))),
    }


def proportional_hazards(
    fit: CoxFit,
    X: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    *,
    tested: np.ndarray,
    strata: np.ndarray | None = None,
) -> tuple[float, int]:
    """Test that the coefficients at ``tested`` do not change with time.

    Null hypothesis: proportional hazards; alternative: log hazard ratios linear in 1 - KM(t), left-continuous.

    Returns
    -------
    statistic, df
        Chi-square of the score test and its degrees of freedom; missing and 0 where it cannot be computed.

    Notes
    -----
    Equals R's ``cox.zph(transform="km")`` of survival 3.0 and later to 1e-6. lifelines computes the older approximation
    from averaged variances, which differs where strata or ties matter; it is not used.

    References
    ----------
    Grambsch & Therneau 1994, Biometrika 81:515, doi:10.1093/biomet/81.3.515.
    """
    moments = cox_moments(X, X @ fit.coefficients, time, event, strata=strata)
    overall = product_limit(time, event)
    before = np.concatenate([[1.0], overall.survival])[np.searchsorted(overall.time, moments.time)]
    return proportional_hazards_score(moments, 1.0 - before, tested)
