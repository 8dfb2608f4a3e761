"""Columns that miss the same patients go through the scan together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from radassoc.association._pair_scan import patterns
from radassoc.kernels.correlation import basis, midranks, nearly_constant, unit_rows

__all__ = ["FEWEST_OUTSIDE", "FEW_PATIENTS", "MIN_DF", "Group", "Tables", "Units", "groups_of", "units_of", "varying"]

#: Below this number of patients the t distribution is not trusted.
FEW_PATIENTS = 20
#: Nor where fewer patients than this differ from the most common value: nearly all ranks are one tie.
FEWEST_OUTSIDE = 10
#: Fewer degrees of freedom cannot carry a correlation.
MIN_DF = 3


@dataclass(frozen=True)
class Tables:
    """What is scanned: X (n, p) against Y (n, g), which may miss values, given complete covariates Z (n, k).

    ``ranked`` asks for rank correlation; ``same`` tells that X and Y are one table, each pair tested once.
    """

    X: np.ndarray
    Y: np.ndarray
    Z: np.ndarray
    ranked: bool
    same: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Columns of X, columns of Y."""
        return self.X.shape[1], self.Y.shape[1]


@dataclass(frozen=True)
class Group:
    """Pairs of columns that share their patients.

    Attributes
    ----------
    left, right
        Positions of the columns, ascending.
    rows
        Positions of the patients who have both.
    Q
        Orthonormal basis of intercept and covariates among them, ranked where ranks are asked.
    """

    left: np.ndarray
    right: np.ndarray
    rows: np.ndarray
    Q: np.ndarray

    @property
    def df(self) -> int:
        """Degrees of freedom of t."""
        return len(self.Q) - self.Q.shape[1] - 1


@dataclass(frozen=True)
class Units:
    """Columns that vary given the covariates, as rows of unit length.

    Attributes
    ----------
    positions
        In their table, ascending.
    single
        (columns, n) in single precision.
    length
        Of the residuals, before they were scaled.
    tied
        Nearly all patients share one value.
    values, places, Q, ranked
        What they are made of, and which of its columns: new memory costs more time than to make a few of them again.
    """

    positions: np.ndarray
    single: np.ndarray
    length: np.ndarray
    tied: np.ndarray
    values: np.ndarray
    places: np.ndarray
    Q: np.ndarray
    ranked: bool

    def double(self, columns: np.ndarray | None = None) -> np.ndarray:
        """Return all, or some, in double precision."""
        places = self.places if columns is None else self.places[columns]
        return unit_rows(self.values[:, places], self.Q, ranked=self.ranked)[0]


def groups_of(tables: Tables) -> Iterator[Group]:
    """Yield the groups of pairs that have enough patients, so that each is ranked and residualised once."""
    right_patterns = list(_patterns(tables.Y))
    for left_rows, left in _patterns(tables.X):
        for right_rows, right in right_patterns:
            rows = np.flatnonzero(left_rows & right_rows)
            if len(rows) < MIN_DF + 2:
                continue
            z = tables.Z[rows]
            # a dummy keeps its meaning when ranked, so all covariates may be ranked alike
            group = Group(left, right, rows, basis(midranks(z) if tables.ranked else z))
            if group.df >= MIN_DF:
                yield group


def _patterns(X: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    if X.size and np.isnan(X.min()):
        yield from patterns(X)
    elif X.shape[1]:
        yield np.ones(len(X), dtype=bool), np.arange(X.shape[1])


def units_of(values: np.ndarray, positions: np.ndarray, Q: np.ndarray, *, ranked: bool) -> Units:
    """Rank, residualise and scale complete columns (n, p); those that do not vary are left out."""
    rows, length = unit_rows(values, Q, ranked=ranked, dtype=np.float32)
    tied = nearly_constant(values, FEWEST_OUTSIDE)
    told = np.isfinite(length)
    places = np.flatnonzero(told)
    if not told.all():
        rows, length, tied, positions = rows[told], length[told], tied[told], positions[told]
    return Units(positions, rows, length, tied, values, places, Q, ranked)


def varying(tables: Tables, which: str) -> np.ndarray:
    """Tell which columns of the left or right table vary given the covariates in some group of pairs."""
    X = tables.X if which == "left" else tables.Y
    answer = np.zeros(X.shape[1], dtype=bool)
    done: set[bytes] = set()
    for group in groups_of(tables):
        columns = group.left if which == "left" else group.right
        key = group.rows.tobytes() + columns.tobytes()
        if key not in done and not answer[columns].all():
            done.add(key)
            length = unit_rows(X[np.ix_(group.rows, columns)], group.Q, ranked=tables.ranked)[1]
            answer[columns] |= np.isfinite(length)
    return answer
