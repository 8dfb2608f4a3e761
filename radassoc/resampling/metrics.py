"""Concordance of scores, and its combination over test folds."""

from __future__ import annotations

import numpy as np

from radassoc.kernels.concordance import concordance

__all__ = ["harrell_c", "nested_c"]


def harrell_c(
    time: np.ndarray,
    event: np.ndarray,
    scores: np.ndarray,
    *,
    strata: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return Harrell's C of each column of ``scores`` (larger score: earlier event); 0.5 without comparable pairs.

    Parameters
    ----------
    time, event
        ``(n,)``.
    scores
        ``(n,)`` or ``(n, m)``; a tied pair counts one half.
    strata, groups
        ``(n,)`` codes: only pairs of the same stratum and group count.
    weights
        ``(n,)`` or ``(n, B)`` multiplicities.

    Returns
    -------
    ndarray
        One number a column (of ``scores`` or of ``weights``).
    """
    concordant, _, tied, comparable = concordance(time, event, scores, groups=groups, strata=strata, weights=weights)
    with np.errstate(invalid="ignore"):
        return np.where(comparable > 0, (concordant + 0.5 * tied) / np.maximum(comparable, 1e-300), 0.5)


def nested_c(
    time: np.ndarray, event: np.ndarray, scores: np.ndarray, folds: np.ndarray, *, strata: np.ndarray | None = None
) -> np.ndarray:
    """Return the nested C of out-of-fold scores, averaged over the repeats of cross-validation.

    Only pairs inside one test fold and stratum count, because scores of different models have no common scale; folds
    weigh by their comparable pairs; a constant score is 0.5.

    Parameters
    ----------
    time, event
        ``(n,)``.
    scores
        ``(R, n)`` or ``(R, n, m)``: out-of-fold scores of each repeat, of each of ``m`` models.
    folds
        ``(R, n)``: the test fold of each patient.
    strata
        ``(n,)`` codes.

    Returns
    -------
    ndarray
        ``(R, m)``: one row a repeat; average over rows.
    """
    columns = scores if scores.ndim == 3 else scores[:, :, None]
    return np.stack([harrell_c(time, event, columns[r], groups=folds[r], strata=strata) for r in range(len(columns))])
