"""How alike two tables of the same rows are: distances, RV coefficient, Mantel statistic, all from Gram matrices."""

from __future__ import annotations

import numpy as np

from radassoc.kernels.correlation import midranks

__all__ = ["distances", "mantel_scores", "residual_gram", "rv_coefficient"]


def residual_gram(G: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """Return (I - QQ') G (I - QQ') for a symmetric G (n, n) and an orthonormal Q (n, k)."""
    once = G - Q @ (Q.T @ G)
    return np.asarray(once - (once @ Q) @ Q.T)


def distances(G: np.ndarray) -> np.ndarray:
    """Return the Euclidean distances of all pairs of rows, n (n - 1) / 2, from their Gram matrix G (n, n).

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [3.0, 4.0]])
    >>> distances(X @ X.T).tolist()
    [5.0]
    """
    i, j = np.triu_indices(len(G), 1)
    own = np.diag(G)
    return np.sqrt(np.maximum(own[i] + own[j] - 2 * G[i, j], 0.0))


def mantel_scores(d: np.ndarray, *, ranked: bool) -> np.ndarray:
    """Return distances (or their ranks) centred and of unit length; zeros where all distances are equal."""
    # rounded, so that distances that are equal but for rounding share their rank: between ranks, many are
    values = midranks(np.round(d / max(d.max(), 1e-300), 10)[:, None])[:, 0] if ranked else d
    centred = values - values.mean()
    length = np.linalg.norm(centred)
    return centred / length if length > 1e-12 * np.linalg.norm(values) else np.zeros_like(centred)


def rv_coefficient(A: np.ndarray, B: np.ndarray) -> float:
    """Return tr(AB) / sqrt(tr(AA) tr(BB)) of two Gram matrices of centred tables.

    Examples
    --------
    >>> round(rv_coefficient(np.eye(3), 2 * np.eye(3)), 12)
    1.0
    """
    return float((A * B).sum() / (np.linalg.norm(A) * np.linalg.norm(B)))
