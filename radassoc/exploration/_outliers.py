"""Patients far from all others, and features that one patient rules."""

from __future__ import annotations

import numpy as np
from scipy import special

from radassoc.kernels.correction import benjamini_hochberg

__all__ = ["robust_distances", "ruled_shares"]

_MAD = 1.4826
_FAR = 5.0
_EXPLAIN = 0.8
_MOST_COMPONENTS = 10


def robust_distances(X: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Return each row's robust distance, its p-value adjusted for the number of rows, and the number of components.

    Columns of X (n, p, complete) are centred and scaled by median and MAD and cut at 5 of them, so that a patient is
    far only by being far in many features; the components that hold 80% of the variance (at most 10, at most a fifth of
    the patients) are centred and scaled by median and MAD again. Their sum of squares, brought to the median of a
    chi-square distribution, gives p; p is adjusted by Benjamini-Hochberg.
    """
    n = len(X)
    Z = np.clip(_robust(X), -_FAR, _FAR)
    Z = Z[:, Z.std(axis=0) > 0]
    if n < 10 or not Z.shape[1]:
        return np.full(n, np.nan), np.full(n, np.nan), 0
    left, singular, _ = np.linalg.svd(Z - Z.mean(axis=0), full_matrices=False)
    share = np.cumsum(singular**2) / (singular**2).sum()
    k = min(int(np.searchsorted(share, _EXPLAIN)) + 1, _MOST_COMPONENTS, max(n // 5, 1))
    square = (_robust(left[:, :k]) ** 2).sum(axis=1)
    # median of chi-square with k degrees of freedom
    square *= 2 * special.gammaincinv(k / 2, 0.5) / max(float(np.median(square)), 1e-300)
    return np.sqrt(square), benjamini_hochberg(special.chdtrc(k, square)), k


def _robust(X: np.ndarray) -> np.ndarray:
    middle = np.median(X, axis=0)
    mad = _MAD * np.median(np.abs(X - middle), axis=0)
    sd = X.std(axis=0)
    scale = np.where(mad > 1e-9 * np.maximum(sd, 1e-300), mad, sd)  # more than half of the values are one
    return np.asarray((X - middle) / np.where(scale > 0, scale, 1.0))


def ruled_shares(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest share of each column's variation about its median that one row holds, and which row.

    Examples
    --------
    >>> share, row = ruled_shares(np.array([[0.0], [1.0], [-1.0], [10.0], [np.nan]]))
    >>> share.round(2).tolist(), row.tolist()
    ([0.97], [3])
    """
    square = np.nan_to_num((X - np.nanmedian(X, axis=0)) ** 2)
    whole = square.sum(axis=0)
    return np.asarray(square.max(axis=0) / np.where(whole > 0, whole, 1.0)), np.asarray(square.argmax(axis=0))
