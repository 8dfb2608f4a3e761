"""How the statistics of each gene set's genes are spread, set below set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.figures.style import COLORS, figure_for, format_p, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.enrichment.result import Enrichment

__all__ = ["plot_ridges"]

_MOST = 30
_POINTS = 240
_OVERLAP = 1.7


def plot_ridges(
    enrichment: Enrichment,
    by: str | None = None,
    *,
    on: Figure | SubFigure | None = None,
    most: int = 15,
    title: str = "",
) -> Figure | SubFigure:
    """Draw the density of the ranked statistic over the genes of each set, above that of all genes.

    Parameters
    ----------
    enrichment
        What ``enrich`` returned.
    by
        The value; the first one with a ranking by default.
    on
        Figure or SubFigure to draw in; a new one, as high as it has sets, without it.
    most
        Number of sets to show, by smallest p-value; 30 at most.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Filled: enriched by both tests. Ticks are the set's genes; the grey line is the density of all genes. Kernel
        density with Silverman's width; the height of each ridge is its own.
    """
    kept = set(enrichment.ranking["by"])
    table = enrichment.table[enrichment.table["es"].notna() & enrichment.table["by"].isin(kept)]
    with style():
        names = list(dict.fromkeys(table["by"]))
        chosen = by if by is not None else (names[0] if names else "")
        table = table[table["by"] == chosen].sort_values("p_value", kind="stable", na_position="last")
        table = table.head(min(most, _MOST)).sort_values("mean_statistic", kind="stable")
        if table.empty:
            figure = figure_for(on, height=45)
            reason = "" if by is None else f"No ranking along {by!r} is kept."
            nothing_to_draw(figure.add_subplot(), enrichment.reason or reason or "No gene set was tested.")
            return figure
        figure = figure_for(on, width=140, height=max(28.0 + 6.5 * len(table), 50.0))
        axes = figure.add_subplot()
        _draw(axes, enrichment, table, chosen)
        axes.set_title(title or f"Genes along {pretty(chosen)}")
    return figure


def _draw(axes: Any, enrichment: Enrichment, table: Any, by: str) -> None:
    ranking = enrichment.ranking.query("by == @by").set_index("gene")["statistic"]
    walks = enrichment.walks[(enrichment.walks["by"] == by) & (enrichment.walks["gene"] != "")]
    low, high = np.quantile(ranking, [0.0005, 0.9995])
    genes = {name: ranking.loc[rows].to_numpy() for name, rows in walks.groupby("pathway")["gene"]}
    low = min(low, *(values.min() for name, values in genes.items() if name in set(table["pathway"])))
    high = max(high, *(values.max() for name, values in genes.items() if name in set(table["pathway"])))
    x = np.linspace(low - 0.04 * (high - low), high + 0.04 * (high - low), _POINTS)
    everyone = _density(ranking.to_numpy(), x)
    axes.axvline(0, color=COLORS["quiet"], linewidth=0.8)
    for y, row in enumerate(table.itertuples(name="Row")):
        color = COLORS["positive"] if row.mean_statistic > 0 else COLORS["negative"]
        height = _density(genes[row.pathway], x)
        scale = _OVERLAP / max(height.max(), everyone.max())
        order = 3 * (len(table) - y)
        axes.fill_between(
            x,
            y,
            y + scale * height,
            color=color if row.enriched else "white",
            alpha=0.55 if row.enriched else 0.85,
            linewidth=0,
            zorder=order,
        )
        axes.plot(x, y + scale * height, color=color, linewidth=1, zorder=order + 1)
        axes.plot(x, y + scale * everyone, color=COLORS["quiet"], linewidth=0.6, zorder=order + 1)
        axes.vlines(genes[row.pathway], y - 0.16, y, color=color, linewidth=0.4, alpha=0.7, zorder=3 * len(table) + 3)
        if np.isfinite(row.p_adjusted):
            beside = axes.get_yaxis_transform()
            axes.text(1.01, y, format_p(row.p_adjusted), va="center", fontsize=6, transform=beside)
    axes.set_yticks(range(len(table)), [_label(row) for row in table.itertuples(name="Row")])
    axes.set(xlim=(x[0], x[-1]), ylim=(-0.4, len(table) - 1 + _OVERLAP + 0.1))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Statistic of the gene (filled: enriched by both tests;\ngrey line: all genes; right: adjusted p)")


def _label(row: Any) -> str:
    return f"{shorten(pretty(row.pathway), 40)} ({row.size})"


def _density(values: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return a Gaussian kernel density (Silverman's width) at the points ``x``."""
    spread = min(values.std(), (np.subtract(*np.quantile(values, [0.75, 0.25]))) / 1.349) or values.std()
    width = max(0.9 * spread * len(values) ** -0.2, (x[-1] - x[0]) / 300)
    counts, edges = np.histogram(values, bins=4 * len(x), range=(x[0], x[-1]))
    middle = (edges[1:] + edges[:-1]) / 2
    kernel = np.exp(-0.5 * ((x[:, None] - middle) / width) ** 2)
    return np.asarray(kernel @ counts / (len(values) * width * np.sqrt(2 * np.pi)))
