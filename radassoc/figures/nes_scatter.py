"""Enrichment in one group against enrichment in another, with what was tested of their difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.figures.style import (
    COLORS,
    axes_for,
    color_of,
    format_p,
    headline,
    nothing_to_draw,
    pretty,
    shorten,
    style,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from radassoc.enrichment.comparison import EnrichmentComparison

__all__ = ["plot_nes_scatter"]


def plot_nes_scatter(
    comparison: EnrichmentComparison, *, on: Axes | None = None, most: int = 6, title: str = ""
) -> Axes:
    """Draw each set at its normalised enrichment score within each of the two groups.

    Parameters
    ----------
    comparison
        What ``compare_enrichment`` returned.
    on
        Axes to draw in; a new figure without it.
    most
        How many sets are named, those with the smallest p-values of the difference.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        Filled dots are sets whose slopes differ between the groups by both tests, in the colour of the group in which
        the slope is higher; hollow grey ones are not. Distance from the diagonal is no test.
    """
    table = comparison.table
    table = table[table["nes_1"].notna() & table["nes_2"].notna()]
    with style():
        axes = axes_for(on, width=150, height=105)
        if table.empty:
            return nothing_to_draw(axes, comparison.reason or "No gene set was compared.")
        first, second = str(table["group_1"].iloc[0]), str(table["group_2"].iloc[0])
        limit = 1.18 * float(np.abs(table[["nes_1", "nes_2"]].to_numpy()).max())
        _draw_cross(axes, limit)
        _draw_sets(axes, table, first, second)
        _name_sets(axes, table, most, limit)
        axes.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
        counts = table.iloc[0]
        axes.set_xlabel(f"NES in {pretty(first)} (n = {counts['n_1']})")
        axes.set_ylabel(f"NES in {pretty(second)} (n = {counts['n_2']})")
        headline(axes, title or f"Enrichment along {pretty(comparison.params['by'])}", _lines(comparison, table))
        _key(axes, table, first, second)
    return axes


def _draw_cross(axes: Any, limit: float) -> None:
    axes.axhline(0, color=COLORS["faint"], linewidth=0.6, zorder=0)
    axes.axvline(0, color=COLORS["faint"], linewidth=0.6, zorder=0)
    axes.plot([-limit, limit], [-limit, limit], color=COLORS["pale"], linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)


def _colors(first: str, second: str) -> tuple[str, str]:
    return color_of(first) or COLORS["negative"], color_of(second) or COLORS["positive"]


def _draw_sets(axes: Any, table: pd.DataFrame, first: str, second: str) -> None:
    area = 10 + 45 * np.sqrt(table["size"] / table["size"].max())
    differs = table["differs"].to_numpy()
    by_group = dict(zip((first, second), _colors(first, second), strict=True))
    edges = [
        by_group[direction.removeprefix("higher in ")] if hit else COLORS["quiet"]
        for direction, hit in zip(table["direction"], differs, strict=True)
    ]
    faces = [edge if hit else "none" for edge, hit in zip(edges, differs, strict=True)]
    axes.scatter(table["nes_1"], table["nes_2"], s=area, facecolor=faces, edgecolor=edges, linewidth=0.9, zorder=3)


def _name_sets(axes: Any, table: pd.DataFrame, most: int, limit: float) -> None:
    """Name the sets with the smallest p-values beside the panel, in the order of their heights, joined by a line."""
    shown = table[table["p_value"].notna()].sort_values("p_value", kind="stable").head(most)
    shown = shown.sort_values("nes_2", ascending=False, kind="stable")
    for row, height in zip(shown.itertuples(), _apart(shown["nes_2"].to_numpy(), limit / 7, limit), strict=True):
        axes.annotate(
            f"{shorten(pretty(row.pathway), 34)}\n{format_p(row.p_value)}",
            (row.nes_1, row.nes_2),
            xytext=(1.06 * limit, height),
            ha="left",
            va="center",
            fontsize=6,
            linespacing=1.05,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": COLORS["faint"], "linewidth": 0.6, "shrinkA": 1, "shrinkB": 3},
        )


def _apart(heights: np.ndarray, gap: float, limit: float) -> np.ndarray:
    """Move descending heights as little as keeps them a gap apart and inside the panel."""
    out = np.minimum(heights.astype(float), limit - gap / 2)
    for i in range(1, len(out)):
        out[i] = min(out[i], out[i - 1] - gap)
    lowest = -limit + gap / 2
    for i in range(len(out) - 1, -1, -1):
        out[i] = max(out[i], lowest)
        lowest = out[i] + gap
    return out


def _lines(comparison: EnrichmentComparison, table: pd.DataFrame) -> list[str]:
    covariates = comparison.params.get("covariates", ())
    given = f", given {', '.join(pretty(name) for name in covariates)}" if covariates else ""
    if table["p_value"].isna().all():
        return [f"difference not tested: {comparison.reason}"]
    hits = int(table["differs"].sum())
    return [
        f"slopes differ in {hits} of {len(table)} sets{given}; p-values are not adjusted",
        "(gene-wise difference of slopes, residuals permuted within groups)",
    ]


def _key(axes: Any, table: pd.DataFrame, first: str, second: str) -> None:
    from matplotlib.lines import Line2D

    colors = _colors(first, second)
    kinds = [(f"slopes higher in {pretty(g)}", c, c) for g, c in zip((first, second), colors, strict=True)]
    hit = set(table.loc[table["differs"], "direction"])
    kinds = [kind for kind, group in zip(kinds, (first, second), strict=True) if f"higher in {group}" in hit]
    kinds.append(("no evidence that slopes differ", "none", COLORS["quiet"]))
    handles = [
        Line2D([], [], linestyle="", marker="o", markerfacecolor=face, markeredgecolor=edge, label=text)
        for text, face, edge in kinds
    ]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=len(handles), borderaxespad=0)
