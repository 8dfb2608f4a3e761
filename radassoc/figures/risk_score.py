"""What a risk score is made of: coefficients, their spread over resamples, and how often each feature is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from radassoc.figures.style import COLORS, figure_for, nothing_to_draw, shorten, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.risk_score import RiskScore

__all__ = ["plot_risk_score"]


def plot_risk_score(
    score: RiskScore, *, on: Figure | SubFigure | None = None, most: int = 20, title: str = ""
) -> Figure | SubFigure:
    """Draw the coefficients per standard deviation beside the selection frequencies of the cross-validation refits.

    Parameters
    ----------
    score
        What ``fit_risk_score`` returned.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    most
        Number of features to show, by absolute coefficient, then by frequency.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Grey bars span the 2.5th to 97.5th percentile over refits; they are no confidence interval.
    """
    table = score.table[score.table["modality"] != "clinical"]  # covariates have other units and are not penalised
    order = table["coefficient"].abs().sort_values(ascending=False, kind="stable").index
    shown = table.loc[order].sort_values("selection_frequency", ascending=False, kind="stable")
    chosen = shown[shown["coefficient"] != 0].sort_values("coefficient", key=abs, ascending=False, kind="stable")
    shown = chosen if len(chosen) else shown[shown["selection_frequency"] > 0]
    hidden = max(len(shown) - most, 0)
    shown = shown.head(most)
    with style():
        figure = figure_for(on, height=max(22.0 + 4.6 * len(shown), 45.0))
        if shown.empty:
            nothing_to_draw(figure.add_subplot(), score.reason or "No feature was selected.")
            return figure
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[2.2, 1])
        rows = range(len(shown))
        _draw_coefficients(left, shown, rows)
        right.barh(rows, shown["selection_frequency"], height=0.55, color=COLORS["quiet"])
        right.set(xlim=(0, 1), xlabel="Selection frequency\nover refits", xticks=[0, 0.5, 1])
        right.tick_params(axis="y", length=0)
        left.set_yticks(rows, [shorten(name, 46) for name in shown["feature"]])
        left.set_ylim(len(shown) - 0.4, -0.6)
        figure.suptitle(title or _title(score, hidden), x=0.01, ha="left", fontsize=8.5, fontweight="bold")
    return figure


def _draw_coefficients(axes: Any, shown: Any, rows: range) -> None:
    colors = [COLORS["high"] if value > 0 else COLORS["low"] for value in shown["coefficient"]]
    axes.hlines(rows, shown["resample_low"], shown["resample_high"], color=COLORS["faint"], linewidth=4, zorder=1)
    axes.hlines(rows, 0, shown["coefficient"], color=colors, linewidth=1.2, zorder=2)
    axes.scatter(shown["coefficient"], rows, color=colors, s=16, zorder=3)
    axes.axvline(0, color=COLORS["ink"], linewidth=0.6)
    axes.set_xlabel("Penalised log hazard ratio per SD\n(grey: range over refits, no interval)")


def _title(score: RiskScore, hidden: int) -> str:
    if score.status == "no_signal":
        return "No imaging feature was selected; shown: what refits chose"
    return f"Risk score ({hidden} more features not shown)" if hidden else "Risk score"
