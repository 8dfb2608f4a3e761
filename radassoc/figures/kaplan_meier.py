"""Survival curves with intervals, censoring marks and the numbers at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import axes_for, colors_for, format_p, headline, nothing_to_draw, pretty, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.survival.compare import SurvivalComparison

__all__ = ["plot_kaplan_meier"]

_SOURCES = {
    "out_of_fold": "groups: out of fold",
    "training": "groups: training patients (apparent)",
    "test": "groups: test patients",
    "clinical": "",
}


def plot_kaplan_meier(
    comparison: SurvivalComparison,
    *,
    on: Axes | None = None,
    title: str = "",
    intervals: bool = True,
    until: float | None = None,
) -> Axes:
    """Draw Kaplan-Meier curves of the compared groups, with the numbers at risk below them.

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
    until
        Last time on the axis, in the cohort's unit; by default the last time of any group.

    Returns
    -------
    matplotlib.axes.Axes
        With the numbers at risk written below the time axis.
    """
    with style():
        axes = axes_for(on, height=82)
        curves = comparison.curves
        if curves.empty:
            axes.set_title(title)
            return nothing_to_draw(axes, comparison.reason or "No groups to compare.")
        groups = list(dict.fromkeys(curves["group"]))
        colors = colors_for(groups)
        end = until or float(curves["time"].max())
        for group in groups:
            _draw_curve(axes, curves[curves["group"] == group], colors[group], str(group), intervals=intervals)
        axes.set(xlim=(0, end * 1.02), ylim=(0, 1.03), ylabel="Survival probability")
        ticks = _ticks(end)
        axes.set_xticks(ticks)
        axes.set_xlabel(f"Time ({comparison.unit})")
        axes.legend(loc="best", handlelength=1.2, borderaxespad=0.2)
        headline(axes, title, _told(comparison))
        _write_at_risk(axes, curves, colors, ticks)
    return axes


def _draw_curve(axes: Any, curve: pd.DataFrame, color: str, label: str, *, intervals: bool) -> None:
    axes.step(curve["time"], curve["survival"], where="post", color=color, label=pretty(label))
    if intervals:
        axes.fill_between(
            curve["time"], curve["ci_low"], curve["ci_high"], step="post", color=color, alpha=0.15, linewidth=0
        )
    gone = curve[curve["censored"] > 0]
    axes.plot(gone["time"], gone["survival"], "|", color=color, markersize=4, markeredgewidth=0.6)


def _ticks(end: float) -> np.ndarray:
    """At most seven round ticks, so that the numbers at risk do not touch."""
    from matplotlib.ticker import MaxNLocator

    locator = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 3, 4, 5, 6, 10], integer=end > 6)
    ticks = np.asarray(locator.tick_values(0, end))
    return ticks[(ticks >= 0) & (ticks <= end)]


def _told(comparison: SurvivalComparison) -> list[str]:
    """Write what a reviewer looks for: hazard ratio with interval, p or why there is none, source of the groups."""
    table = comparison.table
    lines = []
    ratios = table[(table["measure"] == "hazard_ratio") & table["estimate"].notna()]
    for row in ratios.itertuples():
        name = f" ({pretty(row.contrast)})" if len(ratios) > 1 else ""
        lines.append(f"HR {row.estimate:.2f}{_interval(row)}{name}")
    source = _SOURCES.get(comparison.source, comparison.source)
    parts = f"score: {pretty(comparison.score_of)}" if comparison.score_of else ""
    tests = table.loc[table["measure"] == "log_rank", "p_value"]
    # a p-value from reruns asks what imaging adds, also where the groups owe most to the covariates
    test = "log-rank, imaging permuted:" if comparison.n_reruns else "log-rank"
    p = f"{test} {format_p(tests.iloc[0])}" if tests.notna().any() else "no log-rank p given"
    return [*lines, "; ".join(part for part in (p, source) if part), parts]


def _interval(row: Any) -> str:
    if not np.isfinite(row.ci_low):
        return " (no valid interval)"
    kind = "conditional on the groups: " if "conditional" in str(row.interval) else "95% CI "
    return f" ({kind}{row.ci_low:.2f} to {row.ci_high:.2f})"


def _write_at_risk(axes: Any, curves: pd.DataFrame, colors: dict[Any, str], ticks: np.ndarray) -> None:
    def write(x: float, line: int, text: str, **look: Any) -> None:
        # offsets in points: the rows keep their distance whatever the size of the Axes
        axes.annotate(
            text,
            (x, 0),
            xytext=(look.pop("shift", 0), -31 - 8.5 * line),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            va="center",
            fontsize=6.5,
            annotation_clip=False,
            **look,
        )

    write(0, 0, "Number at risk", ha="left", shift=-10)
    for line, (group, color) in enumerate(colors.items(), 1):
        curve = curves[curves["group"] == group].sort_values("time")
        write(0, line, pretty(group), ha="right", shift=-10, color=color)
        for tick in ticks:
            later = curve[curve["time"] >= tick]
            write(tick, line, str(int(later["at_risk"].iloc[0]) if len(later) else 0), ha="center")
