"""Gene set variation analysis: the place of a value among reference values, and the walk along the ranked places."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np

from radassoc.base.jit import jit

__all__ = ["gsva_scores", "kernel_places", "place_order"]

#: The reference implementation looks the normal distribution up in a table of this reach and resolution.
_REACH, _STEPS = 10.0, 10_000
#: Bandwidth of the kernel: this part of the gene's standard deviation.
_NARROWER = 4.0


def _table() -> np.ndarray:
    at = np.arange(_STEPS + 1) * (_REACH / _STEPS)
    return np.array([0.5 * (1.0 + erf(x / sqrt(2.0))) for x in at])


@jit
def _places(values: np.ndarray, reference: np.ndarray, table: np.ndarray, out: np.ndarray) -> None:
    n_genes, n = values.shape
    m = reference.shape[1]
    steps = table.size - 1
    for g in range(n_genes):
        mean = 0.0
        for i in range(m):
            mean += reference[g, i]
        mean /= m
        spread = 0.0
        for i in range(m):
            spread += (reference[g, i] - mean) ** 2
        width = np.sqrt(spread / (m - 1)) / _NARROWER
        for j in range(n):
            total = 0.0
            for i in range(m):
                v = (values[g, j] - reference[g, i]) / width
                if v < -_REACH:
                    continue
                if v > _REACH:
                    total += 1.0
                elif v >= 0.0:
                    total += table[int(v / _REACH * steps)]
                else:
                    total += 1.0 - table[int(-v / _REACH * steps)]
            out[j, g] = total / m


def kernel_places(X: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return where each value of X (n, p) lies among the reference values (m, p) of its gene, from 0 to 1.

    A Gaussian kernel stands on each reference value, a quarter of the gene's standard deviation wide; no gene may be
    constant in the reference.
    """
    out = np.empty(X.shape)
    _places(np.ascontiguousarray(X.T), np.ascontiguousarray(reference.T), _table(), out)
    return out


def place_order(places: np.ndarray) -> np.ndarray:
    """Return the genes of each sample (n, p), the highest place first; equal places in the order of the table."""
    with np.errstate(divide="ignore"):  # log odds, as the reference ranks them: places that round to 0 or 1 are equal
        odds = -np.log((1.0 - places) / places)
    return np.argsort(-odds, axis=1, kind="stable")


@jit
def _scores(order: np.ndarray, start: np.ndarray, genes: np.ndarray, out: np.ndarray) -> None:
    n, p = order.shape
    rank = np.empty(p, dtype=np.int64)
    for j in range(n):
        for i in range(p):
            rank[order[j, i]] = i
        for s in range(start.size - 1):
            at = np.sort(rank[genes[start[s] : start[s + 1]]])
            size = at.size
            total = 0.0
            for k in range(size):
                total += abs(p - at[k] - p / 2.0)
            miss = 1.0 / max(p - size, 1)
            hit = high = low = 0.0
            for k in range(size):
                value = hit - miss * (at[k] - k)
                low = min(low, value)
                step = abs(p - at[k] - p / 2.0) / total if total > 0.0 else 0.0
                hit += step
                high = max(high, value + step)
            out[j, s] = high + low


def gsva_scores(order: np.ndarray, members: list[np.ndarray]) -> np.ndarray:
    """Return GSVA scores (n, n_sets): the highest point of the walk less the depth of its lowest.

    The weight of a gene is the distance of its rank from the middle.
    """
    start = np.concatenate([[0], np.cumsum([len(item) for item in members])]).astype(np.int64)
    out = np.empty((len(order), len(members)))
    _scores(order, start, np.concatenate(members).astype(np.int64), out)
    return out
