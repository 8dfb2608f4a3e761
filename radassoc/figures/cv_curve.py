"""How the penalty of a risk score was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import COLORS, axes_for, nothing_to_draw, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.survival.risk_score import RiskScore

__all__ = ["plot_cv_curve"]

_NAMES = {"deviance": "deviance per event", "concordance": "concordance"}


def plot_cv_curve(score: RiskScore, *, on: Axes | None = None, title: str = "") -> Axes:
    """Draw the cross-validated criterion against the penalty, with the number of features on top.

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
        The criterion that chose the penalty: partial-likelihood deviance, or concordance. Pale band: one standard error
        within repeats; dark band: 5% to 95% over repeats, which is what the choice of folds does. Dashed: the penalty
        in force.
    """
    curve = score.cv
    with style():
        axes = axes_for(on)
        if curve.empty:
            axes.set_title(title)
            return nothing_to_draw(axes, score.reason or "No penalty was chosen.")
        kind = score.params["criterion"]
        _draw(axes, np.log10(curve["lambda"].to_numpy(float)), curve, kind)
        axes.axvline(np.log10(score.chosen_lambda), color=COLORS["ink"], linewidth=0.8, linestyle="--")
        axes.invert_xaxis()
        axes.set(xlabel="log10 penalty (weaker to the right)", ylabel=f"Cross-validated {_NAMES[kind]}")
        axes.legend(loc="upper left" if kind == "deviance" else "lower left", fontsize=6)
        _count(axes, curve)
        _head(axes, title, score)
    return axes


def _draw(axes: Any, x: np.ndarray, curve: pd.DataFrame, kind: str) -> None:
    error = curve["std_error" if kind == "deviance" else f"{kind}_std_error"]
    low, high = curve[kind] - error, curve[kind] + error
    axes.fill_between(x, low, high, color=COLORS["faint"], linewidth=0, label="one standard error")
    spread = curve[f"{kind}_low"], curve[f"{kind}_high"]
    axes.fill_between(x, *spread, color=COLORS["quiet"], alpha=0.5, linewidth=0, label="5% to 95% of repeats")
    axes.plot(x, curve[kind], color=COLORS["high"], marker="o", markersize=1.8, linewidth=0.8)
    if kind == "deviance":
        # overfitted models are off the scale, or they would flatten the minimum
        top = min(float(curve[kind].iloc[0] + 6 * error.iloc[0]), float(high.max()))
        bottom = float(low.min())
        axes.set_ylim(bottom - 0.05 * (top - bottom), top + 0.05 * (top - bottom))


def _count(axes: Any, curve: pd.DataFrame) -> None:
    """Write the number of features on top."""
    marks = np.unique(np.linspace(0, len(curve) - 1, 7).round().astype(int))
    places = np.log10(curve["lambda"].iloc[marks])
    top = axes.secondary_xaxis("top")
    top.set_xticks(places, [str(n) for n in curve["n_nonzero"].iloc[marks]])
    top.tick_params(length=0, labelsize=6.5)
    top.set_xlabel("features in the model", fontsize=6.5)
    top.spines["top"].set_visible(False)


def _head(axes: Any, title: str, score: RiskScore) -> None:
    """Write the title and, above the numbers of features, how the penalty was chosen."""
    settings = score.params
    n = int((score.table["coefficient"].ne(0) & score.table["modality"].ne("clinical")).sum())
    rule = "best" if settings["lambda_rule"] == "min" else "one-standard-error rule"
    repeats = f"{settings['n_repeats']} repeat{'' if settings['n_repeats'] == 1 else 's'}"
    told = f"{settings['n_folds_used']} folds, {repeats}; dashed: {rule}, {n} feature{'' if n == 1 else 's'}"
    place: dict[str, Any] = {"xytext": (0, 25), "xycoords": "axes fraction", "textcoords": "offset points"}
    axes.annotate(told, (0, 1), fontsize=6.5, **place).set_in_layout(False)
    axes.set_title(title or " ", pad=36)  # a blank title keeps the room
