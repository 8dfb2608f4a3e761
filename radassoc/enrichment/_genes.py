"""The genes of a table that can be ranked among given patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.base.errors import ExpressionError, name_some

__all__ = ["usable_genes"]

#: A gene that is missing in more of the patients is left out; in fewer, its mean stands in, which favours no direction.
MAX_MISSING = 0.2


def usable_genes(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a complete table (patients x genes) without constant genes, and what was done, in sentences.

    Raises
    ------
    ExpressionError
        Fewer than two genes are left.
    """
    X = frame.to_numpy(dtype=float)
    missing = np.isnan(X)
    sparse = missing.mean(axis=0) > MAX_MISSING
    kept = frame.columns[~sparse]
    X, missing = X[:, ~sparse].copy(), missing[:, ~sparse]
    gappy = missing.any(axis=0)
    if gappy.any():
        means = np.nanmean(X[:, gappy], axis=0)
        X[:, gappy] = np.where(missing[:, gappy], means, X[:, gappy])
    constant = np.ptp(X, axis=0) == 0 if X.size else np.zeros(X.shape[1], dtype=bool)
    notes = []
    if sparse.any():
        notes.append(
            f"{sparse.sum()} genes are missing in more than {MAX_MISSING:.0%} of the patients and were left out: "
            f"{name_some(frame.columns[sparse])}."
        )
    if gappy.any():
        notes.append(
            f"{gappy.sum()} genes have missing values ({missing.sum()} in all), which the gene's mean replaced."
        )
    if constant.any():
        notes.append(f"{constant.sum()} constant genes were left out: {name_some(kept[constant])}.")
    usable = pd.DataFrame(X[:, ~constant], index=frame.index, columns=kept[~constant])
    if usable.shape[1] < 2:
        raise ExpressionError(
            f"Of {frame.shape[1]} genes, {usable.shape[1]} vary among the {len(frame)} patients.",
            wanted="at least two genes to rank",
        )
    return usable, tuple(notes)
