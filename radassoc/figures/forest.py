"""Hazard ratios of clinical variables: univariable and multivariable side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from radassoc.figures._forest_panel import draw_panel, footer_lines, write_footer
from radassoc.figures._sheet import Sheet, ratio_limits
from radassoc.figures.style import COLORS, TWO_COLUMNS, figure_for, nothing_to_draw, pretty, style
from radassoc.survival._cox_format import p_text, ratio_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.cox_results import CoxTable

__all__ = ["plot_forest"]

_ROW = 4.3
_HEAD = 11.0  # headings, below the title
_TITLE = 4.0
_AXIS = 8.0  # ticks and their label
_COLORS = {"univariable": COLORS["quiet"], "multivariable": COLORS["accent"]}
_LABELS = {1: 48.0, 2: 41.0}


class _Row(NamedTuple):
    """A line of the figure: a heading, or a level with its row of each model."""

    text: str
    level: bool
    rows: dict[str, Any]


class _Box(NamedTuple):
    """Where a model is drawn, and the height of a row, in millimetres."""

    left: float
    right: float
    top: float
    bottom: float
    row: float


def plot_forest(
    table: CoxTable, *, on: Figure | SubFigure | None = None, title: str = "", notes: bool = True
) -> Figure | SubFigure:
    """Draw the hazard ratios of a Cox table with their intervals, events, and p-values in words.

    Parameters
    ----------
    table
        What ``cox_table`` returned.
    on
        Figure or SubFigure to draw in; without it a new two-column figure, as high as the rows need.
    title
        Title of the figure.
    notes
        Write ``table.notes`` below: missing values, events per parameter, why p-values are missing.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Events and patients of each level are those of its univariable model. The p of a variable with several levels
        (likelihood ratio) stands beside its name. Arrows: the interval goes on beyond the axis.
    """
    lines = _lines(table.table)
    models = [name for name in _COLORS if (table.table["model"] == name).any()]
    small = footer_lines(table.notes, TWO_COLUMNS) if notes else []
    top = _HEAD + (_TITLE if title else 0.0)
    with style():
        figure = figure_for(on, height=top + _ROW * max(len(lines), 1) + _AXIS + 3.0 * len(small) + 2.0)
        if not lines:
            nothing_to_draw(figure.add_subplot(), table.reason or "No variable to draw.")
            return figure
        sheet = Sheet(figure)
        row = min(_ROW, (sheet.height - top - _AXIS - 3.0 * len(small) - 2.0) / len(lines))
        bottom = top + row * len(lines)
        if title:
            sheet.text(2.0, 4.0, title, fontsize=8.5, fontweight="bold")
        _write_labels(sheet, lines, (top, row), _LABELS[len(models)])
        room = (sheet.width - _LABELS[len(models)] - 16.0) / len(models)
        for k, model in enumerate(models):
            left = _LABELS[len(models)] + 16.0 + k * room
            _draw_model(sheet, table, lines, model, _Box(left, left + room, top, bottom, row))
        write_footer(sheet, small, bottom + _AXIS + 1.0)
    return figure


def _lines(table: pd.DataFrame) -> list[_Row]:
    lines = []
    for variable, part in table.groupby("variable", sort=False):
        categorical = bool(part["is_reference"].any())
        if categorical:
            whole = {row.model: row for row in part[part["is_reference"]].itertuples()}
            lines.append(_Row(pretty(variable), False, whole))
        for level, rows in part.groupby("level", sort=False):
            text = str(level) if categorical else f"{pretty(variable)} ({level})"
            text = text.removesuffix(" (per unit)")
            lines.append(_Row(text, categorical, {row.model: row for row in rows.itertuples()}))
    return lines


def _is_heading(line: _Row) -> bool:
    first = next(iter(line.rows.values()))
    return not line.level and bool(first.is_reference)


def _write_labels(sheet: Sheet, lines: list[_Row], place: tuple[float, float], width: float) -> None:
    top, row = place
    sheet.text(2.0, top - 3.0, "Variable", fontweight="bold")
    sheet.text(width + 13.0, top - 3.0, "Events/n", fontweight="bold", ha="right")
    sheet.line([2.0, sheet.width - 2.0], [top - 0.6] * 2)
    for k, line in enumerate(lines):
        y = top + row * (k + 0.5)
        indent = 4.5 if line.level else 2.0
        heading = _is_heading(line)
        weight = "bold" if not line.level else "normal"
        sheet.text(indent, y, sheet.fit(line.text, width - indent - 1.0, fontweight=weight), fontweight=weight)
        if not heading:
            first = next(iter(line.rows.values()))
            sheet.text(width + 13.0, y, f"{first.n_level_events}/{first.n_level}", ha="right")


def _draw_model(sheet: Sheet, table: CoxTable, lines: list[_Row], model: str, box: _Box) -> None:
    left, right, top, bottom, row = box
    rows = table.table[table.table["model"] == model]
    drawn = table.table[~table.table["is_reference"]]  # one scale for both models
    limits = ratio_limits(*(drawn[name].to_numpy() for name in ("hazard_ratio", "ci_low", "ci_high")))
    text_width = 34.0 if right - left < 80 else 40.0
    axis_right = right - text_width
    middle = (left + right) / 2
    if (table.table["model"] == "multivariable").any():
        counts = rows.iloc[0] if model == "multivariable" else None
        told = "" if counts is None else f" (n = {counts['n_patients']}, {counts['n_events']} events)"
        sheet.text(middle, top - 7.2, f"{model.capitalize()}{told}", fontweight="bold", ha="center")
    sheet.text(axis_right + 1.5, top - 3.0, f"HR ({100 * table.level:g}% CI)", fontweight="bold")
    sheet.text(right - 2.0, top - 3.0, "p", fontweight="bold", ha="right")
    places = []
    for k, line in enumerate(lines):
        y, one = top + row * (k + 0.5), line.rows.get(model)
        if one is None:
            continue
        if _is_heading(line):
            if one.df > 1 and one.overall_p == one.overall_p:
                sheet.text(right - 2.0, y, p_text(one.overall_p), ha="right")
            continue
        places.append((y, one))
        sheet.text(axis_right + 1.5, y, "reference" if one.is_reference else ratio_text(one).replace("-", "–"))
        if not one.is_reference and one.hazard_ratio == one.hazard_ratio:
            sheet.text(right - 2.0, y, p_text(one.p_value), ha="right")
    axes = draw_panel(sheet, (left + 1.0, axis_right - 2.0, top, bottom), places, limits, color=_COLORS[model])
    axes.set_xlabel("Hazard ratio", labelpad=1.0, fontsize=6.8)
