"""Scores of gene sets per sample: those that look at one sample alone, and those that were learned from others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["ALONE", "first_component", "score_alone", "singscore", "ssgsea"]

#: Exponent of the rank in ssGSEA, as its authors set it.
_WEIGHT = 0.25
#: A set of which fewer genes are known in a sample has no score there.
_FEWEST = 2


def score_alone(X: np.ndarray, members: list[np.ndarray], method: str) -> np.ndarray:
    """Return scores (n, n_sets) of each sample from the genes that are known in it; X (n, p) may have gaps.

    No gap is filled, so that nothing of a score comes from another sample. Missing with fewer than two known genes.
    """
    score = ALONE[method]
    out = np.full((len(X), len(members)), np.nan)
    known = np.isfinite(X)
    patterns, pattern_of = np.unique(known, axis=0, return_inverse=True)
    for code, pattern in enumerate(patterns):
        rows = np.flatnonzero(pattern_of.ravel() == code)
        place = np.cumsum(pattern) - 1
        left = [place[where[pattern[where]]] for where in members]
        usable = [s for s, where in enumerate(left) if len(where) >= _FEWEST]
        if usable:
            part = score(X[np.ix_(rows, pattern)], [left[s] for s in usable], X.shape[1])
            out[rows[:, None], np.array(usable)] = part
    return out


def ssgsea(X: np.ndarray, members: list[np.ndarray], n_genes: int) -> np.ndarray:
    """Return ssGSEA scores (n, n_sets) of a complete X (n, p), not scaled by their range.

    The score is a sum over all genes of the sample: where some of the ``n_genes`` are unknown it is scaled to all of
    them. Genes, samples and sets go to gseapy as numbers, so that it neither changes the case of a name nor looks one
    up.
    """
    import gseapy
    import pandas as pd

    data = pd.DataFrame(X.T, index=[f"G{i}" for i in range(X.shape[1])], columns=[f"S{i}" for i in range(len(X))])
    sets = {f"P{k}": [f"G{i}" for i in where] for k, where in enumerate(members)}
    found = gseapy.ssgsea(
        data,
        sets,
        outdir=None,
        sample_norm_method="rank",
        correl_norm_type="rank",
        min_size=1,
        max_size=X.shape[1],
        permutation_num=0,
        weight=_WEIGHT,
        threads=1,
        no_plot=True,
        verbose=False,
    ).res2d
    wide = found.pivot(index="Name", columns="Term", values="ES").astype(float)
    scores = wide.reindex(index=data.columns, columns=list(sets)).to_numpy()
    return np.asarray(scores * (n_genes / X.shape[1]))


def singscore(X: np.ndarray, members: list[np.ndarray], n_genes: int) -> np.ndarray:
    """Return singscores (n, n_sets) of up-sets, from -0.5 (all genes at the bottom of the sample) to 0.5 (at the top).

    Ties share the lowest rank. ``n_genes`` changes nothing: the score is relative to the genes that are known.
    """
    ordered = np.sort(X, axis=1)
    ranks = np.stack([np.searchsorted(row, values) + 1 for row, values in zip(ordered, X, strict=True)])
    scores = []
    for where in members:
        low, high = (len(where) + 1) / 2, X.shape[1] - (len(where) - 1) / 2
        mean = ranks[:, where].mean(axis=1)
        scores.append((mean - low) / (high - low) - 0.5 if high > low else np.zeros(len(X)))
    return np.column_stack(scores)


ALONE: dict[str, Callable[[np.ndarray, list[np.ndarray], int], np.ndarray]] = {
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
