"""How the coefficients enter as the penalty weakens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radassoc.figures.style import COLORS, axes_for, nothing_to_draw, shorten, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.survival.risk_score import RiskScore

__all__ = ["plot_coefficient_path"]


def plot_coefficient_path(score: RiskScore, *, on: Axes | None = None, title: str = "", label: int = 6) -> Axes:
    """Draw each feature's coefficient along the penalties; those in the chosen model are coloured and named.

    Parameters
    ----------
    score
        What ``fit_risk_score`` returned.
    on
        Axes to draw in; a new figure without it.
    title
        Title of the panel.
    label
        Number of chosen features to name.

    Returns
    -------
    matplotlib.axes.Axes
    """
    path = score.path.pivot(index="feature", columns="lambda", values="coefficient").fillna(0.0)
    with style():
        axes = axes_for(on, width=130)
        axes.set_title(title)
        if path.empty:
            return nothing_to_draw(axes, score.reason or "No feature enters along the path.")
        x = np.log10(path.columns.to_numpy(float))
        at_choice = path.iloc[:, int(np.abs(x - np.log10(score.chosen_lambda)).argmin())]
        named = at_choice[at_choice != 0].abs().sort_values(ascending=False, kind="stable").index[:label]
        for feature, values in path.iterrows():
            kept = at_choice[feature] != 0
            color = COLORS["faint"] if not kept else COLORS["high"] if at_choice[feature] > 0 else COLORS["low"]
            name = shorten(feature, 34) if feature in named else None
            axes.plot(x, values, color=color, linewidth=1.0 if kept else 0.5, zorder=2 if kept else 1, label=name)
        axes.axvline(np.log10(score.chosen_lambda), color=COLORS["ink"], linewidth=0.8, linestyle="--")
        axes.axhline(0, color=COLORS["ink"], linewidth=0.5)
        axes.invert_xaxis()
        axes.set(xlabel="log10 penalty (weaker to the right)", ylabel="Log hazard ratio per SD")
        if len(named):
            axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=6)
    return axes
