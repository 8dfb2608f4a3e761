"""Estimates of strata or centres with their weights, what they pool to, and how much they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError, name_some
from radassoc.figures._forest_panel import footer_lines, write_footer
from radassoc.figures._sheet import Sheet, ratio_ticks
from radassoc.figures.style import COLORS, TWO_COLUMNS, figure_for, format_p, nothing_to_draw, pretty, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.strata.pooled import PooledEstimates

__all__ = ["plot_pooled_forest"]

_ROW, _TOP, _AXIS = 4.6, 13.0, 10.0
_LABEL, _TEXT, _WEIGHT = 44.0, 38.0, 14.0
_NAMES = {"log": "Hazard ratio", "fisher_z": "Correlation", "identity": "Estimate"}


def plot_pooled_forest(
    pooled: PooledEstimates,
    *,
    row: Mapping[str, Any] | int = 0,
    on: Figure | SubFigure | None = None,
    title: str = "",
    notes: bool = True,
) -> Figure | SubFigure:
    """Draw the estimates that one pooled estimate is made of, with Cochran's Q and I2.

    Parameters
    ----------
    pooled
        What ``pool_estimates`` returned.
    row
        Which row of its table: a position, or what its key columns hold, such as ``{"feature": "VOLUME_WT"}``.
    on
        Figure or SubFigure to draw in; without it a new two-column figure, as high as the rows need.
    title
        Title; by default what the row is about.
    notes
        Write ``pooled.notes`` below.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        The area of a square follows the weight; the diamond spans the pooled interval, and of random effects the line
        through it the prediction interval: where the effect of another stratum lies.
    """
    chosen, parts = _choose(pooled, row)
    small = footer_lines(pooled.notes, TWO_COLUMNS) if notes else []
    height = _TOP + _ROW * (len(parts) + 1.6) + _AXIS + 3.0 * len(small) + 6.0
    with style():
        figure = figure_for(on, height=height)
        if chosen is None or not np.isfinite(chosen["estimate"]):
            reason = pooled.reason if chosen is None else str(chosen["reason"])
            nothing_to_draw(figure.add_subplot(), reason or "Nothing was pooled.")
            return figure
        sheet = Sheet(figure)
        name = title or ", ".join(pretty(chosen[key]) for key in pooled.keys) or "Pooled estimate"
        sheet.text(
            2.0,
            4.0,
            sheet.fit(name, sheet.width - 4.0, fontsize=8.5, fontweight="bold"),
            fontsize=8.5,
            fontweight="bold",
        )
        scale = str(chosen["effect_scale"])
        _write(sheet, pooled, chosen, parts, scale)
        _panel(sheet, chosen, parts, scale)
        bottom = _TOP + _ROW * (len(parts) + 1.6)
        sheet.text(2.0, bottom + _AXIS, _difference(pooled, chosen), fontsize=6.5)
        write_footer(sheet, small, bottom + _AXIS + 3.0)
    return figure


def _choose(pooled: PooledEstimates, row: Mapping[str, Any] | int) -> tuple[Any, pd.DataFrame]:
    table, parts, keys = pooled.table, pooled.strata, list(pooled.keys)
    if table.empty:
        return None, parts
    if isinstance(row, Mapping):
        fits = np.all([table[name].astype(str) == str(value) for name, value in row.items() if name in keys], axis=0)
        if set(row) - set(keys) or fits.sum() != 1:
            raise InputError(f"row={dict(row)!r} is no single row.", wanted=f"values of {name_some(keys) or 'no key'}")
        place = int(np.flatnonzero(fits)[0])
    else:
        if not 0 <= int(row) < len(table):
            raise InputError(f"row={row}.", wanted=f"0 to {len(table) - 1}")
        place = int(row)
    chosen = table.iloc[place]
    inside = np.ones(len(parts), dtype=bool)
    for key in keys:
        inside &= (parts[key].astype(str) == str(chosen[key])).to_numpy()
    return chosen, parts[inside]


def _natural(values: Any, scale: str) -> Any:
    values = np.asarray(values, dtype=float)
    return np.exp(values) if scale == "log" else np.tanh(values) if scale == "fisher_z" else values


def _in_words(estimate: float, low: float, high: float, scale: str) -> str:
    told = [f"{float(_natural(value, scale)):.2f}" for value in (estimate, low, high)]
    return f"{told[0]} ({told[1]} to {told[2]})"


def _write(sheet: Sheet, pooled: PooledEstimates, chosen: Any, parts: pd.DataFrame, scale: str) -> None:
    right = sheet.width - 2.0
    bold = {"fontweight": "bold"}
    sheet.text(2.0, _TOP - 3.0, "Stratum", **bold)
    sheet.text(right - _WEIGHT, _TOP - 3.0, f"{_NAMES[scale]} ({100 * pooled.level:g}% CI)", ha="right", **bold)
    sheet.text(right, _TOP - 3.0, "Weight", ha="right", **bold)
    sheet.line([2.0, right], [_TOP - 0.6] * 2)
    for k, part in enumerate(parts.itertuples()):
        y = _TOP + _ROW * (k + 0.5)
        sheet.text(2.0, y, sheet.fit(pretty(part.stratum), _LABEL - 4.0))
        told = _in_words(part.effect, part.ci_low, part.ci_high, scale)
        sheet.text(right - _WEIGHT, y, told, ha="right")
        sheet.text(right, y, f"{part.weight:.0f}%", ha="right")
    y = _TOP + _ROW * (len(parts) + 0.8)
    sheet.text(2.0, y, "Fixed effect" if pooled.method == "fixed" else "Random effects", **bold)
    sheet.text(
        right - _WEIGHT,
        y,
        _in_words(chosen["estimate"], chosen["ci_low"], chosen["ci_high"], scale),
        ha="right",
        **bold,
    )


def _panel(sheet: Sheet, chosen: Any, parts: pd.DataFrame, scale: str) -> None:
    bottom = _TOP + _ROW * (len(parts) + 1.6)
    axes = sheet.inside(_LABEL, sheet.width - 2.0 - _TEXT - _WEIGHT, _TOP, bottom)
    low, high = _limits(chosen, parts)
    axes.axvline(0.0, color=COLORS["quiet"], linewidth=0.7, linestyle=":")
    axes.axvline(chosen["estimate"], color=COLORS["accent"], linewidth=0.6, linestyle="--", alpha=0.6, zorder=0)
    for k, part in enumerate(parts.itertuples()):
        y = _TOP + _ROW * (k + 0.5)
        axes.plot([max(part.ci_low, low), min(part.ci_high, high)], [y, y], color=COLORS["ink"], linewidth=1.0)
        for end, beyond, marker in ((low, part.ci_low < low, "<"), (high, part.ci_high > high, ">")):
            if beyond:  # the interval goes on
                axes.plot([end], [y], marker=marker, color=COLORS["ink"], markersize=3.2, clip_on=False)
        axes.scatter(
            [part.effect], [y], s=6.0 + 0.5 * part.weight, color=COLORS["ink"], marker="s", linewidth=0, zorder=3
        )
    y = _TOP + _ROW * (len(parts) + 0.8)
    if np.isfinite(chosen["prediction_low"]):
        axes.plot([chosen["prediction_low"], chosen["prediction_high"]], [y, y], color=COLORS["accent"], linewidth=0.9)
    x = [chosen["ci_low"], chosen["estimate"], chosen["ci_high"], chosen["estimate"]]
    axes.fill(x, [y, y - 1.5, y, y + 1.5], color=COLORS["accent"], linewidth=0, zorder=4)
    axes.set_xlim(low, high)
    if scale == "log":
        ticks = ratio_ticks(float(np.exp(low)), float(np.exp(high)), 70.0)
        axes.set_xticks(np.log(ticks), [f"{tick:g}" for tick in ticks])
    axes.set_xlabel("Fisher's z" if scale == "fisher_z" else _NAMES[scale], labelpad=1.0, fontsize=6.8)
    axes.tick_params(labelsize=6.5, pad=1.5)


def _limits(chosen: Any, parts: pd.DataFrame) -> tuple[float, float]:
    """Return how far the axis reaches: all estimates, and their intervals as far as they tell something."""
    spread = 4.0 * float(parts["std_error"].median())
    names = ("ci_low", "ci_high", "prediction_low", "prediction_high")
    inner = [*parts["effect"], 0.0, *(chosen[name] for name in names if np.isfinite(chosen[name]))]
    low = max(float(parts["ci_low"].min()), min(inner) - spread)
    high = min(float(parts["ci_high"].max()), max(inner) + spread)
    low, high = min(low, *inner), max(high, *inner)
    margin = 0.04 * (high - low)
    return low - margin, high + margin


def _difference(pooled: PooledEstimates, chosen: Any) -> str:
    told = f"Q = {chosen['q']:.1f}, df = {chosen['q_df']:.0f}, {format_p(chosen['q_p'])}; I² = {chosen['i2']:.0f}%"
    if np.isfinite(chosen["i2_low"]):
        told += f" ({chosen['i2_low']:.0f} to {chosen['i2_high']:.0f}%)"
    if pooled.method == "random":
        told += f"; τ² = {chosen['tau2']:.3g}"
    return f"{told}; pooled {format_p(chosen['p_value'])}"
