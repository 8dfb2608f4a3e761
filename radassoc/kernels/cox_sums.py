r"""Information of the Cox partial likelihood for many columns at once, from sums over risk sets.

With one row of M for each death (Efron: for each of the steps l of d tied deaths; Breslow: one for all d),

.. math:: X' W X = X' diag(h) X - M'M, \qquad M = \sqrt{\bar w} (P - f Q) / \phi,

where P and Q are the sums of e x over the risk set and over the dying, and :math:`\phi = S - f T` as in
``cox_likelihood``. A cumulative sum of the columns and products of matrices: no array of n x n, no loop over patients.
"""

from __future__ import annotations

import itertools

import numpy as np

from radassoc.kernels.cox_likelihood import Moments
from radassoc.kernels.cox_risk import RiskSets

__all__ = ["information", "information_diagonal", "risk_set_means"]


def risk_set_means(X: np.ndarray, risk: RiskSets, at: Moments) -> np.ndarray:
    """Return M: the mean of each column over the risk set of each death, times the root of the death's weight.

    Raises
    ------
    ValueError
        Left truncation, which these sums do not hold.
    """
    if risk.truncated:
        raise ValueError("Sums over risk sets are written for follow-up without late entry.")
    order = risk.by_time
    total = at.relative[order, None] * X[order]
    first = np.searchsorted(risk.stratum[order], np.arange(risk.n_strata + 1))
    for start, stop in itertools.pairwise(first):  # a difference of sums over all strata would cancel
        np.cumsum(total[start:stop], axis=0, out=total[start:stop])
    terms = risk.n_deaths if risk.efron else np.minimum(risk.n_deaths, 1)
    group = np.repeat(np.arange(terms.size), terms)
    sums = total[risk.until_time[group] - 1]
    phi = at.at_risk[group].copy()
    for g in np.flatnonzero(terms > 1):
        dying = np.flatnonzero(risk.death_group == g)
        rows = np.flatnonzero(group == g)
        share = np.arange(rows.size) / rows.size
        sums[rows] -= share[:, None] * (at.relative[dying] @ X[dying])
        phi[rows] -= share * at.dying[g]
    return np.asarray(sums / phi[:, None] * np.sqrt(risk.death_weight[group] / terms[group])[:, None])


def information(X: np.ndarray, risk: RiskSets, at: Moments) -> np.ndarray:
    """Return X' W X at the moments of a linear predictor; centred columns lose no digits."""
    M = risk_set_means(X, risk, at)
    return np.asarray(X.T @ (at.diagonal[:, None] * X) - M.T @ M)


def information_diagonal(X: np.ndarray, risk: RiskSets, at: Moments) -> np.ndarray:
    """Return the diagonal of X' W X for columns too many to be crossed."""
    M = risk_set_means(X, risk, at)
    return np.asarray(at.diagonal @ X**2 - np.einsum("ij,ij->j", M, M))
