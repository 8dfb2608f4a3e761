"""One panel of a forest: hazard ratios with intervals on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from radassoc.figures._sheet import Sheet, ratio_ticks
from radassoc.figures.style import COLORS

__all__ = ["draw_panel", "footer_lines", "not_estimable", "write_footer"]

_LINE = 2.9  # millimetres of a line of small print
_MOST = 4  # rows without estimate that are named


def draw_panel(
    sheet: Sheet,
    box: tuple[float, float, float, float],
    places: list[tuple[float, Any]],
    limits: tuple[float, float],
    *,
    color: str,
    sizes: list[float] | None = None,
) -> Any:
    """Draw the rows (height in millimetres, row with hazard_ratio, ci_low, ci_high) and return the Axes."""
    axes = sheet.inside(*box)
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.axvline(1.0, color=COLORS["quiet"], linewidth=0.7, linestyle=":")
    for position, (y, row) in enumerate(places):
        if getattr(row, "is_reference", False):
            axes.plot([1.0], [y], "|", color=COLORS["quiet"], markersize=5)
        elif np.isfinite(row.hazard_ratio):
            _draw_row(axes, y, row, limits, color, 16.0 if sizes is None else sizes[position])
    ticks = ratio_ticks(*limits, box[1] - box[0])
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.tick_params(labelsize=6.5, pad=1.5)
    return axes


def _draw_row(axes: Any, y: float, row: Any, limits: tuple[float, float], color: str, size: float) -> None:
    if np.isfinite(row.ci_low):
        low, high = max(row.ci_low, limits[0]), min(row.ci_high, limits[1])
        axes.plot([low, high], [y, y], color=color, linewidth=1.1, solid_capstyle="butt")
        for end, beyond, marker in ((low, row.ci_low < limits[0], "<"), (high, row.ci_high > limits[1], ">")):
            if beyond:  # the interval goes on
                axes.plot([end], [y], marker=marker, color=color, markersize=3.2, clip_on=False)
    axes.scatter([row.hazard_ratio], [y], s=size, color=color, marker="s", zorder=3, linewidth=0)


def not_estimable(rows: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the sentence that says why rows (name, reason) have no estimate."""
    named = [f"{name} ({reason})" for name, reason in dict.fromkeys(rows) if reason]
    if not named:
        return ()
    more = f"; and {len(named) - _MOST} more" if len(named) > _MOST else ""
    return (f"Not estimable: {'; '.join(named[:_MOST])}{more}.",)


def footer_lines(notes: tuple[str, ...], width: float) -> list[str]:
    """Return the notes as lines of small print that fit a width in millimetres."""
    import textwrap

    return [line for note in notes for line in textwrap.wrap(note, int(width / 1.3))]


def write_footer(sheet: Sheet, lines: list[str], top: float) -> None:
    """Write lines of small print from a height downwards."""
    for k, line in enumerate(lines):
        sheet.text(2.0, top + _LINE * (k + 0.5), line, fontsize=6, color=COLORS["quiet"])
