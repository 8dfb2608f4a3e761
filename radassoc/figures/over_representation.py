"""Gene sets among found genes: odds ratios with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.figures.style import COLORS, EVIDENCE, figure_for, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure, SubFigure

    from radassoc.enrichment.over_represent import OverRepresentation

__all__ = ["plot_over_representation"]

_MOST = 60
#: Odds ratios are drawn between these: an end beyond, such as 0 or infinity, becomes an arrow.
_LOW, _HIGH = 1 / 32, 512.0


def plot_over_representation(
    found: OverRepresentation, *, on: Figure | SubFigure | None = None, most: int = 15, title: str = ""
) -> Figure | SubFigure:
    """Draw the odds ratio of each set with its interval, the overlap and the adjusted p-value.

    Parameters
    ----------
    found
        What ``over_represent`` returned.
    on
        Figure or SubFigure to draw in; a new one, as high as it has sets, without it.
    most
        Sets per list, by smallest p-value; at most 60 rows in all.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        One panel per list. Dots are coloured by adjusted p-value and grow with the overlap; an arrow is an interval
        that goes on beyond the panel.
    """
    table = found.table
    lists = list(dict.fromkeys(table["by"]))
    most = min(most, max(_MOST // max(len(lists), 1), 1))
    parts = {name: table[table["by"] == name].head(most).iloc[::-1] for name in lists}
    with style():
        if table.empty:
            figure = figure_for(on, height=45)
            nothing_to_draw(figure.add_subplot(), found.reason or "No gene set was tested.")
            return figure
        rows = [len(part) for part in parts.values()]
        figure = figure_for(on, width=165, height=24.0 * len(rows) + 5.0 * sum(rows) + 8)
        panels = figure.subplots(len(rows), 1, squeeze=False, sharex=True, height_ratios=[n + 1.0 for n in rows])[:, 0]
        low, high = _limits(table[table.index.isin([i for part in parts.values() for i in part.index])])
        scale = _scale(table)
        for axes, (name, part) in zip(panels, parts.items(), strict=True):
            _draw(axes, part, scale, low, high)
            own = f"{pretty(name)}: {part['n_found'].iloc[0]} of {part['n_background'].iloc[0]} genes"
            axes.set_title(f"{title}\n{own}" if title and axes is panels[0] else own)
        panels[-1].set_xlabel("Odds ratio, exact 95% interval")
        bar = figure.colorbar(scale, ax=list(panels), shrink=0.5, aspect=30, pad=0.02)
        bar.set_label("−log10 adjusted p", fontsize=6.5)
        bar.outline.set_visible(False)
    return figure


def _scale(table: pd.DataFrame) -> Any:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    return ScalarMappable(Normalize(0, min(max(2.0, _evidence(table).max()), 20.0)), EVIDENCE)


def _evidence(table: pd.DataFrame) -> np.ndarray:
    return np.asarray(-np.log10(table["p_adjusted"].fillna(1.0).clip(lower=1e-300)))


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    ends = table[["odds_ratio", "ci_low", "ci_high"]].to_numpy(dtype=float)
    ends = ends[np.isfinite(ends) & (ends > 0)]
    return max(0.7 * min(ends.min(initial=0.5), 0.5), _LOW), min(1.4 * max(ends.max(initial=2.0), 2.0), _HIGH)


def _draw(axes: Any, part: pd.DataFrame, scale: Any, low: float, high: float) -> None:
    y = np.arange(len(part))
    estimate = part["odds_ratio"].clip(low, high).to_numpy()
    left, right = part["ci_low"].clip(low, high).to_numpy(), part["ci_high"].clip(low, high).to_numpy()
    colors = scale.to_rgba(_evidence(part))
    axes.axvline(1, color=COLORS["quiet"], linewidth=0.8)
    axes.hlines(y, left, right, color=colors, linewidth=1.1)
    for beyond, at, marker in ((part["ci_low"] < low, low, "<"), (part["ci_high"] > high, high, ">")):
        axes.scatter(
            np.full(int(beyond.sum()), at), y[beyond], marker=marker, s=12, color=colors[beyond], clip_on=False
        )
    area = 12 + 60 * np.sqrt(part["n_overlap"] / max(part["n_overlap"].max(), 1))
    axes.scatter(estimate, y, s=area, color=colors, zorder=3)
    labels = [
        f"{shorten(pretty(row.pathway), 42)} ({row.n_overlap} of {row.size})" for row in part.itertuples(name="Row")
    ]
    axes.set_yticks(y, labels)
    axes.set(xscale="log", xlim=(low, high), ylim=(-0.7, len(part) - 0.3))
    ticks = [tick for tick in 2.0 ** np.arange(-5, 10) if low <= tick <= high]
    ticks = ticks if len(ticks) < 8 else ticks[ticks.index(1.0) % 2 :: 2] if 1.0 in ticks else ticks[::2]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
