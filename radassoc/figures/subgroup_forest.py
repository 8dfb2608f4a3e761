"""The hazard ratio of one variable within subgroups, with tests of interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures._forest_panel import draw_panel, footer_lines, not_estimable, write_footer
from radassoc.figures._sheet import Sheet, ratio_limits
from radassoc.figures.style import COLORS, TWO_COLUMNS, figure_for, nothing_to_draw, pretty, style
from radassoc.survival._cox_format import p_text, ratio_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.cox_results import SubgroupEffects

__all__ = ["plot_subgroup_forest"]

_ROW, _TOP, _AXIS = 4.3, 13.0, 9.5
_LABEL, _COUNTS, _RATIO, _P = 48.0, 64.0, 34.0, 24.0


def plot_subgroup_forest(
    effects: SubgroupEffects, *, on: Figure | SubFigure | None = None, title: str = "", notes: bool = True
) -> Figure | SubFigure:
    """Draw the hazard ratio of a variable in all patients and in each subgroup, with the p-values of interaction.

    Parameters
    ----------
    effects
        What ``subgroup_effects`` returned.
    on
        Figure or SubFigure to draw in; without it a new two-column figure, as high as the rows need.
    title
        Title; by default the variable and its contrast.
    notes
        Write ``effects.notes`` below.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        The area of a square follows the number of events; the dashed line is the hazard ratio of all patients.
    """
    table = effects.table
    lines = _lines(table)
    missing = table[table["hazard_ratio"].isna()]
    unknown = not_estimable([(f"{row.subgroup} {row.level}".strip(), row.reason) for row in missing.itertuples()])
    small = footer_lines((*unknown, *effects.notes), TWO_COLUMNS) if notes else []
    with style():
        figure = figure_for(on, height=_TOP + _ROW * len(lines) + _AXIS + 3.0 * len(small) + 2.0)
        if table["hazard_ratio"].notna().sum() == 0:
            nothing_to_draw(figure.add_subplot(), effects.reason or "No hazard ratio could be estimated.")
            return figure
        sheet = Sheet(figure)
        row = min(_ROW, (sheet.height - _TOP - _AXIS - 3.0 * len(small) - 2.0) / len(lines))
        contrast = table["contrast"].iloc[0]
        name = title or f"{pretty(effects.variable)}: {contrast}"
        sheet.text(2.0, 4.0, name, fontsize=8.5, fontweight="bold")
        _write(sheet, lines, row, effects.level)
        _panel(sheet, table, lines, row)
        write_footer(sheet, small, _TOP + row * len(lines) + _AXIS + 1.0)
    return figure


def _lines(table: pd.DataFrame) -> list[tuple[str, Any, bool]]:
    """Return text, row and whether it is a level of a subgroup; the heading of a subgroup has its first row."""
    lines: list[tuple[str, Any, bool]] = []
    for subgroup, part in table.groupby("subgroup", sort=False):
        rows = list(part.itertuples())
        if subgroup:
            lines.append((pretty(subgroup), rows[0], False))
        lines += [(str(row.level), row, bool(subgroup)) for row in rows]
    return lines


def _heading(line: tuple[str, Any, bool]) -> bool:
    return not line[2] and bool(line[1].subgroup)


def _write(sheet: Sheet, lines: list[tuple[str, Any, bool]], row: float, level: float) -> None:
    right = sheet.width - 2.0
    bold = {"fontweight": "bold"}
    sheet.text(2.0, _TOP - 3.0, "Subgroup", **bold)
    sheet.text(_COUNTS - 3.0, _TOP - 3.0, "Events/n", ha="right", **bold)
    sheet.text(right - _P - _RATIO + 4.0, _TOP - 3.0, f"HR ({100 * level:g}% CI)", **bold)
    sheet.text(right, _TOP - 3.0, "p (interaction)", ha="right", **bold)
    sheet.line([2.0, right], [_TOP - 0.6] * 2)
    for k, line in enumerate(lines):
        text, one, is_level = line
        y = _TOP + row * (k + 0.5)
        weight = "normal" if is_level else "bold"
        indent = 4.5 if is_level else 2.0
        text = text[0].upper() + text[1:] if not one.subgroup else text
        sheet.text(indent, y, sheet.fit(text, _LABEL - indent, fontweight=weight), fontweight=weight)
        if _heading(line):
            sheet.text(right, y, p_text(one.interaction_p), ha="right")
            continue
        sheet.text(_COUNTS - 3.0, y, f"{one.n_events}/{one.n_patients}", ha="right")
        told = ratio_text(_Plain(one)).replace("-", "–")
        sheet.text(right - _P - _RATIO + 4.0, y, told)


class _Plain:
    """A row of effects for the text of a Cox table."""

    is_reference = False

    def __init__(self, row: Any) -> None:
        self.hazard_ratio, self.ci_low, self.ci_high = row.hazard_ratio, row.ci_low, row.ci_high


def _panel(sheet: Sheet, table: pd.DataFrame, lines: list[tuple[str, Any, bool]], row: float) -> None:
    limits = ratio_limits(*(table[name].to_numpy() for name in ("hazard_ratio", "ci_low", "ci_high")))
    kept = [(k, line[1]) for k, line in enumerate(lines) if not _heading(line)]
    places = [(_TOP + row * (k + 0.5), one) for k, one in kept]
    most = max(float(table["n_events"].max()), 1.0)
    sizes = [6.0 + 30.0 * one.n_events / most for _, one in kept]
    right = sheet.width - 2.0 - _P - _RATIO
    bottom = _TOP + row * len(lines)
    axes = draw_panel(sheet, (_COUNTS, right, _TOP, bottom), places, limits, color=COLORS["accent"], sizes=sizes)
    everybody = float(table["hazard_ratio"].iloc[0])
    if np.isfinite(everybody):
        axes.axvline(everybody, color=COLORS["accent"], linewidth=0.6, linestyle="--", alpha=0.6, zorder=0)
    axes.set_xlabel("Hazard ratio", labelpad=1.0, fontsize=6.8)
