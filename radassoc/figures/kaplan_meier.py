"""Survival curves with intervals, censoring marks and the numbers at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures._survival_text import comparison_lines
from radassoc.figures.style import COLORS, axes_for, colors_for, headline, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.survival.compare import SurvivalComparison

__all__ = ["plot_adjusted_survival", "plot_kaplan_meier", "survival_panel"]

_LEGEND: dict[str, Any] = {"handlelength": 1.2, "borderaxespad": 0.2, "alignment": "right"}
_LINE = 0.08  # of the survival axis: a line of the legend
_LONGEST, _SHORT = 20, 16  # letters of a group's name in the legend, beside the numbers at risk


def plot_kaplan_meier(
    comparison: SurvivalComparison,
    *,
    on: Axes | None = None,
    title: str = "",
    intervals: bool = True,
    medians: bool = False,
    until: float | None = None,
) -> Axes:
    """Draw Kaplan-Meier curves of the compared groups, with the numbers at risk below them.

    Above the curves stand the hazard ratio with its interval, the p-value with its source, and, where hazards are not
    proportional, the difference of restricted means.

    Parameters
    ----------
    comparison
        What ``compare_survival`` returned.
    on
        Axes to draw in; a new one-column figure without it.
    title
        Title of the panel.
    intervals
        Shade the pointwise confidence intervals.
    medians
        Mark the median survival time of each group by dotted lines.
    until
        Last time on the axis, in the cohort's unit; by default the last time of any group.

    Returns
    -------
    matplotlib.axes.Axes
        With the numbers at risk written below the time axis.
    """
    with style():
        curves = comparison.curves
        groups = list(dict.fromkeys(curves["group"]))
        axes = axes_for(on, height=76 + 3.2 * max(len(groups), 2))
        if curves.empty:
            axes.set_title(title)
            return nothing_to_draw(axes, comparison.reason or "No groups to compare.")
        end = until or float(curves["time"].max())
        names = {group: _with_events(group, curves[curves["group"] == group]) for group in groups}
        if medians:
            _draw_medians(axes, comparison.medians, colors_for(groups))
        headline(axes, title, comparison_lines(comparison))
        survival_panel(axes, curves, names, end=end, unit=comparison.unit, intervals=intervals)
    return axes


def survival_panel(
    axes: Any,
    curves: pd.DataFrame,
    names: dict[Any, str],
    *,
    end: float,
    unit: str,
    intervals: bool,
    counts: str = "events/patients",
    at_risk: str = "Number at risk",
) -> None:
    """Draw the curve of each group with its marks of censoring, the legend, and the numbers at risk below.

    ``names`` are the lines of the legend by group, and ``counts`` says what their numbers are.
    """
    colors = colors_for(list(names))
    for group, color in colors.items():
        curve = curves[curves["group"] == group]
        _draw_curve(axes, curve, color, names[group], shade=_shade(list(names)) if intervals else 0.0)
        gone = curve[(curve["censored"] > 0) & (curve["time"] <= end)]
        axes.plot(gone["time"], gone["survival"], "|", color=color, markersize=4, markeredgewidth=0.6)
    ticks = _finish(axes, end, unit)
    small = 6.2 if max(map(len, names.values())) > _SHORT else 7.0
    look = _LEGEND | {"fontsize": small, "title_fontsize": 6.2}
    axes.legend(loc=_free_corner(curves, end), title=counts, **look)
    _write_at_risk(axes, curves, colors, ticks, at_risk)


def plot_adjusted_survival(
    comparison: SurvivalComparison,
    *,
    on: Axes | None = None,
    title: str = "",
    intervals: bool = True,
    until: float | None = None,
) -> Axes:
    """Draw adjusted survival curves: each group's survival with the covariates of all patients.

    Parameters
    ----------
    comparison
        What ``compare_survival`` returned, with ``covariates``.
    on
        Axes to draw in; a new one-column figure without it.
    title
        Title of the panel.
    intervals
        Shade the pointwise confidence intervals.
    until
        Last time on the axis, in the cohort's unit; by default the last time of any group.

    Returns
    -------
    matplotlib.axes.Axes
        The unadjusted curves are thin dashed lines.
    """
    with style():
        axes = axes_for(on, height=76)
        curves = comparison.adjusted_curves
        if curves.empty:
            axes.set_title(title)
            without = "No adjusted curves: the comparison has no covariates."
            return nothing_to_draw(axes, comparison.adjusted_reason or comparison.reason or without)
        colors = colors_for(list(dict.fromkeys(curves["group"])))
        end = until or float(curves["time"].max())
        shade = _shade(list(colors)) if intervals else 0.0
        for group, color in colors.items():
            _draw_curve(axes, curves[curves["group"] == group], color, _name(group), shade=shade)
            plain = comparison.curves[comparison.curves["group"] == group]
            axes.step(plain["time"], plain["survival"], where="post", color=color, linewidth=0.6, linestyle=(0, (3, 2)))
        _finish(axes, end, comparison.unit)
        axes.plot([], [], color=COLORS["quiet"], linewidth=0.6, linestyle=(0, (3, 2)), label="not adjusted")
        axes.legend(loc="best", **_LEGEND)
        headline(axes, title, comparison_lines(comparison, adjusted=True))
    return axes


def _name(group: object) -> str:
    return shorten(pretty(group), 2 * _LONGEST)


def _with_events(group: object, curve: pd.DataFrame) -> str:
    """Write "high (12/30)": events and patients of the group."""
    return f"{shorten(pretty(group), _LONGEST)} ({int(curve['events'].sum())}/{int(curve['at_risk'].max())})"


def _shade(groups: list[Any]) -> float:
    """Many bands that lie over one another are paler."""
    return 0.15 if len(groups) < 4 else 0.09


def _draw_curve(axes: Any, curve: pd.DataFrame, color: str, label: str, *, shade: float) -> None:
    axes.step(curve["time"], curve["survival"], where="post", color=color, label=label)
    if shade:
        # the interval is missing where the curve is at zero; until then the last one holds
        ends = [curve[name].where(curve["survival"] > 0, curve[name].shift()) for name in ("ci_low", "ci_high")]
        axes.fill_between(curve["time"], *ends, step="post", color=color, alpha=shade, linewidth=0)


def _draw_medians(axes: Any, medians: pd.DataFrame, colors: dict[Any, str]) -> None:
    for row in medians[medians["median"].notna()].itertuples():
        look = {"color": colors[row.group], "linewidth": 0.7, "linestyle": ":"}
        axes.plot([0, row.median, row.median], [0.5, 0.5, 0], **look)


def _finish(axes: Any, end: float, unit: str) -> np.ndarray:
    axes.set(xlim=(0, end * 1.02), ylim=(0, 1.03), ylabel="Survival probability")
    ticks = _ticks(end)
    axes.set_xticks(ticks)
    axes.set_xlabel(f"Time ({unit})" if unit else "Time")
    return ticks


def _ticks(end: float) -> np.ndarray:
    """At most seven round ticks, so that the numbers at risk do not touch."""
    from matplotlib.ticker import MaxNLocator

    locator = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 3, 4, 5, 6, 10], integer=end > 6)
    ticks = np.asarray(locator.tick_values(0, end))
    return ticks[(ticks >= 0) & (ticks <= end)]


def _free_corner(curves: pd.DataFrame, end: float) -> str:
    """Curves fall: the upper right is free unless one stays high, the lower left unless one falls early."""
    lines = 1 + curves["group"].nunique()
    high = max(_survival_at(curve, 0.4 * end) for _, curve in curves.groupby("group"))
    low = min(_survival_at(curve, 0.6 * end) for _, curve in curves.groupby("group"))
    if high < 1.0 - _LINE * lines:
        return "upper right"
    return "lower left" if low > _LINE * lines else "best"


def _survival_at(curve: pd.DataFrame, time: float) -> float:
    return float(curve.loc[curve["time"] <= time, "survival"].min())


def _write_at_risk(axes: Any, curves: pd.DataFrame, colors: dict[Any, str], ticks: np.ndarray, heading: str) -> None:
    # below the tick labels and the label of the axis, whatever their size in the caller's own Axes
    below = 12 + 1.2 * (axes.xaxis.get_ticklabels()[0].get_size() + axes.xaxis.label.get_size())

    def write(x: float, line: int, text: str, **look: Any) -> None:
        # offsets in points: the rows keep their distance whatever the size of the Axes
        axes.annotate(
            text,
            (x, 0),
            xytext=(look.pop("shift", 0), -below - 8.5 * line),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            va="center",
            fontsize=6.5,
            annotation_clip=False,
            **look,
        )

    write(0, 0, heading, ha="left", shift=-10)
    for line, (group, color) in enumerate(colors.items(), 1):
        curve = curves[curves["group"] == group].sort_values("time")
        write(0, line, shorten(pretty(group), _SHORT), ha="right", shift=-10, color=color)
        for tick in ticks:
            later = curve[curve["time"] >= tick]
            write(tick, line, str(int(later["at_risk"].iloc[0]) if len(later) else 0), ha="center")
