"""How well scores rank and absolute risks fit: concordance, AUC and Brier score, and nested concordance."""

from __future__ import annotations

import numpy as np

from radassoc.kernels import time_dependent
from radassoc.kernels.censoring import censoring, survival_at
from radassoc.kernels.concordance import cells_of, concordance

__all__ = [
    "brier",
    "harrell_c",
    "integrated_brier",
    "kaplan_meier_at",
    "kaplan_meier_brier",
    "nested_c",
    "over_time",
    "time_auc",
    "uno_c",
]


def harrell_c(
    time: np.ndarray,
    event: np.ndarray,
    scores: np.ndarray,
    *,
    strata: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return Harrell's C of each column of ``scores`` (larger score: earlier event); 0.5 without comparable pairs.

    Parameters
    ----------
    time, event
        ``(n,)``.
    scores
        ``(n,)`` or ``(n, m)``; a tied pair counts one half.
    strata, groups
        ``(n,)`` codes: only pairs of the same stratum and group count.
    weights
        ``(n,)`` or ``(n, B)`` multiplicities.

    Returns
    -------
    ndarray
        One number a column (of ``scores`` or of ``weights``).
    """
    concordant, _, tied, comparable = concordance(time, event, scores, groups=groups, strata=strata, weights=weights)
    with np.errstate(invalid="ignore"):
        return np.where(comparable > 0, (concordant + 0.5 * tied) / np.maximum(comparable, 1e-300), 0.5)


def uno_c(
    time: np.ndarray,
    event: np.ndarray,
    scores: np.ndarray,
    *,
    tau: float,
    strata: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return Uno's C of each column of ``scores``: the concordance that does not depend on the censoring.

    A pair in which a patient dies first, at a time of at most ``tau``, weighs 1 / G(T -)^2, where G is the Kaplan-Meier
    estimate of being uncensored, of all patients together. Valid where censoring depends on neither outcome nor score.

    Parameters
    ----------
    time, event, scores, strata, groups, weights
        As in ``harrell_c``; G is estimated again in each column of ``weights``.
    tau
        The last time that counts, in the unit of ``time``.

    Returns
    -------
    ndarray
        One number a column (of ``scores`` or of ``weights``); 0.5 without comparable pairs.

    Notes
    -----
    Equals R's ``survival::concordance(timewt = "n/G2", ymax = tau, reverse = TRUE)`` to 1e-10 without strata; with
    strata R estimates G in each stratum.

    References
    ----------
    Uno H, et al. (2011) Stat Med 30:1105. doi:10.1002/sim.4154
    """
    early = np.asarray(event, dtype=bool) & (np.asarray(time) <= tau)
    before = censoring(time, event, weights=weights).before
    factor = np.divide(1.0, before**2, out=np.zeros_like(before), where=before > 0)
    concordant, _, tied, comparable = concordance(
        time, early, scores, groups=groups, strata=strata, weights=weights, factor=factor
    )
    return np.where(comparable > 0, (concordant + 0.5 * tied) / np.maximum(comparable, 1e-300), 0.5)


def time_auc(
    time: np.ndarray,
    event: np.ndarray,
    scores: np.ndarray,
    times: np.ndarray,
    *,
    strata: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return the cumulative/dynamic AUC at each time: how often a patient dead by t scores higher than one alive.

    Weighted by inverse probability of censoring (Kaplan-Meier, all patients together); a tied pair counts one half.

    Parameters
    ----------
    time, event, scores, strata, groups, weights
        As in ``harrell_c``; the censoring is estimated again in each column of ``weights``.
    times
        ``(T,)``, in the unit of ``time``.

    Returns
    -------
    ndarray
        ``(T, m)``, or ``(T, B)`` with several columns of ``weights``; missing without a case or a control.

    Notes
    -----
    Equals R's ``riskRegression::Score(metrics = "auc", cens.model = "km")`` and the estimator of ``timeROC`` to 1e-10.

    References
    ----------
    Uno H, et al. (2007) J Am Stat Assoc 102:527. doi:10.1198/016214507000000149
    Blanche P, et al. (2013) Stat Med 32:5381. doi:10.1002/sim.5958
    """
    cells = None if strata is None and groups is None else cells_of(len(time), groups, strata)
    return time_dependent.time_auc(time, event, scores, np.asarray(times, dtype=float), cells=cells, weights=weights)


def brier(
    time: np.ndarray, event: np.ndarray, survival: np.ndarray, times: np.ndarray, *, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return the Brier score at each time: the mean squared error of predicted survival, 0.25 for a coin.

    Weighted by inverse probability of censoring (Kaplan-Meier, all patients together).

    Parameters
    ----------
    time, event, weights
        As in ``harrell_c``.
    survival
        ``(n, T)``: predicted probability of being alive at each time.
    times
        ``(T,)``, in the unit of ``time``.

    Returns
    -------
    ndarray
        ``(T,)``, or ``(T, B)`` with several columns of ``weights``.

    Notes
    -----
    Equals R's ``riskRegression::Score(metrics = "brier", cens.model = "km")`` to 1e-10.

    References
    ----------
    Graf E, et al. (1999) Stat Med 18:2529.
    """
    return time_dependent.brier(time, event, survival, np.asarray(times, dtype=float), weights=weights)


def integrated_brier(
    time: np.ndarray,
    event: np.ndarray,
    survival: np.ndarray,
    times: np.ndarray,
    *,
    tau: float,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return the Brier score averaged over time from 0 to ``tau``.

    Parameters
    ----------
    time, event, weights
        As in ``harrell_c``.
    survival
        ``(n, T)``: predicted probability of being alive at each time.
    times
        ``(T,)`` increasing: the finer, the better; the score is taken as constant from one time to the next and as 0
        before the first.
    tau
        The last time that counts.

    Returns
    -------
    ndarray
        One number, or ``(B,)`` with several columns of ``weights``.
    """
    grid = np.asarray(times, dtype=float)
    return over_time(brier(time, event, survival, grid, weights=weights), grid, tau=tau)


def over_time(errors: np.ndarray, times: np.ndarray, *, tau: float) -> np.ndarray:
    """Return the mean from 0 to ``tau`` of errors ``(T,)`` or ``(T, B)`` that change at ``times`` and start at 0."""
    inside = times <= tau
    length = np.diff(np.append(times[inside], tau))
    return np.asarray(length @ errors[inside] / tau)


def kaplan_meier_at(
    time: np.ndarray, event: np.ndarray, times: np.ndarray, *, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return the Kaplan-Meier survival at each time, ``(T,)`` or ``(T, B)``: the prediction that knows no score."""
    return survival_at(time, event, np.asarray(times, dtype=float), weights=weights)


def kaplan_meier_brier(
    time: np.ndarray, event: np.ndarray, times: np.ndarray, *, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return the Brier score of the Kaplan-Meier estimate of these very patients, ``(T,)`` or ``(T, B)``.

    It is the reference of the Brier skill: a prediction without any score, though one that knows these outcomes.
    """
    curve = kaplan_meier_at(time, event, times, weights=weights)
    nobody, everybody = (
        brier(time, event, np.full((len(time), len(times)), value), times, weights=weights) for value in (0.0, 1.0)
    )
    return np.asarray((1 - curve) ** 2 * nobody + curve**2 * everybody)


def nested_c(
    time: np.ndarray, event: np.ndarray, scores: np.ndarray, folds: np.ndarray, *, strata: np.ndarray | None = None
) -> np.ndarray:
    """Return the nested C of out-of-fold scores, averaged over the repeats of cross-validation.

    Only pairs inside one test fold and stratum count, because scores of different models have no common scale; folds
    weigh by their comparable pairs; a constant score is 0.5.

    Parameters
    ----------
    time, event
        ``(n,)``.
    scores
        ``(R, n)`` or ``(R, n, m)``: out-of-fold scores of each repeat, of each of ``m`` models.
    folds
        ``(R, n)``: the test fold of each patient.
    strata
        ``(n,)`` codes.

    Returns
    -------
    ndarray
        ``(R, m)``: one row a repeat; average over rows.
    """
    columns = scores if scores.ndim == 3 else scores[:, :, None]
    return np.stack([harrell_c(time, event, columns[r], groups=folds[r], strata=strata) for r in range(len(columns))])
