"""What the preparation needs to know of each feature, in one compiled pass; features are rows here."""

from __future__ import annotations

import numpy as np

from radassoc.base.jit import jit

__all__ = ["count_and_middle", "fill_and_standardise"]


@jit
def count_and_middle(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how many values each sorted row holds, how often its commonest one occurs, and the median.

    Missing values stand at the end of a row.
    """
    p, n = ordered.shape
    observed, commonest = np.zeros(p, np.int64), np.zeros(p, np.int64)
    median = np.full(p, np.nan)
    for j in range(p):
        row = ordered[j]
        m = n
        while m > 0 and np.isnan(row[m - 1]):
            m -= 1
        run = 0
        for i in range(m):
            run = run + 1 if i > 0 and row[i] == row[i - 1] else 1
            commonest[j] = max(commonest[j], run)
        observed[j] = m
        if m > 0:
            median[j] = (row[(m - 1) // 2] + row[m // 2]) / 2
    return observed, commonest, median


@jit
def fill_and_standardise(
    values: np.ndarray, rows: np.ndarray, median: np.ndarray, by_mean: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the chosen rows without gaps, mean 0 and mean square 1, with what filled, centred and scaled them.

    A row without variation has scale 0 and comes out as zeros.
    """
    n = values.shape[1]
    part = np.empty((rows.size, n))
    fill, center, scale = np.empty(rows.size), np.empty(rows.size), np.empty(rows.size)
    for k in range(rows.size):
        row = values[rows[k]]
        total = 0.0
        seen = 0
        for i in range(n):
            if not np.isnan(row[i]):
                total += row[i]
                seen += 1
        fill[k] = total / seen if by_mean else median[rows[k]]
        center[k] = (total + (n - seen) * fill[k]) / n
        square = 0.0
        for i in range(n):
            part[k, i] = (fill[k] if np.isnan(row[i]) else row[i]) - center[k]
            square += part[k, i] ** 2
        scale[k] = np.sqrt(square / n)
        if scale[k] > 0:  # a loop, since an array expression takes two seconds longer to compile
            for i in range(n):
                part[k, i] /= scale[k]
    return part, fill, center, scale
