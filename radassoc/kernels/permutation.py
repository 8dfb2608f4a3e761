"""Random permutations of rows."""

from __future__ import annotations

import numpy as np

__all__ = ["permuted_rows"]


def permuted_rows(strata: np.ndarray, n_permutations: int, rng: np.random.Generator) -> np.ndarray:
    """Return (n_permutations, n) row numbers, each row a permutation that never leaves a stratum.

    Examples
    --------
    >>> rows = permuted_rows(np.array([0, 0, 1, 1]), 5, np.random.default_rng(1))
    >>> bool((rows[:, :2] < 2).all())
    True
    """
    answer = np.tile(np.arange(len(strata)), (n_permutations, 1))
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        answer[:, members] = rng.permuted(np.tile(members, (n_permutations, 1)), axis=1)
    return answer
