"""Time-dependent ROC curves: who dies by a time against who lives beyond it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from radassoc.figures._performance import (
    choose,
    entitle,
    estimate,
    in_words,
    legend_above,
    model_colors,
    model_name,
    panels,
    time_name,
)
from radassoc.figures.style import COLORS, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.evaluation import RiskEvaluation
    from radassoc.survival.validation import RiskValidation

__all__ = ["plot_time_roc"]


def plot_time_roc(
    result: RiskEvaluation | RiskValidation,
    *,
    models: str | Sequence[str] | None = None,
    times: float | Sequence[float] | None = None,
    on: Figure | SubFigure | None = None,
    title: str = "",
) -> Figure | SubFigure:
    """Draw the cumulative/dynamic ROC curve of each model, one panel a time, with the AUC in the legend.

    Parameters
    ----------
    result
        What ``evaluate_risk_score`` or ``validate_risk_score`` returned.
    models, times
        Those to draw, as they stand in ``result.roc``; all by default.
    on
        Figure or SubFigure to draw in; a new one without it.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
    """
    frame = result.roc
    names, moments = choose(frame, "model", models), choose(frame, "time", times)
    colors = model_colors(names)
    reason = result.reason or "No time with cases and controls."
    with style():
        figure, all_axes = panels(on, len(moments), reason=reason, height=72.0, above=6.0 + 3.2 * len(names))
        entitle(figure, title or "Time-dependent ROC", result)
        for axes, time in zip(all_axes, moments, strict=True):
            axes.plot([0, 1], [0, 1], color=COLORS["quiet"], linewidth=0.8, linestyle=":")
            kind = _interval(result.table)
            for place, name in enumerate(names):
                curve = frame[(frame["model"] == name) & (frame["time"] == time)]
                told = in_words(estimate(result.table, "auc", name, time))
                label = f"{model_name(name)}: {told}"
                look: dict[str, Any] = {"color": colors[name], "zorder": 3 - 0.1 * place}  # the score lies on top
                axes.plot(curve["false_positive"], curve["true_positive"], label=label, **look)
            axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), aspect="equal")
            axes.set(xlabel="False positives (alive beyond)", ylabel="True positives (dead by then)")
            legend_above(axes)
            axes.set_title(f"{time_name(time, result.unit)}: AUC{kind}", pad=6 + 8.6 * len(names))
    return figure


def _interval(table: pd.DataFrame) -> str:
    """Say what the intervals are; those that take fitted models as given are narrower than they ought to be."""
    kinds = set(table.loc[table["measure"] == "auc", "interval"]) - {"none"}
    return "" if not kinds else " (conditional 95% interval)" if "conditional" in kinds else " (95% interval)"
