"""Many values by gene sets: normalised enrichment scores as an annotated heatmap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from radassoc.figures.heatmap import Heatmap
from radassoc.figures.style import figure_for, nothing_to_draw, pretty, style, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.enrichment.result import Enrichment

__all__ = ["plot_pathway_map"]

#: Mean width of a letter of the small print, in mm.
_LETTER = 1.2


def plot_pathway_map(
    enrichment: Enrichment,
    *,
    on: Figure | SubFigure | None = None,
    most: int = 60,
    columns: int = 60,
    title: str = "",
) -> Figure | SubFigure:
    """Draw the normalised enrichment score of each gene set (rows) along each value (columns).

    Parameters
    ----------
    enrichment
        What ``enrich`` returned for several values.
    on
        Figure or SubFigure to draw in; a new one, as large as the map needs, without it.
    most, columns
        Gene sets and values to show, by smallest adjusted p-value.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Stars: adjusted p below the level of the result and the set's own test in the same direction (``enriched``).
        Trees: average linkage on the Euclidean distance of the scores shown.
    """
    table = enrichment.table
    table = table[table["nes"].notna()]
    with style():
        if table.empty:
            figure = figure_for(on, height=45)
            nothing_to_draw(figure.add_subplot(), enrichment.reason or "No gene set was tested.")
            return figure
        rows, shown = _best(table, "pathway", most), _best(table, "by", columns)
        kept = table[table["pathway"].isin(rows) & table["by"].isin(shown)]
        nes = kept.pivot(index="pathway", columns="by", values="nes").loc[rows, shown]
        stars = kept.pivot(index="pathway", columns="by", values="enriched").loc[rows, shown].eq(True)
        names = [pretty(str(name).rpartition(":")[2]) for name in shown]
        columns_named = pd.Index(names if len(set(names)) == len(names) else [pretty(name) for name in shown])
        heatmap = Heatmap(
            values=nes.set_axis([pretty(name) for name in rows], axis=0).set_axis(columns_named, axis=1),
            stars=stars,
            limit=max(float(np.nanmax(np.abs(nes.to_numpy()))), 0.1),
            label="NES",
            star_label="enriched (both tests)",
        )
        told = "\n".join(wrap(line, min(110, int(heatmap.width / _LETTER))) for line in _told(enrichment, table, nes))
        return heatmap.draw(on, title=title, told=told)


def _best(table: pd.DataFrame, side: str, most: int) -> list[object]:
    """Return the names with the smallest adjusted p-values, in the order of the table."""
    strength = table.assign(size=-table["nes"].abs()).groupby(side, sort=False)[["p_adjusted", "size"]].min()
    chosen = set(strength.sort_values(["p_adjusted", "size"], kind="stable", na_position="last").index[:most])
    return [name for name in dict.fromkeys(table[side]) if name in chosen]


def _told(enrichment: Enrichment, table: pd.DataFrame, shown: pd.DataFrame) -> list[str]:
    sets, values = table["pathway"].nunique(), table["by"].nunique()
    counts = [f"{n} of {of} {what}" if n < of else f"{of} {what}" for n, of, what in zip(
        shown.shape, (sets, values), ("gene sets", "values"), strict=True)]  # fmt: skip
    covariates = enrichment.params.get("covariates") or ()
    given = f", given {', '.join(map(str, covariates))}" if len(covariates) else ""
    level = enrichment.params.get("level", 0.05)
    found = int((enrichment.subjects["p_adjusted"] < level).sum())
    lines = [" x ".join(counts) + given]
    if table["p_value"].notna().any():
        lines.append(
            f"{found} of {values} values have an enriched set at a false discovery rate of {level:g} over values; "
            f"{int(table['enriched'].sum())} of {len(table)} pairs are enriched; "
            f"up to {table['n_patients'].max()} patients"
        )
    return lines
