"""The design matrix of a training set: each modality's preparation, the univariate screen, the covariates' scale."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.cox_marginal import marginal_score_z
from radassoc.preparation.arrays import Learned, learn_arrays
from radassoc.survival._shapes import Arrays, Settings, risk_of

__all__ = ["Prepared", "pick", "prepare"]


class Prepared(NamedTuple):
    """What is learned before any coefficient.

    ``learned`` describes the columns that go into the model; ``whole`` all that the preparation kept, which is the same
    without a screen. ``factors`` are the penalty factors of the columns; ``center`` and ``scale`` are the covariates'.
    """

    learned: Learned
    center: np.ndarray
    scale: np.ndarray
    whole: Learned
    factors: np.ndarray

    def design(self, data: Arrays) -> np.ndarray:
        """Return covariates, then features, all standardised as in training, column-major for the solver."""
        Z = (data.Z - self.center) / self.scale
        return np.asfortranarray(np.hstack([Z, self.learned.transform(data.X)]))


def prepare(data: Arrays, settings: Settings) -> Prepared:
    """Learn the preparation of every modality and the centre and spread of covariates; the screen if asked.

    No outcome is looked at, but by the screen.
    """
    center = data.Z.mean(axis=0)
    scale = data.Z.std(axis=0)
    scale = np.where(scale > 1e-12 * (1 + np.abs(center)), scale, 1.0)
    whole = _learn_blocks(data.X, settings)
    factors = settings.factors_of(whole.columns, data.X.shape[1])
    prepared = Prepared(whole, center, scale, whole, factors)
    if settings.screen is None or np.count_nonzero(factors) <= settings.screen:
        return prepared
    kept = _screened(prepared, data, settings)
    return prepared._replace(learned=pick(whole, kept), factors=factors[kept])


def pick(learned: Learned, kept: np.ndarray) -> Learned:
    """Return the preparation of some of the kept columns."""
    return learned._replace(
        columns=learned.columns[kept], fill=learned.fill[kept], center=learned.center[kept], scale=learned.scale[kept]
    )


def _screened(prepared: Prepared, data: Arrays, settings: Settings) -> np.ndarray:
    """Return the places of the features with the largest adjusted score statistics, and of those without penalty."""
    design = prepared.design(data)
    q = data.Z.shape[1]
    free = np.flatnonzero(prepared.factors == 0)
    tested = np.flatnonzero(prepared.factors > 0)
    given = np.hstack([design[:, :q], design[:, q + free]])
    z = np.abs(marginal_score_z(design[:, q + tested], given, risk_of(data, settings)))
    best = tested[np.argsort(-z, kind="stable")[: settings.screen]]
    return np.sort(np.append(free, best))


def _learn_blocks(X: np.ndarray, settings: Settings) -> Learned:
    """Learn each modality by its own recipe; columns are numbered through."""
    blocks = settings.blocks_of(X.shape[1])
    if len(blocks) == 1:
        return learn_arrays(X, blocks[0].recipe)
    parts, offset = [], 0
    for block in blocks:
        part = learn_arrays(X[:, offset : offset + block.width], block.recipe)
        stands = np.where(part.representative >= 0, part.representative + offset, -1)
        parts.append(part._replace(columns=part.columns + offset, representative=stands))
        offset += block.width
    return Learned(*(np.concatenate(values) for values in zip(*parts, strict=True)))
