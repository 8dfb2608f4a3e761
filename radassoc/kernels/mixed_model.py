r"""Linear mixed models with a random intercept per cluster, by REML, for thousands of pairs of columns at once.

With :math:`\theta` the ratio of the variance between clusters to that within, :math:`V^{-1} = I - \sum_g w_g 1 1'`,
:math:`w_g = \theta / (1 + n_g \theta)`: all that the likelihood needs are products and sums by cluster, and it is a
function of :math:`\theta` alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["MixedFit", "random_intercept"]

_GRID = np.append(0.0, np.logspace(-3, 4, 22))
_BLOCK = 500


class MixedFit(NamedTuple):
    """Slopes (p, g), their standard errors, Satterthwaite degrees of freedom and the intraclass correlation."""

    slope: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    icc: np.ndarray


def random_intercept(X: np.ndarray, Y: np.ndarray, Q: np.ndarray, cluster: np.ndarray) -> MixedFit:
    """Fit y ~ Q + x + (1 | cluster) for each column of X (n, p) and of Y (n, g).

    Parameters
    ----------
    X, Y
        Complete columns.
    Q
        Orthonormal covariates with the intercept (n, q).
    cluster
        Codes (n,), sorted.

    Returns
    -------
    MixedFit
        NaN for columns that Q explains. Equals R's ``lmerTest::lmer`` (REML, Satterthwaite) to 1e-5; where the variance
        between clusters is estimated as zero, the t test of ordinary regression, as there.

    References
    ----------
    Kuznetsova A et al. (2017) J Stat Softw 82(13). doi:10.18637/jss.v082.i13
    """
    left = X - Q @ (Q.T @ X)
    left = left - Q @ (Q.T @ left)
    spread = np.linalg.norm(X - X.mean(axis=0), axis=0)
    length = np.linalg.norm(left, axis=0)
    usable = length > 1e-7 * np.where(spread > 0, spread, np.inf)
    units = np.divide(left, length, out=np.zeros_like(left), where=usable)
    response = Y - Q @ (Q.T @ Y)
    size = np.linalg.norm(response, axis=0)
    varies = size > 1e-12 * np.linalg.norm(Y, axis=0)
    response = np.divide(response, size, out=np.zeros_like(response), where=varies)
    starts = np.flatnonzero(np.append(True, np.diff(cluster) != 0))
    shape = (X.shape[1], Y.shape[1])
    found = np.full((4, *shape), np.nan)
    i, j = (part.ravel() for part in np.meshgrid(np.flatnonzero(usable), np.flatnonzero(varies), indexing="ij"))
    for first in range(0, i.size, _BLOCK):
        rows, columns = i[first : first + _BLOCK], j[first : first + _BLOCK]
        found[:, rows, columns] = _Pairs(units[:, rows], response[:, columns], Q, starts).fit()
    scale = size[None, :] / np.where(usable, length, 1.0)[:, None]
    return MixedFit(found[0] * scale, found[1] * scale, found[2], found[3])


class _Pairs:
    """Sums of m pairs of columns u, y (n, m): the design is (Q, u)."""

    def __init__(self, u: np.ndarray, y: np.ndarray, Q: np.ndarray, starts: np.ndarray) -> None:
        n, q = Q.shape
        self.n, self.k = n, q + 1
        self.sizes = np.diff(np.append(starts, n)).astype(float)
        of_Q = np.broadcast_to(np.add.reduceat(Q, starts, axis=0)[:, None, :], (len(starts), u.shape[1], q))
        sums = [of_Q, *(np.add.reduceat(part, starts, axis=0)[:, :, None] for part in (u, y))]
        both = np.concatenate(sums, axis=2).transpose(1, 0, 2)  # (m, G, k + 1), sums of design and y by cluster
        self.products = (both[:, :, :, None] * both[:, :, None, :]).reshape(*both.shape[:2], -1)
        self.xy = np.column_stack([np.zeros((u.shape[1], q)), np.einsum("nm,nm->m", u, y)])  # y is free of Q
        self.yy = (y**2).sum(axis=0)

    def fit(self) -> np.ndarray:
        """Return slope, standard error, degrees of freedom, intraclass correlation (4, m)."""
        ratio = self._ratio()
        at = _Terms(self, ratio)
        variance = at.rest / (self.n - self.k)
        slope, spread = at.beta[:, -1], at.inverse[:, -1, -1]
        return np.stack([slope, np.sqrt(variance * spread), at.satterthwaite(variance), ratio / (1 + ratio)])

    def _ratio(self) -> np.ndarray:
        """Return the ratio of variances that minimises the REML deviance: a grid, then the root of its slope."""
        deviance = np.stack([_Terms(self, np.full(len(self.yy), value)).deviance() for value in _GRID])
        best = deviance.argmin(axis=0)
        low, high = _GRID[np.maximum(best - 1, 0)], _GRID[np.minimum(best + 1, len(_GRID) - 1)]
        f_low, f_high = (_Terms(self, end).slope() for end in (low, high))
        zero = (best <= 1) & (_Terms(self, np.zeros(len(best))).slope() >= 0) & (f_low >= 0)
        for _ in range(60):  # regula falsi with the Illinois rule
            with np.errstate(divide="ignore", invalid="ignore"):
                middle = np.where(f_high > f_low, (low * f_high - high * f_low) / (f_high - f_low), (low + high) / 2)
            middle = np.clip(middle, low, high)
            f = _Terms(self, middle).slope()
            right = f > 0
            f_low = np.where(right, f_low / 2, f)
            f_high = np.where(right, f, f_high / 2)
            low, high = np.where(right, low, middle), np.where(right, middle, high)
            if (np.abs(f) < 1e-10).all() or ((high - low) < 1e-12 * (1 + high)).all():
                break
        return np.where(zero, 0.0, middle)


class _Terms:
    """The pieces of the deviance at one ratio per pair, and their derivatives along it."""

    def __init__(self, pairs: _Pairs, ratio: np.ndarray) -> None:
        self.pairs, self.sizes = pairs, pairs.sizes
        self.grown = 1 + ratio[:, None] * self.sizes
        information, self.b, self.q = self._sums(ratio[:, None] / self.grown)
        self.information = np.eye(pairs.k) - information
        self.inverse = np.linalg.inv(self.information)
        self.b = pairs.xy - self.b
        self.beta = np.einsum("mij,mj->mi", self.inverse, self.b)
        self.rest = np.maximum(pairs.yy - self.q - (self.b * self.beta).sum(axis=1), 1e-300)

    def _sums(self, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return X'1 1'X, X'1 1'y and y'1 1'y, weighted by cluster."""
        k = self.pairs.k
        sums = (weight[:, None, :] @ self.pairs.products).reshape(-1, k + 1, k + 1)
        return sums[:, :k, :k], sums[:, :k, k], sums[:, k, k]

    def deviance(self) -> np.ndarray:
        """Return the REML deviance, the variance profiled out, up to a constant."""
        determinant = np.linalg.slogdet(self.information)[1]
        free = self.pairs.n - self.pairs.k
        return np.asarray(free * np.log(self.rest) + np.log(self.grown).sum(axis=1) + determinant)

    def _first(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the derivatives of information, of the score at beta, of the rest, of the log determinants."""
        information, b, q = self._sums(1 / self.grown**2)
        rest = -q + 2 * (self.beta * b).sum(axis=1) - np.einsum("mi,mij,mj->m", self.beta, information, self.beta)
        logs = (self.sizes / self.grown).sum(axis=1) - np.einsum("mij,mji->m", self.inverse, information)
        return -information, np.einsum("mij,mj->mi", information, self.beta) - b, rest, logs

    def slope(self) -> np.ndarray:
        """Return the derivative of the deviance."""
        _, _, rest, logs = self._first()
        return np.asarray((self.pairs.n - self.pairs.k) * rest / self.rest + logs)

    def satterthwaite(self, variance: np.ndarray) -> np.ndarray:
        """Return 2 v^2 / (g' A g): v the variance of the slope, g its gradient, A the inverse of half the Hessian."""
        free = self.pairs.n - self.pairs.k
        information, gap, rest, _ = self._first()
        more, b, q = self._sums(2 * self.sizes / self.grown**3)  # minus the second derivatives of the weights
        step = np.einsum("mij,mj->mi", self.inverse, gap)
        second = q - 2 * (self.beta * b).sum(axis=1) + np.einsum("mi,mij,mj->m", self.beta, more, self.beta)
        second -= 2 * (gap * step).sum(axis=1)
        turned = self.inverse @ information
        logs = -((self.sizes / self.grown) ** 2).sum(axis=1)
        logs += np.einsum("mij,mji->m", self.inverse, more) - np.einsum("mij,mji->m", turned, turned)
        hessian = np.stack([free / variance**2, -rest / variance**2, logs + second / variance])
        spread = self.inverse[:, -1, -1]
        gradient = np.stack([spread, -variance * (turned @ self.inverse)[:, -1, -1]])
        determinant = hessian[0] * hessian[2] - hessian[1] ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = gradient[0] ** 2 * hessian[2] - 2 * gradient[0] * gradient[1] * hessian[1]
            inner = 2 * (inner + gradient[1] ** 2 * hessian[0]) / determinant
            df = 2 * (variance * spread) ** 2 / inner
        at_zero = (self.grown == 1).all(axis=1)
        return np.asarray(np.where(at_zero | ~(df > 0) | (determinant <= 0), float(free), df))
