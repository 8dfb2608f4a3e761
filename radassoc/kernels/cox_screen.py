r"""Which features can matter: strong rules and optimality checks over all features of all fits at once.

The gradients of every feature in every fit of a batch are one matrix product in single precision. It only ever sorts
features into "surely not" and "look again": the margin covers its rounding error, and what falls within the margin is
computed anew in double precision. Everything is laid out features x fits, so that the loops over fits are vectors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_features import Features, score_of
from radassoc.kernels.cox_newton import SLACK
from radassoc.kernels.cox_risk import INNER, KERNEL

__all__ = [
    "Screen",
    "add_violators",
    "keep_strong",
    "largest_lambdas",
    "new_screen",
    "set_residual",
    "update_gradients",
]

_ROUNDED = np.float32(1 + 2**-18)  # covers the rounding of penalties and bounds to single precision


class Screen(NamedTuple):
    """Gradients of p features in B fits, and the features that each fit looks at.

    ``limit`` (p, B), the penalty at lambda 1, infinite for what a fit must not use; ``gradient`` (p, B), in single
    precision; ``residual`` (n, B) and ``length`` (B,), what it was made of. ``strong[f, :n_strong[f]]`` are the
    features looked at, ``is_strong`` (p, B) says the same as a mask. ``threshold`` (B,) is work space.
    """

    limit: np.ndarray
    gradient: np.ndarray
    residual: np.ndarray
    length: np.ndarray
    strong: np.ndarray
    is_strong: np.ndarray
    n_strong: np.ndarray
    threshold: np.ndarray


def new_screen(limit: np.ndarray, n: int) -> Screen:
    """Return the screen of B fits with penalties ``limit`` (p, B) of ``n`` patients."""
    p, n_fits = limit.shape
    return Screen(
        limit=np.ascontiguousarray(limit, np.float32),
        gradient=np.zeros((p, n_fits), np.float32),
        residual=np.zeros((n, n_fits), np.float32),
        length=np.zeros(n_fits, np.float32),
        strong=np.empty((n_fits, p), np.int32),  # hardly any of it is ever touched
        is_strong=np.zeros((p, n_fits), np.bool_),
        n_strong=np.zeros(n_fits, np.int64),
        threshold=np.zeros(n_fits, np.float32),
    )


@jit(**INNER)
def set_residual(screen: Screen, f: int, residual: np.ndarray, total: float) -> None:
    """Lay a fit's residual ready for the product."""
    square = 0.0
    for i in range(residual.size):
        screen.residual[i, f] = residual[i] / total
        square += residual[i] * residual[i]
    screen.length[f] = np.sqrt(square) / total


@jit(**KERNEL)
def update_gradients(features: Features, shift: np.ndarray, screen: Screen, solved: np.ndarray) -> None:
    """Compute the gradients of the fits in ``solved``; the others keep theirs."""
    if solved.size == screen.length.size:
        np.dot(features.single, screen.residual, screen.gradient)
    elif solved.size > 0:
        some = np.empty((screen.residual.shape[0], solved.size), np.float32)
        for i in range(some.shape[0]):
            for c in range(solved.size):
                some[i, c] = screen.residual[i, solved[c]]
        product = np.empty((screen.gradient.shape[0], solved.size), np.float32)
        np.dot(features.single, some, product)
        for j in range(product.shape[0]):
            for c in range(solved.size):
                screen.gradient[j, solved[c]] = product[j, c]
    if features.gap_row.size > 0:
        _shift_gradients(features, shift, screen, solved, screen.threshold)


@jit(**INNER)
def _shift_gradients(
    features: Features, shift: np.ndarray, screen: Screen, solved: np.ndarray, total: np.ndarray
) -> None:
    for j in range(features.gap_of.size):
        g = features.gap_of[j]
        if g < 0:
            continue
        for f in range(total.size):
            total[f] = 0.0
        for z in range(features.gap_start[g], features.gap_start[g + 1]):
            i = features.gap_row[z]
            for f in range(total.size):
                total[f] += screen.residual[i, f]
        for c in range(solved.size):
            screen.gradient[j, solved[c]] += shift[min(solved[c], shift.shape[0] - 1), g] * total[solved[c]]


