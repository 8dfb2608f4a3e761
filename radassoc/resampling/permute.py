"""Permutation and resampling of patients within strata, and permutation of imaging given covariates."""

from __future__ import annotations

import numpy as np

from radassoc.base.seeds import generator

__all__ = ["ResidualBlocks", "permutation_p", "permute_rows", "resample_rows"]


def permute_rows(strata: np.ndarray, *, seed: int, path: tuple[int | str, ...] = ()) -> np.ndarray:
    """Return a permutation of the rows that leaves every row in its stratum.

    Examples
    --------
    >>> import numpy as np
    >>> sorted(permute_rows(np.array([0, 0, 1]), seed=1)[:2].tolist())
    [0, 1]
    """
    chance = generator(seed, *path)
    rows = np.arange(len(strata))
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        rows[inside] = chance.permutation(inside)
    return rows


def resample_rows(strata: np.ndarray, *, seed: int, path: tuple[int | str, ...] = ()) -> np.ndarray:
    """Return a bootstrap sample of the rows, drawn with replacement within strata."""
    chance = generator(seed, *path)
    rows = np.empty(len(strata), dtype=np.int64)
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        rows[inside] = chance.choice(inside, size=inside.size)
    return rows


def permutation_p(observed: float, null: np.ndarray) -> float:
    """Return the one-sided permutation p-value (b + 1) / (B + 1), never 0; NaN without permutations.

    Rounded to 12 digits first, so that the same pairs counted in another order are a tie.

    References
    ----------
    Phipson B, Smyth GK (2010) Stat Appl Genet Mol Biol 9:39. doi:10.2202/1544-6115.1585
    """
    if null.size == 0:
        return float("nan")
    return float((np.sum(np.round(null, 12) >= round(observed, 12)) + 1) / (null.size + 1))


class ResidualBlocks:
    """Imaging rows permuted as blocks, keeping what covariates say about imaging.

    Each feature is regressed on intercept and covariates where it is observed; the rows of residuals are permuted
    within strata and the fit is added back. A missing value travels with its row of residuals. Without covariates the
    rows themselves are permuted.

    References
    ----------
    Potter DM (2005) Stat Med 24:693. doi:10.1002/sim.1931
    """

    def __init__(self, X: np.ndarray, Z: np.ndarray, strata: np.ndarray) -> None:
        self._strata = strata
        self._fit = _fitted(X, Z) if Z.shape[1] else None
        self._rest = X if self._fit is None else X - self._fit

    def permuted(self, *, seed: int, path: tuple[int | str, ...] = ()) -> np.ndarray:
        """Return one permuted table of the same shape."""
        rows = permute_rows(self._strata, seed=seed, path=path)
        return np.asarray(self._rest[rows] if self._fit is None else self._rest[rows] + self._fit)


def _fitted(X: np.ndarray, Z: np.ndarray) -> np.ndarray:
    """Least-squares fit of each column on intercept and covariates, one decomposition for each pattern of gaps."""
    design = np.column_stack([np.ones(len(Z)), Z])
    seen = np.isfinite(X)
    patterns, which = np.unique(seen.T, axis=0, return_inverse=True)
    fit = np.zeros_like(X)
    for code, rows in enumerate(patterns):
        columns = np.flatnonzero(which.reshape(-1) == code)
        # too few observed rows for the covariates: such a feature is dropped by the missing filter anyway
        used = design if rows.sum() > 2 * design.shape[1] else design[:, :1]
        if rows.any():
            slopes = np.linalg.lstsq(used[rows], X[np.ix_(rows, columns)], rcond=None)[0]
            fit[:, columns] = used @ slopes
    return fit
