"""Slopes of all genes on a value in two groups, their difference, and both where the slopes are equal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radassoc.base.parallel import run_tasks
from radassoc.base.seeds import generator
from radassoc.kernels.correlation import basis, residuals
from radassoc.kernels.enrichment import Sets, walk_scores
from radassoc.kernels.permutation import permuted_rows

__all__ = ["Difference", "NullDifference", "Side", "compare_slopes", "equal_slopes_null", "make_side", "set_means"]

#: Permutations per task: never depends on the workers.
_BLOCK = 50
#: This many tell the mean size of a score by chance well enough.
_ENOUGH = 1_000


@dataclass(frozen=True)
class Side:
    """One group of patients, less what the covariates explain in it.

    Attributes
    ----------
    genes
        Residuals of the genes on intercept, strata and covariates, (n, n_genes).
    unit, length
        Residual of the value as a vector of unit length, and its length.
    Q
        Orthonormal basis of intercept, strata and covariates, (n, 1 + rank).
    strata
        Stratum of each patient.
    """

    genes: np.ndarray
    unit: np.ndarray
    length: float
    Q: np.ndarray
    strata: np.ndarray

    @property
    def df(self) -> int:
        """Degrees of freedom of a slope in this group."""
        return len(self.unit) - self.Q.shape[1] - 1

    @property
    def units(self) -> np.ndarray:
        """The genes' residuals, of unit length."""
        return self.genes / np.linalg.norm(self.genes, axis=0)


@dataclass(frozen=True)
class Difference:
    """By gene: slope in each group, variance of each slope, and the t of their difference."""

    slopes: np.ndarray
    variances: np.ndarray
    statistic: np.ndarray


@dataclass(frozen=True)
class NullDifference:
    """What equal slopes give, by permutation and set.

    ``es`` and ``means`` along the difference, ``own`` the score in each group, (2, b, n_sets); ``chance`` is the score
    in each group where its value means nothing, (2, b', n_sets).
    """

    es: np.ndarray
    means: np.ndarray
    own: np.ndarray
    chance: np.ndarray


def make_side(genes: np.ndarray, values: np.ndarray, covariates: np.ndarray, strata: np.ndarray) -> Side:
    """Take intercept, strata and covariates (n, k) out of the genes (n, n_genes) and values (n,) of one group.

    A value without anything of its own comes back with length 0.
    """
    codes = np.unique(strata)[1:]
    Q = basis(np.hstack([covariates, strata[:, None] == codes[None, :]]).astype(float))
    left = residuals(values[:, None], Q)[:, 0]
    length = float(np.linalg.norm(left))
    if length <= max(1e-7 * np.linalg.norm(values - values.mean()), 1e-12 * np.linalg.norm(values)):
        length = 0.0
    unit = left / length if length else np.zeros_like(left)
    return Side(residuals(genes, Q), unit, length, Q, strata)


def compare_slopes(sides: tuple[Side, Side]) -> Difference:
    """Return the slopes and the t of their difference; each group keeps its own residual variance."""
    along = [side.unit @ side.genes for side in sides]
    left = [np.sum(side.genes**2, axis=0) - a**2 for side, a in zip(sides, along, strict=True)]
    slopes = np.array([a / side.length for side, a in zip(sides, along, strict=True)])
    variances = np.array([_variance(side, rss) for side, rss in zip(sides, left, strict=True)])
    return Difference(slopes, variances, _t(slopes[1] - slopes[0], variances))


def equal_slopes_null(sides: tuple[Side, Side], sets: Sets, *, weight: float, n: int, seed: int) -> NullDifference:
    """Permute residuals of the model with one slope for both groups: rows within groups and strata, all genes alike.

    The permuted residuals are residualised again on that model and the fit is added back (Freedman and Lane): what both
    groups share stays as it was seen, what differs is left to chance. Everything that the tests need is then a product
    of permuted designs with the residuals.
    """
    orders = [permuted_rows(side.strata, n, generator(seed, "compare_enrichment", g)) for g, side in enumerate(sides)]
    weights = np.array([side.length**2 for side in sides]) / sum(side.length**2 for side in sides)
    common = sum(w * (side.unit @ side.genes) / side.length for w, side in zip(weights, sides, strict=True))
    reduced = [side.genes - np.outer(side.length * side.unit, common) for side in sides]
    units = [side.units for side in sides]

    def score(first: int) -> tuple[np.ndarray, ...]:
        block = [order[first : first + _BLOCK] for order in orders]
        drawn = [_permuted(side, order, left) for side, order, left in zip(sides, block, reduced, strict=True)]
        slopes, rest = np.array([item[0] for item in drawn]), np.array([item[1] for item in drawn])
        variances = np.array([_variance(side, rss) for side, rss in zip(sides, rest, strict=True)])
        t = _t(slopes[1] - slopes[0], variances)
        slopes += common - np.tensordot(weights, slopes, 1)
        own = [
            walk_scores(_correlation(side, slope, rss), sets, weight=weight)
            for side, slope, rss in zip(sides, slopes, rest, strict=True)
        ]
        chance = [
            walk_scores(_noise(side, order) @ unit, sets, weight=weight) if first < _ENOUGH else np.empty((0, 0))
            for side, order, unit in zip(sides, block, units, strict=True)
        ]
        return walk_scores(t, sets, weight=weight), set_means(t, sets), np.array(own), np.array(chance)

    found = run_tasks(score, range(0, n, _BLOCK), label="difference of enrichment")
    es, means, own, chance = zip(*found, strict=True)
    some = [item for item in chance if item.size]
    return NullDifference(
        np.concatenate(es), np.concatenate(means), np.concatenate(own, axis=1), np.concatenate(some, axis=1)
    )


def _permuted(side: Side, order: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return slopes and residual sums of squares (b, n_genes) of permuted residuals (n, n_genes)."""
    along = side.unit[order] @ left
    rest = np.sum(left**2, axis=0) - along**2
    for column in side.Q.T[1:]:  # the intercept explains nothing of them
        rest -= (column[order] @ left) ** 2
    return along / side.length, np.maximum(rest, 0.0)


def _correlation(side: Side, slope: np.ndarray, rest: np.ndarray) -> np.ndarray:
    along = slope * side.length
    size = np.sqrt(along**2 + rest)
    return np.asarray(np.divide(along, size, out=np.zeros_like(along), where=size > 0))


def set_means(statistics: np.ndarray, sets: Sets) -> np.ndarray:
    """Return the mean statistic (b, n_sets) of each set's genes; statistics (b, n_genes)."""
    sums = np.add.reduceat(statistics[:, sets.genes], sets.start[:-1], axis=1)
    return np.asarray(sums / sets.sizes)


def _variance(side: Side, rss: np.ndarray) -> np.ndarray:
    return np.asarray(rss / (side.df * side.length**2))


def _t(difference: np.ndarray, variances: np.ndarray) -> np.ndarray:
    size = np.sqrt(variances.sum(axis=0))
    return np.divide(difference, size, out=np.zeros_like(difference), where=size > 0)


def _noise(side: Side, order: np.ndarray) -> np.ndarray:
    """Return the permuted value (b, n), residualised again and of unit length."""
    permuted = residuals(side.unit[order].T, side.Q)
    length = np.linalg.norm(permuted, axis=0)
    return np.asarray(np.divide(permuted, length, out=np.zeros_like(permuted), where=length > 1e-9).T)
