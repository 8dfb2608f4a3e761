"""Found gene sets as a network: sets that share genes are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.figures._network_layout import place_nodes
from radassoc.figures.style import COLORS, DIVERGING, figure_for, headline, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure, SubFigure

    from radassoc.enrichment.redundancy import Redundancy

__all__ = ["plot_overlap_network"]

_MOST = 60
_KINDS = {"nes": "NES", "log2_odds_ratio": "log2 odds ratio"}


def plot_overlap_network(
    redundancy: Redundancy, *, on: Figure | SubFigure | None = None, weakest: float | None = None, title: str = ""
) -> Figure | SubFigure:
    """Draw gene sets as nodes and what they share as edges.

    Parameters
    ----------
    redundancy
        What ``reduce_redundancy`` returned; the first 60 of its sets are drawn.
    on
        Figure or SubFigure to draw in; a new one without it.
    weakest
        Similarity below which an edge is left out: half of the cut by default.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        The network, and the names to its numbers: members under their representative, which is ringed. A node grows
        with the size of the set and is coloured by its strength, an edge grows with the similarity; positions mean
        nothing but nearness.
    """
    table = redundancy.table.head(_MOST)
    with style():
        if table.empty:
            figure = figure_for(on, height=45)
            nothing_to_draw(figure.add_subplot(), redundancy.reason or "No gene set was found.")
            return figure
        table = _in_groups(table)
        figure = figure_for(on, height=max(90.0, 12 + 3.1 * len(table)))
        axes, names = figure.subplots(1, 2, width_ratios=[1.55, 1.0])
        low = redundancy.params["cut"] / 2 if weakest is None else weakest
        pairs = redundancy.pairs
        known = pairs["pathway_1"].isin(table["pathway"]) & pairs["pathway_2"].isin(table["pathway"])
        pairs = pairs[known & (pairs["similarity"] >= low)]
        position = {name: i for i, name in enumerate(table["pathway"])}
        first, second = pairs["pathway_1"].map(position).to_numpy(), pairs["pathway_2"].map(position).to_numpy()
        weights = np.zeros((len(table), len(table)))
        weights[first, second] = weights[second, first] = pairs["similarity"]
        where = place_nodes(weights)
        _draw_edges(axes, where, first, second, pairs)
        _draw_nodes(axes, where, table)
        _number(axes, where, table)
        _list_names(names, table)
        measure = redundancy.params["measure"]
        told = f"{len(table)} sets, {int(table['is_representative'].sum())} representatives (ringed)"
        headline(axes, title or "Gene sets that share genes", [f"{told}; edges: {measure} of {low:g} or more"])
    return figure


def _draw_edges(axes: Any, where: np.ndarray, first: np.ndarray, second: np.ndarray, pairs: pd.DataFrame) -> None:
    from matplotlib.collections import LineCollection

    lines = [(where[i], where[j]) for i, j in zip(first, second, strict=True)]
    widths = 0.4 + 4.0 * pairs["similarity"].to_numpy()
    axes.add_collection(LineCollection(lines, linewidths=widths, colors=COLORS["pale"], zorder=1))


def _draw_nodes(axes: Any, where: np.ndarray, table: pd.DataFrame) -> None:
    strength = table["strength"].to_numpy(dtype=float)
    finite = strength[np.isfinite(strength)]
    limit = max(float(np.abs(finite).max(initial=0.0)), 1e-9)
    area = 60 + 130 * np.sqrt(table["n_listed"] / table["n_listed"].max())
    rings = np.where(table["is_representative"], COLORS["ink"], COLORS["quiet"])
    drawn = axes.scatter(
        where[:, 0],
        where[:, 1],
        s=area,
        c=np.clip(strength, -limit, limit),
        cmap=DIVERGING,
        vmin=-limit,
        vmax=limit,
        edgecolor=rings,
        linewidth=np.where(table["is_representative"], 1.3, 0.5),
        zorder=3,
    )
    bar = axes.figure.colorbar(drawn, ax=axes, location="bottom", shrink=0.5, aspect=25, pad=0.02)
    bar.set_label(_KINDS[table["strength_kind"].iloc[0]])
    bar.outline.set_visible(False)


def _in_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Put the members of each group after their representative; groups in the order of the table."""
    first = {name: i for i, name in enumerate(table["pathway"])}
    group = table["representative"].map(first)
    order = np.lexsort((np.arange(len(table)), ~table["is_representative"], group))
    return table.iloc[order].reset_index(drop=True)


def _number(axes: Any, where: np.ndarray, table: pd.DataFrame) -> None:
    """Write each set's number into its node, light on dark."""
    strength = table["strength"].to_numpy(dtype=float)
    limit = np.abs(strength[np.isfinite(strength)]).max(initial=1e-9)
    for i, (x, y) in enumerate(where):
        dark = abs(strength[i]) > 0.6 * limit
        axes.text(
            x, y, f"{i + 1}", ha="center", va="center", fontsize=5.5, color="white" if dark else COLORS["ink"], zorder=4
        )
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.margins(0.08)


def _list_names(axes: Any, table: pd.DataFrame) -> None:
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(max(len(table), 20), -0.5))
    for i, row in enumerate(table.itertuples()):
        own = bool(row.is_representative)
        text = f"{shorten(pretty(row.pathway), 38)} ({row.n_listed})"
        axes.text(0.06, i, f"{i + 1}", ha="right", va="center", fontsize=6, color=COLORS["ink"])
        axes.text(
            0.09 if own else 0.14,
            i,
            text,
            va="center",
            fontsize=6,
            fontweight="bold" if own and row.n_members > 1 else "normal",
            color=COLORS["ink"] if own else COLORS["quiet"],
        )
