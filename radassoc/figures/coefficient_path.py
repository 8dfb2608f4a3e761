"""How the coefficients enter as the penalty weakens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.figures.style import COLORS, axes_for, colors_for, headline, nothing_to_draw, shorten, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.survival.risk_score import RiskScore

__all__ = ["plot_coefficient_path"]

_BEYOND = (
    8.0  # penalties so many times weaker than the one in force are overfitted: their lines would flatten the others
)


def plot_coefficient_path(score: RiskScore, *, on: Axes | None = None, title: str = "", label: int = 6) -> Axes:
    """Draw each feature's coefficient along the penalties; the largest of the chosen model are coloured and named.

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
        Dashed: the penalty in force. Dark: features of the chosen model; pale: those that enter later. Names stand in
        the order in which the lines end. Penalties beyond an eighth of it are left out.
    """
    near = score.path[score.path["lambda"] >= score.chosen_lambda / _BEYOND]
    path = near.pivot(index="feature", columns="lambda", values="coefficient").fillna(0.0)
    path = path[(path != 0).any(axis=1)]
    with style():
        axes = axes_for(on, width=130)
        if path.empty:
            axes.set_title(title)
            return nothing_to_draw(axes, score.reason or "No feature enters along the path.")
        x = np.log10(path.columns.to_numpy(float))
        at_choice = path.iloc[:, int(np.abs(x - np.log10(score.chosen_lambda)).argmin())]
        largest = at_choice[at_choice != 0].abs().sort_values(ascending=False, kind="stable").index[:label]
        weakest = path.columns.min()
        named = path.loc[largest].sort_values(weakest, ascending=False, kind="stable").index
        colors = colors_for(list(named))
        for feature in [*named, *path.index.difference(named, sort=False)]:
            kept, known = at_choice[feature] != 0, feature in colors
            color = colors[feature] if known else COLORS["ink"] if kept else COLORS["pale"]
            look: dict[str, Any] = {"linewidth": 1.1 if known else 0.6, "zorder": 3 if known else 2 if kept else 1}
            axes.plot(x, path.loc[feature], color=color, label=shorten(feature, 34) if known else None, **look)
        axes.axvline(np.log10(score.chosen_lambda), color=COLORS["ink"], linewidth=0.8, linestyle="--")
        axes.axhline(0, color=COLORS["ink"], linewidth=0.5)
        axes.invert_xaxis()
        axes.set(xlabel="log10 penalty (weaker to the right)", ylabel=f"Log hazard ratio per {_units(score)}")
        if len(named):
            axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=6)
        n = int((at_choice != 0).sum())
        headline(axes, title, [f"dashed: the penalty in force, {n} of {len(path)} features that enter"])
    return axes


def _units(score: RiskScore) -> str:
    rows = score.table[score.table["modality"] != "clinical"]
    return " or ".join(sorted(set(rows["per"]))) or "SD"
