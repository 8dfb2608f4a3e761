"""Patients ready for any value, and the scores of gene sets where a value means nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from radassoc.base.parallel import run_tasks
from radassoc.base.seeds import generator
from radassoc.enrichment._rankings import Ranking
from radassoc.kernels.correlation import basis, midranks, residual_units, residuals, unit_rows
from radassoc.kernels.enrichment import Sets, draw_sets, random_set_scores
from radassoc.kernels.maxmean import maxmean
from radassoc.kernels.permutation import permuted_rows
from radassoc.kernels.rank_walk import score_rows, split_sets

__all__ = [
    "Design",
    "NullScores",
    "gene_null",
    "make_design",
    "permuted_orders",
    "permuted_values",
    "sample_null",
    "unit_values",
]

#: Permutations per task: a block of statistics that fits the cache beside its order; never depends on the workers.
_BLOCK = 25


@dataclass(frozen=True)
class Design:
    """One group of patients, ready for any value: genes and nuisance model.

    Attributes
    ----------
    genes
        Residuals of the genes on the nuisance model, of unit length, (n, n_genes); 0 in a gene that is constant here.
    lengths
        What the length of the residuals was, (n_genes,).
    covariates
        Numbers (n, k), without strata.
    Q
        Orthonormal basis of intercept, strata and covariates, (n, 1 + rank).
    strata
        Stratum of each patient.
    ranked
        Whether values and genes are ranked first.
    """

    genes: np.ndarray
    lengths: np.ndarray
    covariates: np.ndarray
    Q: np.ndarray
    strata: np.ndarray
    ranked: bool

    @property
    def df(self) -> int:
        """Degrees of freedom of a partial correlation: n - 2 - rank of the nuisance model without its intercept."""
        return self.genes.shape[0] - self.Q.shape[1] - 1

    @property
    def stratified(self) -> bool:
        """Whether there are strata that patients never leave."""
        return bool((self.strata != self.strata[0]).any())

    @cached_property
    def single(self) -> np.ndarray:
        """The genes in single precision, for thousands of permutations."""
        return np.ascontiguousarray(self.genes, dtype=np.float32)


@dataclass(frozen=True)
class NullScores:
    """Enrichment scores and mean statistics of the sets, (b, n_sets) each; the mean is absent where genes are drawn.

    ``maxmean``: the restandardised maxmean, where it was asked for.
    """

    es: np.ndarray
    means: np.ndarray | None
    maxmean: np.ndarray | None = None


def make_design(expression: np.ndarray, covariates: np.ndarray, strata: np.ndarray, *, ranked: bool) -> Design:
    """Residualise the genes (n, n_genes, complete) on intercept, stratum dummies and covariates (n, k)."""
    codes = np.unique(strata)[1:]
    # ranking leaves a dummy as it is but for scale, so all covariates may be ranked alike
    used = midranks(covariates) if ranked else covariates
    Q = basis(np.hstack([used, strata[:, None] == codes[None, :]]).astype(float))
    rows, lengths = unit_rows(midranks(expression) if ranked else expression, Q)
    constant = np.isnan(lengths)
    rows[constant], lengths[constant] = 0.0, 0.0
    return Design(rows.T, lengths, covariates.astype(float), Q, strata, ranked)


def unit_values(values: np.ndarray, design: Design) -> np.ndarray:
    """Return residuals (n, m) of patient-level values (n, m), of unit length; NaN in a column that is explained."""
    return residual_units(midranks(values) if design.ranked else values, design.Q)


def permuted_orders(strata: np.ndarray, *, n_permutations: int, seed: int) -> np.ndarray:
    """Return (n_permutations, n) orders of the patients, who never leave their stratum."""
    return permuted_rows(strata, n_permutations, generator(seed, "enrichment", "permutations"))


def permuted_values(unit: np.ndarray, design: Design, *, n_permutations: int, seed: int) -> np.ndarray:
    """Return (n_permutations, n) permuted residuals, residualised again and of unit length (Freedman and Lane).

    Without the second residualisation a permuted vector would again be correlated with the covariates, and the test
    would not keep its level where genes follow them.
    """
    rows = permuted_orders(design.strata, n_permutations=n_permutations, seed=seed)
    permuted = residuals(unit[rows].T, design.Q)
    length = np.linalg.norm(permuted, axis=0)
    return np.ascontiguousarray(np.divide(permuted, length, out=np.zeros_like(permuted), where=length > 1e-9).T)


def sample_null(
    ranking: Ranking, vectors: np.ndarray, sets: Sets, *, weight: float, with_maxmean: bool = False
) -> NullScores:
    """Return scores and means of all sets along the ranking that each of the vectors (b, n) makes."""
    ranking.prepare(sets)
    parts = split_sets(sets)

    def score(first: int) -> tuple[np.ndarray, ...]:
        rows, means = ranking.block(vectors[first : first + _BLOCK], sets)
        scores = score_rows(rows, parts, weight=weight)
        return (scores, means, maxmean(rows, sets)) if with_maxmean else (scores, means)

    blocks = run_tasks(score, range(0, len(vectors), _BLOCK), label="enrichment")
    none = np.empty((0, len(sets.sizes)))
    return NullScores(
        np.concatenate([*(block[0] for block in blocks), none.astype(np.float32)]),
        np.concatenate([*(block[1] for block in blocks), none]),
        np.concatenate([*(block[2] for block in blocks), none]) if with_maxmean else None,
    )


def gene_null(
    rankings: np.ndarray, sizes: np.ndarray, *, n_permutations: int, weight: float, seed: int
) -> list[NullScores]:
    """Return the scores of random sets of the same sizes along each descending ranking (k, n_genes).

    Sets of one size share their draws, and all rankings share them too: drawn once, sorted, walked along each.
    """
    distinct, place = np.unique(sizes, return_inverse=True)

    def score(size: int) -> np.ndarray:
        rng = generator(seed, "enrichment", "genes", size)
        draws = draw_sets(n_permutations, size, rankings.shape[1], rng)
        return random_set_scores(rankings, draws, weight=weight)

    scores = run_tasks(score, [int(size) for size in distinct], label="random sets of genes")
    return [NullScores(np.stack([each[k] for each in scores], axis=1)[:, place], None) for k in range(len(rankings))]
