"""The running sum of one gene set along the ranked genes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.base.errors import InputError, name_some
from radassoc.figures.style import COLORS, figure_for, format_p, headline, nothing_to_draw, pretty, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.enrichment.result import Enrichment

__all__ = ["plot_running_score"]


def plot_running_score(
    enrichment: Enrichment,
    by: str | None = None,
    pathway: str | None = None,
    *,
    on: Figure | SubFigure | None = None,
    title: str = "",
) -> Figure | SubFigure:
    """Draw the running enrichment score, the positions of the set's genes and the ranked statistic.

    Parameters
    ----------
    enrichment
        What ``enrich`` returned.
    by, pathway
        The value and the gene set; by default the row with the smallest p-value.
    on
        Figure or SubFigure to draw in; a new one-column figure without it.
    title
        Title of the figure; the set's name by default.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure

    Raises
    ------
    InputError
        The result has no such value or gene set.
    """
    table = enrichment.table
    table = table[table["es"].notna()]
    with style():
        figure = figure_for(on, width=95, height=80)
        if table.empty:
            nothing_to_draw(figure.add_subplot(), enrichment.reason or "No gene set was tested.")
            return figure
        row = _choose(table, by, pathway)
        walk = enrichment.walks.query("by == @row.by and pathway == @row.pathway")
        ranking = enrichment.ranking.query("by == @row.by")
        upper, hits, lower = figure.subplots(3, 1, sharex=True, height_ratios=[3, 0.5, 1.3])
        _draw_walk(upper, walk, row)
        genes = walk[walk["gene"] != ""]
        hits.vlines(genes["position"], 0, 1, color=COLORS["ink"], linewidth=0.6)
        hits.set(yticks=[], ylim=(0, 1))
        hits.spines["left"].set_visible(False)
        statistic = ranking["statistic"].to_numpy()
        lower.fill_between(np.arange(len(statistic)), statistic, color=COLORS["quiet"], linewidth=0, step="mid")
        lower.set(xlim=(0, len(statistic)), xlabel="Rank of the gene", ylabel="Statistic")
        headline(upper, title or pretty(row.pathway), _told(row))
    return figure


def _choose(table: Any, by: str | None, pathway: str | None) -> Any:
    for column, wanted in (("by", by), ("pathway", pathway)):
        if wanted is not None and wanted not in set(table[column]):
            raise InputError(
                f"{wanted!r} was not tested.", wanted=f"one of {name_some(table[column].unique(), most=8)}"
            )
        if wanted is not None:
            table = table[table[column] == wanted]
    return next(table.sort_values("p_value", kind="stable").itertuples(name="Row"))


def _draw_walk(axes: Any, walk: Any, row: Any) -> None:
    color = COLORS["positive"] if row.es > 0 else COLORS["negative"]
    axes.plot(walk["position"], walk["running_score"], color=color)
    axes.axhline(0, color=COLORS["ink"], linewidth=0.5)
    axes.set_ylabel("Running score")


def _told(row: Any) -> list[str]:
    strength = f"ES {row.es:.2f}" + (f", NES {row.nes:.2f}" if np.isfinite(row.nes) else "")
    p = f"{format_p(row.p_value)}, adjusted {format_p(row.p_adjusted)}" if np.isfinite(row.p_value) else "no p given"
    n = f", n = {row.n_patients}" if row.n_patients else ""  # a ranking may come without patients
    return [f"along {pretty(row.by)}{n}; {row.size} of {row.n_listed} genes", f"{strength}, {p}"]
