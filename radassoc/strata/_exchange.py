"""Strata exchanged at random among patients who are alike: within strata of age, IDH and whatever else confounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.errors import DesignError
from radassoc.base.seeds import generator
from radassoc.kernels.concordance import cells_of

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Alike", "alike", "exchanged", "levelled"]

_PARTS = 3


class Alike(NamedTuple):
    """The cell of each patient, and how many are in cells that hold both strata, so that they can change."""

    cells: np.ndarray
    n_movable: int


def alike(cohort: Cohort, names: Sequence[str], patients: pd.Index, code: np.ndarray, strata: np.ndarray) -> Alike:
    """Return the cells within which strata are exchanged: numbers in thirds, categories as they are, with the strata.

    Patients with an unknown value are a level of their own.

    Raises
    ------
    DesignError
        Fewer than half of the patients share a cell with the other stratum.
    """
    parts = [_parts(cohort.column(name).reindex(patients)) for name in names]
    cells = cells_of(code.size, strata, *parts)
    both = np.array([len(np.unique(code[cells == cell])) > 1 for cell in range(int(cells.max()) + 1)])
    n_movable = int(both[cells].sum())
    if 2 * n_movable < code.size:
        told = ", ".join(names) or "the strata of the baseline"
        raise DesignError(
            f"Within {told}, only {n_movable} of {code.size} patients have others of the other stratum.",
            wanted="cells in which both occur, for at least half of the patients",
            remedy="The stratum is confounded with these columns: name fewer in within=, or leave the p out with "
            "n_permutations=0.",
        )
    return Alike(cells, n_movable)


def _parts(column: pd.Series) -> np.ndarray:
    number = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    if number and column.nunique() > _PARTS:
        known = column.astype(float).to_numpy()
        cuts = np.quantile(known[np.isfinite(known)], np.arange(1, _PARTS) / _PARTS)
        return np.where(np.isfinite(known), np.searchsorted(cuts, known, side="left"), _PARTS)
    texts = column.astype(object).where(column.notna(), None).map(lambda value: "" if value is None else str(value))
    return np.asarray(np.unique(texts.to_numpy(dtype=str), return_inverse=True)[1].reshape(-1))


def levelled(columns: np.ndarray, code: np.ndarray) -> np.ndarray:
    """Return columns (n, p) shifted in each stratum so that its mean is the common one; gaps stay.

    A shift of a whole stratum changes no C and no slope within it. Left in place, patients who change strata would take
    it with them, and where the hazard differs as well it would make imaging look useful in both.
    """
    known = np.isfinite(columns)
    shifted = columns.astype(float)
    for s in np.unique(code):
        rows = code == s
        shifted[rows] += _means(columns, known) - _means(columns[rows], known[rows])
    return shifted


def _means(columns: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the mean of the known cells of each column, 0 where there is none."""
    return np.asarray(np.where(known, columns, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))


def exchanged(code: np.ndarray, cells: np.ndarray, *, seed: int, path: tuple[int | str, ...]) -> np.ndarray:
    """Return the stratum codes permuted within cells: as many of each stratum in every cell as before."""
    chance, moved = generator(seed, *path), code.copy()
    for cell in np.unique(cells):
        rows = np.flatnonzero(cells == cell)
        moved[rows] = code[chance.permutation(rows)]
    return moved
