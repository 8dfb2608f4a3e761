"""Survival of two strata as they are, and weighted to the same covariates, on the same axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.figures.kaplan_meier import survival_panel
from radassoc.figures.style import TWO_COLUMNS, figure_for, format_p, headline, pretty, shorten, style, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.strata.weighting import WeightedComparison

__all__ = ["plot_weighted_curves"]

_LONGEST = 20  # letters of a stratum's name
_HEADING = 50  # letters of a panel's heading, less those of a name beside its numbers at risk


def plot_weighted_curves(
    comparison: WeightedComparison,
    *,
    on: Figure | SubFigure | None = None,
    title: str = "",
    intervals: bool = True,
    until: float | None = None,
    notes: bool = True,
) -> Figure | SubFigure:
    """Draw survival of two strata, left as they are, right weighted to the same covariates, on shared axes.

    Parameters
    ----------
    comparison
        What ``weighted_comparison`` returned.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    title
        Title of the figure.
    intervals
        Shade the pointwise confidence intervals.
    until
        Last time on the axes, in the cohort's unit; by default the last time of any patient.
    notes
        Write the notes of the result below.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Above each panel stands its hazard ratio; below the right one the sums of weights at risk; in its legend how
        many patients of equal weight tell as much.
    """
    below = _below(comparison, comparison.notes if notes else (), intervals=intervals)
    with style():
        figure = figure_for(on, width=TWO_COLUMNS, height=92.0 + 3.4 * below.count("\n") + (5.0 if title else 0.0))
        end = until or float(comparison.curves["time"].max())
        panels = figure.subplots(1, 2, sharex=True, sharey=True)
        for axes, heading, model in zip(panels, _headings(comparison), ("unweighted", "weighted"), strict=True):
            headline(axes, heading, _ratio(comparison, model))
            curves = comparison.curves[comparison.curves["model"] == model].rename(columns={"stratum": "group"})
            told: dict[str, Any] = {}
            if model == "weighted":
                curves = curves.assign(at_risk=curves["weighted_at_risk"].round())
                told = {"counts": "effective/all patients", "at_risk": "Weighted number at risk"}
            names = _counts(comparison, model)
            survival_panel(axes, curves, names, end=end, unit=comparison.unit, intervals=intervals, **told)
        panels[1].set_ylabel("")
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=9, fontweight="bold")
        figure.supxlabel(below, x=0.01, ha="left", fontsize=6.8, linespacing=1.4)
    return figure


def _headings(comparison: WeightedComparison) -> tuple[str, str]:
    """Name what both are weighted to, on at most two lines; the other heading is as high."""
    names = min(max(len(pretty(name)) for name in comparison.weights["stratum"]), 16)
    lines = wrap(f"Weighted to the same {_covariates(comparison)}", _HEADING - names)
    if lines.count("\n") > 1:
        lines = f"Weighted to the same {len(comparison.params['covariates'])} covariates"
    return "As they are" + "\n " * lines.count("\n"), lines


def _covariates(comparison: WeightedComparison) -> str:
    return ", ".join(pretty(name) for name in comparison.params["covariates"])


def _ratio(comparison: WeightedComparison, model: str) -> list[str]:
    """Tell the hazard ratio with its interval and p-value, and of whom against whom."""
    row: Any = next(comparison.table[comparison.table["model"] == model].itertuples())
    which = f"{shorten(pretty(row.stratum_2), _LONGEST)} vs {shorten(pretty(row.stratum_1), _LONGEST)}"
    if not np.isfinite(row.hazard_ratio):
        return ["HR not estimable", which]
    kind = f"{'robust ' if row.interval == 'robust' else ''}{100 * comparison.params['level']:g}% CI"
    return [f"HR {row.hazard_ratio:.2f} ({kind} {row.ci_low:.2f} to {row.ci_high:.2f}), {format_p(row.p_value)}", which]


def _counts(comparison: WeightedComparison, model: str) -> dict[Any, str]:
    """Name each stratum with its events and patients; weighted, with its effective number of patients and all."""
    events = comparison.curves[comparison.curves["model"] == model].groupby("stratum")["events"].sum()
    names = {}
    for row in comparison.weights.itertuples():
        first = f"{row.effective_n:.0f}" if model == "weighted" else str(events[row.stratum])
        names[row.stratum] = f"{shorten(pretty(row.stratum), _LONGEST)} ({first}/{row.n})"
    return names


def _below(comparison: WeightedComparison, notes: tuple[str, ...], *, intervals: bool) -> str:
    told = []
    if _headings(comparison)[1].endswith(" covariates"):
        told.append(f"Weighted to the same {_covariates(comparison)}.")
    if intervals:
        level = f"{100 * comparison.params['level']:g}%"
        told.append(f"Shaded: pointwise {level} intervals; the weighted ones take the weights as known.")
    if layers := comparison.params["strata"]:
        told.append(f"Hazard ratios within {', '.join(map(pretty, layers))}; the curves are over all patients.")
    return "\n".join(["", *[wrap(line, 150) for line in (*told, *notes)]])
