"""What a risk score is made of: coefficients, their spread over resamples, and how often each feature is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from radassoc.figures._performance import entitle
from radassoc.figures.style import COLORS, figure_for, nothing_to_draw, pretty, shorten, style, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.risk_score import RiskScore

__all__ = ["plot_risk_score"]

_FEWEST = 3  # rows: or the bars of one feature would fill the panel
_LETTERS = 150  # of a line of small print
_STABLE = 0.75  # frequency in half-samples from which stability selection calls a feature stable


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
        Grey bars span the 2.5th to 97.5th percentile over refits; they are no confidence interval. Diamonds, where
        stability selection was asked for: how often the feature's cluster was selected in half-samples, filled from
        0.75 on. Covariates are named below: their units differ.
    """
    shown, hidden = _shown(score.table, most)
    beside = _covariates(score.table)
    with style():
        figure = figure_for(on, height=29.0 + 4.6 * max(len(shown), _FEWEST) + 3.2 * (beside.count("\n") + 1))
        entitle(figure, title or _title(score, hidden), score, source="training")
        if shown.empty:
            nothing_to_draw(figure.add_subplot(), score.reason or "No feature was selected.")
            return figure
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[2.2, 1])
        rows = range(len(shown))
        _draw_coefficients(left, shown, rows)
        _draw_frequencies(right, shown, rows)
        left.set_yticks(rows, [shorten(name, 46) for name in shown["feature"]])
        left.set_ylim(max(len(shown), _FEWEST) - 0.4, -0.6)
        figure.supxlabel(beside, x=0.01, ha="left", fontsize=6.5)
    return figure


def _shown(table: pd.DataFrame, most: int) -> tuple[pd.DataFrame, int]:
    """Return the features of the score by size, or without any what the refits chose; and how many are left out."""
    table = table[table["modality"] != "clinical"]  # covariates have other units and are not penalised
    chosen = table[table["coefficient"] != 0].sort_values("coefficient", key=abs, ascending=False, kind="stable")
    if chosen.empty:
        tried = table[table["selection_frequency"] > 0]
        chosen = tried.sort_values("selection_frequency", ascending=False, kind="stable")
    return chosen.head(most), max(len(chosen) - most, 0)


def _covariates(table: pd.DataFrame) -> str:
    """Name the unpenalised covariates, which are not drawn."""
    rows = table[table["modality"] == "clinical"]
    told = [f"{pretty(row.feature)} {row.coefficient:.3g}".replace("-", "\u2212") for row in rows.itertuples()]
    names = ", ".join(told)
    return wrap(f"Beside them, not penalised (log hazard ratio per unit): {names}", _LETTERS) if told else ""


def _draw_coefficients(axes: Any, shown: pd.DataFrame, rows: range) -> None:
    colors = [COLORS["high"] if value > 0 else COLORS["low"] for value in shown["coefficient"]]
    axes.hlines(rows, shown["resample_low"], shown["resample_high"], color=COLORS["faint"], linewidth=4, zorder=1)
    axes.hlines(rows, 0, shown["coefficient"], color=colors, linewidth=1.2, zorder=2)
    axes.scatter(shown["coefficient"], rows, color=colors, s=16, zorder=3)
    axes.axvline(0, color=COLORS["ink"], linewidth=0.6)
    units = " or ".join(sorted(set(shown["per"])))
    axes.set_xlabel(f"Penalised log hazard ratio per {units}\n(grey: range over refits, no interval)")


def _draw_frequencies(axes: Any, shown: pd.DataFrame, rows: range) -> None:
    axes.barh(rows, shown["selection_frequency"], height=0.55, color=COLORS["quiet"])
    axes.set(xlim=(0, 1.03), xlabel="Selection frequency\nover refits", xticks=[0, 0.5, 1])
    axes.tick_params(axis="y", length=0)
    if shown["stability_frequency"].isna().all():
        return
    faces = [COLORS["accent"] if stable else "white" for stable in shown["stable"].astype("boolean").fillna(False)]
    look: dict[str, Any] = {"marker": "D", "s": 15, "facecolor": faces, "edgecolor": COLORS["accent"], "zorder": 3}
    axes.scatter(shown["stability_frequency"], rows, **look)
    axes.axvline(_STABLE, color=COLORS["accent"], linewidth=0.7, linestyle=":")
    axes.set_xlabel("Selection frequency over refits\n(diamonds: half-samples;\nfilled: stable)")


def _title(score: RiskScore, hidden: int) -> str:
    if score.status == "no_signal":
        return "No imaging feature was selected; shown: what refits chose"
    return f"Risk score, {hidden} more features not shown" if hidden else "Risk score"
