"""The rulers of a nomogram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.figures._forest_panel import footer_lines, write_footer
from radassoc.figures._performance import time_name
from radassoc.figures._ruler import Spot, draw_ruler, label_spots
from radassoc.figures._sheet import Sheet
from radassoc.figures.style import COLORS, MM, TWO_COLUMNS, figure_for, nothing_to_draw, pretty, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.nomogram_model import Nomogram

__all__ = ["plot_nomogram"]

_RIGHT = 6.0
_LABEL = 40.0  # millimetres for the names of the rulers
_RULER = 9.5
_ROW = 3.2  # of labels beyond the first
_TITLE = 7.0
_MOST_RULERS = 6
_POOLED = "(pooled)"


def plot_nomogram(
    nomogram: Nomogram, *, on: Figure | SubFigure | None = None, title: str = "", notes: bool = True
) -> Figure | SubFigure:
    """Draw a nomogram: points, a ruler for each variable, total points, and survival at each time.

    Parameters
    ----------
    nomogram
        What ``fit_nomogram`` returned.
    on
        Figure or SubFigure to draw in; without it a new two-column figure, as high as the rulers need.
    title
        Title of the figure.
    notes
        Write optimism-corrected concordance and calibration slope, and ``nomogram.notes``, below.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        A value's points are read straight above it, their sum on the total points, the survival straight below. With
        strata each has its survival rulers; where they would be more than six, those of the pooled baseline hazard.
        Labels that would touch stand on several heights, or are left out where values are equally spaced.
    """
    small = footer_lines((_validated(nomogram), *nomogram.notes), TWO_COLUMNS) if notes else []
    with style():
        if nomogram.points_per_unit == 0:
            figure = figure_for(on)
            nothing_to_draw(figure.add_subplot(), "All coefficients are zero: there are no points to give.")
            return figure
        width = TWO_COLUMNS if on is None else on.bbox.width / (on.get_figure(root=True).dpi * MM)
        rulers = [_ruler(variable, part, width) for variable, part in nomogram.table.groupby("variable", sort=False)]
        survival = _survival_rulers(nomogram)
        top = _TITLE if title else 2.5
        high = _RULER * (len(rulers) + 2 + len(survival)) + _ROW * sum(ruler.deep for ruler in rulers)
        figure = figure_for(on, height=top + high + 3.0 * len(small) + 4.0)
        sheet = Sheet(figure)
        if title:
            sheet.text(2.0, 4.0, title, fontsize=8.5, fontweight="bold")
        bottom = _draw(sheet, nomogram, rulers, survival, top)
        write_footer(sheet, small, bottom + 1.0)
    return figure


class _Ruler(NamedTuple):
    """A variable's ruler: where its labels stand, and how many lines lie below the first."""

    name: str
    places: np.ndarray
    texts: list[str]
    spots: list[Spot] | None
    deep: int


def _ruler(variable: str, part: pd.DataFrame, width: float) -> _Ruler:
    places = _LABEL + (width - _RIGHT - _LABEL) * part["points"].to_numpy(dtype=float) / 100
    if (part["level"] == "").all():
        return _Ruler(pretty(variable), places, [f"{value:g}" for value in part["value"]], None, 0)
    texts = [str(level) for level in part["level"]]
    spots = label_spots(places, texts)
    return _Ruler(pretty(variable), places, texts, spots, max(spot.line for spot in (Spot(0), *spots)))


def _validated(nomogram: Nomogram) -> str:
    """Write what the bootstrap says of the model."""
    found = nomogram.validation.set_index("measure")
    c, slope = found.loc["concordance"], found.loc["calibration_slope"]
    if not np.isfinite(c["estimate"]):
        return f"Apparent concordance {c['apparent']:.2f} (too good: not validated)."
    interval = f" (95% CI {c['ci_low']:.2f} to {c['ci_high']:.2f})" if np.isfinite(c["ci_low"]) else ""
    told = f"Optimism-corrected concordance {c['estimate']:.2f}{interval}, calibration slope {slope['estimate']:.2f}"
    return f"{told}; {c['n_bootstraps']} bootstrap samples, {len(nomogram.training)} patients."


def _survival_rulers(nomogram: Nomogram) -> list[tuple[str, pd.DataFrame]]:
    axis = nomogram.survival
    own = axis[axis["stratum"] != _POOLED]
    if own.groupby(["stratum", "time"]).ngroups > _MOST_RULERS:
        own = axis[axis["stratum"] == _POOLED]
    told = own["stratum"].nunique() > 1 or axis["stratum"].nunique() > 1
    rulers = []
    for (stratum, time), part in own.groupby(["stratum", "time"], sort=False):
        name = f"Survival at {time_name(time, nomogram.unit)}"
        of = "pooled over strata" if stratum == _POOLED else pretty(stratum)
        rulers.append((f"{name}\n{of}" if told else name, part))
    return rulers


def _draw(sheet: Sheet, nomogram: Nomogram, rulers: list[_Ruler], survival: list[Any], top: float) -> float:
    """Draw all rulers and return where the last one ends."""
    right = sheet.width - _RIGHT
    total = nomogram.total["total_points"].to_numpy(dtype=float)

    def place(points: Any, most: float) -> np.ndarray:
        return _LABEL + (right - _LABEL) * np.asarray(points, dtype=float) / most

    y = top + 5.0
    tens = np.arange(0, 101, 10)
    draw_ruler(sheet, y, "Points", place(tens, 100.0), [f"{ten:g}" for ten in tens], above=True, minor=5)
    for ruler in rulers:
        y += _RULER
        draw_ruler(sheet, y, ruler.name, ruler.places, ruler.texts, spots=ruler.spots)
        y += _ROW * ruler.deep
    y += _RULER
    sheet.line([2.0, right], [y - 4.2] * 2, color=COLORS["faint"])
    draw_ruler(sheet, y, "Total points", place(total, total.max()), [f"{value:g}" for value in total], minor=5)
    for name, part in survival:
        y += _RULER
        texts = [f"{value:g}" for value in part["survival"]]
        draw_ruler(sheet, y, name, place(part["total_points"], total.max()), texts)
    return y + 5.5
