"""Concordance of models with its interval: inside the study by nested cross-validation, outside on other patients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures._performance import model_name
from radassoc.figures.style import COLORS, figure_for, format_p, nothing_to_draw, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.evaluate import RiskEvaluation
    from radassoc.survival.validate import RiskValidation

__all__ = ["plot_evaluation", "plot_validation"]


def plot_validation(
    validation: RiskValidation, *, on: Figure | SubFigure | None = None, title: str = ""
) -> Figure | SubFigure:
    """Draw the nested concordance of each model, and what imaging adds to the others, with intervals.

    Parameters
    ----------
    validation
        What ``validate_risk_score`` returned.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Left: concordance, where 0.5 is chance. Right: differences, where 0 is no added value.
    """
    return _forest(validation.table, validation.reason, on=on, title=title or "Nested cross-validation")


def plot_evaluation(
    evaluation: RiskEvaluation, *, on: Figure | SubFigure | None = None, title: str = ""
) -> Figure | SubFigure:
    """Draw the concordance of each model in patients who took no part in the fit, with intervals.

    Parameters
    ----------
    evaluation
        What ``evaluate_risk_score`` returned.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        As ``plot_validation``.
    """
    return _forest(evaluation.table, evaluation.reason, on=on, title=title or "Other patients")


def _forest(table: pd.DataFrame, reason: str, *, on: Any, title: str) -> Any:
    # the secondary estimates of the full score are no models beside it
    levels = table[(table["measure"] == "concordance") & ~table["model"].str.startswith("full (")]
    changes = table[table["measure"] == "concordance_difference"]
    with style():
        figure = figure_for(on, height=24.0 + 7.0 * max(len(levels), len(changes), 2))
        figure.suptitle(title, x=0.01, ha="left", fontsize=8.5, fontweight="bold")
        if levels["estimate"].notna().sum() == 0:
            nothing_to_draw(figure.add_subplot(), reason or "No concordance could be estimated.")
            return figure
        left, right = figure.subplots(1, 2)
        _draw(left, levels, zero=0.5, label="Concordance (Harrell's C)")
        if len(changes):
            _draw(right, changes, zero=0.0, label="Change in C")
        else:
            nothing_to_draw(right, "One model only: nothing to compare.")
    return figure


def _draw(axes: Any, rows: pd.DataFrame, *, zero: float, label: str) -> None:
    y = np.arange(len(rows))
    axes.axvline(zero, color=COLORS["quiet"], linewidth=0.8, linestyle=":")
    axes.hlines(y, rows["ci_low"], rows["ci_high"], color=COLORS["ink"], linewidth=1.2)
    axes.scatter(rows["estimate"], y, color=COLORS["accent"], s=22, zorder=3)
    axes.set_yticks(y, [_named(model) for model in rows["model"]])
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.set_xlabel(label)
    for position, row in zip(y, rows.itertuples(), strict=True):
        interval = f" ({row.ci_low:.2f} to {row.ci_high:.2f})" if np.isfinite(row.ci_low) else ""
        p = f", {format_p(row.p_value)}" if np.isfinite(row.p_value) else ""
        told = f"{row.estimate:.2f}{interval}{p}"
        axes.text(1.02, position, told, transform=axes.get_yaxis_transform(), va="center", fontsize=6.5)
    edges = [*rows[["estimate", "ci_low", "ci_high"]].to_numpy().ravel(), zero]
    low, high = np.nanmin(edges), np.nanmax(edges)
    margin = max(0.08 * (high - low), 0.02)
    axes.set_xlim(low - margin, high + margin)


def _named(model: str) -> str:
    """Name a model, or the difference of the full score and a rival."""
    full, _, rival = model.partition(" - ")
    return f"{model_name(full).removesuffix(' score')} − {rival}" if rival else model_name(model)
