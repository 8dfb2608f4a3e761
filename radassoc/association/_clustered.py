"""Pairs over samples by cluster-robust regression."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.association._pair_scan import Settings
from radassoc.base.parallel import run_tasks
from radassoc.base.seeds import generator
from radassoc.kernels.cluster_robust import cluster_fit, design_of, webb_weights, wild_bootstrap_p

__all__ = ["RepeatsFit", "cluster_robust"]

#: With fewer patients, or fewer degrees of freedom, p comes from the wild cluster bootstrap.
FEW_PATIENTS, FEW_DF = 20, 4.0
_COLUMNS = 50


class RepeatsFit(NamedTuple):
    """Slopes (p, g), standard errors and degrees of freedom; ``p`` where it does not come from t, else NaN."""

    slope: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    p: np.ndarray


def cluster_robust(X: np.ndarray, Y: np.ndarray, Q: np.ndarray, codes: np.ndarray, settings: Settings) -> RepeatsFit:
    """Regress each column of Y on Q and each column of X; ``codes`` tells the patient, sorted."""
    design = design_of(X, Q, codes)
    fit = cluster_fit(design, Y)
    n_patients = len(design.bounds) - 1
    few = (design.df < FEW_DF) | (n_patients < FEW_PATIENTS)
    p = np.full(fit.slope.shape, np.nan)
    if few.any():
        rng = generator(settings.seed, "association", "wild", n_patients)
        weights = webb_weights(settings.n_permutations, n_patients, rng)
        chosen = np.flatnonzero(few)
        parts = [chosen[k : k + _COLUMNS] for k in range(0, chosen.size, _COLUMNS)]

        def draw(part: np.ndarray) -> np.ndarray:
            return wild_bootstrap_p(design_of(X[:, part], Q, codes), Y, weights)

        for part, found in zip(parts, run_tasks(draw, parts, label="wild cluster bootstrap"), strict=True):
            p[part] = found
    return RepeatsFit(fit.slope, fit.std_error, np.broadcast_to(design.df[:, None], p.shape), p)
