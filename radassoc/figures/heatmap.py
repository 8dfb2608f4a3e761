"""The frame of an annotated heatmap: trees, colour strips, cells, stars and keys, in any Figure or SubFigure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd

from radassoc.figures.style import COLORS, DIVERGING, TWO_COLUMNS, figure_for, pretty, shorten

__all__ = ["Heatmap"]

_MOST_LABELS = 60
_TREE = 8.0  # mm
_STRIP = 2.6  # mm
_KEYS = 36.0  # mm
_LETTER = 1.15  # mm, of a label at 6 points
#: Labels that tell nothing have no colour of their own.
_NO_COLOR = frozenset({"unknown", "no set"})
_STRIP_COLORS = ["#332288", "#88CCEE", "#44AA99", "#117733", "#999933", "#DDCC77", "#CC6677", "#882255"]
_STRIP_COLORS += ["#AA4499", "#E69F00", "#56B4E9", "#009E73", "#666666", "#B07AA1", "#661100", "#6699CC"]
_STRIP_COLORS += ["#AAAA00", "#EE8866", "#225522", "#994455", "#99DDFF", "#BBCC33", "#C3A5D6", "#F4B6A6"]


@dataclass(frozen=True, kw_only=True)
class Heatmap:
    """What to draw; ``draw`` lays it out.

    Attributes
    ----------
    values
        Rows x columns, missing values allowed (drawn grey).
    stars
        Same shape: cells that carry a star.
    strips, column_strips
        For each annotation of the rows (columns) its name and one label per row (column).
    limit
        The colour scale reaches this far from ``center`` to both sides.
    center
        The value of no association.
    signed
        Whether values below ``center`` exist at all; the scale's key shows its upper half only where not.
    label
        Name of the colour scale.
    star_label
        What a star means.
    """

    values: pd.DataFrame
    stars: pd.DataFrame
    limit: float
    label: str
    star_label: str = ""
    strips: Mapping[str, Sequence[str]] = field(default_factory=dict)
    column_strips: Mapping[str, Sequence[str]] = field(default_factory=dict)
    center: float = 0.0
    signed: bool = True

    def draw(self, on: Any, *, title: str = "", told: str = "") -> Any:
        """Draw in the given Figure or SubFigure, or in a new figure as large as the map needs.

        ``told`` is small print below the title.
        """
        distances = self.values - self.center
        order = _leaf_order(distances), _leaf_order(distances.T)
        figure = figure_for(on, **self._size(bool(title), told))
        across, down = len(self.strips), len(self.column_strips)
        grid = figure.add_gridspec(
            2 + down,
            3 + across,
            width_ratios=[_TREE, *[_STRIP] * across, self._cells_width(), _KEYS],
            height_ratios=[_TREE, *[_STRIP] * down, self._cells_height()],
            wspace=0.01,
            hspace=0.01,
        )
        cells = figure.add_subplot(grid[-1, across + 1])
        _draw_tree(figure.add_subplot(grid[0, across + 1]), order[1][1], side="top")
        _draw_tree(figure.add_subplot(grid[-1, 0]), order[0][1], side="left")
        rows, columns = order[0][0], order[1][0]
        image = self._draw_cells(cells, rows, columns)
        keys = figure.add_subplot(grid[:, -1])
        keys.set_axis_off()
        palettes = self._palettes()
        for i, (name, labels) in enumerate(self.strips.items()):
            _draw_strip(figure.add_subplot(grid[-1, 1 + i], sharey=cells), name, labels, rows, palettes[name])
        for i, (name, labels) in enumerate(self.column_strips.items()):
            bar = figure.add_subplot(grid[1 + i, across + 1], sharex=cells)
            _draw_column_strip(bar, name, labels, columns, palettes[name])
        self._draw_keys(figure, keys, image, palettes)
        _write_above(figure, title, told)
        return figure

    @property
    def width(self) -> float:
        """Width of a new figure, in mm."""
        return self._size(False, "")["width"]

    def _cells_height(self) -> float:
        return float(np.clip(3.2 * len(self.values), 20, 195))

    def _cells_width(self) -> float:
        fixed = _TREE + _STRIP * len(self.strips) + _KEYS + _LETTER * self._longest(self.values.index, 44)
        n = self.values.shape[1]
        # two journal columns, unless the labels of the columns would then touch
        return max(float(np.clip(4.6 * n, 20, max(TWO_COLUMNS - fixed, 40))), 2.4 * min(n, _MOST_LABELS))

    def _longest(self, labels: pd.Index, width: int) -> int:
        return max(len(shorten(label, width)) for label in labels) if len(labels) <= _MOST_LABELS else 0

    def _size(self, titled: bool, told: str) -> dict[str, float]:
        width = _TREE + _STRIP * len(self.strips) + self._cells_width() + _KEYS
        own = _TREE + _STRIP * len(self.column_strips) + self._cells_height()
        below = _LETTER * self._longest(self.values.columns, 38)
        keys = 20.0 + 3.6 * sum(len(set(labels)) + 1.6 for labels in self._all_strips().values())
        above = 5.0 * titled + 3.2 * (told.count("\n") + 1 if told else 0)
        return {
            "width": width + _LETTER * self._longest(self.values.index, 44) + 4,
            "height": max(own + below, keys) + above + 8,
        }

    def _all_strips(self) -> dict[str, Sequence[str]]:
        return {**self.strips, **self.column_strips}

    def _draw_cells(self, axes: Any, rows: list[int], columns: list[int]) -> Any:
        values = self.values.iloc[rows, columns]
        axes.set_facecolor(COLORS["faint"])
        # cells as shapes, not as an image: they stay sharp at any size; large maps become an image inside the PDF
        image = axes.pcolormesh(
            np.ma.masked_invalid(values.to_numpy(float)),
            cmap=DIVERGING,
            vmin=self.center - self.limit,
            vmax=self.center + self.limit,
            linewidth=0.25 if values.size <= 3000 else 0,
            edgecolor="white" if values.size <= 3000 else "none",
            rasterized=values.size > 3000,
        )
        y, x = np.nonzero(self.stars.iloc[rows, columns].to_numpy(bool))
        dark = np.abs(values.to_numpy(float)[y, x] - self.center) > 0.6 * self.limit
        axes.scatter(x + 0.5, y + 0.5, marker="*", s=9, c=np.where(dark, "white", COLORS["ink"]), linewidth=0, zorder=3)
        axes.invert_yaxis()
        axes.yaxis.tick_right()
        for axis, labels, width in ((axes.yaxis, values.index, 44), (axes.xaxis, values.columns, 38)):
            shown = len(labels) <= _MOST_LABELS
            axis.set_ticks(
                np.arange(len(labels)) + 0.5 if shown else [],
                [shorten(pretty_if(name, width), width) for name in labels] if shown else [],
            )
        axes.tick_params(length=0, labelsize=6, pad=1.5)
        axes.tick_params(axis="x", rotation=90)
        axes.spines[:].set_visible(False)
        return image

    def _palettes(self) -> dict[str, dict[str, str]]:
        """Give each label of each strip a colour of its own: one colour never means two things in one figure."""
        spare = iter(cycle(_STRIP_COLORS))
        palettes: dict[str, dict[str, str]] = {}
        for name, labels in self._all_strips().items():
            palettes[name] = {label: next(spare) for label in sorted(set(labels) - _NO_COLOR)}
            palettes[name] |= dict.fromkeys(sorted(set(labels) & _NO_COLOR), COLORS["faint"])
        return palettes

    def _draw_keys(self, figure: Any, axes: Any, image: Any, palettes: Mapping[str, Mapping[str, str]]) -> None:
        from matplotlib.legend import Legend
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        line = 0.155 * axes.get_figure(root=True).dpi / figure.bbox.height  # a line of a key, of the figure's height
        top = 1.0
        scale = axes.inset_axes([0.08, top - 1.3 * line, 0.8, 0.7 * line])
        low = self.center - self.limit if self.signed else self.center
        ends = sorted({low, self.center, self.center + self.limit})
        bar = figure.colorbar(image, cax=scale, orientation="horizontal", ticks=ends)
        bar.ax.set_xlim(low, self.center + self.limit)
        bar.ax.set_xticklabels([f"{end:.2g}".replace("-", "−") for end in ends])
        bar.ax.tick_params(labelsize=6, length=2)
        bar.ax.set_title(self.label, fontsize=7, fontweight="normal", loc="left", pad=2)
        bar.outline.set_visible(False)
        top -= 3.2 * line
        keys: list[tuple[str, list[Any]]] = []
        if self.star_label and bool(self.stars.to_numpy().any()):
            star = Line2D([], [], marker="*", linestyle="", color=COLORS["ink"], markersize=4, label=self.star_label)
            keys.append(("", [star]))
        for name, palette in palettes.items():
            keys.append(
                (
                    pretty(name),
                    [Patch(color=color, label=shorten(pretty(level), 26)) for level, color in palette.items()],
                )
            )
        for name, handles in keys:
            legend = Legend(
                axes,
                handles,
                [handle.get_label() for handle in handles],
                title=name or None,
                loc="upper left",
                bbox_to_anchor=(0, top),
                bbox_transform=axes.transAxes,
                fontsize=6,
                title_fontsize=6.5,
                alignment="left",
                handlelength=0.9,
                handleheight=0.9,
                borderaxespad=0,
                labelspacing=0.25,
            )
            axes.add_artist(legend)
            top -= line * (len(handles) * 0.95 + (1.6 if name else 0.6))


def _draw_strip(axes: Any, name: str, labels: Sequence[str], rows: list[int], palette: Mapping[str, str]) -> None:
    from matplotlib.colors import to_rgb

    axes.pcolormesh(np.array([[to_rgb(palette[labels[row]])] for row in rows]))
    axes.set_xticks([0.5], [pretty(name)], rotation=90)
    axes.tick_params(length=0, labelsize=6, pad=1.5, labelleft=False, labelright=False)
    axes.spines[:].set_visible(False)


def _draw_column_strip(
    axes: Any, name: str, labels: Sequence[str], columns: list[int], palette: Mapping[str, str]
) -> None:
    from matplotlib.colors import to_rgb

    axes.pcolormesh(np.array([[to_rgb(palette[labels[column]]) for column in columns]]))
    axes.set_yticks([0.5], [pretty(name)])
    axes.yaxis.tick_right()
    axes.tick_params(length=0, labelsize=6, pad=1.5, labelbottom=False, labeltop=False)
    axes.spines[:].set_visible(False)


def _write_above(figure: Any, title: str, told: str) -> None:
    """Write title and small print; together they are the figure's title, for which the layout leaves room."""
    if not (title or told):
        return
    figure.suptitle("\n".join(["", told] if title and told else [told or title]), x=0.01, ha="left")
    text = figure._suptitle
    text.set(fontsize=6.5 if told else 8.5, fontweight="normal" if told else "bold", linespacing=1.35)
    if title and told:
        # the title stands in the empty first line of the small print
        from matplotlib.text import Annotation

        above = Annotation(title, (0, 1), xycoords=text, va="top", ha="left", fontsize=8.5, fontweight="bold")
        above.set_in_layout(False)
        figure.add_artist(above)


