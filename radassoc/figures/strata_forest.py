"""Estimates of each stratum beside each other, with their difference and the p-value of heterogeneity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError, name_some
from radassoc.figures._forest_panel import footer_lines, write_footer
from radassoc.figures._sheet import Sheet, ratio_limits, ratio_ticks
from radassoc.figures.style import COLORS, TWO_COLUMNS, colors_for, figure_for, nothing_to_draw, pretty, style
from radassoc.survival._cox_format import p_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.strata.stratified import StratifiedResult

__all__ = ["plot_strata_forest"]

_ROW, _TOP, _AXIS = 4.2, 12.0, 9.0
_NAME, _COUNTS, _TEXT, _P = 56.0, 15.0, 31.0, 21.0
_UNNAMED = ("measure", "model")
_AXES = {
    "hazard_ratio": "Hazard ratio",
    "adjusted_hazard_ratio": "Adjusted hazard ratio",
    "rmst_difference": "Difference of restricted means",
    "nes": "Normalised enrichment score",
    "concordance": "Estimate",
}


class _Line(NamedTuple):
    """A line of the figure: a heading with the test of its row, or a stratum with its estimate."""

    text: str
    test: Any
    row: Any


def plot_strata_forest(
    result: StratifiedResult,
    *,
    on: Figure | SubFigure | None = None,
    kind: str | None = None,
    most: int = 10,
    title: str = "",
    notes: bool = True,
) -> Figure | SubFigure:
    """Draw the estimate of each stratum with its interval, and beside each row the difference and its p-value.

    Parameters
    ----------
    result
        What ``by_stratum`` returned.
    on
        Figure or SubFigure to draw in; without it a new two-column figure, as high as the rows need.
    kind
        Which ``estimate_kind`` (or ``measure`` or ``model``) to draw; by default the first.
    most
        Number of rows, those with the smallest p of heterogeneity first where there are more.
    title
        Title of the figure.
    notes
        Write the first notes below.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Strata have their colours; what stands in bold is the test of the difference.
    """
    table, tested, drawn = _chosen(result, kind)
    lines, hidden = _lines(result, table, tested, most)
    small = footer_lines(_footer(result, hidden), TWO_COLUMNS) if notes else []
    with style():
        figure = figure_for(on, height=_TOP + _ROW * max(len(lines), 1) + _AXIS + 3.0 * len(small) + 2.0)
        if not lines or table["estimate"].notna().sum() == 0:
            nothing_to_draw(figure.add_subplot(), result.reason or "No estimate to draw.")
            return figure
        sheet = Sheet(figure)
        row = min(_ROW, (sheet.height - _TOP - _AXIS - 3.0 * len(small) - 2.0) / len(lines))
        sheet.text(2.0, 3.8, title or f"By {pretty(result.variable)}", fontsize=8.5, fontweight="bold")
        colors = colors_for(list(dict.fromkeys(result.table["stratum"])))
        _write(sheet, lines, row, drawn, colors)
        _panel(sheet, lines, row, drawn, colors)
        write_footer(sheet, small, _TOP + row * len(lines) + _AXIS + 1.0)
    return figure


def _chosen(result: StratifiedResult, kind: str | None) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Return the rows of one kind of estimate, with their tests and what they are."""
    table, tested = result.table, result.heterogeneity
    if table.empty:
        return table, tested, ""
    named = [name for name in ("estimate_kind", *_UNNAMED) if name in table.columns]
    if kind is None:
        # the measure of several that are told in one table, otherwise the kind of estimate
        column = "measure" if "measure" in result.keys else "estimate_kind"
        kind = str(table[column].iloc[0])
        if "model" in result.keys and (table["model"] == "multivariable").any():
            column, kind = "model", "multivariable"
    else:
        column = next((name for name in named if (table[name] == kind).any()), "")
        if not column:
            known = sorted({str(value) for name in named for value in table[name]})
            raise InputError(f"kind={kind!r} is no kind of estimate here.", wanted=f"one of {name_some(known, most=8)}")
    rows = table[table[column] == kind]
    keys = list(result.keys)
    return rows, tested.merge(rows[keys].drop_duplicates(), on=keys), str(rows["estimate_kind"].iloc[0])


def _lines(result: StratifiedResult, table: pd.DataFrame, tested: pd.DataFrame, most: int) -> tuple[list[_Line], int]:
    """Return headings and strata, and how many rows are left out."""
    if table.empty:
        return [], 0
    if len(tested) > most:
        tested = tested.sort_values("p_value", kind="stable")
    keys = list(result.keys)
    parts = dict(iter(table.groupby(keys, sort=False, dropna=False)))
    shown = [name for name in keys if name not in _UNNAMED and tested[name].nunique() > 1]
    shown = shown or [name for name in keys if name not in _UNNAMED][-1:] or keys[-1:]
    lines: list[_Line] = []
    for test in tested.head(most).to_dict("records"):
        name = ", ".join(_worded(name, test[name]) for name in shown)
        lines.append(_Line(name, test, None))
        rows = parts[tuple(test[key] for key in keys)]
        lines += [_Line(str(one.stratum), None, one) for one in rows.itertuples()]
    return lines, max(len(tested) - most, 0)


