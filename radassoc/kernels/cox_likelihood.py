r"""The Cox partial likelihood and its derivatives along the linear predictor, O(n) each.

With :math:`\phi_{gl} = S_g - f_l T_g`, where :math:`S_g = \sum_{at risk} w_i e^{\eta_i}` and
:math:`T_g = \sum_{dying} w_i e^{\eta_i}` belong to event time g, the log partial likelihood is

.. math:: \sum_{deaths} w_i \eta_i - \sum_g \bar w_g \sum_{l < d_g} \log \phi_{gl} .

Efron's ties have :math:`f_l = l / d_g`, Breslow's :math:`f_l = 0`; :math:`\bar w_g` is the mean weight of the tied
deaths, as in R survival.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from radassoc.base.jit import jit
from radassoc.kernels.cox_risk import INNER, KERNEL, RiskSets, risk_sets

__all__ = ["Moments", "breslow_hazard", "evaluate", "loglik_only", "new_moments", "partial_loglik", "saturated_loglik"]


_STEEPEST = 1e300  # larger constants overflow: the relative risks of a whole risk set are below 1e-150 of the largest


class Moments(NamedTuple):
    """What :func:`evaluate` leaves behind at one linear predictor.

    Of each patient: ``relative`` = w exp(eta), up to a factor per stratum; ``diagonal``, relative risk times
    cumulative hazard; ``residual`` = d loglik / d eta, the martingale residual. Of each group: ``at_risk`` S,
    ``dying`` T, ``cumulative`` hazard up to the group, ``constants`` of the Hessian (c0, c1, c2 of ``cox_hessian``,
    and the hazard that the dying are spared by Efron's rule). ``highest`` is the largest eta of each stratum, taken
    out against overflow.
    """

    relative: np.ndarray
    diagonal: np.ndarray
    residual: np.ndarray
    at_risk: np.ndarray
    dying: np.ndarray
    cumulative: np.ndarray
    constants: np.ndarray
    highest: np.ndarray


def new_moments(risk: RiskSets) -> Moments:
    """Return empty arrays for :func:`evaluate`."""
    n, n_groups = risk.weight.size, risk.n_deaths.size
    return Moments(
        relative=np.zeros(n),
        diagonal=np.zeros(n),
        residual=np.zeros(n),
        at_risk=np.zeros(n_groups),
        dying=np.zeros(n_groups),
        cumulative=np.zeros(n_groups),
        constants=np.zeros((n_groups, 4)),
        highest=np.zeros(risk.n_strata),
    )


@jit(**KERNEL)
def evaluate(eta: np.ndarray, risk: RiskSets, at: Moments) -> float:
    """Fill ``at`` and return the log partial likelihood, minus infinity where scores are too wide apart for numbers."""
    loglik = _relative_risks(eta, risk, at) + _event_terms(risk, at)
    for g in range(at.constants.shape[0]):
        if not at.constants[g, 0] < _STEEPEST:
            return -np.inf
    for i in range(eta.size):
        hazard = at.cumulative[risk.enters[i]] - at.cumulative[risk.leaves[i]]
        if risk.death_group[i] >= 0:
            hazard -= at.constants[risk.death_group[i], 3]
        at.diagonal[i] = at.relative[i] * hazard
        at.residual[i] = risk.weight[i] * risk.died[i] - at.diagonal[i]
    return loglik


@jit(**INNER)
def _relative_risks(eta: np.ndarray, risk: RiskSets, at: Moments) -> float:
    """Fill relative risks and their sums over risk sets and deaths; return the deaths' part of the log likelihood."""
    n = eta.size
    for s in range(at.highest.size):
        at.highest[s] = -np.inf
    for i in range(n):
        if risk.weight[i] > 0 and eta[i] > at.highest[risk.stratum[i]]:
            at.highest[risk.stratum[i]] = eta[i]
    for g in range(at.dying.size):
        at.dying[g] = 0.0
    loglik = 0.0
    for i in range(n):
        at.relative[i] = 0.0
        if risk.weight[i] > 0:
            distance = eta[i] - at.highest[risk.stratum[i]]
            at.relative[i] = risk.weight[i] * np.exp(distance)
            g = risk.death_group[i]
            if g >= 0:
                at.dying[g] += at.relative[i]
                loglik += risk.weight[i] * distance
    _sum_at_risk(risk, at)
    return loglik


@jit(**INNER)
def _sum_at_risk(risk: RiskSets, at: Moments) -> None:
    total = 0.0
    gone = 0.0
    k = 0
    j = 0
    for g in range(risk.n_deaths.size):
        if risk.opens[g]:
            total = 0.0
            gone = 0.0
            k = risk.begin[g]
            j = k
        while k < risk.until_time[g]:
            total += at.relative[risk.by_time[k]]
            k += 1
        at.at_risk[g] = total
        if risk.truncated:
            while j < risk.until_entry[g]:
                gone += at.relative[risk.by_entry[j]]
                j += 1
            at.at_risk[g] = total - gone
            if at.at_risk[g] < 1e-6 * total:  # the difference cancelled: sum the risk set itself
                at.at_risk[g] = _sum_one_set(risk, at, g)


@jit(**INNER)
def _sum_one_set(risk: RiskSets, at: Moments, g: int) -> float:
    total = 0.0
    for k in range(risk.begin[g], risk.until_time[g]):
        i = risk.by_time[k]
        if risk.entry[i] < risk.event_time[g]:
            total += at.relative[i]
    return total


@jit(**INNER)
def _event_terms(risk: RiskSets, at: Moments) -> float:
    """Fill hazards and Hessian constants from the earliest event on; return minus the sum of the log risk sets."""
    loglik = 0.0
    hazard = 0.0
    for g in range(risk.n_deaths.size - 1, -1, -1):
        deaths = risk.n_deaths[g]
        c0 = 0.0
        c1 = 0.0
        c2 = 0.0
        spared = 0.0
        if risk.event_time[g] == -np.inf:  # the empty group that ends a stratum
            hazard = 0.0
        elif deaths > 0:  # else whoever dies here is left out
            terms = deaths if risk.efron else 1
            weight = risk.death_weight[g] / terms
            for step in range(terms):
                share = step / terms
                phi = at.at_risk[g] - share * at.dying[g]
                loglik -= weight * np.log(phi)
                rate = weight / phi
                hazard += rate
                spared += share * rate
                c0 += rate / phi
                c1 += share * rate / phi
                c2 += share * share * rate / phi
        at.cumulative[g] = hazard
        at.constants[g, 0] = c0
        at.constants[g, 1] = c1
        at.constants[g, 2] = c2
        at.constants[g, 3] = spared
    return loglik


@jit(**INNER)
def loglik_only(eta: np.ndarray, risk: RiskSets, at: Moments) -> float:
    """Return the log partial likelihood; ``at`` is work space."""
    return _relative_risks(eta, risk, at) + _event_terms(risk, at)


@jit(**KERNEL)
def _loglik_of_rows(eta: np.ndarray, risk: RiskSets, at: Moments, out: np.ndarray) -> None:
    for k in range(out.size):
        out[k] = loglik_only(eta[k], risk, at)


def partial_loglik(eta: np.ndarray, risk: RiskSets) -> np.ndarray:
    """Return the log partial likelihood of each column of linear predictors.

    Parameters
    ----------
    eta
        One linear predictor (n,) or several side by side (n, m).
    risk
        From :func:`~radassoc.kernels.cox_risk.risk_sets`, which holds ties, strata, weights and truncation.

    Returns
    -------
    ndarray
        (m,), natural logarithm; equals ``coxph(...)$loglik`` at the same linear predictor.
    """
    rows = np.ascontiguousarray(np.asarray(eta, dtype=float).reshape(risk.weight.size, -1).T)
    out = np.empty(rows.shape[0])
    _loglik_of_rows(rows, risk, new_moments(risk), out)
    return out


def saturated_loglik(n_deaths: np.ndarray, death_weight: np.ndarray, efron: bool) -> np.ndarray:
    """Return the supremum of the log partial likelihood: each risk set holds nobody but the dying.

    The last axis of ``n_deaths`` and ``death_weight`` runs over the groups of the risk sets.
    """
    deaths = np.maximum(n_deaths, 1)
    weight = np.where(n_deaths > 0, death_weight, 1.0)
    value = -(weight * np.log(weight)).sum(axis=-1)
    if efron:  # sum over l of log(1 - l / d) = log(d!) - d log d
        value = value - (weight / deaths * (gammaln(deaths + 1.0) - deaths * np.log(deaths))).sum(axis=-1)
    return np.asarray(value)


def breslow_hazard(
    eta: np.ndarray,
    time: np.ndarray,
    event: np.ndarray,
    strata: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    *,
    entry: np.ndarray | None = None,
    ties: str = "breslow",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the cumulative baseline hazard (of a patient with ``eta`` = 0) at every distinct time of each stratum.

    Breslow's step at an event time is :math:`\sum_{dying} w_i / \sum_{at risk} w_i e^{\eta_i}`; ``ties="efron"``
    spreads it over the tied deaths. Equals R ``basehaz(fit, centered = FALSE)`` of a ``coxph`` fit with the same
    ties.

    Returns
    -------
    tuple of ndarray
        Stratum label, time, cumulative hazard; sorted by stratum, then time.
    """
    risk = risk_sets(time, event, entry=entry, strata=strata, weights=weights, ties=ties)
    at = new_moments(risk)
    evaluate(np.ascontiguousarray(eta, dtype=float), risk, at)
    labels = np.zeros(len(time), dtype=int) if strata is None else np.asarray(strata)
    order = np.lexsort((np.asarray(time, dtype=float), risk.stratum))
    time, layer = np.asarray(time, dtype=float)[order], risk.stratum[order]
    hazard = at.cumulative[risk.enters[order]] * np.exp(-np.where(np.isfinite(at.highest), at.highest, 0.0)[layer])
    new = np.append(True, (np.diff(time) != 0) | (np.diff(layer) != 0))
    return labels[order][new], time[new], hazard[new]
