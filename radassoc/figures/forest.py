"""Hazard ratios of clinical variables: univariable and multivariable side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from radassoc.base.errors import InputError
from radassoc.figures._forest_panel import draw_panel, footer_lines, not_estimable, write_footer
from radassoc.figures._sheet import Sheet, ratio_limits
from radassoc.figures.style import COLORS, TWO_COLUMNS, figure_for, nothing_to_draw, pretty, style
from radassoc.survival._cox_format import p_text, ratio_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.cox_results import CoxTable

__all__ = ["plot_forest"]

_ROW = 4.3
_HEAD = 11.0  # headings of two models, below the title
_HEADINGS = 7.0  # of one model
_TITLE = 4.0
_AXIS = 8.0  # ticks and their label
_COLORS = {"univariable": COLORS["quiet"], "multivariable": COLORS["accent"]}
_NAME = 30.0  # a variable's
_AMPLE, _NARROWEST = 24.0, 12.0  # axis


class _Row(NamedTuple):
    """A line of the figure: a heading, or a level with its row of each model."""

    text: str
    unit: str
    level: bool
    rows: dict[str, Any]

    @property
    def weight(self) -> str:
        return "normal" if self.level else "bold"


class _Columns(NamedTuple):
    """Widths in millimetres: of the names, where the models start, of a model, and of its two columns of text."""

    label: float
    start: float
    room: float
    ratio: float
    p: float


class _Box(NamedTuple):
    """Where a model is drawn, and the height of a row, in millimetres."""

    left: float
    right: float
    top: float
    bottom: float
    row: float
    columns: _Columns


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
    small = footer_lines((*_unknown(table.table), *table.notes), TWO_COLUMNS) if notes else []
    top = (_HEAD if len(models) > 1 else _HEADINGS) + (_TITLE if title else 0.0)
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
        columns = _columns(sheet, table, lines, len(models))
        _write_labels(sheet, lines, (top, row), columns)
        for k, model in enumerate(models):
            left = columns.start + k * columns.room
            _draw_model(sheet, table, lines, model, _Box(left, left + columns.room, top, bottom, row, columns))
        write_footer(sheet, small, bottom + _AXIS + 1.0)
    return figure


def _unknown(table: pd.DataFrame) -> tuple[str, ...]:
    missing = table[table["hazard_ratio"].isna()]
    return not_estimable(
        [(f"{row.variable} {row.level}".removesuffix(" per unit"), row.reason) for row in missing.itertuples()]
    )


def _columns(sheet: Sheet, table: CoxTable, lines: list[_Row], n_models: int) -> _Columns:
    """Give texts the room they need, and the axes what is left of it."""
    rows = list(table.table.itertuples())
    names = [sheet.measure(line.text + line.unit, fontweight=line.weight) for line in lines]
    counted = ["Events/n  ", *(f"{row.n_level_events}/{row.n_level}" for row in rows)]
    counts = 3.0 + max(map(sheet.measure, counted))
    ratio = 3.0 + max(map(sheet.measure, [_ratio_head(table), *map(_ratio, rows)]))
    p = 2.0 + max(sheet.measure(p_text(value)) for row in rows for value in (row.p_value, row.overall_p))
    spare = sheet.width - counts - n_models * (ratio + p + _AMPLE)
    label = min(max(names) + 6.0, max(spare, _NAME))
    room = (sheet.width - label - counts) / n_models
    if room - ratio - p < _NARROWEST:
        raise InputError(
            f"A figure {sheet.width:.0f} mm wide has no room for {n_models} models beside their numbers.",
            wanted=f"{label + counts + n_models * (ratio + p + _NARROWEST):.0f} mm or more",
            remedy="Pass a wider figure, or leave `on` out.",
        )
    return _Columns(label, label + counts, room, ratio, p)


def _ratio_head(table: CoxTable) -> str:
    return f"HR ({100 * table.level:g}% CI) "


def _ratio(row: Any) -> str:
    return "reference" if row.is_reference else ratio_text(row).replace("-", "–")


def _lines(table: pd.DataFrame) -> list[_Row]:
    lines = []
    for variable, part in table.groupby("variable", sort=False):
        categorical = bool(part["is_reference"].any())
        if categorical:
            whole = {row.model: row for row in part[part["is_reference"]].itertuples()}
            lines.append(_Row(pretty(variable), "", False, whole))
        for level, rows in part.groupby("level", sort=False):
            text = str(level) if categorical else pretty(variable)
            step = str(level).partition(" (")[0]  # the SD in numbers stands in the table
            unit = "" if categorical or step == "per unit" else f", {step}"
            lines.append(_Row(text, unit, categorical, {row.model: row for row in rows.itertuples()}))
    return lines


def _is_heading(line: _Row) -> bool:
    first = next(iter(line.rows.values()))
    return not line.level and bool(first.is_reference)


def _write_labels(sheet: Sheet, lines: list[_Row], place: tuple[float, float], columns: _Columns) -> None:
    top, row = place
    counts = columns.start - 2.0
    sheet.text(2.0, top - 3.0, "Variable", fontweight="bold")
    sheet.text(counts, top - 3.0, "Events/n", fontweight="bold", ha="right")
    sheet.line([2.0, sheet.width - 2.0], [top - 0.6] * 2)
    for k, line in enumerate(lines):
        y = top + row * (k + 0.5)
        indent = 4.5 if line.level else 2.0
        text = sheet.fit(line.text, columns.label - indent - 1.0, end=line.unit, fontweight=line.weight)
        sheet.text(indent, y, text, fontweight=line.weight)
        if not _is_heading(line):
            first = next(iter(line.rows.values()))
            sheet.text(counts, y, f"{first.n_level_events}/{first.n_level}", ha="right")


def _draw_model(sheet: Sheet, table: CoxTable, lines: list[_Row], model: str, box: _Box) -> None:
    left, right, top, bottom, row, columns = box
    drawn = table.table[~table.table["is_reference"]]  # one scale for both models
    limits = ratio_limits(*(drawn[name].to_numpy() for name in ("hazard_ratio", "ci_low", "ci_high")))
    at = right - columns.p - columns.ratio
    if (table.table["model"] == "multivariable").any():
        sheet.text((left + right) / 2, top - 7.2, _heading(table.table, model), fontweight="bold", ha="center")
    sheet.text(at, top - 3.0, _ratio_head(table).strip(), fontweight="bold")
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
        sheet.text(at, y, _ratio(one))
        if not one.is_reference and one.hazard_ratio == one.hazard_ratio:
            sheet.text(right - 2.0, y, p_text(one.p_value), ha="right")
    axes = draw_panel(sheet, (left + 1.0, at - 2.0, top, bottom), places, limits, color=_COLORS[model])
    axes.set_xlabel("Hazard ratio", labelpad=1.0, fontsize=6.8)


def _heading(table: pd.DataFrame, model: str) -> str:
    if model == "univariable":
        return "Univariable"
    first = table[table["model"] == model].iloc[0]
    return f"Multivariable (n = {first['n_patients']}, {first['n_events']} events)"