def _worded(key: str, value: object) -> str:
    return str(value) if key in ("gene", "contrast", "feature") else pretty(value)


def _footer(result: StratifiedResult, hidden: int) -> tuple[str, ...]:
    told = f"{hidden} more rows are not shown; these have the smallest p of heterogeneity." if hidden else ""
    return tuple(text for text in (*result.notes[:2], told) if text)


def _write(sheet: Sheet, lines: list[_Line], row: float, drawn: str, colors: dict[object, str]) -> None:
    right = sheet.width - 2.0
    bold = {"fontweight": "bold"}
    sheet.text(2.0, _TOP - 2.8, "Stratum", **bold)
    sheet.text(_NAME + _COUNTS - 3.0, _TOP - 2.8, "Events/n" if _has_events(lines) else "n", ha="right", **bold)
    sheet.text(right - _P - _TEXT + 2.0, _TOP - 2.8, "Estimate (95% CI)", **bold)
    sheet.text(right, _TOP - 2.8, "p (diff.)", ha="right", **bold)
    sheet.line([2.0, right], [_TOP - 0.6] * 2)
    for k, line in enumerate(lines):
        y = _TOP + row * (k + 0.5)
        if line.row is None:
            sheet.text(2.0, y, sheet.fit(line.text, right - _P - _TEXT - 6.0, **bold), **bold)
            sheet.text(right - _P - _TEXT + 2.0, y, _difference(line.test), **bold)
            sheet.text(right, y, p_text(line.test["p_value"]), ha="right", **bold)
            continue
        one = line.row
        sheet.text(5.0, y, sheet.fit(pretty(line.text), _NAME - 6.0), color=colors[one.stratum])
        counts = f"{one.n_events}/{one.n_patients}" if _has_events(lines) else f"{one.n_patients}"
        sheet.text(_NAME + _COUNTS - 3.0, y, counts, ha="right")
        sheet.text(right - _P - _TEXT + 2.0, y, _interval(one.estimate, one.ci_low, one.ci_high))


def _has_events(lines: list[_Line]) -> bool:
    return any(line.row is not None and line.row.n_events > 0 for line in lines)


def _difference(test: dict[str, Any]) -> str:
    if not np.isfinite(test["estimate"]):
        return ""
    word = "ratio" if "/" in str(test["contrast_of_strata"]) else "diff."
    return f"{word} {_interval(test['estimate'], test['ci_low'], test['ci_high'])}"


def _interval(estimate: float, low: float, high: float) -> str:
    if not np.isfinite(estimate):
        return "not estimable"
    told = f"{_number(estimate)}"
    told += f" ({_number(low)} to {_number(high)})" if np.isfinite(low) else ""
    return told.replace("-", "\u2212")


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}"


def _panel(sheet: Sheet, lines: list[_Line], row: float, drawn: str, colors: dict[object, str]) -> None:
    rows = [(k, line.row) for k, line in enumerate(lines) if line.row is not None]
    values = np.array([[one.estimate, one.ci_low, one.ci_high] for _, one in rows], dtype=float)
    log = any(str(one.effect_scale) == "log" for _, one in rows)
    left, right = _NAME + _COUNTS, sheet.width - 2.0 - _P - _TEXT
    axes = sheet.inside(left, right, _TOP, _TOP + row * len(lines))
    limits = ratio_limits(*values.T) if log else _limits(values, drawn)
    if log:
        axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.axvline(_null(log, drawn), color=COLORS["quiet"], linewidth=0.7, linestyle=":")
    for (k, one), (estimate, low, high) in zip(rows, values, strict=True):
        y, color = _TOP + row * (k + 0.5), colors[one.stratum]
        if np.isfinite(low):
            ends = [max(low, limits[0]), min(high, limits[1])]
            axes.plot(ends, [y, y], color=color, linewidth=1.2, solid_capstyle="butt")
            for end, beyond, marker in ((ends[0], low < limits[0], "<"), (ends[1], high > limits[1], ">")):
                if beyond:
                    axes.plot([end], [y], marker=marker, color=color, markersize=3.2, clip_on=False)
        if np.isfinite(estimate):
            axes.scatter([estimate], [y], s=17.0, color=color, marker="s", zorder=3, linewidth=0)
    if log:
        ticks = ratio_ticks(*limits, right - left)
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
    else:
        axes.locator_params(axis="x", nbins=5)
    axes.tick_params(labelsize=6.5, pad=1.5)
    axes.set_xlabel(_AXES.get(drawn, pretty(drawn).capitalize()), labelpad=1.0, fontsize=6.8)


def _null(log: bool, drawn: str) -> float:
    return 1.0 if log else 0.5 if drawn == "concordance" else 0.0


def _limits(values: np.ndarray, drawn: str) -> tuple[float, float]:
    known = np.append(values[np.isfinite(values)], _null(False, drawn))
    margin = 0.06 * max(float(np.ptp(known)), 1e-3)
    return float(known.min() - margin), float(known.max() + margin)
