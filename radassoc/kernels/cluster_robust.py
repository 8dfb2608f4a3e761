"""Regression over samples of patients: CR2 standard errors, Satterthwaite's df, wild cluster bootstrap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

__all__ = ["ClusterFit", "Design", "cluster_fit", "design_of", "webb_weights", "wild_bootstrap_p"]

_CERTAIN = 1e-9


class Design(NamedTuple):
    """What does not depend on the response, for regressions on Q (n, q) and one column each.

    ``units`` (n, p): the columns less their projection on Q, of length 1; ``length`` (p,) their length before;
    ``pulled`` (n, p): CR2's adjustment of the units; ``told`` (G, p, q + 1): what Q and the unit hold of it, by
    cluster; ``df`` (p,) Satterthwaite; ``bounds`` (G + 1): rows of the clusters, which are sorted.
    """

    Q: np.ndarray
    units: np.ndarray
    length: np.ndarray
    pulled: np.ndarray
    told: np.ndarray
    df: np.ndarray
    bounds: np.ndarray


class ClusterFit(NamedTuple):
    """Slopes (p, g) of responses on columns, with their CR2 standard errors."""

    slope: np.ndarray
    std_error: np.ndarray


def design_of(X: np.ndarray, Q: np.ndarray, cluster: np.ndarray) -> Design:
    """Prepare regressions on each column of X (n, p) and an orthonormal Q (n, q) that holds the intercept.

    ``cluster`` (n,) must be sorted. A column that Q explains gets NaN.

    For each cluster, CR2 multiplies residuals by (I - H)^(-1/2) of the cluster's block of the hat matrix H (its
    pseudo-inverse, where a covariate makes a cluster certain), so that the variance is unbiased under independent
    errors; the degrees of freedom are those of a chi-square of the same mean and variance.
    """
    once = X - Q @ (Q.T @ X)
    left = once - Q @ (Q.T @ once)
    spread = np.linalg.norm(X - X.mean(axis=0), axis=0)
    length = np.linalg.norm(left, axis=0)
    usable = length > 1e-7 * np.where(spread > 0, spread, np.inf)
    units = np.divide(left, length, out=np.full_like(left, np.nan), where=usable)
    bounds = np.append(np.flatnonzero(np.append(True, np.diff(cluster) != 0)), len(cluster))
    safe = np.where(usable, units, 0.0)
    pulled, told = np.empty_like(safe), np.empty((len(bounds) - 1, X.shape[1], Q.shape[1] + 1))
    own = np.empty((len(bounds) - 1, X.shape[1]))
    for g, rows in enumerate(_slices(bounds)):
        pulled[rows] = _adjust(Q[rows], safe[rows])
        told[g] = _hold(Q[rows], safe[rows], pulled[rows])
        own[g] = (pulled[rows] ** 2).sum(axis=0)
    trace, square = _moments(own, told)
    df = np.where(usable & (square > 0), trace**2 / np.where(square > 0, square, 1.0), np.nan)
    return Design(Q, units, np.where(usable, length, np.nan), pulled, told, df, bounds)


def _slices(bounds: np.ndarray) -> Iterator[slice]:
    return (slice(int(start), int(stop)) for start, stop in pairwise(bounds))


def _hold(Q: np.ndarray, units: np.ndarray, V: np.ndarray) -> np.ndarray:
    """Return (p, q + 1): the products of one cluster's columns of V with its rows of Q and of the units."""
    return np.column_stack([V.T @ Q, np.einsum("np,np->p", units, V)])


