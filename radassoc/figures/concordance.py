"""Concordance of models with its interval: inside the study by nested cross-validation, outside on other patients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from radassoc.figures._estimates import by_model, draw_rows, edges_of, leave_room, rivals_of
from radassoc.figures._performance import entitle, model_colors, model_name
from radassoc.figures.style import COLORS, figure_for, nothing_to_draw, style

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
    return _forest(validation, on=on, title=title or "Concordance")


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
    return _forest(evaluation, on=on, title=title or "Concordance")


def _forest(result: Any, *, on: Any, title: str) -> Any:
    table = result.table
    levels = by_model(table, "concordance")
    changes = table[(table["measure"] == "concordance_difference") & table["estimate"].notna()]
    with style():
        figure = figure_for(on, height=24.0 + 7.0 * max(len(levels), len(changes), 2))
        entitle(figure, title, result)
        if levels.empty:
            nothing_to_draw(figure.add_subplot(), result.reason or "No concordance could be estimated.")
            return figure
        left, right = figure.subplots(1, 2, gridspec_kw={"wspace": 0.06})
        names = [model_name(model) for model in levels["model"]]
        _draw(left, levels, [*levels["model"]], names, zero=0.5, label="Concordance (Harrell's C)")
        if changes.empty:
            nothing_to_draw(right, "One model only: nothing to compare.")
        else:
            names = [_difference(model) for model in changes["model"]]
            _draw(right, changes, rivals_of(changes), names, zero=0.0, label="Change in C")
    return figure


def _draw(axes: Any, rows: pd.DataFrame, models: list[str], names: list[str], *, zero: float, label: str) -> None:
    colors = model_colors(models)
    axes.axvline(zero, color=COLORS["quiet"], linewidth=0.8, linestyle=":")
    draw_rows(axes, rows, [colors[model] for model in models], names, p=True)
    leave_room(axes, [*edges_of(rows), zero])
    axes.set_xlabel(label)


def _difference(model: str) -> str:
    """Write "full - (covariates + volume)" with a real minus and in two lines."""
    full, _, rival = model.partition(" - ")
    return f"{model_name(full).removesuffix(' score')} \u2212 {rival}".replace(" + ", "\n+ ")
