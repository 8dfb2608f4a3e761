"""Scores of gene sets per sample: those that look at one sample alone, and those that were learned from others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from radassoc.kernels.correlation import midranks

__all__ = ["ALONE", "few_known", "first_component", "score_alone", "set_matrix", "singscore", "ssgsea"]

#: Exponent of the rank in ssGSEA, as its authors set it.
_WEIGHT = 0.25
#: A set of which fewer genes are known in a sample has no score there.
_FEWEST = 2


def score_alone(X: np.ndarray, members: list[np.ndarray], method: str) -> np.ndarray:
    """Return scores (n, n_sets) of each sample from the genes that are known in it; X (n, p) may have gaps.

    No gap is filled, so that nothing of a score comes from another sample. Missing with fewer than two known genes.
    """
    known, holds = np.isfinite(X), set_matrix(members, X.shape[1])
    enough = ~few_known(known, members)
    scores = np.full(enough.shape, np.nan)
    for i in np.flatnonzero(enough.any(axis=1)):
        scores[i] = ALONE[method](X[i], known[i], holds)
    return np.where(enough, scores, np.nan)


def set_matrix(members: list[np.ndarray], n_genes: int) -> Any:
    """Return the sets as a sparse matrix of ones, (n_sets, n_genes)."""
    from scipy import sparse

    start = np.cumsum([0, *(len(where) for where in members)])
    genes = np.concatenate(members)
    return sparse.csr_array((np.ones(len(genes)), genes, start), shape=(len(members), n_genes))


def few_known(known: np.ndarray, members: list[np.ndarray]) -> np.ndarray:
    """Tell (n, n_sets) of which sets too few genes are known in a sample; known (n, p)."""
    return np.asarray(known @ set_matrix(members, known.shape[1]).T < _FEWEST)


def ssgsea(x: np.ndarray, known: np.ndarray, holds: Any) -> np.ndarray:
    """Return ssGSEA scores (n_sets,) of one sample, not scaled by their range.

    The score is a sum over all genes, of the share of the set's weight down to each less the share of the other genes.
    Summed up, it is the weighted mean of the ranks within the set less the mean rank of the other genes. It is in
    proportion to the number of genes: where some are unknown it is scaled to all of them.

    Parameters
    ----------
    x
        Values of all genes (p,).
    known
        Which of them are known.
    holds
        The sets as a sparse matrix of ones, (n_sets, p).
    """
    n = int(known.sum())
    place, weight = np.zeros(len(x)), np.zeros(len(x))
    # as in R: of two equal genes the earlier one of the table stands higher; they share their weight, a whole rank's
    ascending = np.flatnonzero(known)[::-1]
    place[ascending[np.argsort(x[ascending], kind="stable")]] = np.arange(1, n + 1)
    weight[known] = np.floor(midranks(x[known][:, None])[:, 0]) ** _WEIGHT
    size, ranks, total, weighted = (holds @ np.column_stack([known, place, weight, weight * place])).T
    with np.errstate(invalid="ignore", divide="ignore"):
        inside, outside = weighted / total, (n * (n + 1) / 2 - ranks) / (n - size)
        return np.asarray((inside - outside) * (len(x) / n))


def singscore(x: np.ndarray, known: np.ndarray, holds: Any) -> np.ndarray:
    """Return singscores (n_sets,) of up-sets, from -0.5 (all genes at the bottom of the sample) to 0.5 (at the top).

    Ties share the lowest rank. Parameters as of ``ssgsea``; the score is relative to the genes that are known.
    """
    n = int(known.sum())
    rank = np.zeros(len(x))
    rank[known] = np.searchsorted(np.sort(x[known]), x[known]) + 1
    size, total = (holds @ np.column_stack([known, rank])).T
    low, high = (size + 1) / 2, n - (size - 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(high > low, (total / size - low) / (high - low) - 0.5, 0.0))


ALONE: dict[str, Callable[[np.ndarray, np.ndarray, Any], np.ndarray]] = {
    "ssgsea": ssgsea,
    "singscore": singscore,
}


def first_component(Z: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the loadings (p,) of standardised genes Z (n, p) on their first principal component, and its share.

    The mean loading is positive; where it is 0 up to rounding, the largest one is.
    """
    _, singular, axes = np.linalg.svd(Z, full_matrices=False)
    loading = axes[0]
    lead = loading.mean() if abs(loading.mean()) > 1e-9 else loading[np.argmax(np.abs(loading))]
    return loading * np.sign(lead), float(singular[0] ** 2 / np.sum(singular**2))
