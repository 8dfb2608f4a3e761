"""Calibration of absolute risks: what was predicted against what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from radassoc.figures._performance import choose, estimate, in_words, model_colors, model_name, panels, time_name
from radassoc.figures.style import COLORS, headline, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.evaluation import RiskEvaluation
    from radassoc.survival.validation import RiskValidation

__all__ = ["plot_calibration"]

_BELOW = 0.14  # of the unit square, for the histogram


def plot_calibration(
    result: RiskEvaluation | RiskValidation,
    *,
    model: str | None = None,
    times: float | Sequence[float] | None = None,
    on: Figure | SubFigure | None = None,
    title: str = "",
) -> Figure | SubFigure:
    """Draw observed against predicted risk of one model, one panel a time.

    Points: groups by quantiles of the predicted risk, Kaplan-Meier risk with its 95% interval (no interval where nobody
    or everybody died, no point where a group's follow-up ends earlier). Line and band: the smooth calibration curve
    with its pointwise 95% band. Dashed: perfect calibration. Below: how many patients have such a predicted risk.

    Parameters
    ----------
    result
        What ``evaluate_risk_score`` or ``validate_risk_score`` returned.
    model
        One of ``result.calibration["model"]``; by default the first, which is the full score.
    times
        Those to draw; all by default.
    on
        Figure or SubFigure to draw in; a new one without it.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
    """
    frame = result.calibration
    names, moments = choose(frame, "model", model), choose(frame, "time", times)
    reason = result.reason or "No model gives absolute risks."
    with style():
        figure, all_axes = panels(on, len(moments), reason=reason, height=76.0, above=14.0)
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=8.5, fontweight="bold")
        for axes, time in zip(all_axes, moments, strict=True):
            rows = frame[(frame["model"] == names[0]) & (frame["time"] == time)]
            _draw(axes, rows, model_colors(names[:1])[names[0]])
            told = time_name(time, result.unit)
            axes.set(xlabel=f"Predicted risk, {told}", ylabel="Observed risk")
            headline(axes, f"{model_name(names[0])}, {told}", _numbers(result.table, names[0], time))
    return figure


def _draw(axes: Any, rows: pd.DataFrame, color: str) -> None:
    smooth, bars = rows[rows["group"] == "smooth"], rows[rows["group"] == "histogram"]
    groups = rows[~rows["group"].isin(["smooth", "histogram"])]
    axes.plot([0, 1], [0, 1], color=COLORS["quiet"], linewidth=0.8, linestyle="--")
    axes.fill_between(smooth["predicted"], smooth["ci_low"], smooth["ci_high"], color=color, alpha=0.15, linewidth=0)
    axes.plot(smooth["predicted"], smooth["observed"], color=color)
    axes.vlines(groups["predicted"], groups["ci_low"], groups["ci_high"], color=COLORS["ink"], linewidth=0.8)
    axes.scatter(groups["predicted"], groups["observed"], color=COLORS["ink"], s=14, zorder=3)
    if len(bars):
        heights = 0.8 * _BELOW * bars["n"] / bars["n"].max()
        axes.bar(bars["predicted"], heights, width=0.042, bottom=-_BELOW, color=COLORS["faint"], linewidth=0)
    axes.set(xlim=(-0.01, 1.01), ylim=(-_BELOW, 1.01), aspect="equal")
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)


def _numbers(table: pd.DataFrame, model: str, time: float) -> list[str]:
    ratio = estimate(table, "observed_expected", model, time)
    lines = [] if ratio is None else [f"observed / expected {in_words(ratio)}"]
    slope, apart = estimate(table, "calibration_slope", model), estimate(table, "ici", model, time)
    told = [] if slope is None else [f"slope {in_words(slope)}"]
    told += [] if apart is None else [f"ICI {apart.estimate:.2f}"]
    return [*lines, "; ".join(told)]
