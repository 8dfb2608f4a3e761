"""Rotations of the residual space: what a value could be if the genes were normal and it had nothing to say."""

from __future__ import annotations

import numpy as np
from scipy import special

from radassoc.kernels.correlation import residuals

__all__ = ["mean_rotation_p", "rotated_units"]


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
