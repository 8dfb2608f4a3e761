"""A sheet of text columns beside axes of hazard ratios, laid out in millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from radassoc.figures.style import COLORS, MM, shorten

__all__ = ["Sheet", "ratio_limits", "ratio_ticks"]

_TICKS = (  # by the number of doublings that the axis covers
    (0.1, (0.94, 0.96, 0.98, 1.0, 1.02, 1.04, 1.06)),
    (0.25, (0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15)),
    (0.8, (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75)),
    (2.8, (0.33, 0.5, 0.67, 1.0, 1.5, 2.0, 3.0)),
    (5.0, (0.03125, 0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)),
    (10.0, (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)),
    (np.inf, tuple(10.0**power for power in range(-6, 7))),
)
_LETTER, _GAP = 1.35, 1.2  # millimetres: the label of a tick, and between two
_FARTHEST = 4.0  # an interval may reach so many times beyond the estimates; an arrow says that it goes on


class Sheet:
    """Axes that cover a figure, in millimetres from its upper left corner."""

    def __init__(self, figure: Any) -> None:
        if isinstance(figure, Figure):
            figure.set_layout_engine("none")  # every place is told in millimetres
        box = figure.bbox
        dots = figure.get_figure(root=True).dpi * MM
        self.figure = figure
        self.width, self.height = box.width / dots, box.height / dots
        self.axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set(xlim=(0, self.width), ylim=(self.height, 0))
        self.axes.set_axis_off()

    def text(self, x: float, y: float, text: str, **look: Any) -> Any:
        """Write at a place in millimetres."""
        look = {"va": "center", "fontsize": 6.8, **look}
        return self.axes.text(x, y, text, **look)

    def line(self, x: Sequence[float], y: Sequence[float], **look: Any) -> None:
        """Draw a line between places in millimetres."""
        self.axes.plot(x, y, **{"color": COLORS["ink"], "linewidth": 0.6, "solid_capstyle": "butt", **look})

    def inside(self, left: float, right: float, top: float, bottom: float) -> Any:
        """Return Axes in this box whose vertical axis is in millimetres of the sheet, downwards."""
        box = (left / self.width, 1 - bottom / self.height, (right - left) / self.width, (bottom - top) / self.height)
        axes = self.figure.add_axes(box)
        axes.set_ylim(bottom, top)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.patch.set_visible(False)
        return axes

    def fit(self, text: str, width: float, *, end: str = "", **look: Any) -> str:
        """Return the text and its end, the text shortened in its middle until both are no wider than this."""
        for length in range(len(text), 5, -1):
            short = shorten(text, length) + end
            if self.measure(short, **look) <= width:
                return short
        return text[:6] + end

    def measure(self, text: str, **look: Any) -> float:
        """Return how wide a text would be, in millimetres."""
        drawn = self.text(0, 0, text, **look)
        width = drawn.get_window_extent().width / (self.figure.get_figure(root=True).dpi * MM)
        drawn.remove()
        return float(width)


def ratio_limits(estimates: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    """Return the ends of a logarithmic axis: all estimates, 1, and the intervals as far as they are informative."""
    known = np.append(estimates[np.isfinite(estimates)], 1.0)
    lowest = max(np.nanmin([*low[np.isfinite(low)], known.min()]), known.min() / _FARTHEST)
    highest = min(np.nanmax([*high[np.isfinite(high)], known.max()]), known.max() * _FARTHEST)
    margin = max((highest / lowest) ** 0.04, 1.03)
    return float(lowest / margin), float(highest * margin)


def ratio_ticks(low: float, high: float, width: float = np.inf) -> list[float]:
    """Return round hazard ratios between the limits whose labels do not touch on an axis of this width: 1, outwards."""
    span = float(np.log2(high / low))
    ticks = next(ticks for widest, ticks in _TICKS if span <= widest)
    kept: list[float] = []
    for tick in sorted((tick for tick in ticks if low <= tick <= high), key=lambda tick: abs(np.log(tick))):
        if all(_apart(tick, other) <= width * abs(np.log2(tick / other)) / span for other in kept):
            kept.append(tick)
    return sorted(kept)


def _apart(tick: float, other: float) -> float:
    return _LETTER * (len(f"{tick:g}") + len(f"{other:g}")) / 2 + _GAP
