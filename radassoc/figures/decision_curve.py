"""Decision curves: the net benefit of treating by predicted risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from radassoc.figures._performance import choose, entitle, legend_above, model_colors, model_name, panels, time_name
from radassoc.figures.style import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.evaluation import RiskEvaluation
    from radassoc.survival.validation import RiskValidation

__all__ = ["plot_decision_curve"]

_REFERENCES = ("treat all", "treat none")


def plot_decision_curve(
    result: RiskEvaluation | RiskValidation,
    *,
    models: str | Sequence[str] | None = None,
    times: float | Sequence[float] | None = None,
    on: Figure | SubFigure | None = None,
    title: str = "",
) -> Figure | SubFigure:
    """Draw the net benefit of treating patients above a threshold of predicted risk, one panel a time.

    Beside the models with absolute risks: treating everybody and treating nobody. A model is worth using at a threshold
    where its curve lies above both. Thresholds end where hardly anybody has a higher predicted risk.

    Parameters
    ----------
    result
        What ``evaluate_risk_score`` or ``validate_risk_score`` returned.
    models, times
        Those to draw, as they stand in ``result.decision``; all by default.
    on
        Figure or SubFigure to draw in; a new one without it.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
    """
    frame = result.decision
    known = frame[~frame["model"].isin(_REFERENCES)]
    names = [*choose(known, "model", models), *(name for name in _REFERENCES if len(known))]
    moments = choose(known, "time", times)
    colors = model_colors(names)
    columns = 2 if len(moments) == 1 else 4
    lines = -(-len(names) // columns)
    with style():
        reason = result.reason or "No model gives absolute risks."
        figure, all_axes = panels(on, len(moments), reason=reason, height=62.0, above=6.0 + 3.2 * lines)
        entitle(figure, title or "Decision curves", result)
        for axes, time in zip(all_axes, moments, strict=True):
            rows = frame[frame["time"] == time]
            for place, name in enumerate(names):
                curve = rows[rows["model"] == name]
                axes.plot(
                    curve["threshold"],
                    curve["net_benefit"],
                    color=colors[name],
                    zorder=2 if name == "treat none" else 4 if name == "treat all" else 3 - 0.1 * place,
                    label=model_name(name),
                    linewidth=0.9 if name in _REFERENCES else 1.3,
                    linestyle="--" if name == "treat all" else "-",
                )
            told = time_name(time, result.unit)
            axes.set(xlim=(0, rows["threshold"].max()), ylim=_limits(rows))
            axes.set(xlabel=f"Threshold: risk, {told}", ylabel="Net benefit")
            axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f}%")
            axes.set_title(told, pad=6 + 8.6 * lines)
        if all_axes:
            legend_above(all_axes[0], columns)  # the same lines in all panels: it may reach over the next one
    return figure


def _limits(rows: pd.DataFrame) -> tuple[float, float]:
    """Keep what is worth seeing: a little below nobody treated, a little above the best."""
    top = max(float(rows["net_benefit"].max()), 0.02)
    return -0.25 * top, 1.12 * top
