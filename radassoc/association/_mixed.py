"""Pairs over samples by a mixed model with a random intercept of the patient."""

from __future__ import annotations

import numpy as np

from radassoc.association._clustered import RepeatsFit
from radassoc.kernels.mixed_model import random_intercept

__all__ = ["mixed"]


def mixed(X: np.ndarray, Y: np.ndarray, Q: np.ndarray, codes: np.ndarray) -> RepeatsFit:
    """Fit each column of Y on Q, each column of X and a random intercept; ``codes`` tells the patient, sorted."""
    fit = random_intercept(X, Y, Q, codes)
    return RepeatsFit(fit.slope, fit.std_error, fit.df, np.full(fit.slope.shape, np.nan))
