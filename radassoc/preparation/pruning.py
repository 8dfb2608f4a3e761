"""One representative for each group of highly correlated features, chosen without the outcome."""

from __future__ import annotations

import numpy as np

from radassoc.base.jit import jit

__all__ = ["prune_correlated"]

_BLOCK = 128
_PAIR = np.dtype([("first", np.int64), ("second", np.int64), ("r", np.float64)])


def prune_correlated(unit: np.ndarray, n_missing: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Choose representatives among features that correlate beyond ``limit``.

    Features are visited in order of their missing values, then of their mean absolute correlation with all features,
    then of their position; one that correlates beyond the limit with a feature already kept is represented by it.

    Parameters
    ----------
    unit
        Features x patients, each row with mean 0 and mean square 1.
    n_missing
        Missing values of each feature before imputation.
    limit
        Largest absolute correlation that two kept features may have.

    Returns
    -------
    representative, correlation
        For each feature the row that stands for it and their correlation; -1 and NaN where it is kept.
    """
    scaled = unit / np.sqrt(unit.shape[1])
    crowding, pairs = _correlate(scaled, min(limit, 1 - 1e-12))
    # rounded, so that copies of one feature tie exactly and keep their order
    order = np.lexsort((np.arange(len(unit)), np.round(crowding, 9), n_missing))
    return _visit(order, *_neighbours(pairs, len(unit)))


def _correlate(scaled: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Return each feature's mean absolute correlation, and the pairs beyond the limit, in blocks that stay in cache."""
    p = len(scaled)
    total = np.zeros(p)
    found = np.empty(min(_BLOCK, p) * p, dtype=_PAIR)
    pairs = []
    for start in range(0, p, _BLOCK):
        r = scaled[start : start + _BLOCK] @ scaled[start:].T
        count = _scan(r, start, limit, total, found)
        pairs.append(found[:count].copy())
    return total / p, np.concatenate(pairs) if pairs else found


@jit
def _scan(r: np.ndarray, start: int, limit: float, total: np.ndarray, found: np.ndarray) -> int:
    """Add up a block of rows from the diagonal on; list its pairs beyond the limit, each once; return their number."""
    n_rows, n_columns = r.shape
    count = 0
    for i in range(n_rows):
        row = r[i]
        own = 0.0
        for j in range(n_rows):
            own += abs(row[j])
        for j in range(n_rows, n_columns):  # the mirror image of these is never computed
            size = abs(row[j])
            own += size
            total[start + j] += size
        total[start + i] += own
        for j in range(i + 1, n_columns):
            if abs(row[j]) > limit:
                found[count].first, found[count].second, found[count].r = start + i, start + j, row[j]
                count += 1
    return count


def _neighbours(pairs: np.ndarray, p: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where each feature's neighbours start, who they are, and their correlations."""
    feature = np.concatenate([pairs["first"], pairs["second"]])
    other = np.concatenate([pairs["second"], pairs["first"]])
    order = np.argsort(feature, kind="stable")
    start = np.append(0, np.cumsum(np.bincount(feature, minlength=p)))
    return start, other[order], np.tile(pairs["r"], 2)[order]


@jit
def _visit(order: np.ndarray, start: np.ndarray, other: np.ndarray, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    representative = np.full(order.size, -1)
    correlation = np.full(order.size, np.nan)
    for j in order:
        if representative[j] >= 0:
            continue
        for place in range(start[j], start[j + 1]):  # none of them is kept: it would stand for this one
            if representative[other[place]] < 0:
                representative[other[place]], correlation[other[place]] = j, r[place]
    return representative, correlation
