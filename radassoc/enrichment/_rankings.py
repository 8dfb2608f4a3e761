"""What the genes are ranked by, for the value itself and for what replaces it where it means nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import special

from radassoc.kernels.correlation import basis, correlate
from radassoc.kernels.cox_marginal import marginal_score_z
from radassoc.kernels.cox_risk import risk_sets
from radassoc.kernels.cox_rows import cox_null, permuted_z
from radassoc.kernels.enrichment import Sets
from radassoc.kernels.moderated import moderated_t, normal_scores
from radassoc.kernels.rank_walk import set_sums
from radassoc.kernels.rotation import mean_rotation_p
from radassoc.kernels.tails import correlation_p

if TYPE_CHECKING:
    from radassoc.enrichment._null import Design

__all__ = ["Correlations", "CoxScores", "ModeratedT", "Ranking"]


class Ranking(Protocol):
    """Statistics of all genes along one value.

    Attributes
    ----------
    statistic
        By which the genes are ranked, (n_genes,).
    normal
        The same on the scale of a standard normal under the null hypothesis.
    p
        Two-sided p-value of each gene.
    """

    statistic: np.ndarray
    normal: np.ndarray
    p: np.ndarray

    def means(self, sets: Sets) -> np.ndarray:
        """Return the mean statistic of each set along the value itself."""

    def prepare(self, sets: Sets) -> None:
        """Compute once what all blocks need."""

    def block(self, vectors: np.ndarray, sets: Sets) -> tuple[np.ndarray, np.ndarray]:
        """Return statistics (b, n_genes) along what stands for the value, and the mean of each set (b, n_sets)."""

    def residual_sums(self, sets: Sets) -> np.ndarray:
        """Return the sum (n_sets, n) of each set's residuals, whose correlations are those between the statistics."""


def _means(statistics: np.ndarray, sets: Sets) -> np.ndarray:
    return set_sums(statistics.T, sets).T / sets.sizes


class Correlations:
    """Partial correlations; ``unit`` (n,) is the residual of the value, of unit length."""

    def __init__(self, unit: np.ndarray, design: Design) -> None:
        self.unit, self.design = unit, design
        self.r = correlate(unit[:, None], design.genes)[0]
        self.statistic = self.r
        self.p = correlation_p(self.r, float(design.df))
        found = moderated_t(self.r[None, :], design.lengths**2, design.df)
        self.t = found.t[0]
        self.normal = normal_scores(self.t, float(found.df_total[0]))

    def means(self, sets: Sets) -> np.ndarray:
        return np.asarray(_means(self.statistic[None, :], sets)[0])

    def prepare(self, sets: Sets) -> None:
        self._set_genes = set_sums(self.design.genes.T, sets).T / sets.sizes

    def block(self, vectors: np.ndarray, sets: Sets) -> tuple[np.ndarray, np.ndarray]:
        del sets
        return self._correlate(vectors), np.asarray(vectors @ self._set_genes)

    def _correlate(self, vectors: np.ndarray) -> np.ndarray:
        return np.asarray(vectors.astype(np.float32) @ self.design.single)

    def residual_sums(self, sets: Sets) -> np.ndarray:
        scale = 1 / np.sqrt(np.maximum((1 - self.r) * (1 + self.r), 1e-12))
        told = set_sums((self.r * scale)[:, None], sets)
        return np.asarray(set_sums(self.design.genes.T, sets, scale=scale) - told * self.unit)

    def rotation_p(self, sets: Sets) -> np.ndarray:
        """Return the exact p-value of each set's mean correlation under rotation."""
        self.prepare(sets)
        return mean_rotation_p(self.unit, self._set_genes, self.design.df)


class ModeratedT(Correlations):
    """Moderated t; the mean of a set is taken over normal scores, as in limma's rotation tests."""

    def __init__(self, unit: np.ndarray, design: Design) -> None:
        super().__init__(unit, design)
        self.statistic = self.t
        self.p = 2 * special.ndtr(-np.abs(self.normal))

    def means(self, sets: Sets) -> np.ndarray:
        return np.asarray(_means(self.normal[None, :], sets)[0])

    def prepare(self, sets: Sets) -> None:
        del sets

    def block(self, vectors: np.ndarray, sets: Sets) -> tuple[np.ndarray, np.ndarray]:
        found = moderated_t(self._correlate(vectors), self.design.lengths**2, self.design.df)
        normal = normal_scores(found.t, found.df_total[:, None].astype(np.float32))
        return found.t, _means(normal, sets)


class CoxScores:
    """Score statistics z of a Cox model of covariates, strata and one gene."""

    def __init__(self, time: np.ndarray, event: np.ndarray, design: Design) -> None:
        risk = risk_sets(time, event, strata=design.strata)
        # covariates that are constant or repeated among these patients carry nothing
        Z = np.sqrt(len(time)) * basis(design.covariates)[:, 1:]
        self.design = design
        self._null = cox_null(Z, risk)
        self.statistic = self.normal = marginal_score_z(np.asarray(design.genes), Z, risk)
        self.p = 2 * special.ndtr(-np.abs(self.statistic))

    def means(self, sets: Sets) -> np.ndarray:
        return np.asarray(_means(self.statistic[None, :], sets)[0])

    def prepare(self, sets: Sets) -> None:
        del sets

    def block(self, vectors: np.ndarray, sets: Sets) -> tuple[np.ndarray, np.ndarray]:
        z = permuted_z(self.design.single, self._null, vectors)
        return z, _means(z, sets)

    def residual_sums(self, sets: Sets) -> np.ndarray:
        return set_sums(self.design.genes.T, sets)
