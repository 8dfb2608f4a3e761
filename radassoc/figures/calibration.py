"""Calibration of absolute risks: what was predicted against what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures._performance import (
    choose,
    entitle,
    estimate,
    in_words,
    model_colors,
    model_name,
    panels,
    time_name,
)
from radassoc.figures.style import COLORS, headline, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.evaluation import RiskEvaluation
    from radassoc.survival.nomogram_model import Nomogram
    from radassoc.survival.validation import RiskValidation

__all__ = ["plot_calibration"]

_OF_NOMOGRAM = {"apparent": "Apparent", "optimism-corrected": "Optimism-corrected"}
_BELOW = 0.14  # of the unit square, for the histogram


def plot_calibration(
    result: RiskEvaluation | RiskValidation | Nomogram,
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

    Of a nomogram: grey, the apparent calibration in its own training patients; in colour, the one from which the
    bootstrap's optimism is taken away (crosses for the groups).

    Parameters
    ----------
    result
        What ``evaluate_risk_score``, ``validate_risk_score`` or ``fit_nomogram`` returned.
    model
        One of ``result.calibration["model"]``; by default the first, which is the full score; both of a nomogram.
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
    shown = names if set(names) <= set(_OF_NOMOGRAM) else names[:1]
    reason = result.reason or "No model gives absolute risks."
    with style():
        figure, all_axes = panels(on, len(moments), reason=reason, height=76.0, above=14.0)
        source = "training" if shown and shown[0] in _OF_NOMOGRAM else ""
        entitle(figure, title or "Calibration", result, source=source)
        for axes, time in zip(all_axes, moments, strict=True):
            for name in shown:
                _draw(axes, frame[(frame["model"] == name) & (frame["time"] == time)], name)
            told = time_name(time, result.unit)
            axes.set(xlabel=f"Predicted risk, {told}", ylabel="Observed risk")
            lines = _numbers(result.table, shown[0], time) if shown[0] not in _OF_NOMOGRAM else _validated(result)
            headline(axes, f"{model_name(shown[0])}, {told}", lines)
        if len(shown) > 1 and all_axes:
            all_axes[0].legend(loc="lower right", bbox_to_anchor=(1.02, 0.11), fontsize=6, labelspacing=0.3)
    return figure


def _draw(axes: Any, rows: pd.DataFrame, model: str) -> None:
    color = COLORS["quiet"] if model == "apparent" else model_colors([model])[model]
    smooth, bars = rows[rows["group"] == "smooth"], rows[rows["group"] == "histogram"]
    groups = rows[~rows["group"].isin(["smooth", "histogram"])]
    axes.plot([0, 1], [0, 1], color=COLORS["quiet"], linewidth=0.8, linestyle="--")
    if smooth["ci_low"].notna().any():
        low, high = smooth["ci_low"], smooth["ci_high"]
        axes.fill_between(smooth["predicted"], low, high, color=color, alpha=0.15, linewidth=0)
    axes.plot(smooth["predicted"], smooth["observed"], color=color, label=_OF_NOMOGRAM.get(model, ""))
    point = COLORS["quiet"] if model == "apparent" else COLORS["ink"]
    axes.vlines(groups["predicted"], groups["ci_low"], groups["ci_high"], color=point, linewidth=0.8)
    look = {"marker": "x", "s": 18, "linewidth": 1.0} if model == "optimism-corrected" else {"s": 14}
    axes.scatter(groups["predicted"], groups["observed"], color=point, zorder=3, **look)
    if len(bars):
        heights = 0.8 * _BELOW * bars["n"] / bars["n"].max()
        axes.bar(bars["predicted"], heights, width=0.042, bottom=-_BELOW, color=COLORS["faint"], linewidth=0)
    axes.set(xlim=(-0.01, 1.01), ylim=(-_BELOW, 1.01), aspect="equal")
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)


def _validated(nomogram: Any) -> list[str]:
    found = nomogram.validation.set_index("measure")
    slope = found.loc["calibration_slope"]
    if not np.isfinite(slope["estimate"]):
        return ["apparent: not validated"]
    return [
        f"slope {slope['estimate']:.2f} (optimism-corrected)",
        f"{int(slope['n_bootstraps'])} bootstrap samples",
    ]


def _numbers(table: pd.DataFrame, model: str, time: float) -> list[str]:
    ratio = estimate(table, "observed_expected", model, time)
    lines = [] if ratio is None else [f"observed / expected {in_words(ratio)}"]
    slope, apart = estimate(table, "calibration_slope", model), estimate(table, "ici", model, time)
    told = [] if slope is None else [f"slope {in_words(slope)}"]
    told += [] if apart is None else [f"ICI {apart.estimate:.2f}"]
    return [*lines, "; ".join(told)]
