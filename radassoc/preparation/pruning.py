"""One representative for each group of highly correlated features, chosen without the outcome."""

from __future__ import annotations

import numpy as np

from radassoc.base.jit import jit

__all__ = ["prune_correlated"]


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
    r = unit @ unit.T
    r /= unit.shape[1]
    # rounded, so that copies of one feature tie exactly and keep their order
    crowding = np.round(np.abs(r).mean(axis=1), 9)
    order = np.lexsort((np.arange(len(r)), crowding, n_missing))
    return _visit(r, order, min(limit, 1 - 1e-12))


@jit
def _visit(r: np.ndarray, order: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    representative = np.full(order.size, -1)
    correlation = np.full(order.size, np.nan)
    kept = np.empty(order.size, np.int64)
    n_kept = 0
    for j in order:
        for k in kept[:n_kept]:
            if abs(r[j, k]) > limit:
                representative[j], correlation[j] = k, r[j, k]
                break
        if representative[j] < 0:
            kept[n_kept] = j
            n_kept += 1
    return representative, correlation
