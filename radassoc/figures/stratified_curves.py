"""Survival of the same groups in each stratum, side by side on the same axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.base.errors import InputError
from radassoc.figures.kaplan_meier import plot_kaplan_meier
from radassoc.figures.style import TWO_COLUMNS, figure_for, format_p, nothing_to_draw, pretty, style, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.strata.stratified import StratifiedResult

__all__ = ["plot_stratified_curves"]

_MOST = 4


def plot_stratified_curves(
    result: StratifiedResult,
    *,
    on: Figure | SubFigure | None = None,
    title: str = "",
    intervals: bool = True,
    until: float | None = None,
) -> Figure | SubFigure:
    """Draw Kaplan-Meier curves of the compared groups, one panel per stratum, with shared axes and numbers at risk.

    Parameters
    ----------
    result
        What ``by_stratum(..., "survival", groups=...)`` returned.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    title
        Title of the figure.
    intervals
        Shade the pointwise confidence intervals.
    until
        Last time on the axes; by default the last time of any stratum.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Below the panels: by how much the hazard ratios differ, with interval and p-value of the difference.
    """
    panels = {name: found for name, found in result.results.items() if hasattr(found, "curves")}
    if not panels:
        raise InputError(
            "The strata have no survival curves.", wanted='the result of by_stratum(..., "survival", groups=...)'
        )
    panels = dict(list(panels.items())[:_MOST])
    with style():
        n_groups = max((found.curves["group"].nunique() for found in panels.values()), default=2)
        figure = figure_for(on, width=TWO_COLUMNS, height=98.0 + 3.2 * n_groups)
        known = [found.curves["time"].max() for found in panels.values() if len(found.curves)]
        if not known:
            nothing_to_draw(figure.add_subplot(), result.reason or "No groups to compare.")
            return figure
        end = until or float(np.max(known))
        grid = figure.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (name, found) in zip(grid, panels.items(), strict=True):
            heading = f"{pretty(result.variable)}: {pretty(name)}"
            plot_kaplan_meier(found, on=axes, title=heading, intervals=intervals, until=end)
        for axes in grid[1:]:
            axes.set_ylabel("")
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=9, fontweight="bold")
        figure.supxlabel("\n".join(_told(result)), x=0.01, ha="left", fontsize=6.8, linespacing=1.4)
    return figure


def _told(result: StratifiedResult) -> list[str]:
    """Say by how much the strata differ, for every hazard ratio."""
    tested = result.heterogeneity
    rows = tested[tested["measure"].astype(str).str.endswith("hazard_ratio")]
    told = [_line(row) for row in rows.head(3).to_dict("records")]
    return ["", *[wrap(line, 150) for line in told]]


def _line(row: dict[str, Any]) -> str:
    name = f"{pretty(row['contrast'])}, {pretty(row['measure'])}"
    if np.isfinite(row["estimate"]):
        name += f" of {row['contrast_of_strata']}: ratio {row['estimate']:.2f}"
        name += f" ({row['ci_low']:.2f} to {row['ci_high']:.2f})"
    told = f"difference between the strata {format_p(row['p_value'])}"
    reach = f"; detectable ratio {row['detectable']:.2g}" if np.isfinite(row["detectable"]) else ""
    return f"{name}; {told}{reach}" if np.isfinite(row["p_value"]) else f"{name}; no p-value: {row['reason']}"
