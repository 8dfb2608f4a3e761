"""Modules against modules or traits, and what modules are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.heatmap import Heatmap
from radassoc.figures.style import COLORS, axes_for, colors_for, figure_for, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from radassoc.association.module_map import ModuleMap
    from radassoc.association.modules import Modules

__all__ = ["plot_module_map", "plot_modules"]

_KINDS = {
    "spearman": "Spearman's rho",
    "partial_spearman": "Partial rho",
    "pearson": "Pearson's r",
    "partial_pearson": "Partial r",
}


def plot_module_map(
    modules: ModuleMap,
    *,
    on: Figure | SubFigure | None = None,
    most: int = 30,
    level: float = 0.05,
    title: str = "",
) -> Figure | SubFigure:
    """Draw the estimates of all pairs of modules (or traits), with the size and a leading member of each module.

    Parameters
    ----------
    modules
        What ``associate_modules`` returned.
    on
        Figure or SubFigure to draw in; a new one, as large as the map needs, without it.
    most
        Number of rows and of columns to show, by smallest adjusted p-value.
    level
        Pairs with an adjusted p-value below it carry a star.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Traits of several kinds (numbers by rho, classes by AUC) are coloured by their t or z.
    """
    with style():
        estimates = _values(modules).dropna(how="all").dropna(how="all", axis=1)
        if estimates.empty:
            figure = figure_for(on, height=45)
            nothing_to_draw(figure.add_subplot(), modules.reason or "No pair could be tested.")
            return figure
        adjusted = modules.adjusted.loc[estimates.index, estimates.columns]
        rows, columns = _best(adjusted, most), _best(adjusted.T, most)
        shown, stars = estimates.loc[rows, columns], adjusted.loc[rows, columns].lt(level)
        for frame in (shown, stars):
            frame.index = pd.Index(_labels(rows, modules.left_modules), dtype=object)
            frame.columns = pd.Index(_labels(columns, modules.right_modules), dtype=object)
        kinds = list(modules.table["estimate_kind"].unique())
        label = _KINDS.get(kinds[0], pretty(kinds[0])) if len(kinds) == 1 else "t or z"
        heatmap = Heatmap(
            values=shown,
            stars=stars,
            limit=max(float(np.nanmax(np.abs(shown.to_numpy()))), 0.1),
            label=label,
            star_label=f"adjusted p < {level:g}",
        )
        return heatmap.draw(on, title=title)


def _values(modules: ModuleMap) -> pd.DataFrame:
    """Return the estimates, or where they are of several kinds (rho, AUC) the statistics, which share one scale."""
    table = modules.table
    if table["estimate_kind"].nunique() < 2:
        return modules.estimates
    wide = table.pivot(index=modules.left_name, columns=modules.right_name, values="statistic")
    return wide.reindex(index=modules.estimates.index, columns=modules.estimates.columns)


def _best(adjusted: pd.DataFrame, most: int) -> list[Any]:
    chosen = set(adjusted.min(axis=1).sort_values(kind="stable").index[:most])
    return [name for name in adjusted.index if name in chosen]


def _labels(names: list[Any], modules: Modules | None) -> list[str]:
    """Name a module by its size and the member that goes along with it most."""
    if modules is None:
        return [str(name) for name in names]
    known = modules.modules.set_index("module")
    first = known["top_members"].str.split(", ").str[0]
    return [f"{name} ({known.loc[name, 'size']}) {shorten(first[name], 26)}" for name in names]


def plot_modules(modules: Modules, *, on: Axes | None = None, most: int = 25, title: str = "") -> Axes:
    """Draw how many columns of which class each module holds, and how much of them its eigen-feature tells.

    Parameters
    ----------
    modules
        What ``find_modules`` returned.
    on
        Axes to draw in; a new figure without it.
    most
        Number of modules to show, the largest first.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with style():
        shown = modules.modules.head(most)
        axes = axes_for(on, width=150, height=24 + 4.6 * max(len(shown), 3))
        axes.set_title(title)
        if shown.empty:
            return nothing_to_draw(axes, modules.reason or "There is no module.")
        counts = modules.composition.pivot(index="module", columns="feature_class", values="size")
        counts = counts.reindex(shown["module"]).fillna(0.0)
        order = counts.sum().sort_values(ascending=False, kind="stable").index
        colors = colors_for(list(order))
        rows, left = np.arange(len(shown)), np.zeros(len(shown))
        for name in order:
            axes.barh(rows, counts[name], left=left, color=colors[name], height=0.72, label=pretty(name))
            left += counts[name].to_numpy()
        for row, module in zip(rows, shown.itertuples(), strict=True):
            told = f" {100 * module.explained:.0f}%  {shorten(str(module.top_members).split(', ')[0], 34)}"
            axes.text(left[row], row, told, va="center", fontsize=6.2, color=COLORS["ink"])
        axes.set_yticks(rows, list(shown["module"]))
        axes.set(xlabel="Columns in the module (share of variance that its eigen-feature holds, leading member)")
        axes.set(ylim=(len(shown) - 0.4, -0.6), xlim=(0, 1.75 * float(left.max())))
        axes.set_xticks([tick for tick in axes.get_xticks() if tick <= left.max()])
        if len(order) > 1:
            axes.legend(loc="lower right", title=None)
    return axes
