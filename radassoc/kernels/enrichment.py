"""The weighted Kolmogorov-Smirnov walk along a ranking, for many rankings and gene sets at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit

__all__ = [
    "Sets",
    "draw_sets",
    "familywise_p",
    "gsea_q",
    "normalise",
    "pack_sets",
    "random_set_scores",
    "same_sign_p",
    "walk",
    "walk_scores",
]

#: Two scores that differ by less are the same score computed twice, once in single precision.
_SAME = 2e-6


class Sets(NamedTuple):
    """Gene sets as positions in a table of genes, both ways: genes of each set, and sets of each gene."""

    n_genes: int
    sizes: np.ndarray
    start: np.ndarray
    genes: np.ndarray
    gene_start: np.ndarray
    gene_sets: np.ndarray


def pack_sets(members: list[np.ndarray], n_genes: int) -> Sets:
    """Pack lists of distinct gene positions."""
    sizes = np.array([len(item) for item in members], dtype=np.int64)
    genes = np.concatenate([*members, np.empty(0, dtype=np.int64)]).astype(np.int64)
    owner = np.repeat(np.arange(len(members)), sizes)
    order = np.argsort(genes, kind="stable")
    gene_start = np.concatenate([[0], np.cumsum(np.bincount(genes, minlength=n_genes))]).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return Sets(n_genes, sizes, start, genes, gene_start, owner[order].astype(np.int64))


@jit
def _walk_scores(
    weights: np.ndarray,
    order: np.ndarray,
    sizes: np.ndarray,
    start: np.ndarray,
    genes: np.ndarray,
    gene_start: np.ndarray,
    gene_sets: np.ndarray,
    out: np.ndarray,
) -> None:
    n_rankings, n_genes = weights.shape
    n_sets = sizes.size
    total = np.empty(n_sets)
    miss = np.empty(n_sets)
    hit = np.empty(n_sets)
    seen = np.empty(n_sets)
    high = np.empty(n_sets)
    low = np.empty(n_sets)
    for q in range(n_rankings):
        for s in range(n_sets):
            total[s] = 0.0
            for k in range(start[s], start[s + 1]):
                total[s] += weights[q, genes[k]]
            miss[s] = total[s] / max(n_genes - sizes[s], 1)
            hit[s] = seen[s] = high[s] = low[s] = 0.0
        for i in range(n_genes):
            gene = order[q, n_genes - 1 - i]  # order is ascending, the walk goes down from the top
            for k in range(gene_start[gene], gene_start[gene + 1]):
                s = gene_sets[k]
                # the sum is lowest just before a hit and highest at it: nothing in between needs a visit
                value = hit[s] - miss[s] * (i - seen[s])
                low[s] = min(low[s], value)
                value += weights[q, gene]
                high[s] = max(high[s], value)
                hit[s] += weights[q, gene]
                seen[s] += 1.0
        for s in range(n_sets):
            peak = high[s] if high[s] >= -low[s] else low[s]
            out[q, s] = peak / total[s] if total[s] > 0.0 else 0.0


def walk_scores(R: np.ndarray, sets: Sets, *, weight: float = 1.0, stable: bool = False) -> np.ndarray:
    """Return the enrichment score (b, n_sets) of each set along each ranking R (b, n_genes).

    ``stable`` breaks ties by the order of the table; without it they are broken arbitrarily, but faster.
    """
    order = np.argsort(R, axis=1, kind="stable" if stable else None)
    out = np.empty((len(R), len(sets.sizes)))
    _walk_scores(_weights(R, weight), order, *sets[1:], out)
    return out


def _weights(R: np.ndarray, weight: float) -> np.ndarray:
    size = np.abs(R)
    return size if weight == 1.0 else size**weight


def walk(ranking: np.ndarray, members: np.ndarray, *, weight: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where one set's genes stand in a ranking and the running sum before and at each of them.

    Parameters
    ----------
    ranking
        Statistics from the highest to the lowest, shape (n_genes,).
    members
        True where the gene belongs to the set.

    Returns
    -------
    positions, before, after
        0-based positions of the hits; the running sum just before and just after each.
    """
    positions = np.flatnonzero(members)
    weights = _weights(ranking[positions], weight)
    total = weights.sum()
    if total == 0.0:
        return positions, np.zeros(len(positions)), np.zeros(len(positions))
    after = np.cumsum(weights) / total
    missed = (positions - np.arange(len(positions))) / max(len(ranking) - len(positions), 1)
    return positions, after - weights / total - missed, after - missed


