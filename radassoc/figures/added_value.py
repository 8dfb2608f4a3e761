"""What imaging adds to covariates and to tumour volume: in ranking patients, and in the error of absolute risks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.figures._estimates import by_model, draw_rows, edges_of, leave_room, rivals_of
from radassoc.figures._performance import entitle, estimate, model_colors, model_name
from radassoc.figures.style import COLORS, figure_for, format_p, nothing_to_draw, pretty, style, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.evaluation import RiskEvaluation
    from radassoc.survival.validation import RiskValidation

__all__ = ["plot_added_value"]


class _Kind(NamedTuple):
    """A row of panels; ``better`` is 1 where more is better, ``digits`` are decimals of its numbers."""

    measure: str
    level: str
    change: str
    chance: float
    better: int
    digits: int


_KINDS = (
    _Kind("concordance", "Concordance (Harrell's C)", "Change in C", 0.5, 1, 2),
    _Kind("integrated_brier", "Integrated Brier score (error)", "Change in error", np.nan, -1, 3),
)
_ROW = 6.4  # mm of a row
_WORDS = 145  # letters of a line below the panels


def plot_added_value(
    result: RiskValidation | RiskEvaluation, *, on: Figure | SubFigure | None = None, title: str = ""
) -> Figure | SubFigure:
    """Draw each model beside what the full score adds to it, with intervals, and the test in words.

    Parameters
    ----------
    result
        What ``validate_risk_score`` or ``evaluate_risk_score`` returned.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Above: concordance of each model (0.5 is chance) beside its changes (to the right, imaging adds). Below: the
        same for the integrated Brier score (to the left, imaging adds). Open triangles: the change that such a study
        would find in four of five repetitions. Below all: the p-value of imaging and its null hypothesis.
    """
    table = result.table
    kinds = [kind for kind in _KINDS if len(by_model(table, kind.measure))]
    with style():
        sizes = [max(len(by_model(table, kind.measure)), 2) + 1 for kind in kinds]
        told = list(_told(result))
        figure = figure_for(on, height=20.0 + 9.0 * len(kinds) + _ROW * sum(sizes) + 3.6 * len(told))
        entitle(figure, title or "Added value of imaging", result)
        if not kinds:
            nothing_to_draw(figure.add_subplot(), result.reason or "No concordance could be estimated.")
            return figure
        grid = figure.subplots(len(kinds), 2, height_ratios=sizes, squeeze=False, gridspec_kw={"wspace": 0.06})
        for (left, right), kind in zip(grid, kinds, strict=True):
            _draw_levels(left, by_model(table, kind.measure), kind)
            _draw_changes(right, _changes(table, kind), kind)
        figure.supxlabel("\n".join(told), x=0.01, ha="left", fontsize=6.5, linespacing=1.4)
    return figure


def _changes(table: pd.DataFrame, kind: _Kind) -> pd.DataFrame:
    return table[(table["measure"] == f"{kind.measure}_difference") & table["estimate"].notna()]


def _draw_levels(axes: Any, rows: pd.DataFrame, kind: _Kind) -> None:
    colors = model_colors(list(rows["model"]))
    if np.isfinite(kind.chance):
        axes.axvline(kind.chance, color=COLORS["quiet"], linewidth=0.8, linestyle=":")
    names = [model_name(model) for model in rows["model"]]
    draw_rows(axes, rows, [colors[model] for model in rows["model"]], names, digits=kind.digits)
    leave_room(axes, [*edges_of(rows), kind.chance])
    axes.set_xlabel(kind.level)


def _draw_changes(axes: Any, rows: pd.DataFrame, kind: _Kind) -> None:
    if rows.empty:
        nothing_to_draw(axes, "One model only: nothing to compare.")
        return
    rivals = rivals_of(rows)
    axes.axvline(0, color=COLORS["ink"], linewidth=0.7)
    colors = model_colors(rivals)
    names = [f"over {_rival(rival)}".replace(" + ", "\n+ ") for rival in rivals]
    draw_rows(axes, rows, [colors[rival] for rival in rivals], names, digits=kind.digits)
    marked = kind.better * rows["detectable"].to_numpy(dtype=float)
    axes.scatter(marked, np.arange(len(rows)), marker="v", s=14, facecolor="white", edgecolor=COLORS["quiet"], zorder=4)
    leave_room(axes, [*edges_of(rows), 0.0, *marked])
    axes.set_xlabel(kind.change)


def _rival(model: str) -> str:
    return pretty(model_name(model)).lower().removesuffix(" alone")


def _told(result: Any) -> Iterator[str]:
    """Write the tests with their null hypotheses, and what the marks mean."""
    table = result.table
    if table["detectable"].notna().any():
        yield "Triangles: the change that a study like this finds in four of five repetitions. Lines: 95% intervals."
    for measure, model in (("concordance_difference", "full - covariates"), ("concordance", "full")):
        row = estimate(table, measure, model)
        if row is not None and np.isfinite(row.p_value):
            null = result.families[0].hypothesis if result.families else "imaging says nothing about the outcome"
            n = result.params.get("n_permutations", 0)
            told = f"Permutation of imaging, the whole pipeline rerun {n} times: {format_p(row.p_value)}."
            yield from wrap(f"{told} Null hypothesis: {null}.", _WORDS).split("\n")
            break
    for row in table[table["measure"] == "likelihood_ratio"].itertuples():
        if np.isfinite(row.p_value):
            first, second = str(row.model).split(" + ", 1)
            told = f"Likelihood-ratio test: {format_p(row.p_value)}. Null hypothesis: given {_rival(first)}, "
            yield from wrap(f"{told}the {second} says nothing about survival.", _WORDS).split("\n")
