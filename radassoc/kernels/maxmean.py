"""The restandardised maxmean statistic of gene sets (Efron & Tibshirani 2007)."""

from __future__ import annotations

import numpy as np

from radassoc.kernels.enrichment import Sets
from radassoc.kernels.rank_walk import set_sums

__all__ = ["maxmean"]


def maxmean(R: np.ndarray, sets: Sets) -> np.ndarray:
    """Return the restandardised maxmean (b, n_sets) of each set along each ranking R (b, n_genes).

    Positive and negative parts of the statistics are averaged over the set, each with zeros for the genes of the other
    sign, and each less its mean over all genes and in units of its standard deviation there. The larger one counts;
    where it is the negative part, the answer is negative. What all genes have in common is so taken out.

    Returns
    -------
    ndarray
        Equal to R ``GSA::GSA.func(method = "maxmean", restand.basis = "data")`` of the same gene scores to 1e-10.

    Examples
    --------
    >>> from radassoc.kernels.enrichment import pack_sets
    >>> sets = pack_sets([np.array([0, 1])], 4)
    >>> maxmean(np.array([[3.0, 1.0, 0.0, -2.0]]), sets).round(3).tolist()
    [[0.707]]
    """
    parts = [_standing(np.maximum(sign * R, 0).astype(float), sets) for sign in (1, -1)]
    return np.where(parts[0] >= parts[1], parts[0], -parts[1])


def _standing(part: np.ndarray, sets: Sets) -> np.ndarray:
    own = set_sums(part.T, sets).T / sets.sizes
    center, spread = part.mean(axis=1, keepdims=True), part.std(axis=1, ddof=1, keepdims=True)
    return np.divide(own - center, spread, out=np.zeros_like(own), where=spread > 0)
