"""Where the nodes of a network stand: near those that they are like, apart from all others."""

from __future__ import annotations

import numpy as np

__all__ = ["place_nodes"]

_STEPS = 400
#: The golden angle: nodes start on a spiral, so that no two start near each other.
_ANGLE = np.pi * (3 - np.sqrt(5))


def place_nodes(weights: np.ndarray) -> np.ndarray:
    """Return positions (n, 2), about 1 apart, from symmetric similarities (n, n) with an empty diagonal.

    Fruchterman and Reingold's forces with a pull to the middle, which keeps unconnected nodes on the page; from a fixed
    start, so that one network always looks the same.
    """
    n = len(weights)
    order = np.arange(n)
    where = np.sqrt(order + 0.5)[:, None] * np.column_stack([np.cos(order * _ANGLE), np.sin(order * _ANGLE)])
    pull = np.where(weights > 0, 0.1 + 0.3 * weights, 0.0)
    for step in range(_STEPS):
        between = where[:, None] - where[None, :]
        distance = np.maximum(np.linalg.norm(between, axis=2), 1e-3)
        force = 1 / distance**2 - pull * distance
        np.fill_diagonal(force, 0.0)
        move = (between * force[:, :, None]).sum(axis=1) - 0.35 * where
        length = np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1e-9)
        where = where + move / length * np.minimum(length, 0.3 * (1 - step / _STEPS))
    return _push_apart(where)


def _push_apart(where: np.ndarray, least: float = 1.0) -> np.ndarray:
    """Move nodes that cover each other until they stand ``least`` apart."""
    for _ in range(200):
        between = where[:, None] - where[None, :]
        distance = np.linalg.norm(between, axis=2) + 10 * np.eye(len(where))
        close = np.maximum(least - distance, 0.0)
        if not close.any():
            break
        where = where + 0.5 * (between / np.maximum(distance, 1e-6)[:, :, None] * close[:, :, None]).sum(axis=1)
    return where
