"""Enrichment scores along thousands of rankings in single precision: one sort a ranking, then set by set.

The sort takes the value and the number of the gene in one unsigned number, so that nothing is left to the sort's own
order of equals. Going down a ranking, each gene writes its rank into the lists of its sets; these lists are then in
order, and the walk of a set visits its hits only and keeps its sums in registers.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.enrichment import Sets

__all__ = ["Part", "score_rows", "set_sums", "sort_keys", "split_sets"]

_SIGN = np.uint32(0x80000000)
_ALL = np.uint32(0xFFFFFFFF)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_ONE = np.uint64(1)
_HITS = 1 << 17


class Part(NamedTuple):
    """Some gene sets: where the list of each starts (n_sets + 1), and the sets of each gene (n_genes + 1, and all)."""

    start: np.ndarray
    gene_start: np.ndarray
    gene_sets: np.ndarray


@jit
def _keys(bits: np.ndarray, out: np.ndarray) -> None:
    for q in range(bits.shape[0]):
        for i in range(bits.shape[1]):
            b = bits[q, i]
            b = np.uint32(0) if b == _SIGN else b  # minus zero is zero
            # as unsigned numbers, these sort like the reals: the sign turned, and negative ones wholly
            b = b ^ _ALL if b & _SIGN else b | _SIGN
            out[q, i] = (np.uint64(b) << _HALF) | np.uint64(i)


def sort_keys(R: np.ndarray) -> np.ndarray:
    """Return, ascending in each row, unsigned numbers of value (upper half) and position (lower half); R single.

    Examples
    --------
    >>> R = np.array([[2.0, -1.0, 2.0, 0.0]], dtype=np.float32)
    >>> (sort_keys(R) & np.uint64(0xFFFFFFFF)).tolist()
    [[1, 3, 0, 2]]
    """
    keys = np.empty(R.shape, dtype=np.uint64)
    _keys(R.view(np.uint32), keys)
    keys.sort(axis=1)
    return keys


@jit(error_model="numpy")
def _score_rows(
    R: np.ndarray,
    keys: np.ndarray,
    weight: float,
    start: np.ndarray,
    gene_start: np.ndarray,
    gene_sets: np.ndarray,
    hits: np.ndarray,
    out: np.ndarray,
) -> None:
    b, p = R.shape
    size = np.empty(p, np.float32)
    n_sets = out.shape[1]
    last = np.empty(n_sets, np.uint32)
    for q in range(b):
        for s in range(n_sets):
            last[s] = start[s]
        for i in range(p):
            gene = keys[q, p - 1 - i] & _LOW
            at, end = np.uint64(gene_start[gene]), np.uint64(gene_start[gene + _ONE])
            if at < end:
                step = np.float32(abs(R[q, gene]))
                size[i] = step if weight == 1.0 else step**weight
            while at < end:
                owner = gene_sets[at]
                place = last[owner]
                hits[place] = i
                last[owner] = place + np.uint32(1)
                at += _ONE
        for s in range(n_sets):
            first, stop = np.int64(start[s]), np.int64(start[s + 1])
            # four sums side by side: each addition waits for the one before it
            one, two, three, four = np.float32(0.0), np.float32(0.0), np.float32(0.0), np.float32(0.0)
            whole = first + (stop - first) // 4 * 4
            for k in range(first, whole, 4):
                one += size[hits[k]]
                two += size[hits[k + 1]]
                three += size[hits[k + 2]]
                four += size[hits[k + 3]]
            for k in range(whole, stop):
                one += size[hits[k]]
            total = (one + two) + (three + four)
            miss = total / np.float32(max(p - (stop - first), 1))
            hit, high, low = np.float32(0.0), np.float32(0.0), np.float32(0.0)
            for k in range(first, stop):
                # the sum is lowest just before a hit and highest at it
                value = hit - miss * np.float32(np.int64(hits[k]) - (k - first))
                step = size[hits[k]]
                hit += step
                low = value if value < low else low
                value += step
                high = value if value > high else high
            peak = high if high >= -low else low
            out[q, s] = peak / total if total > 0.0 else np.float32(0.0)


def split_sets(sets: Sets) -> list[Part]:
    """Return the sets in parts whose lists of hits stay in the second-level cache, and which 16 bits can number."""
    part = (np.cumsum(np.maximum(sets.sizes, 2)) - 1) // _HITS
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(part)) + 1, [len(part)]]) if len(part) else np.zeros(1, int)
    owner = sets.gene_sets
    gene = np.repeat(np.arange(sets.n_genes), np.diff(sets.gene_start))
    parts = []
    for first, stop in itertools.pairwise(bounds.tolist()):
        inside = (owner >= first) & (owner < stop)
        counts = np.bincount(gene[inside], minlength=sets.n_genes)
        gene_start = np.concatenate([[0], np.cumsum(counts)])
        start = sets.start[first : stop + 1] - sets.start[first]
        own = (owner[inside] - first).astype(np.uint16)
        parts.append(Part(start.astype(np.uint32), gene_start.astype(np.uint32), own))
    return parts


def score_rows(R: np.ndarray, parts: list[Part], *, weight: float = 1.0) -> np.ndarray:
    """Return the enrichment score (b, n_sets) of each set along each ranking R (b, n_genes), in single precision.

    Ties are broken as by ``walk_scores``: of two equal genes the later one of the table stands higher. Equal to it to
    about 1e-6, but where rounding makes two neighbours of a ranking change places.
    """
    R = np.ascontiguousarray(R, dtype=np.float32)
    keys = sort_keys(R)
    scores = [np.empty((len(R), 0), dtype=np.float32)]
    for part in parts:
        hits = np.empty(int(part.start[-1]), dtype=np.uint16 if R.shape[1] <= 1 << 16 else np.uint32)
        scores.append(np.empty((len(R), len(part.start) - 1), dtype=np.float32))
        _score_rows(R, keys, float(weight), *part, hits, scores[-1])
    return np.concatenate(scores, axis=1)


@jit
def _set_sums(rows: np.ndarray, scale: np.ndarray, start: np.ndarray, genes: np.ndarray, out: np.ndarray) -> None:
    for s in range(len(out)):
        for k in range(start[s], start[s + 1]):
            factor = scale[genes[k]]
            for i in range(rows.shape[1]):
                out[s, i] += factor * rows[genes[k], i]


def set_sums(rows: np.ndarray, sets: Sets, *, scale: np.ndarray | None = None) -> np.ndarray:
    """Return the sum (n_sets, n) of the rows of each set's genes; rows (n_genes, n), each times its ``scale``."""
    out = np.zeros((len(sets.sizes), rows.shape[1]))
    factor = np.ones(sets.n_genes) if scale is None else scale
    _set_sums(np.ascontiguousarray(rows, dtype=float), factor, sets.start, sets.genes, out)
    return out