@jit(**KERNEL)
def keep_strong(features: Features, screen: Screen) -> None:
    """Look at the features whose gradient may reach ``threshold`` times their limit; infinite thresholds do nothing.

    With threshold ``2 lambda - previous`` this is the sequential strong rule: a gradient is expected to move by less
    than the change of lambda; the check afterwards catches the exceptions.
    Tibshirani et al. (2012), doi:10.1111/j.1467-9868.2011.01004.x.
    """
    n_fits = screen.length.size
    for f in range(n_fits):
        if screen.threshold[f] < np.inf:
            for s in range(screen.n_strong[f]):
                screen.is_strong[screen.strong[f, s], f] = False
            screen.n_strong[f] = 0
    for j in range(screen.limit.shape[0]):
        n_found = 0
        for f in range(n_fits):
            bound = (abs(screen.gradient[j, f]) + features.margin[j] * screen.length[f]) * _ROUNDED
            # zero times infinity is no number, and nothing is larger: what is excluded never passes
            n_found += bound >= screen.threshold[f] * screen.limit[j, f]
        if n_found > 0:
            for f in range(n_fits):
                bound = (abs(screen.gradient[j, f]) + features.margin[j] * screen.length[f]) * _ROUNDED
                if bound >= screen.threshold[f] * screen.limit[j, f]:
                    _look_at(screen, j, f)


@jit(**KERNEL)
def add_violators(
    features: Features, shift: np.ndarray, screen: Screen, residual: np.ndarray, total: np.ndarray, found: np.ndarray
) -> bool:
    """Look also at the features whose gradient exceeds ``threshold`` times their limit, and tell which fits have any.

    The limit is that of single precision, a millionth too small at most: to look at a feature costs nothing but time.
    """
    n_fits = screen.length.size
    any_found = False
    for j in range(screen.limit.shape[0]):
        n_found = 0
        for f in range(n_fits):
            bound = (abs(screen.gradient[j, f]) + features.margin[j] * screen.length[f]) * _ROUNDED
            n_found += (bound > screen.threshold[f] * screen.limit[j, f]) & (not screen.is_strong[j, f])
        if n_found == 0:
            continue
        for f in range(n_fits):
            limit = np.float64(screen.threshold[f]) * np.float64(screen.limit[j, f]) / np.float64(_ROUNDED)
            bound = (abs(screen.gradient[j, f]) + features.margin[j] * screen.length[f]) * _ROUNDED
            if bound > limit and not screen.is_strong[j, f]:
                score = abs(score_of(features, shift[min(f, shift.shape[0] - 1)], j, residual[f])) / total[f]
                if score > limit * (1 + SLACK):
                    _look_at(screen, j, f)
                    found[f] = True
                    any_found = True
    return any_found


@jit(**KERNEL)
def largest_lambdas(features: Features, screen: Screen, out: np.ndarray) -> None:
    """Fill ``out`` (B,) with bounds above which every penalised coefficient of a fit is zero, at ``l1_ratio`` 1."""
    for f in range(out.size):
        out[f] = 0.0
    for j in range(screen.limit.shape[0]):
        for f in range(out.size):
            if screen.limit[j, f] > 0.0:
                bound = (abs(screen.gradient[j, f]) + features.margin[j] * screen.length[f]) * _ROUNDED
                out[f] = max(out[f], bound / screen.limit[j, f])


@jit(**INNER)
def _look_at(screen: Screen, j: int, f: int) -> None:
    screen.strong[f, screen.n_strong[f]] = j
    screen.is_strong[j, f] = True
    screen.n_strong[f] += 1
