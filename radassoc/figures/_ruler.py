"""One ruler of a nomogram: a line, ticks, and labels that do not touch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from radassoc.figures._sheet import Sheet
from radassoc.figures.style import COLORS

__all__ = ["draw_ruler", "label_rows"]

_SIZE = 6.5
_GAP = 1.0  # millimetres between labels
_TICK = 1.1
_ROW = 2.9
_LINES = (0, -1, 1, 2)
_FAR = {0: 0, -1: 1, 1: 2, 2: 4}
_CLASH = 100
_TOGETHER = 6
_CHARACTER = 1.3  # millimetres


def label_rows(places: np.ndarray, texts: Sequence[str]) -> list[int]:
    """Return on which line each label stands: 0, 1, 2 below the ruler, -1 above it.

    No label touches another, and no tick that leads to a label crosses another one, where that is possible; near lines
    are preferred. All ways are tried for a few labels; more than six go from left to right.
    """
    order = [int(k) for k in np.argsort(places, kind="stable")]
    chosen: list[int] = []
    for start in range(0, len(order), _TOGETHER):
        some = order[: start + _TOGETHER]
        ways = product(_LINES, repeat=len(some) - len(chosen))
        chosen = min(([*chosen, *way] for way in ways), key=lambda way: _cost(places[some], texts, some, way))
    rows = [0] * len(texts)
    for k, line in zip(order, chosen, strict=True):
        rows[k] = line
    return rows


def _cost(places: np.ndarray, texts: Sequence[str], order: Sequence[int], lines: Sequence[int]) -> float:
    half = [0.5 * _CHARACTER * len(texts[k]) for k in order]
    cost = float(sum(_FAR[line] for line in lines))
    for i in range(len(lines)):
        for j in range(i):
            apart = abs(places[i] - places[j])
            if lines[i] == lines[j]:
                cost += _CLASH * (apart < half[i] + half[j] + _GAP)
            else:  # the tick of the farther label passes the nearer one
                near = j if lines[i] > lines[j] else i
                cost += _CLASH * (lines[near] >= 0 and apart < half[near] + _GAP / 2)
    return cost


def draw_ruler(
    sheet: Sheet,
    y: float,
    name: str,
    places: np.ndarray,
    texts: Sequence[str],
    *,
    rows: Sequence[int] | None = None,
    above: bool = False,
    minor: int = 0,
) -> None:
    """Draw a ruler at a height; without ``rows`` labels that would touch are left out, evenly."""
    first, _, second = name.partition("\n")
    sheet.text(2.0, y, sheet.fit(first, 36.0, fontweight="bold"), fontweight="bold")
    if second:
        sheet.text(2.0, y + 3.0, sheet.fit(second, 36.0))
    if len(places):
        sheet.line([places.min(), places.max()], [y, y], linewidth=0.8)
    shown = np.ones(len(texts), dtype=bool) if rows is not None else _shown(sheet, places, texts)
    for k, (x, text) in enumerate(zip(places, texts, strict=True)):
        row = (-1 if above else 0) if rows is None else rows[k]
        side, far = (-1.0, 0.0) if row < 0 else (1.0, row * _ROW)
        sheet.line([x, x], [y, y + side * (_TICK + far)], linewidth=0.4 if far else 0.6)
        if shown[k]:
            sheet.text(x, y + side * (_TICK + 1.4 + far), text, fontsize=_SIZE, ha="center")
    if minor and len(places) > 1:
        for x in np.linspace(places[0], places[-1], (len(places) - 1) * minor + 1):
            sheet.line([x, x], [y, y + (-0.55 if above else 0.55) * _TICK], linewidth=0.4, color=COLORS["quiet"])


def _width(sheet: Sheet, text: str) -> float:
    drawn = sheet.text(0, 0, text, fontsize=_SIZE)
    width = sheet.extent(drawn)
    drawn.remove()
    return width


def _shown(sheet: Sheet, places: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Tell which labels are written: all, every second, every third, ... of equally spaced ones; else from the left."""
    widths = np.array([_width(sheet, text) for text in texts])
    order = np.argsort(places, kind="stable")
    steps = np.diff(places[order])
    shown = np.zeros(len(texts), dtype=bool)
    if len(texts) > 2 and np.ptp(steps) < 1e-6 * max(abs(steps).max(), 1e-12):
        every = int(np.ceil((widths.max() + _GAP) / max(steps[0], 1e-9)))
        shown[order[:: min(every, len(texts))]] = True
        return shown
    end = -np.inf
    for k in order:
        if places[k] - widths[k] / 2 >= end + _GAP:
            shown[k] = True
            end = places[k] + widths[k] / 2
    return shown
