"""Sparse CCA with a penalty chosen by permutation, and a p-value that pays for the choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from radassoc.association._paired_tables import PairedTables
from radassoc.association._similarity_null import BLOCK
from radassoc.base.parallel import run_tasks
from radassoc.kernels.sparse_cca import canonical_correlations, sparse_pairs

__all__ = ["SparseCCA", "sparse_cca"]

_CLOSE_TO_ONE = 1 - 1e-10


class SparseCCA(NamedTuple):
    """``correlation`` (b, penalties), rows as the orders; the weights of the first row, by penalty; the choice.

    ``largest`` (b,): the largest standardised Fisher z over the penalties, on which the test rests.
    """

    correlation: np.ndarray
    weights: list[tuple[np.ndarray, np.ndarray]]
    standardised: np.ndarray
    chosen: int

    @property
    def largest(self) -> np.ndarray:
        """Return the statistic of each row."""
        return np.asarray(self.standardised.max(axis=1))


def sparse_cca(tables: PairedTables, rows: np.ndarray, penalties: Sequence[float]) -> SparseCCA:
    """Fit the first sparse pair for each penalty and each order of the right table's patients; row 0 is as observed.

    Each penalty's Fisher z is standardised over all rows, the observed one included, so that the rows are exchangeable
    under the null hypothesis and the largest z of each may be compared with that of the others.
    """
    descending = np.argsort(penalties, kind="stable")[::-1]

    def block(orders: np.ndarray) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
        found = np.empty((len(orders), len(penalties)))
        first: list[tuple[np.ndarray, np.ndarray]] = [(np.empty(0), np.empty(0))] * len(penalties)
        start = None
        for k in descending:  # a wide combination is a good start for a narrower one
            U, V = sparse_pairs(tables.X, tables.Y, orders, float(penalties[k]), start=start)
            found[:, k] = canonical_correlations(tables.X, tables.Y, orders, U, V, tables.Q)
            first[k], start = (U[0].copy(), V[0].copy()), V
        return found, first

    parts = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
    answers = run_tasks(block, parts, label="sparse CCA")
    correlation = np.concatenate([answer[0] for answer in answers])
    z = np.arctanh(np.clip(correlation, -_CLOSE_TO_ONE, _CLOSE_TO_ONE))
    spread = z.std(axis=0)
    standardised = (z - z.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return SparseCCA(correlation, answers[0][1], standardised, int(standardised[0].argmax()))
