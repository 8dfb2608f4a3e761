"""Size and certainty of all kept pairs of an association map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures._association_text import counts_line, estimate_in_words, name_of_pair, neutral, one_kind
from radassoc.figures._margin_labels import label_beside
from radassoc.figures.style import COLORS, axes_for, headline, nothing_to_draw, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.association.result import AssociationMap

__all__ = ["plot_volcano"]


def plot_volcano(
    associations: AssociationMap,
    *,
    on: Axes | None = None,
    most: int = 12,
    kinds: tuple[str, str] | None = None,
    title: str = "",
) -> Axes:
    """Draw the estimate of each kept pair against its p-value, with the cut of the correction.

    Parameters
    ----------
    associations
        What ``associate`` returned. With ``keep="all"`` every pair is a point; otherwise the kept ones are, and the
        picture says how many are not there.
    on
        Axes to draw in; a new figure without it.
    most
        Number of pairs to name, by smallest p-value.
    kinds
        Of which kinds of columns the pairs are (``column_kind`` of ``left_info`` and ``right_info``), such as
        ``("continuous", "binary")``: only estimates of one kind share an axis. By default the commonest.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        The dashed line lies between the largest p-value that is found and the next; two levels have no one line.
    """
    with style():
        axes = axes_for(on, width=130, height=92)
        chosen = one_kind(associations, kinds)
        table = chosen.table[chosen.table["log10_p"].notna()]
        if table.empty:
            axes.set_title(title)
            remedy = 'No pair was kept: associate(..., keep="all") keeps them.'
            return nothing_to_draw(axes, f"{associations.reason}. {remedy}" if associations.reason else remedy)
        level = associations.params.get("level", 0.05)
        found = (table["p_adjusted"] < level).to_numpy()
        x, y, middle = table["estimate"].to_numpy(), -table["log10_p"].to_numpy(), neutral(chosen.estimate_kind)
        _draw_points(axes, x, y, found, middle)
        reach = 1.06 * float(np.abs(x - middle).max()) or 1.0
        axes.set(xlim=(middle - reach, middle + reach), ylim=(0, 1.06 * float(y.max())))
        axes.set(xlabel=estimate_in_words(chosen.estimate_kind), ylabel="−log$_{10}$ p")
        axes.axvline(middle, color=COLORS["faint"], linewidth=0.6, zorder=0)
        _draw_cut(axes, table, found, associations, middle)
        headline(axes, title, [counts_line(associations), chosen.left_out, _kept(associations)])
        first = np.flatnonzero(found)[:most]
        names = table[[associations.left_name, associations.right_name]].to_numpy()
        texts = [name_of_pair(*names[k]) for k in first]
        label_beside(axes, x[first], y[first], texts, [_color(x[k], middle) for k in first])
    return axes


def _color(value: float, middle: float) -> str:
    return COLORS["positive" if value > middle else "negative"]


def _draw_points(axes: Any, x: np.ndarray, y: np.ndarray, found: np.ndarray, middle: float) -> None:
    many = len(x) > 3000
    colors = np.array([_color(value, middle) for value in x], dtype=object)
    axes.scatter(x[~found], y[~found], s=3 if many else 7, c=COLORS["pale"], linewidth=0, rasterized=many)
    axes.scatter(x[found], y[found], s=8 if found.sum() > 300 else 12, c=list(colors[found]), linewidth=0, alpha=0.85)


def _draw_cut(axes: Any, table: pd.DataFrame, found: np.ndarray, associations: AssociationMap, middle: float) -> None:
    if not found.any() or associations.params.get("correction") == "two_level":
        return
    y = -table["log10_p"].to_numpy()
    rest = y[~found]
    cut = (y[found].min() + rest.max()) / 2 if rest.size and rest.max() < y[found].min() else y[found].min()
    axes.axhline(cut, color=COLORS["ink"], linewidth=0.6, linestyle=(0, (4, 3)))
    axes.annotate(
        f"adjusted p = {associations.params.get('level', 0.05):g}",
        (middle, cut),  # where a volcano is open
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        fontsize=6,
    )


def _kept(associations: AssociationMap) -> str:
    tests = sum(family.n_tests for family in associations.families)
    kept = int(associations.table["p_value"].notna().sum())
    return f'{tests - kept:,} pairs were not kept (keep="all") and are not drawn.' if kept < tests else ""
