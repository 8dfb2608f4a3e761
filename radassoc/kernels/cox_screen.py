r"""Which features can matter: strong rules and optimality checks over all features at once.

The gradient of every feature is one matrix product in single precision. It only ever sorts features into "surely
not" and "look again": the margin covers its rounding error, and what falls within the margin is computed anew in
double precision.
"""

from __future__ import annotations

import numpy as np

from radassoc.kernels.cox_newton import SLACK

__all__ = ["Screen", "strong_features"]


class Screen:
    """Gradients of all features, given centred features in rows.

    Centring changes no gradient (martingale residuals sum to zero in each stratum) and keeps single precision
    meaningful.
    """

    def __init__(self, Z: np.ndarray, total_weight: float) -> None:
        self._Z = Z
        self._total = total_weight
        self._single = Z.astype(np.float32)
        self._margin = 8 * np.finfo(np.float32).eps * np.sqrt(Z.shape[1]) * np.sqrt(np.einsum("ij,ij->i", Z, Z))

    def bound(self, residual: np.ndarray) -> np.ndarray:
        """Return an upper bound of each feature's absolute gradient, tight to single precision."""
        gradient: np.ndarray = np.abs(self._single @ (residual / self._total).astype(np.float32))
        bound: np.ndarray = gradient + self._margin * (np.linalg.norm(residual) / self._total)
        return bound

    def exact(self, residual: np.ndarray, features: np.ndarray) -> np.ndarray:
        """Return the absolute gradient of some features in double precision."""
        gradient: np.ndarray = np.abs(self._Z[features] @ residual) / self._total
        return gradient

    def violators(self, bound: np.ndarray, residual: np.ndarray, l1: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Return the features, none of them ``known``, whose gradient exceeds their penalty."""
        suspect = bound > l1
        suspect[known] = False
        candidates = np.flatnonzero(suspect)
        return candidates[self.exact(residual, candidates) > l1[candidates] * (1 + SLACK)]


def strong_features(bound: np.ndarray, lam: float, previous: float, l1: np.ndarray) -> np.ndarray:
    """Return the features that the sequential strong rule keeps.

    A gradient is expected to move by less than the change of lambda; the check afterwards catches the exceptions.
    Tibshirani et al. (2012), doi:10.1111/j.1467-9868.2011.01004.x.
    """
    if lam <= 0:
        return np.flatnonzero(np.isfinite(l1))
    needed = l1 * (2 - previous / lam) if lam < previous else l1
    return np.flatnonzero(bound >= needed)
