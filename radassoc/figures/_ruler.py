"""One ruler of a nomogram: a line, ticks, and labels that do not touch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from radassoc.figures._sheet import Sheet
from radassoc.figures.style import COLORS

__all__ = ["Spot", "draw_ruler", "label_spots"]

_SIZE = 6.5
_GAP = 1.0  # millimetres between labels
_TICK = 1.1
_ROW = 2.9
_CHARACTER = 1.3  # millimetres
_CENTRE, _LEFT, _RIGHT = 0.0, -1.0, 1.0  # to which side of its tick a label hangs
_COST = {0: 0, -1: 1, 1: 2, 2: 4}  # of a line: near ones are preferred
_ASIDE = 0.7
_CROSSING, _CLASH = 100, 1000
_BEAM = 60


class Spot(NamedTuple):
    """Where a label stands: the line (0, 1, 2 below the ruler, -1 above it) and the side of its tick."""

    line: int
    side: float = _CENTRE


_SPOTS = tuple(Spot(line, side) for line in _COST for side in (_CENTRE, _LEFT, _RIGHT))


class _Placed(NamedTuple):
    """A label with its ends and its tick, in millimetres."""

    spot: Spot
    tick: float
    left: float
    right: float


def label_spots(places: np.ndarray, texts: Sequence[str]) -> list[Spot]:
    """Return where each label stands, so that none touches another and no tick crosses one, where that is possible.

    From left to right, keeping the best ways so far.
    """
    order = [int(k) for k in np.argsort(places, kind="stable")]
    ways: list[tuple[float, tuple[_Placed, ...]]] = [(0.0, ())]
    for k in order:
        choices = [_put(spot, float(places[k]), texts[k]) for spot in _SPOTS]
        longer = [(cost + _cost(one, way), (*way, one)) for cost, way in ways for one in choices]
        ways = sorted(longer, key=lambda way: way[0])[:_BEAM]
    spots = [Spot(0)] * len(texts)
    for k, one in zip(order, ways[0][1], strict=True):
        spots[k] = one.spot
    return spots


def _put(spot: Spot, tick: float, text: str) -> _Placed:
    half = 0.5 * _CHARACTER * len(text)
    middle = tick + spot.side * (half - _GAP / 2)
    return _Placed(spot, tick, middle - half, middle + half)


def _cost(one: _Placed, others: Sequence[_Placed]) -> float:
    cost = _COST[one.spot.line] + _ASIDE * abs(one.spot.side)
    for other in others:
        if one.spot.line == other.spot.line:
            cost += _CLASH * (one.left < other.right + _GAP and other.left < one.right + _GAP)
            continue
        near, far = sorted((one, other), key=lambda label: label.spot.line)
        if near.spot.line >= 0:  # the tick of the farther label passes the nearer one
            cost += _CROSSING * (near.left - _GAP / 2 < far.tick < near.right + _GAP / 2)
    return cost


def draw_ruler(
    sheet: Sheet,
    y: float,
    name: str,
    places: np.ndarray,
    texts: Sequence[str],
    *,
    spots: Sequence[Spot] | None = None,
    above: bool = False,
    minor: int = 0,
) -> None:
    """Draw a ruler at a height; without ``spots`` labels that would touch are left out, evenly."""
    first, _, second = name.partition("\n")
    sheet.text(2.0, y, sheet.fit(first, 36.0, fontweight="bold"), fontweight="bold")
    if second:
        sheet.text(2.0, y + 3.0, sheet.fit(second, 36.0))
    if len(places):
        sheet.line([places.min(), places.max()], [y, y], linewidth=0.8)
    shown = np.ones(len(texts), dtype=bool) if spots is not None else _shown(sheet, places, texts)
    for k, (x, text) in enumerate(zip(places, texts, strict=True)):
        spot = Spot(-1 if above else 0) if spots is None else spots[k]
        down, far = (-1.0, 0.0) if spot.line < 0 else (1.0, spot.line * _ROW)
        sheet.line([x, x], [y, y + down * (_TICK + far)], linewidth=0.4 if far else 0.6)
        if shown[k]:
            align = {_CENTRE: "center", _LEFT: "right", _RIGHT: "left"}[spot.side]
            at = x - spot.side * _GAP / 2
            sheet.text(at, y + down * (_TICK + 1.4 + far), text, fontsize=_SIZE, ha=align)
    if minor and len(places) > 1:
        for x in np.linspace(places[0], places[-1], (len(places) - 1) * minor + 1):
            sheet.line([x, x], [y, y + (-0.55 if above else 0.55) * _TICK], linewidth=0.4, color=COLORS["quiet"])


def _shown(sheet: Sheet, places: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Tell which labels are written: all, every second, every third, ... of equally spaced ones; else from the left."""
    widths = np.array([sheet.measure(text, fontsize=_SIZE) for text in texts])
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
