"""Two tables as wholes: each measure beside its permutations, and what the sparse combinations are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from radassoc.figures.style import COLORS, figure_for, format_p, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.association.comparison import ModalityComparison

__all__ = ["plot_modality_comparison"]

_NAMES = {"mantel": "Mantel", "rv": "RV coefficient", "sparse_cca": "Sparse CCA"}
_AXES = {"mantel": "Correlation of distances", "rv": "RV", "sparse_cca": "Correlation of combinations"}


def plot_modality_comparison(
    comparison: ModalityComparison, *, on: Figure | SubFigure | None = None, most: int = 10, title: str = ""
) -> Figure | SubFigure:
    """Draw what each measure is, among its permutations, and the largest weights of the sparse combinations.

    Parameters
    ----------
    comparison
        What ``compare_modalities`` returned.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    most
        Number of weights to show of each side.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
    """
    with style():
        figure = figure_for(on, height=62 + 4.4 * most)
        grid = figure.add_gridspec(2, 6, height_ratios=[42, 12 + 4.4 * most])
        for place, row in enumerate(comparison.table.itertuples()):
            _draw_null(figure.add_subplot(grid[0, 2 * place : 2 * place + 2]), row, comparison.null)
        names = (comparison.left_name, comparison.right_name)
        for place, name in enumerate(names):
            axes = figure.add_subplot(grid[1, 3 * place : 3 * place + 3])
            _draw_weights(axes, comparison.loadings[comparison.loadings["side"] == name], name, most)
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=8.5, fontweight="bold")
    return figure


def _draw_null(axes: Any, row: Any, null: pd.DataFrame) -> None:
    measure = str(row.measure)
    axes.hist(null[measure], bins=24, color=COLORS["pale"], label="permuted")
    axes.axvline(row.estimate, color=COLORS["positive"], linewidth=1.4, label="observed")
    axes.axvline(row.detectable, color=COLORS["quiet"], linewidth=0.8, linestyle="--", label="95% of permuted")
    axes.set_title(f"{_NAMES[measure]}\n{row.estimate:.2f}, {format_p(row.p_value)}", fontsize=7.5)
    axes.set(xlabel=_AXES[measure], yticks=[])
    axes.margins(x=0.08)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.35)
    axes.spines["left"].set_visible(False)
    if measure == "mantel":
        axes.set_ylabel("Permutations")
        axes.legend(loc="upper left", fontsize=5.8, handlelength=1.0, labelspacing=0.2, borderaxespad=0.1)


def _draw_weights(axes: Any, loadings: pd.DataFrame, name: str, most: int) -> None:
    shown = loadings.head(most).iloc[::-1]
    rows = range(len(shown))
    colors = [COLORS["positive"] if value > 0 else COLORS["negative"] for value in shown["loading"]]
    axes.barh(rows, shown["loading"], color=colors, height=0.7)
    axes.axvline(0, color=COLORS["ink"], linewidth=0.6)
    axes.set_yticks(rows, [shorten(label, 34) for label in shown["name"]], fontsize=6.2)
    axes.locator_params(axis="x", nbins=4)
    axes.set(xlabel="Weight", ylim=(-0.7, max(len(shown), 3) - 0.3))
    axes.set_title(f"{pretty(name)}: {len(shown)} of {len(loadings)} weights", fontsize=7.5)
