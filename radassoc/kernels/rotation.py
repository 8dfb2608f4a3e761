"""Rotations of the residual space: what a value could be if the genes were normal and it had nothing to say."""

from __future__ import annotations

import numpy as np
from scipy import special

from radassoc.kernels.correlation import residuals

__all__ = ["mean_rotation_p", "rotated_units", "rotated_within"]


def rotated_units(n_rotations: int, Q: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (n_rotations, n) unit vectors, uniform among those orthogonal to the columns of Q (n, k).

    Examples
    --------
    >>> Q = np.full((4, 1), 0.5)
    >>> units = rotated_units(3, Q, np.random.default_rng(1))
    >>> bool(np.allclose(units @ Q, 0)), np.linalg.norm(units, axis=1).round(6).tolist()
    (True, [1.0, 1.0, 1.0])
    """
    normal = residuals(rng.normal(size=(n_rotations, len(Q))).T, Q)
    return np.ascontiguousarray((normal / np.linalg.norm(normal, axis=0)).T)


def rotated_within(
    n_rotations: int, unit: np.ndarray, strata: np.ndarray, Q: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return (n_rotations, n) unit vectors: the residual of a value, turned within each stratum.

    What of its length lies in a stratum stays there, as when patients are permuted within strata: where both the value
    and the genes vary more in one stratum, rotations of the whole space would not keep the level.

    Parameters
    ----------
    unit
        Residual of the value on Q, of unit length (n,).
    strata
        Stratum of each patient (n,).
    Q
        Orthonormal basis of intercept, stratum indicators and covariates, (n, k).

    Examples
    --------
    >>> Q = np.kron(np.eye(2), np.full((3, 1), 3**-0.5))
    >>> unit = np.array([0.1, -0.1, 0.0, 0.7, -0.7, 0.0]) / 1.0
    >>> turned = rotated_within(4, unit, np.repeat([0, 1], 3), Q, np.random.default_rng(1))
    >>> np.round(np.linalg.norm(turned[:, 3:], axis=1) / np.linalg.norm(turned[:, :3], axis=1), 6).tolist()
    [7.0, 7.0, 7.0, 7.0]
    """
    turned = rng.normal(size=(n_rotations, len(unit)))
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        part = turned[:, inside] - turned[:, inside].mean(axis=1, keepdims=True)
        length = np.linalg.norm(part, axis=1, keepdims=True)
        own = np.linalg.norm(unit[inside])
        turned[:, inside] = np.divide(own * part, length, out=np.zeros_like(part), where=length > 0)
    left = residuals(turned.T, Q)
    length = np.linalg.norm(left, axis=0)
    return np.ascontiguousarray(np.divide(left, length, out=np.zeros_like(left), where=length > 1e-9).T)


def mean_rotation_p(unit: np.ndarray, means: np.ndarray, df: int) -> np.ndarray:
    """Return the exact two-sided p-value of each set's mean statistic under rotation.

    Over all rotations, the product of a unit vector with a fixed one is a correlation of normal variables.

    Parameters
    ----------
    unit
        Residual of the value, of unit length (n,).
    means
        Mean of each set's genes (n, n_sets), residuals on the covariates, each on the scale that it is averaged in.
    df
        Degrees of freedom of the partial correlation.

    Returns
    -------
    ndarray
        Equal to limma's ``fry(y, standardize = "none")`` of genes on the same scale to 1e-10.
    """
    length = np.linalg.norm(means, axis=0)
    r = np.divide(unit @ means, length, out=np.zeros(len(length)), where=length > 0)
    left = np.maximum((1 - r) * (1 + r), 1e-300)
    return np.asarray(2 * special.stdtr(df, -np.abs(r) * np.sqrt(df / left)))
