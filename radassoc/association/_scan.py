"""All pairs of columns of two matrices, each pair on the patients who have both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from radassoc.base.parallel import run_tasks
from radassoc.base.seeds import generator
from radassoc.kernels.correlation import basis, correlate, midranks, residual_units, residuals
from radassoc.kernels.permutation import permuted_rows
from radassoc.kernels.tails import t_from_correlation, t_tails

__all__ = ["FEWEST_OUTSIDE", "FEW_PATIENTS", "Scan", "largest_tie", "scan"]

#: Below this number of patients the t distribution is not trusted.
FEW_PATIENTS = 20
#: Nor where fewer patients than this differ from the most common value: nearly all ranks are one tie.
FEWEST_OUTSIDE = 10
#: Fewer degrees of freedom cannot carry a correlation.
MIN_DF = 3
_SAME = 1e-9
_BLOCK = 1_000


@dataclass(frozen=True)
class Scan:
    """Left x right matrices; NaN where a pair could not be tested."""

    estimate: np.ndarray
    n: np.ndarray
    statistic: np.ndarray
    p: np.ndarray
    log10_p: np.ndarray
    permuted: np.ndarray


@dataclass(frozen=True)
class _Block:
    """Pairs of columns that share their patients."""

    left: np.ndarray
    right: np.ndarray
    X: np.ndarray
    Y: np.ndarray
    Q: np.ndarray
    raw_left: np.ndarray
    raw_right: np.ndarray


def scan(X: np.ndarray, Y: np.ndarray, Z: np.ndarray, *, ranked: bool, n_permutations: int, seed: int) -> Scan:
    """Correlate all columns of X (n, p) and Y (n, g), which may miss values, given complete covariates Z (n, k).

    Where values are missing, each pair uses the patients who have both, and ranks are taken among them anew. With few
    patients or heavy ties, the p-value is that of permuted residuals.
    """
    shape = (X.shape[1], Y.shape[1])
    empty = np.full(shape, np.nan)
    answer = Scan(
        empty, np.zeros(shape, dtype=np.int64), empty.copy(), empty.copy(), empty.copy(), np.zeros(shape, bool)
    )
    for block in _blocks(X, Y, Z, answer.n, ranked=ranked):
        _fill(answer, block, n_permutations, seed)
    return answer


def _blocks(X: np.ndarray, Y: np.ndarray, Z: np.ndarray, n: np.ndarray, *, ranked: bool) -> Iterator[_Block]:
    """Group columns by who is missing, so that each group of pairs is ranked and residualised once."""
    right_patterns = list(_patterns(Y))
    for left_rows, left in _patterns(X):
        for right_rows, right in right_patterns:
            rows = left_rows & right_rows
            n[np.ix_(left, right)] = rows.sum()
            if rows.sum() < MIN_DF + 2:
                continue
            x, y, z = X[rows][:, left], Y[rows][:, right], Z[rows]
            # a dummy keeps its meaning when ranked, so all covariates may be ranked alike
            Q = basis(midranks(z) if ranked else z)
            if len(x) - Q.shape[1] - 1 < MIN_DF:
                continue
            units = [residual_units(midranks(part) if ranked else part, Q) for part in (x, y)]
            yield _Block(left, right, units[0], units[1], Q, x, y)


def _patterns(X: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each distinct set of observed rows with the columns that have it, in the order of first appearance."""
    columns: dict[bytes, list[int]] = {}
    seen = ~np.isnan(X)
    for j in range(X.shape[1]):
        columns.setdefault(seen[:, j].tobytes(), []).append(j)
    for members in columns.values():
        yield seen[:, members[0]], np.array(members)


def _fill(answer: Scan, block: _Block, n_permutations: int, seed: int) -> None:
    n, k = block.Q.shape
    df = float(n - k - 1)
    r = correlate(block.X, block.Y)
    t = t_from_correlation(r, df)
    p, log10_p = t_tails(t, df)
    doubtful = np.zeros(r.shape, dtype=bool)
    if n < FEW_PATIENTS:
        doubtful[:] = True
    doubtful[n - largest_tie(block.raw_left) < FEWEST_OUTSIDE] = True
    doubtful[:, n - largest_tie(block.raw_right) < FEWEST_OUTSIDE] = True
    doubtful &= np.isfinite(r)
    if doubtful.any():
        p = np.where(doubtful, _permutation_p(r, block, doubtful, n_permutations, seed), p)
        log10_p = np.where(doubtful, np.log10(p), log10_p)
    where = np.ix_(block.left, block.right)
    for target, values in zip(
        (answer.estimate, answer.statistic, answer.p, answer.log10_p, answer.permuted),
        (r, t, p, log10_p, doubtful),
        strict=True,
    ):
        target[where] = values


def largest_tie(X: np.ndarray) -> np.ndarray:
    """Return how many rows share the most common value, per column; missing values are not counted.

    Examples
    --------
    >>> largest_tie(np.array([[1.0, 0.0], [2.0, 0.0], [2.0, np.nan]])).tolist()
    [2, 2]
    """
    ordered = np.sort(X, axis=0)  # missing values last
    best = run = np.minimum((~np.isnan(ordered)).sum(axis=0), 1)
    for above, below in pairwise(ordered):
        run = np.where(below == above, run + 1, 1)
        best = np.maximum(best, run)
    return best


def _permutation_p(r: np.ndarray, block: _Block, doubtful: np.ndarray, n_permutations: int, seed: int) -> np.ndarray:
    """Permutation p-values of the doubtful pairs, column by column of the side with fewer doubtful columns."""
    if doubtful.any(axis=1).sum() > doubtful.any(axis=0).sum():
        flipped = _Block(block.right, block.left, block.Y, block.X, block.Q, block.raw_right, block.raw_left)
        return _permutation_p(r.T, flipped, doubtful.T, n_permutations, seed).T
    strata = np.zeros(len(block.X), dtype=np.int64)
    rows = permuted_rows(strata, n_permutations, generator(seed, "association", len(block.X)))
    chosen = np.flatnonzero(doubtful.any(axis=1)).tolist()

    def count(i: int) -> np.ndarray:
        others = np.flatnonzero(doubtful[i])
        return _count_beyond(block.X[:, i], block.Y[:, others], np.abs(r[i, others]), block.Q, rows)

    answer = np.full(r.shape, np.nan)
    for i, counts in zip(chosen, run_tasks(count, chosen, label="permutations"), strict=True):
        answer[i, doubtful[i]] = (1 + counts) / (1 + n_permutations)
    return answer


def _count_beyond(x: np.ndarray, Y: np.ndarray, size: np.ndarray, Q: np.ndarray, rows: np.ndarray) -> np.ndarray:
    counts = np.zeros(Y.shape[1], dtype=np.int64)
    for first in range(0, len(rows), _BLOCK):
        permuted = residuals(x[rows[first : first + _BLOCK]].T, Q)
        length = np.linalg.norm(permuted, axis=0)
        units = np.divide(permuted, length, out=np.zeros_like(permuted), where=length > _SAME)
        counts += (np.abs(units.T @ Y) >= size - _SAME).sum(axis=0)
    return counts
