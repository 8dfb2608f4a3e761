"""The genes of a table that can be ranked among given patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.base.errors import ExpressionError, name_some

__all__ = ["complete_genes", "outlier_note", "usable_genes"]

#: A gene that is missing in more of the patients is left out; in fewer, its mean stands in, which favours no direction.
MAX_MISSING = 0.2
#: Among fewer patients, half of the variance in one of them is nothing unusual.
_ENOUGH = 10


def usable_genes(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a complete table (rows x genes) without constant genes, and what was done, in sentences.

    Raises
    ------
    ExpressionError
        Fewer than two genes are left.
    """
    filled, notes = complete_genes(frame)
    X = filled.to_numpy()
    constant = np.ptp(X, axis=0) == 0 if X.size else np.zeros(X.shape[1], dtype=bool)
    usable = filled.loc[:, ~constant]
    if usable.shape[1] < 2:
        raise ExpressionError(
            f"Of {frame.shape[1]} genes, {usable.shape[1]} vary among {len(frame)} patients.",
            wanted="at least two genes to rank",
        )
    if constant.any():
        notes += (f"{constant.sum()} constant genes were left out: {name_some(filled.columns[constant])}.",)
    return usable, notes + _tie_note(usable)


def complete_genes(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the genes that are missing in few rows, gaps filled by the gene's mean, and what was done."""
    X = frame.to_numpy(dtype=float)
    sparse = np.isnan(X).mean(axis=0) > MAX_MISSING
    X = X[:, ~sparse].copy()
    missing = np.isnan(X)
    gappy = missing.any(axis=0)
    if gappy.any():
        X[:, gappy] = np.where(missing[:, gappy], np.nanmean(X[:, gappy], axis=0), X[:, gappy])
    notes = []
    if sparse.any():
        notes.append(
            f"{sparse.sum()} genes are missing in more than {MAX_MISSING:.0%} of the rows and were left out: "
            f"{name_some(frame.columns[sparse])}."
        )
    if gappy.any():
        notes.append(
            f"{gappy.sum()} genes have missing values ({missing.sum()} in all), which the gene's mean replaced."
        )
    return pd.DataFrame(X, index=frame.index, columns=frame.columns[~sparse]), tuple(notes)


def _tie_note(frame: pd.DataFrame) -> tuple[str, ...]:
    ordered = np.sort(frame.to_numpy(), axis=0)
    half = len(ordered) // 2
    tied = (ordered[half:] == ordered[: len(ordered) - half]).any(axis=0)
    if not tied.any():
        return ()
    return (
        f"{tied.sum()} genes have one value in more than half of the patients (first: "
        f"{name_some(frame.columns[tied])}); where they are not expressed, their statistic can reflect how batches "
        "were scaled.",
    )


def outlier_note(frame: pd.DataFrame) -> tuple[str, ...]:
    """Say how many genes owe more than half of their variance to one patient: a linear correlation follows that one."""
    squares = (frame.to_numpy() - frame.to_numpy().mean(axis=0)) ** 2
    led = squares.max(axis=0) > 0.5 * squares.sum(axis=0)
    if len(frame) < _ENOUGH or not led.any():
        return ()
    return (
        f"In {led.sum()} of {len(led)} genes one patient makes up more than half of the variance (first: "
        f"{name_some(frame.columns[led])}): consider statistic='rank_correlation'.",
    )
