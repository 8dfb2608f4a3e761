r"""The penalised quadratic model of one Newton step, solved directly.

.. math:: \min_b \; -q_0'(b - b_0) + (b - b_0)' H (b - b_0) / 2 + \sum_k \lambda_k |b_k| + \gamma_k b_k^2 / 2

Coordinate descent creeps when features are correlated, and its small step is no small error. Here the support and
its signs are guessed, the smooth problem on them is solved by Cholesky, features that would change sign leave,
zeros that violate optimality enter, until nothing changes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_cholesky import backsolve, delete_row, factorise
from radassoc.kernels.cox_risk import INLINE, INNER, KERNEL

__all__ = ["CACHED", "FACTORED", "SUPPORT", "Model", "new_model", "solve_model"]

CACHED, SUPPORT, FACTORED = 0, 1, 2  # places in Model.sizes
_TURNS = 60
_TURNS_TOGETHER = 4  # later on violators enter one at a time: that cannot cycle
_FEW_LEAVE = 6  # more rotations than this cost more than a new factor
_SLACK = 1e-9


class Model(NamedTuple):
    """The quadratic model over the cached features, and the factor of its support.

    ``sizes``: cached features, features in the support, valid rows of the factor. ``support`` lists the features
    inside, oldest first; ``score`` is the model's negative gradient q at ``b``, ``from_score`` and ``from_b`` are both
    as they were before. ``target`` and ``step`` are by place in the support.
    """

    H: np.ndarray
    L: np.ndarray
    b: np.ndarray
    score: np.ndarray
    l1: np.ndarray
    l2: np.ndarray
    support: np.ndarray
    inside: np.ndarray
    sizes: np.ndarray
    target: np.ndarray
    step: np.ndarray
    from_b: np.ndarray
    from_score: np.ndarray


def new_model(capacity: int) -> Model:
    """Return an empty model with room for ``capacity`` features."""
    return Model(
        H=np.zeros((capacity, capacity)),
        L=np.zeros((capacity, capacity)),
        b=np.zeros(capacity),
        score=np.zeros(capacity),
        l1=np.zeros(capacity),
        l2=np.zeros(capacity),
        support=np.zeros(capacity, np.int64),
        inside=np.zeros(capacity, np.bool_),
        sizes=np.zeros(3, np.int64),
        target=np.zeros(capacity),
        step=np.zeros(capacity),
        from_b=np.zeros(capacity),
        from_score=np.zeros(capacity),
    )


@jit(**KERNEL)
def solve_model(model: Model) -> None:
    """Move ``b`` to the minimum, keeping ``score``, support and factor in step."""
    _leave(model)
    for turn in range(_TURNS):
        entered = _enter(model, turn < _TURNS_TOGETHER)
        if turn > 0 and not entered:
            return
        if not _descend(model):
            break
    # singular or cycling: coordinate descent always goes downhill, if slowly
    _coordinate_descent(model)
    _rebuild_support(model)


@jit(**INNER)
def _enter(model: Model, together: bool) -> bool:
    """Let zeros that violate optimality into the support: all of them, or the worst; unpenalised ones always."""
    worst = 0.0
    last = -1
    before = model.sizes[SUPPORT]
    for k in range(model.sizes[CACHED]):
        if model.inside[k]:
            continue
        excess = abs(model.score[k]) - model.l1[k] * (1 + _SLACK) - 1e-15
        if model.l1[k] == 0.0 or (together and excess > 0.0):
            _join(model, k)
        elif excess > worst:
            worst = excess
            last = k
    if last >= 0:
        _join(model, last)
    return bool(model.sizes[SUPPORT] > before)


@jit(**INNER)
def _join(model: Model, k: int) -> None:
    model.support[model.sizes[SUPPORT]] = k
    model.sizes[SUPPORT] += 1
    model.inside[k] = True


@jit(**INLINE)
def _leave(model: Model) -> None:
    """Take the zeros out of the support: by rotations if they are few, else by refactoring from the first one."""
    A = model.support
    sizes = model.sizes
    n_leaving = 0
    first = sizes[SUPPORT]
    for z in range(sizes[SUPPORT] - 1, -1, -1):
        if model.b[A[z]] == 0.0 and model.l1[A[z]] > 0.0:
            n_leaving += 1
            first = z
    if n_leaving > _FEW_LEAVE:
        sizes[FACTORED] = min(sizes[FACTORED], first)
    for z in range(sizes[SUPPORT] - 1, first - 1, -1):
        if model.b[A[z]] == 0.0 and model.l1[A[z]] > 0.0:
            model.inside[A[z]] = False
            if z < sizes[FACTORED]:
                delete_row(model.L, sizes[FACTORED], z)
                sizes[FACTORED] -= 1
            for y in range(z, sizes[SUPPORT] - 1):
                A[y] = A[y + 1]
            sizes[SUPPORT] -= 1


@jit(**INLINE)
def _descend(model: Model) -> bool:
    """Solve on the support, dropping what changes sign, until the signs hold; False where the support is singular."""
    sizes = model.sizes
    for k in range(sizes[CACHED]):
        model.from_b[k] = model.b[k]
        model.from_score[k] = model.score[k]
    while True:
        if sizes[FACTORED] < sizes[SUPPORT]:
            if not factorise(model.H, model.support, sizes[SUPPORT], model.l2, model.L, sizes[FACTORED]):
                _rescore(model, everything=True)
                return False
            sizes[FACTORED] = sizes[SUPPORT]
        _aim(model)
        n_crossing, nearest = _project(model)
        if n_crossing > 0 and _gain(model) < 0.0:
            _stop_at_first(model, nearest)
        for z in range(sizes[SUPPORT]):
            model.b[model.support[z]] += model.step[z]
        if n_crossing == 0:
            _settle(model)
            return True
        _leave(model)
        _rescore(model, everything=False)


@jit(**INNER)
def _rescore(model: Model, everything: bool) -> None:
    """Bring scores in step with the coefficients, in the support or everywhere."""
    moved = _moved(model)
    for k in range(moved.size):
        if everything or model.inside[k]:
            model.score[k] = model.from_score[k] - np.dot(model.H[k, : moved.size], moved)


@jit(**INNER)
def _settle(model: Model) -> None:
    """Bring scores in step at the minimum over the support, where its own are known."""
    moved = _moved(model)
    for k in range(moved.size):
        if model.inside[k]:
            model.score[k] = model.l1[k] * np.sign(model.b[k]) + model.l2[k] * model.b[k]
        else:
            model.score[k] = model.from_score[k] - np.dot(model.H[k, : moved.size], moved)


@jit(**INLINE)
def _moved(model: Model) -> np.ndarray:
    """Return the way from where the descent began; ``target`` has been used and lends its room."""
    moved = model.target[: model.sizes[CACHED]]
    for k in range(moved.size):
        moved[k] = model.b[k] - model.from_b[k]
    return moved


@jit(**INNER)
def _sign(model: Model, k: int) -> float:
    """Return the sign a feature has, or will take when it moves away from zero."""
    return float(np.sign(model.b[k]) if model.b[k] != 0.0 else np.sign(model.score[k]))


@jit(**INLINE)
def _aim(model: Model) -> None:
    """Fill ``target`` with the step to the minimum over the support, signs held."""
    n = model.sizes[SUPPORT]
    for z in range(n):
        k = model.support[z]
        model.target[z] = model.score[k] - model.l1[k] * _sign(model, k) - model.l2[k] * model.b[k]
    backsolve(model.L, n, model.target)


@jit(**INLINE)
def _project(model: Model) -> tuple[int, float]:
    """Fill ``step`` of the support, stopping at zero whatever would change sign.

    Return how many did and the first one's distance.
    """
    n_crossing = 0
    nearest = 1.0
    for z in range(model.sizes[SUPPORT]):
        k = model.support[z]
        end = model.b[k] + model.target[z]
        model.step[z] = model.target[z]
        if model.l1[k] > 0.0 and end * _sign(model, k) <= 0.0:
            n_crossing += 1
            model.step[z] = -model.b[k]
            nearest = min(nearest, model.b[k] / (model.b[k] - end) if model.b[k] != 0.0 else 0.0)
    return n_crossing, nearest


@jit(**INLINE)
def _gain(model: Model) -> float:
    """Return by how much the step lowers the model."""
    m = model.sizes[CACHED]
    whole = np.zeros(m)
    for z in range(model.sizes[SUPPORT]):
        whole[model.support[z]] = model.step[z]
    gain = 0.0
    for z in range(model.sizes[SUPPORT]):
        k = model.support[z]
        end = model.b[k] + model.step[z]
        gain += (model.score[k] - 0.5 * np.dot(model.H[k, :m], whole)) * model.step[z]
        gain -= model.l1[k] * (abs(end) - abs(model.b[k]))
        gain -= 0.5 * model.l2[k] * (end * end - model.b[k] * model.b[k])
    return gain


@jit(**INLINE)
def _stop_at_first(model: Model, nearest: float) -> None:
    """Shorten the step to the first change of sign, which is downhill for certain."""
    for z in range(model.sizes[SUPPORT]):
        k = model.support[z]
        end = model.b[k] + nearest * model.target[z]
        reached = model.l1[k] > 0.0 and end * _sign(model, k) <= 1e-14 * abs(model.b[k])
        model.step[z] = -model.b[k] if reached else nearest * model.target[z]


@jit(**INLINE)
def _coordinate_descent(model: Model) -> None:
    m = model.sizes[CACHED]
    for _ in range(2000):
        largest = 0.0
        for k in range(m):
            curvature = model.H[k, k]
            if curvature + model.l2[k] <= 1e-14:
                continue
            pull = model.score[k] + curvature * model.b[k]
            shrunk = np.sign(pull) * max(abs(pull) - model.l1[k], 0.0) / (curvature + model.l2[k])
            change = shrunk - model.b[k]
            if change != 0.0:
                model.b[k] = shrunk
                for z in range(m):
                    model.score[z] -= change * model.H[k, z]
                largest = max(largest, curvature * change * change)
        if largest < 1e-14:
            return


@jit(**INLINE)
def _rebuild_support(model: Model) -> None:
    sizes = model.sizes
    sizes[SUPPORT] = 0
    sizes[FACTORED] = 0
    for k in range(sizes[CACHED]):
        model.inside[k] = False
        if model.b[k] != 0.0 or model.l1[k] == 0.0:
            _join(model, k)