@jit(error_model="numpy")
def _random_scores(weights: np.ndarray, draws: np.ndarray, out: np.ndarray) -> None:
    n_genes = weights.shape[1]
    n_draws, size = draws.shape
    for q in range(len(weights)):
        for b in range(n_draws):
            total = np.float32(0.0)
            for i in range(size):
                total += weights[q, draws[b, i]]
            miss = total / np.float32(max(n_genes - size, 1))
            hit, high, low = np.float32(0.0), np.float32(0.0), np.float32(0.0)
            for i in range(size):
                value = hit - miss * np.float32(np.int64(draws[b, i]) - i)
                step = weights[q, draws[b, i]]
                hit += step
                low = value if value < low else low
                value += step
                high = value if value > high else high
            peak = high if high >= -low else low
            out[q, b] = peak / total if total > 0.0 else np.float32(0.0)


@jit
def _draw(uniform: np.ndarray, n_genes: int, out: np.ndarray) -> None:
    n_draws, size = uniform.shape
    pool = np.arange(n_genes)
    swapped = np.empty(size, dtype=np.int64)
    for b in range(n_draws):
        for i in range(size):  # the first steps of a Fisher-Yates shuffle
            j = i + int(uniform[b, i] * (n_genes - i))
            pool[i], pool[j] = pool[j], pool[i]
            out[b, i] = pool[i]
            swapped[i] = j
        for i in range(size - 1, -1, -1):  # taken back, so that the next draw starts from the same pool
            j = swapped[i]
            pool[i], pool[j] = pool[j], pool[i]
        out[b].sort()


def draw_sets(n_draws: int, size: int, n_genes: int, rng: np.random.Generator) -> np.ndarray:
    """Return (n_draws, size) sorted random positions without repeats within a draw."""
    out = np.empty((n_draws, size), dtype=np.uint32)
    _draw(rng.random((n_draws, size)), n_genes, out)
    return out


def random_set_scores(rankings: np.ndarray, draws: np.ndarray, *, weight: float = 1.0) -> np.ndarray:
    """Return enrichment scores (k, b) of random sets along k rankings, in single precision.

    Rankings (k, n_genes) stand from the highest statistic to the lowest; draws (b, size) are sorted positions in them.
    """
    out = np.empty((len(rankings), len(draws)), dtype=np.float32)
    _random_scores(_weights(rankings, weight).astype(np.float32), draws, out)
    return out


def normalise(es: np.ndarray, null: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return NES (n_sets,) and null NES (b, n_sets): scores over the mean size of null scores of the same sign and set.

    A sign that no null score has leaves NaN.
    """
    positive = _mean_where(null, null > 0)
    negative = _mean_where(-null, null < 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        nes = np.where(es > 0, es / positive, es / negative)
        null_nes = null / np.where(null > 0, positive, negative).astype(null.dtype)
    return np.where(es == 0, 0.0, nes), np.where(null == 0, null.dtype.type(0), null_nes)


def _mean_where(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    counts = chosen.sum(axis=0)
    sums = np.sum(values, axis=0, where=chosen, dtype=float)
    return np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)


def same_sign_p(es: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Return p = (1 + #{same sign, |ES*| >= |ES|}) / (1 + #same sign) per set.

    Examples
    --------
    >>> same_sign_p(np.array([0.5]), np.array([[0.6], [0.4], [-0.9]])).tolist()
    [0.6666666666666666]
    """
    sign = np.sign(es)
    same = np.sign(null) == sign
    beyond = same & (np.abs(null) >= np.abs(es) - _SAME)
    return np.where(sign == 0, 1.0, (1 + beyond.sum(axis=0)) / (1 + same.sum(axis=0)))


def familywise_p(nes: np.ndarray, null_nes: np.ndarray) -> np.ndarray:
    """Return the share of permutations in which any set has a |NES| as large, (1 + #) / (1 + b).

    The largest |NES| over all sets of each permutation: the chance of one false finding among all sets.

    Examples
    --------
    >>> familywise_p(np.array([2.0, 1.0]), np.array([[1.5, 0.2], [-0.9, 0.3], [0.1, -2.5]])).tolist()
    [0.5, 0.75]
    """
    largest = np.sort(np.nan_to_num(np.abs(null_nes)).max(axis=1, initial=0.0))
    beyond = len(largest) - np.searchsorted(largest, np.abs(nes) - _SAME)
    return np.where(np.isnan(nes), np.nan, (1 + beyond) / (1 + len(largest)))


def gsea_q(nes: np.ndarray, null_nes: np.ndarray) -> np.ndarray:
    """Return the false discovery rate of Subramanian et al. (2005), at most 1.

    The share of all null NES of the same sign that are at least as extreme, over the same share among the observed.
    """
    q = np.full(nes.shape, np.nan)
    for sign in (1.0, -1.0):
        chosen = np.flatnonzero(sign * nes > 0)
        observed = np.sort(sign * nes[chosen])
        null = np.sort(sign * null_nes[sign * null_nes > 0])
        if not (len(observed) and len(null)):
            continue
        value = sign * nes[chosen] - _SAME
        expected = (len(null) - np.searchsorted(null, value)) / len(null)
        found = (len(observed) - np.searchsorted(observed, value)) / len(observed)
        q[chosen] = np.minimum(expected / found, 1.0)
    return q
