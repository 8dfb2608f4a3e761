"""How much variance each principal component holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from radassoc.figures.style import COLORS, axes_for, nothing_to_draw, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.exploration.pca import PCA

__all__ = ["plot_scree"]


def plot_scree(pca: PCA, *, on: Axes | None = None, title: str = "") -> Axes:
    """Draw the share of variance of each component, and their running total.

    Parameters
    ----------
    pca
        What ``pca`` returned.
    on
        Axes to draw in; a new one-column figure without it.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = pca.table
    with style():
        axes = axes_for(on, height=60)
        axes.set_title(title)
        if table.empty:
            return nothing_to_draw(axes, pca.reason or "No component was computed.")
        numbers = range(1, len(table) + 1)
        axes.bar(numbers, 100 * table["explained"], color=COLORS["accent"], width=0.7, label="each")
        axes.plot(numbers, 100 * table["cumulative"], color=COLORS["ink"], marker="o", markersize=2.5, label="together")
        axes.set(xlabel="Principal component", ylabel="Variance (%)", ylim=(0, 102))
        axes.set_xticks(list(numbers))
        axes.legend(loc="upper left")
    return axes
