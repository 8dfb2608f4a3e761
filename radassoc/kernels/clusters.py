"""Correlation of all pairs of columns with missing values, groups of correlated columns, their eigen-features."""

from __future__ import annotations

from typing import Literal

import numpy as np

from radassoc.kernels.correlation import midranks

__all__ = ["Linkage", "correlation_clusters", "eigen_feature", "known_ranks", "pairwise_correlation"]

Linkage = Literal["average", "complete"]

#: Fewer common rows say nothing about a pair.
FEWEST_COMMON = 5
#: A column that varies less than this share of its spread among the rows it shares with another one is constant there.
_FLAT = 1e-9


def known_ranks(X: np.ndarray) -> np.ndarray:
    """Return the midranks of each column among its known values; missing values stay missing.

    Examples
    --------
    >>> known_ranks(np.array([[5.0], [np.nan], [2.0]])).ravel().tolist()
    [2.0, nan, 1.0]
    """
    missing = np.isnan(X)
    # the missing values rank last, above all known ones
    ranks = midranks(np.where(missing, np.inf, X))
    return np.where(missing, np.nan, ranks)


def pairwise_correlation(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the Pearson correlation of each pair of columns of X (n, p) over the rows known to both, and their number.

    A pair with fewer than 5 such rows, or with a column that is constant in them, has no correlation (NaN).
    """
    known = ~np.isnan(X)
    with np.errstate(invalid="ignore", divide="ignore"):
        count = np.maximum(known.sum(axis=0), 1)
        centred = np.where(known, X - np.where(known, X, 0.0).sum(axis=0) / count, 0.0)
        centred /= np.sqrt((centred**2).sum(axis=0) / count)
    centred = np.nan_to_num(centred, nan=0.0, posinf=0.0, neginf=0.0)
    if known.all():
        n = np.full((X.shape[1],) * 2, len(X), dtype=np.int64)
        cross, square = centred.T @ centred, (centred**2).sum(axis=0)
        spread, other = np.broadcast_to(square[:, None], cross.shape), np.broadcast_to(square, cross.shape)
    else:
        both = known.astype(float)
        n = np.rint(both.T @ both).astype(np.int64)
        sums, squares = centred.T @ both, (centred**2).T @ both  # of the row's column, over the rows of both
        share = 1.0 / np.maximum(n, 1)
        cross = centred.T @ centred - sums * sums.T * share
        spread = squares - sums**2 * share
        other = spread.T
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.clip(cross / np.sqrt(np.maximum(spread, 0.0) * np.maximum(other, 0.0)), -1.0, 1.0)
    poor = (n < FEWEST_COMMON) | (spread <= _FLAT * n) | (other <= _FLAT * n)
    return np.where(poor, np.nan, r), n


def correlation_clusters(r: np.ndarray, *, cut: float, linkage: Linkage) -> tuple[np.ndarray, np.ndarray]:
    """Return the cluster of each column, numbered by size (largest 0), and the order of the columns along the tree.

    Hierarchical clustering of 1 - |r|; two clusters are joined while the average (or, with ``"complete"``, the
    smallest) absolute correlation between them is at least ``cut``. A missing correlation counts as none.
    """
    from scipy.cluster.hierarchy import fcluster, leaves_list
    from scipy.cluster.hierarchy import linkage as grow
    from scipy.spatial.distance import squareform

    p = len(r)
    if p < 2:
        return np.zeros(p, dtype=np.int64), np.arange(p)
    distance = 1.0 - np.nan_to_num(np.abs(r))
    np.fill_diagonal(distance, 0.0)
    tree = grow(squareform(np.maximum((distance + distance.T) / 2, 0.0), checks=False), method=linkage)
    found = fcluster(tree, 1.0 - cut + 1e-12, criterion="distance")
    return _by_size(found), leaves_list(tree).astype(np.int64)


def _by_size(found: np.ndarray) -> np.ndarray:
    """Give the largest cluster number 0; of equal ones the one whose first column comes first."""
    _, first, code, size = np.unique(found, return_index=True, return_inverse=True, return_counts=True)
    place = np.empty(len(size), dtype=np.int64)
    place[np.lexsort((first, -size))] = np.arange(len(size))
    return place[code]


def eigen_feature(Z: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the weights (p,) that make the first principal component of Z (n, p), and its share of the variance.

    Z has centred columns; ``Z @ weights`` has variance 1 (divisor n - 1) and goes along with the mean of the columns.
    Where it has nothing to do with their mean, its largest weight is positive.
    """
    _, singular, right = np.linalg.svd(Z, full_matrices=False)
    vector = right[0]
    along = float((Z @ vector) @ Z.mean(axis=1))
    if abs(along) <= 1e-9 * singular[0] * np.linalg.norm(Z.mean(axis=1)) or not along:
        along = float(vector[np.abs(vector).argmax()])
    weights = np.sign(along) * vector * np.sqrt(len(Z) - 1) / singular[0]
    return weights, float(singular[0] ** 2 / (singular**2).sum())
