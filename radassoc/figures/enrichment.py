"""Gene sets along one value (dots) or along several (a matrix of dots)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import COLORS, DIVERGING, EVIDENCE, figure_for, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.enrichment.result import Enrichment

__all__ = ["plot_enrichment"]

_MOST = 60


def plot_enrichment(
    enrichment: Enrichment, *, on: Figure | SubFigure | None = None, most: int = 30, title: str = ""
) -> Figure | SubFigure:
    """Draw the normalised enrichment score of each set, with its size and adjusted p-value.

    Parameters
    ----------
    enrichment
        What ``enrich`` returned.
    on
        Figure or SubFigure to draw in; a new one, as high as it has sets, without it.
    most
        Number of sets to show, by smallest p-value; 60 at most.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Filled dots are enriched by both tests (against permuted samples, and the set on its own); hollow ones are not.
    """
    table = enrichment.table
    table = table[table["es"].notna()]
    values = list(dict.fromkeys(table["by"]))
    best = table.groupby("pathway", sort=False)["p_value"].min().sort_values(kind="stable", na_position="last")
    sets = list(best.index[: min(most, _MOST)])
    table = table[table["pathway"].isin(sets)]
    with style():
        if table.empty:
            figure = figure_for(on, height=45)
            nothing_to_draw(figure.add_subplot(), enrichment.reason or "No gene set was tested.")
            return figure
        figure = figure_for(on, width=150, height=max(26.0 + 5.2 * len(sets), 48.0))
        axes = figure.add_subplot()
        if len(values) == 1:
            _draw_dots(figure, axes, table)
        else:
            _draw_matrix(figure, axes, table, values)
        axes.set_title(title or (f"Gene sets along {pretty(values[0])}" if len(values) == 1 else "Gene sets"))
    return figure


def _evidence(p_adjusted: pd.Series) -> np.ndarray:
    return np.asarray(-np.log10(p_adjusted.fillna(1.0).clip(lower=1e-4)))


def _faces(table: pd.DataFrame, colors: np.ndarray) -> list[Any]:
    return [color if hit else "none" for color, hit in zip(colors, table["enriched"], strict=True)]


def _label(row: Any) -> str:
    count = f"{row.size} of {row.n_listed}" if row.size < row.n_listed else f"{row.size}"
    return f"{shorten(pretty(row.pathway), 40)} ({count})"


def _draw_dots(figure: Any, axes: Any, table: pd.DataFrame) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    strength = "nes" if table["nes"].notna().any() else "es"
    table = table.sort_values(strength, kind="stable")
    scale = ScalarMappable(Normalize(0, max(2.0, _evidence(table["p_adjusted"]).max())), EVIDENCE)
    colors = scale.to_rgba(_evidence(table["p_adjusted"]))
    y = np.arange(len(table))
    area = 12 + 60 * np.sqrt(table["size"] / table["size"].max())
    axes.axvline(0, color=COLORS["quiet"], linewidth=0.8)
    axes.hlines(y, 0, table[strength], color=COLORS["faint"], linewidth=1)
    axes.scatter(table[strength], y, s=area, facecolor=_faces(table, colors), edgecolor=colors, linewidth=1.1, zorder=3)
    axes.set_yticks(y, [_label(row) for row in table.itertuples(name="Row")])
    axes.set_ylim(-0.7, len(table) - 0.3)
    name = "Normalised enrichment score" if strength == "nes" else "Enrichment score"
    axes.set_xlabel(f"{name}\n(filled: enriched by both tests)")
    axes.margins(x=0.12)
    _key(figure, axes, scale, known=bool(table["p_adjusted"].notna().any()))


def _draw_matrix(figure: Any, axes: Any, table: pd.DataFrame, values: list[Any]) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    strength = "nes" if table["nes"].notna().any() else "es"
    wide = table.pivot(index="pathway", columns="by", values=strength)
    rows = list(wide.mean(axis=1).sort_values(kind="stable").index)
    limit = max(float(np.nanmax(np.abs(wide.to_numpy()))), 1e-9)
    scale = ScalarMappable(Normalize(-limit, limit), DIVERGING)
    colors = scale.to_rgba(table[strength].to_numpy())
    x = [values.index(value) for value in table["by"]]
    y = [rows.index(name) for name in table["pathway"]]
    area = 28 + 45 * _evidence(table["p_adjusted"])
    axes.scatter(x, y, s=area, facecolor=_faces(table, colors), edgecolor=colors, linewidth=1.2, zorder=3)
    first = table.drop_duplicates("pathway").set_index("pathway", drop=False).loc[rows]
    axes.set_yticks(range(len(rows)), [_label(row) for row in first.itertuples(name="Row", index=False)])
    axes.set_xticks(
        range(len(values)),
        [shorten(pretty(str(value).rpartition(":")[2]), 30) for value in values],
        rotation=30,
        ha="right",
    )
    axes.set(xlim=(-0.6, len(values) - 0.4), ylim=(-0.7, len(rows) - 0.3))
    axes.grid(color=COLORS["faint"], linewidth=0.4)
    bar = figure.colorbar(scale, ax=axes, shrink=0.5, aspect=14, pad=0.02)
    bar.set_label("NES" if strength == "nes" else "ES")
    bar.outline.set_visible(False)
    axes.set_xlabel("larger dot: smaller adjusted p; filled: enriched by both tests", fontsize=6.5)


def _key(figure: Any, axes: Any, scale: Any, *, known: bool) -> None:
    if not known:
        axes.text(0.99, 0.02, "no p-values given", transform=axes.transAxes, ha="right", fontsize=6.5)
        return
    bar = figure.colorbar(scale, ax=axes, shrink=0.6, aspect=14, pad=0.02)
    bar.set_label("−log10 adjusted p", fontsize=6.5)
    bar.outline.set_visible(False)