def _adjust(Q: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return (I - H)^(-1/2) u for the rows of one cluster, all columns at once."""
    q, p = Q.shape[1], units.shape[1]
    crossed = np.empty((p, q + 1, q + 1))
    crossed[:, :q, :q] = Q.T @ Q
    crossed[:, :q, q] = crossed[:, q, :q] = units.T @ Q
    crossed[:, q, q] = (units**2).sum(axis=0)
    share, turn = np.linalg.eigh(crossed)  # the eigenvalues of H other than zero
    share = np.clip(share, 0.0, 1.0)
    sure = share > 1 - _CERTAIN
    with np.errstate(divide="ignore"):
        root = np.where(sure, 0.0, 1 / np.sqrt(1 - np.where(sure, 0.0, share)))
    factor = np.where(share > 1e-8, (root - 1) / np.where(share > 1e-8, share, 1.0), 0.5)
    hold = _hold(Q, units, units)
    weight = np.einsum("pij,pj,pkj,pk->pi", turn, factor, turn, hold, optimize=True)
    return np.asarray(units + Q @ weight[:, :q].T + units * weight[:, q])


def _moments(own: np.ndarray, told: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return trace and sum of squares of P = diag(own) - told told', per column."""
    lengths = (told**2).sum(axis=2)
    inner = np.einsum("gpi,gpj->pij", told, told, optimize=True)
    trace = (own - lengths).sum(axis=0)
    return trace, (own**2).sum(axis=0) - 2 * (own * lengths).sum(axis=0) + (inner**2).sum(axis=(1, 2))


def cluster_fit(design: Design, Y: np.ndarray) -> ClusterFit:
    """Return slopes and CR2 standard errors of each column of Y (n, g) on each column of the design.

    Equals R's ``clubSandwich::coef_test(lm(y ~ Z + x), vcov = "CR2", test = "Satterthwaite")`` to 1e-9.
    """
    left = Y - design.Q @ (design.Q.T @ Y)
    along = design.units.T @ left
    variance = np.zeros(along.shape)
    for g, rows in enumerate(_slices(design.bounds)):
        variance += (design.pulled[rows].T @ left[rows] - along * design.told[g, :, -1:]) ** 2
    return ClusterFit(along / design.length[:, None], np.sqrt(variance) / design.length[:, None])


def webb_weights(n_draws: int, n_clusters: int, rng: np.random.Generator) -> np.ndarray:
    """Return (n_draws, n_clusters) weights of six points: +- sqrt(1/2), 1, sqrt(3/2).

    References
    ----------
    Webb MD (2023) Can J Econ 56:839. doi:10.1111/caje.12661
    """
    points = np.sqrt(np.array([0.5, 1.0, 1.5]))
    return np.asarray(rng.choice(np.concatenate([-points, points]), size=(n_draws, n_clusters)))


def wild_bootstrap_p(design: Design, Y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return two-sided p-values (p, g) of the restricted wild cluster bootstrap of the CR2 t statistic.

    Residuals under the null (the response less what Q tells) keep or change their sign and size by cluster, ``weights``
    (B, G); p = (1 + #{|t*| >= |t|}) / (1 + B).

    References
    ----------
    Cameron AC, Gelbach JB, Miller DL (2008) Rev Econ Stat 90:414. doi:10.1162/rest.90.3.414
    """
    left = Y - design.Q @ (design.Q.T @ Y)
    fit = cluster_fit(design, Y)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = np.abs(fit.slope / fit.std_error)
    rows = list(_slices(design.bounds))
    answer = np.full(observed.shape, np.nan)
    of_Q = np.stack([design.Q[r].T @ left[r] for r in rows])  # (G, q, g)
    for i in np.flatnonzero(np.isfinite(design.df)):
        along = np.stack([design.units[r, i] @ left[r] for r in rows])  # (G, g)
        pulled = np.stack([design.pulled[r, i] @ left[r] for r in rows])
        for j in range(Y.shape[1]):
            told = np.column_stack([of_Q[:, :, j], along[:, j]])  # (G, q + 1)
            score = weights * pulled[:, j] - (weights @ told) @ design.told[:, i].T
            t = np.abs(weights @ along[:, j]) / np.sqrt(np.maximum((score**2).sum(axis=1), 1e-300))
            answer[i, j] = (1 + (t >= observed[i, j] * (1 - 1e-9)).sum()) / (1 + len(weights))
    return np.where(np.isfinite(observed), answer, np.nan)
