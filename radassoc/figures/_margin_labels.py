"""Labels beside Axes with lines to their points: they never touch one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from radassoc.figures.style import COLORS

__all__ = ["label_beside", "spread"]

_SIZE = 6.0  # points


def label_beside(
    axes: Any, x: Sequence[float], y: Sequence[float], texts: Sequence[str], colors: Sequence[str]
) -> None:
    """Write texts to the right of the Axes, as near to the height of their points as they fit, the first first.

    The Axes have their final limits; their height tells how many labels fit.
    """
    low, high = axes.get_ylim()
    points = axes.bbox.height * 72 / axes.get_figure(root=True).dpi
    pitch = (high - low) * 1.4 * _SIZE / points
    most = max(int((high - low) / pitch), 1)
    heights = spread(list(y[:most]), pitch, low + pitch / 2, high - pitch / 2)
    for k, height in enumerate(heights):
        axes.annotate(
            texts[k],
            (x[k], y[k]),
            xytext=(1.03, height),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            fontsize=_SIZE,
            color=colors[k],
            arrowprops={
                "arrowstyle": "-",
                "color": COLORS["pale"],
                "linewidth": 0.4,
                "shrinkA": 1,
                "shrinkB": 1.5,
                "relpos": (0, 0.5),
            },
            annotation_clip=False,
            zorder=1,
        )


def spread(wanted: Sequence[float], pitch: float, low: float, high: float) -> list[float]:
    """Return places as near to the wanted ones as they can be without being nearer than ``pitch`` to each other.

    Examples
    --------
    >>> [round(place, 2) for place in spread([1.0, 1.0, 5.0], 1.0, 0.0, 10.0)]
    [0.5, 1.5, 5.0]
    """
    order = np.argsort(wanted, kind="stable")
    # blocks of neighbours that touch: each is as near as it can be to the mean of what its members want
    blocks: list[list[float]] = []  # first place, size
    for value in np.asarray(wanted, dtype=float)[order]:
        blocks.append([float(value), 1])
        while len(blocks) > 1 and blocks[-2][0] + blocks[-2][1] * pitch > blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            size = before[1] + last[1]
            first = (before[0] * before[1] + (last[0] - before[1] * pitch) * last[1]) / size
            blocks.append([first, size])
    places = [first + k * pitch for first, size in blocks for k in range(int(size))]
    for k in range(len(places)):  # inside the limits, from below and from above
        places[k] = max(places[k], low + k * pitch)
    for k in reversed(range(len(places))):
        places[k] = min(places[k], high - (len(places) - 1 - k) * pitch)
    answer = [0.0] * len(places)
    for place, position in zip(places, order, strict=True):
        answer[int(position)] = place
    return answer
