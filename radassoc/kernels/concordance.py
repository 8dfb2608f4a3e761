"""Harrell's concordance: among pairs whose order of death is known, how often the higher score dies first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit

__all__ = ["Concordance", "cells_of", "concordance"]


class Concordance(NamedTuple):
    """Weighted numbers of pairs, one entry per column of scores (m,) or per column and resample (m, B)."""

    concordant: np.ndarray
    discordant: np.ndarray
    tied: np.ndarray
    comparable: np.ndarray

    @property
    def c_index(self) -> np.ndarray:
        """Harrell's C: pairs with tied scores count half; missing where no pair is comparable."""
        with np.errstate(invalid="ignore"):
            c_index: np.ndarray = (self.concordant + 0.5 * self.tied) / self.comparable
        return c_index


class _Order(NamedTuple):
    """Patients sorted by cell, then time, deaths before the censored.

    The death at ``place[k]`` is comparable with everyone from ``later[k]`` to ``end[k] - 1``.
    """

    patients: np.ndarray
    place: np.ndarray
    later: np.ndarray
    end: np.ndarray


def concordance(
    time: np.ndarray,
    event: np.ndarray,
    scores: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    strata: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    factor: np.ndarray | None = None,
) -> Concordance:
    """Count concordant, discordant and tied pairs of patients.

    A pair is comparable if one is known to have died before the other: the earlier time is a death, and at equal times
    one died and the other was censored. Two deaths at the same time are not comparable. A higher score means a higher
    risk.

    Parameters
    ----------
    time, event
        Follow-up (n,) and whether it ended in death.
    scores
        (n,) or several side by side (n, m).
    groups, strata
        Labels (n,): only pairs inside the same group (a test fold, say) and the same stratum are counted.
    weights
        Case weights (n,), or resampling multiplicities (n, B); a pair counts the product of its two weights.
    factor
        A further weight of each pair by the patient who dies first (n,), or per resample (n, B): 1 / G(T -)^2 makes
        it Uno's concordance.

    Returns
    -------
    Concordance
        Equals the counts of R ``survival::concordance(Surv(time, event) ~ score + strata(cell), reverse = TRUE)``.

    Raises
    ------
    ValueError
        Lengths that differ, missing values.
    """
    time, dead = np.asarray(time, dtype=float), np.asarray(event).astype(bool)
    columns = np.asarray(scores, dtype=float).reshape(time.size, -1)
    if dead.shape != time.shape or np.isnan(time).any() or np.isnan(columns).any():
        raise ValueError("time, event and scores must have one length and no missing values.")
    order = _order(time, dead, cells_of(time.size, groups, strata))
    sorted_scores = np.ascontiguousarray(columns[order.patients])
    if weights is not None and np.ndim(weights) == 2:
        multiplicity = np.asarray(weights, dtype=float)[order.patients]
        first = multiplicity if factor is None else multiplicity * factor[order.patients].reshape(time.size, -1)
        counts = np.stack([_resampled(column, first, multiplicity, order) for column in sorted_scores.T], axis=1)
    else:
        weight = np.ones(time.size) if weights is None else np.asarray(weights, dtype=float)[order.patients]
        first = weight if factor is None else weight * factor[order.patients]
        counts = np.zeros((3, columns.shape[1]))
        _count(sorted_scores, first, weight, order.place, order.later, order.end, counts)
    concordant, tied, comparable = counts
    return Concordance(concordant, comparable - concordant - tied, tied, comparable)


def cells_of(n: int, *labels: np.ndarray | None) -> np.ndarray:
    """Return a number for each combination of labels."""
    cell = np.zeros(n, dtype=np.int64)
    for label in labels:
        if label is not None:
            code = np.unique(label, return_inverse=True)[1]
            cell = np.unique(cell * (code.max() + 1) + code, return_inverse=True)[1]
    return cell


def _order(time: np.ndarray, dead: np.ndarray, cell: np.ndarray) -> _Order:
    patients = np.lexsort((~dead, time, cell))
    time, dead, cell = time[patients], dead[patients], cell[patients]
    place = np.flatnonzero(dead)
    # deaths of one cell and time stand together: whoever follows the last of them is comparable with each
    new = np.append(True, (np.diff(time) != 0) | (np.diff(cell) != 0) | (np.diff(dead.astype(int)) != 0))
    run_end = np.append(np.flatnonzero(new)[1:], time.size)[np.cumsum(new) - 1]
    end = np.searchsorted(cell, cell, side="right")
    return _Order(patients, place, run_end[place], end[place])


@jit
def _count(
    scores: np.ndarray,
    first: np.ndarray,
    weight: np.ndarray,
    place: np.ndarray,
    later: np.ndarray,
    end: np.ndarray,
    counts: np.ndarray,
) -> None:
    """Add up concordant, tied and comparable pairs of every column of scores, which share the pairs."""
    m = scores.shape[1]
    for k in range(place.size):
        i = place[k]
        for j in range(later[k], end[k]):
            pair = first[i] * weight[j]
            if pair == 0.0:
                continue
            for c in range(m):
                counts[0, c] += pair * (scores[i, c] > scores[j, c])
                counts[1, c] += pair * (scores[i, c] == scores[j, c])
                counts[2, c] += pair


def _resampled(score: np.ndarray, first: np.ndarray, weight: np.ndarray, order: _Order) -> np.ndarray:
    """Return concordant, tied and comparable pairs (3, B) of one score: f' K w, with K the pairs that count."""
    counts = np.zeros((3, weight.shape[1]))
    rows = max(1, int(4e6) // max(score.size, 1))  # of the pair matrix at a time
    position = np.arange(score.size)
    for start in range(0, order.place.size, rows):
        part = slice(start, start + rows)
        i = order.place[part]
        pairs = (position >= order.later[part, None]) & (position < order.end[part, None])
        kinds = (pairs & (score[i, None] > score), pairs & (score[i, None] == score), pairs)
        for kind, chosen in enumerate(kinds):
            if chosen.any():
                counts[kind] += np.einsum("ib,ib->b", first[i], chosen.astype(float) @ weight)
    return counts
