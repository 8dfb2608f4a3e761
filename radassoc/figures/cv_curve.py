"""How the penalty of a risk score was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radassoc.figures.style import COLORS, axes_for, nothing_to_draw, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.survival.risk_score import RiskScore

__all__ = ["plot_cv_curve"]


def plot_cv_curve(score: RiskScore, *, on: Axes | None = None, title: str = "") -> Axes:
    """Draw the cross-validated partial-likelihood deviance against the penalty, with the number of features on top.

    Parameters
    ----------
    score
        What ``fit_risk_score`` returned.
    on
        Axes to draw in; a new one-column figure without it.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        Bars show one standard error within repeats; the dashed line is the chosen penalty.
    """
    curve = score.cv
    with style():
        axes = axes_for(on)
        axes.set_title(title)
        if curve.empty:
            return nothing_to_draw(axes, score.reason or "No penalty was chosen.")
        x = np.log10(curve["lambda"])
        low, high = curve["deviance"] - curve["std_error"], curve["deviance"] + curve["std_error"]
        axes.fill_between(x, low, high, color=COLORS["faint"], linewidth=0)
        axes.plot(x, curve["deviance"], color=COLORS["high"], marker="o", markersize=1.8, linewidth=0.8)
        chosen = float(np.log10(score.chosen_lambda))
        axes.axvline(chosen, color=COLORS["ink"], linewidth=0.8, linestyle="--")
        axes.invert_xaxis()
        axes.set(xlabel="log10 penalty (weaker to the right)", ylabel="Cross-validated deviance per event")
        # overfitted models are off the scale, or they would flatten the minimum
        ceiling = float((curve["deviance"] + 6 * curve["std_error"]).iloc[0])
        axes.set_ylim(top=min(ceiling, axes.get_ylim()[1]))
        top = axes.secondary_xaxis("top")
        marks = np.unique(np.linspace(0, len(curve) - 1, 7).round().astype(int))
        top.set_xticks(x.iloc[marks], [str(n) for n in curve["n_nonzero"].iloc[marks]])
        top.tick_params(length=0, labelsize=6.5)
        top.set_xlabel("features in the model", fontsize=6.5)
        top.spines["top"].set_visible(False)
    return axes
