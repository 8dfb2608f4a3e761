"""Competitive test of gene sets that allows for the correlation between their genes (Wu & Smyth 2012)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from radassoc.kernels.enrichment import Sets
from radassoc.kernels.rank_walk import set_sums

__all__ = ["Camera", "camera", "inter_gene_correlation"]


class Camera(NamedTuple):
    """One entry a set: two-sided p-value, t (positive: the set's genes lie higher than the others), correlation."""

    p: np.ndarray
    t: np.ndarray
    correlation: np.ndarray


def inter_gene_correlation(sums: np.ndarray, sets: Sets) -> np.ndarray:
    """Return the mean correlation between the genes of each set; NaN for one gene.

    ``sums`` (n_sets, n) are those of the genes' residuals of unit length.
    """
    size = sets.sizes.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((np.einsum("sn,sn->s", sums, sums) / size - 1) / (size - 1))


def camera(z: np.ndarray, correlation: np.ndarray, sets: Sets, df: float) -> Camera:
    """Compare the mean of each set's statistics with that of all other genes.

    H0: the genes of the set are, on average, no more associated with the value than the other genes.

    Parameters
    ----------
    z
        Statistic of each gene (n_genes,), standard normal where the gene is not associated.
    correlation
        Mean correlation between the statistics of a set's genes (n_sets,), which is that of the genes' residuals; a
        negative one counts as zero.
    df
        Degrees of freedom: those of the residuals where the correlation was estimated from them, and the number of
        genes less two where it was given.

    Returns
    -------
    Camera
        Equal to limma's ``camera`` to 1e-8. NaN for a set of all genes.
    """
    G, m = sets.n_genes, sets.sizes.astype(float)
    rest = G - m
    inflation = np.maximum(1 + (m - 1) * np.nan_to_num(correlation), 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        delta = G / rest * (set_sums(z[:, None], sets)[:, 0] / m - z.mean())
        variance = ((G - 1) * z.var(ddof=1) - delta**2 * m * rest / G) / (G - 2)
        t = delta / np.sqrt(variance * (inflation / m + 1 / rest))
    p = 2 * special.stdtr(df, -np.abs(t)) if np.isfinite(df) else 2 * special.ndtr(-np.abs(t))
    return Camera(np.where(rest > 0, p, np.nan), np.where(rest > 0, t, np.nan), correlation)
