"""Statistics of all genes along a value, and what they are where the value means nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radassoc.base.parallel import run_tasks
from radassoc.base.seeds import generator
from radassoc.kernels.correlation import basis, midranks, residual_units, residuals
from radassoc.kernels.enrichment import Sets, draw_sets, random_set_scores, walk_scores
from radassoc.kernels.permutation import permuted_rows

__all__ = ["Design", "NullScores", "gene_null", "make_design", "permuted_values", "sample_null", "unit_values"]

#: Permutations per task: a block of statistics that fits the cache beside its order; never depends on the workers.
_BLOCK = 50


@dataclass(frozen=True)
class Design:
    """One group of patients, ready for any value: genes and nuisance model.

    Attributes
    ----------
    genes
        Residuals of the genes on the nuisance model, of unit length, (n, n_genes); 0 in a gene that is constant here.
    Q
        Orthonormal basis of intercept, strata and covariates, (n, 1 + rank).
    strata
        Stratum of each patient.
    ranked
        Whether values and genes are ranked first.
    """

    genes: np.ndarray
    Q: np.ndarray
    strata: np.ndarray
    ranked: bool

    @property
    def df(self) -> int:
        """Degrees of freedom of a partial correlation: n - 2 - rank of the nuisance model without its intercept."""
        return self.genes.shape[0] - self.Q.shape[1] - 1


@dataclass(frozen=True)
class NullScores:
    """Enrichment scores and mean statistics of the sets, (b, n_sets) each; the mean is absent where genes are drawn."""

    es: np.ndarray
    means: np.ndarray | None


def make_design(expression: np.ndarray, covariates: np.ndarray, strata: np.ndarray, *, ranked: bool) -> Design:
    """Residualise the genes (n, n_genes, complete) on intercept, stratum dummies and covariates (n, k)."""
    codes = np.unique(strata)[1:]
    # ranking leaves a dummy as it is but for scale, so all covariates may be ranked alike
    used = midranks(covariates) if ranked else covariates
    Q = basis(np.hstack([used, strata[:, None] == codes[None, :]]).astype(float))
    table = midranks(expression) if ranked else expression
    return Design(np.nan_to_num(residual_units(table, Q), nan=0.0), Q, strata, ranked)


def unit_values(values: np.ndarray, design: Design) -> np.ndarray:
    """Return residuals (n, m) of patient-level values (n, m), of unit length; NaN in a column that is explained."""
    return residual_units(midranks(values) if design.ranked else values, design.Q)


def permuted_values(unit: np.ndarray, design: Design, *, n_permutations: int, seed: int) -> np.ndarray:
    """Return (n_permutations, n) permuted residuals, residualised again and of unit length (Freedman and Lane).

    Without the second residualisation a permuted vector would again be correlated with the covariates, and the test
    would not keep its level where genes follow them.
    """
    rows = permuted_rows(design.strata, n_permutations, generator(seed, "enrichment", "permutations"))
    permuted = residuals(unit[rows].T, design.Q)
    length = np.linalg.norm(permuted, axis=0)
    return np.ascontiguousarray(np.divide(permuted, length, out=np.zeros_like(permuted), where=length > 1e-9).T)


def sample_null(values: np.ndarray, design: Design, sets: Sets, *, weight: float) -> NullScores:
    """Return the scores of all sets along each of the unit values (b, n)."""
    means = values @ _set_means(design.genes, sets)

    def score(first: int) -> np.ndarray:
        return walk_scores(values[first : first + _BLOCK] @ design.genes, sets, weight=weight)

    blocks = run_tasks(score, range(0, len(values), _BLOCK), label="enrichment")
    return NullScores(np.concatenate([*blocks, np.empty((0, len(sets.sizes)))]), means)


def _set_means(genes: np.ndarray, sets: Sets) -> np.ndarray:
    """Mean of each set's unit genes, (n, n_sets): its product with a value is the set's mean statistic."""
    means = np.empty((len(genes), len(sets.sizes)))
    for s, size in enumerate(sets.sizes):
        means[:, s] = genes[:, sets.genes[sets.start[s] : sets.start[s + 1]]].sum(axis=1) / size
    return means


def gene_null(ranking: np.ndarray, sizes: np.ndarray, *, n_permutations: int, weight: float, seed: int) -> NullScores:
    """Return the scores of random sets of the same sizes along one descending ranking.

    Sets of one size share their draws, and all rankings of the same length share them too.
    """
    es = np.empty((n_permutations, len(sizes)))
    for size in np.unique(sizes):
        draws = draw_sets(n_permutations, int(size), len(ranking), generator(seed, "enrichment", "genes", int(size)))
        es[:, sizes == size] = random_set_scores(ranking, draws, weight=weight)[:, None]
    return NullScores(es, None)
