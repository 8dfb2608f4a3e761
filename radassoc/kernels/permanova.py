"""Permutational analysis of variance: how much of the distances between rows a factor explains."""

from __future__ import annotations

import numpy as np

from radassoc.kernels.similarity import residual_gram

__all__ = ["permanova"]


def permanova(G: np.ndarray, Q: np.ndarray, factor: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of the total variation that the factor adds, and its pseudo-F, for each order of the rows.

    Parameters
    ----------
    G
        Gram matrix (n, n) of the table.
    Q
        Orthonormal basis (n, k) of intercept and covariates.
    factor
        Orthonormal basis (n, g) of what the factor adds to ``Q``.
    rows
        (b, n) orders; the residuals given ``Q`` are permuted.
    """
    n, df = len(G), factor.shape[1]
    left = n - Q.shape[1] - df
    residual = residual_gram(G, Q)
    whole = float(np.trace(residual))
    total = float(np.trace(residual_gram(G, np.full((n, 1), n**-0.5))))
    share, f = np.empty(len(rows)), np.empty(len(rows))
    for i, order in enumerate(rows):
        # the factor meets the permuted rows: Q and factor stay, the table moves
        moved, known = np.empty_like(factor), np.empty_like(Q)
        moved[order], known[order] = factor, Q
        between = float((moved * (residual @ moved)).sum())
        # what the covariates explain of the permuted residuals is theirs, not the factor's nor the error's
        within = whole - between - float((known * (residual @ known)).sum())
        f[i] = (between / df) / (within / left) if within > 0 else np.inf
        share[i] = between / total if total > 0 else np.nan
    return share, f