def pretty_if(name: object, width: int) -> str:
    """Make a name readable where that does not hide what distinguishes it (feature names keep their underscores)."""
    return pretty(name) if width < 44 else str(name)


def _leaf_order(values: pd.DataFrame) -> tuple[list[int], Any]:
    """Order rows by average linkage; fewer than three keep their order and have no tree."""
    if len(values) < 3:
        return list(range(len(values))), None
    from scipy.cluster.hierarchy import leaves_list, linkage

    tree = linkage(values.fillna(0.0).to_numpy(), method="average", optimal_ordering=len(values) <= 500)
    return [int(leaf) for leaf in leaves_list(tree)], tree


def _draw_tree(axes: Any, tree: Any, *, side: str) -> None:
    axes.set_axis_off()
    if tree is None:
        return
    from matplotlib.collections import LineCollection
    from scipy.cluster.hierarchy import dendrogram

    drawn = dendrogram(tree, no_plot=True)
    places, depths = np.array(drawn["icoord"]) / 10, np.array(drawn["dcoord"])
    n, deepest = len(tree) + 1, max(float(depths.max()), 1e-12) * 1.05
    segments = [np.column_stack(pair if side == "top" else pair[::-1]) for pair in zip(places, depths, strict=True)]
    axes.add_collection(LineCollection(segments, colors=COLORS["quiet"], linewidths=0.5))
    if side == "top":
        axes.set(xlim=(0, n), ylim=(0, deepest))
    else:
        axes.set(ylim=(n, 0), xlim=(deepest, 0))
