"""How many features are tumour size under another name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.kernels.clusters import known_ranks, pairwise_correlation

__all__ = ["size_correlations"]


def size_correlations(frame: pd.DataFrame, volume: str) -> np.ndarray:
    """Return the rank correlation of each column with the volume; missing for the volume itself."""
    X = frame.to_numpy(float)
    size = X[:, [frame.columns.get_loc(volume)]]
    rho = np.array([pairwise_correlation(known_ranks(_shared(X[:, [j]], size)))[0][0, 1] for j in range(X.shape[1])])
    rho[frame.columns.get_loc(volume)] = np.nan
    return rho


def _shared(x: np.ndarray, size: np.ndarray) -> np.ndarray:
    both = np.hstack([x, size])
    return both[~np.isnan(both).any(axis=1)]
