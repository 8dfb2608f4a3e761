r"""Which features can matter: strong rules and optimality checks over all features at once.

The gradient of every feature is one matrix product in single precision. It only ever sorts features into "surely
not" and "look again": the margin covers its rounding error, and what falls within the margin is computed anew in
double precision.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_newton import SLACK
from radassoc.kernels.cox_risk import INNER, KERNEL

__all__ = ["Screen", "add_violators", "keep_strong", "new_screen", "update_bound"]


class Screen(NamedTuple):
    """Gradients of all features, and the features that are looked at.

    ``single`` (p, n), the features in single precision; ``margin`` (p,), their rounding error per length of the
    residual; ``bound`` (p,), an upper bound of the absolute gradients, tight to single precision.
    ``strong[:n_strong[0]]`` are the features looked at, ``is_strong`` (p,) says the same as a mask.
    """

    single: np.ndarray
    margin: np.ndarray
    bound: np.ndarray
    strong: np.ndarray
    is_strong: np.ndarray
    n_strong: np.ndarray


def new_screen(Z: np.ndarray) -> Screen:
    """Return the screen of centred features in rows.

    Centring changes no gradient (martingale residuals sum to zero in each stratum) and keeps single precision
    meaningful.
    """
    p, n = Z.shape
    return Screen(
        single=Z.astype(np.float32),
        margin=8 * np.finfo(np.float32).eps * np.sqrt(n) * np.sqrt(np.einsum("ij,ij->i", Z, Z)),
        bound=np.zeros(p),
        strong=np.zeros(p, np.int64),
        is_strong=np.zeros(p, np.bool_),
        n_strong=np.zeros(1, np.int64),
    )


@jit(**KERNEL)
def update_bound(screen: Screen, residual: np.ndarray, total: float) -> None:
    """Bound the absolute gradients at a residual."""
    scaled = np.empty(residual.size, np.float32)
    square = 0.0
    for i in range(residual.size):
        scaled[i] = residual[i] / total
        square += residual[i] * residual[i]
    length = np.sqrt(square) / total
    gradient = np.dot(screen.single, scaled)
    for j in range(gradient.size):
        screen.bound[j] = abs(gradient[j]) + screen.margin[j] * length


@jit(**KERNEL)
def keep_strong(screen: Screen, lam: float, previous: float, l1: np.ndarray) -> None:
    """Look at the features that the sequential strong rule keeps.

    A gradient is expected to move by less than the change of lambda; the check afterwards catches the exceptions.
    Tibshirani et al. (2012), doi:10.1111/j.1467-9868.2011.01004.x.
    """
    share = 1.0
    if lam <= 0.0:
        share = 0.0
    elif lam < previous:
        share = 2.0 - previous / lam
    screen.n_strong[0] = 0
    for j in range(l1.size):
        screen.is_strong[j] = False
        if screen.bound[j] >= l1[j] * share:
            _look_at(screen, j)


@jit(**KERNEL)
def add_violators(screen: Screen, Z: np.ndarray, residual: np.ndarray, total: float, l1: np.ndarray) -> bool:
    """Look also at the features whose gradient exceeds their penalty; return whether there are any."""
    before = screen.n_strong[0]
    for j in range(l1.size):
        if screen.bound[j] > l1[j] and not screen.is_strong[j]:
            gradient = abs(np.dot(Z[j], residual)) / total
            if gradient > l1[j] * (1 + SLACK):
                _look_at(screen, j)
    return bool(screen.n_strong[0] > before)


@jit(**INNER)
def _look_at(screen: Screen, j: int) -> None:
    screen.strong[screen.n_strong[0]] = j
    screen.is_strong[j] = True
    screen.n_strong[0] += 1
