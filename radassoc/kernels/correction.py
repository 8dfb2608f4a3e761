"""Corrections for testing many hypotheses."""

from __future__ import annotations

import numpy as np

__all__ = ["benjamini_hochberg", "permutations_needed"]


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Return Benjamini-Hochberg adjusted p-values of an array of any shape; missing p-values stay out and missing.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, np.nan, 0.03])).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    flat = np.asarray(p, dtype=float).ravel()
    adjusted = np.full(flat.size, np.nan)
    known = np.flatnonzero(~np.isnan(flat))
    if known.size:
        order = known[np.argsort(flat[known], kind="stable")]
        scaled = flat[order] * known.size / np.arange(1, known.size + 1)
        adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted.reshape(np.shape(p))


def permutations_needed(n_tests: int, level: float, *, usable: float = 1.0) -> int:
    """Return how many permutations let Benjamini-Hochberg reject one of ``n_tests`` alone.

    The smallest p-value of B permutations is 1 / (1 + usable B), where ``usable`` is the share that a test can use:
    about one half where only permutations of the same sign count.

    Examples
    --------
    >>> permutations_needed(50, 0.05), permutations_needed(50, 0.05, usable=0.5)
    (999, 1998)
    """
    return int(np.ceil((n_tests / level - 1.0) / usable - 1e-9))
