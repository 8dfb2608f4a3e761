"""All pairs of a map side by side, by what is known of the left columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_choice
from radassoc.base.errors import InputError
from radassoc.figures._association_text import OneKind, counts_line, estimate_in_words, neutral, one_kind
from radassoc.figures.style import COLORS, axes_for, colors_for, headline, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.association.result import AssociationMap

__all__ = ["plot_strip"]

Value = Literal["p_adjusted", "estimate"]
_GAP = 0.03  # of the axis, between two groups
_HALF = 0.36  # of the place of a left column, which its points take
_LETTERS = 120  # that fit along the axis


def plot_strip(
    associations: AssociationMap,
    *,
    on: Axes | None = None,
    by: str = "feature_class",
    value: Value = "p_adjusted",
    kinds: tuple[str, str] | None = None,
    title: str = "",
) -> Axes:
    """Draw every pair of the wide frames as a point, the left columns side by side in groups (as a Manhattan plot).

    Parameters
    ----------
    associations
        What ``associate`` returned. All pairs of a map of up to two million are there, kept in ``table`` or not.
    on
        Axes to draw in; a new two-column figure without it.
    by
        Column of ``left_info`` that groups the left columns.
    value
        ``"p_adjusted"``: certainty, with the level as a line; ``"estimate"``: size and direction.
    kinds
        Of which kinds of columns the pairs are, as in ``plot_volcano``.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        Each left column has its place on the axis, in the order of its table; groups in the order of their size.
    """
    check_choice("value", value, get_args(Value))
    with style():
        axes = axes_for(on, width=183, height=80)
        chosen = one_kind(associations, kinds)
        values, adjusted = _matrices(associations, chosen, value)
        if values.empty:
            axes.set_title(title)
            return nothing_to_draw(axes, associations.reason or "No pair could be tested.")
        places, ticks = _places(_groups(associations, values.index, by))
        colors = colors_for(list(ticks))
        level = associations.params.get("level", 0.05)
        many = values.size > 3000
        for group, (rows, _) in ticks.items():
            y = values.to_numpy(float)[rows]
            # inside the place of a left column, the right columns in their own order
            x = places[rows][:, None] + np.linspace(-_HALF, _HALF, values.shape[1])
            hit = adjusted.to_numpy(float)[rows] < level
            axes.scatter(x[~hit], y[~hit], s=2.5, c=COLORS["pale"], linewidth=0, rasterized=many)
            axes.scatter(x[hit], y[hit], s=9, c=colors[group], linewidth=0, alpha=0.85, zorder=3)
        _finish(axes, ticks, chosen, value, level)
        headline(axes, title, [counts_line(associations), chosen.left_out])
    return axes


def _matrices(associations: AssociationMap, chosen: OneKind, value: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    estimates, adjusted = associations.estimates, associations.adjusted
    rows, columns = estimates.index.isin(chosen.rows), estimates.columns.isin(chosen.columns)
    adjusted = adjusted.loc[rows, columns].dropna(how="all")
    if value == "estimate":
        return estimates.loc[adjusted.index, adjusted.columns], adjusted
    return -np.log10(adjusted.clip(lower=1e-300)), adjusted


def _groups(associations: AssociationMap, names: pd.Index, by: str) -> pd.Series:
    info = associations.left_info
    if by not in info:
        known = [name for name in info.columns if name != "column_kind"]
        if by == "feature_class":  # a table of genes has no classes
            return pd.Series(associations.left_name, index=names)
        raise InputError(f"{by!r} is not known of the left columns.", wanted=f"one of {', '.join(known)}")
    return info[by].reindex(names).fillna("unknown").astype(str)


def _places(groups: pd.Series) -> tuple[np.ndarray, dict[str, tuple[np.ndarray, float]]]:
    """Return the place of each row, and for each group its rows and its middle."""
    sizes = groups.value_counts(sort=True)
    gap = _GAP * len(groups)
    places, ticks, start = np.zeros(len(groups)), {}, 0.0
    for group in sizes.index:
        rows = np.flatnonzero(groups.to_numpy() == group)
        places[rows] = start + np.arange(len(rows))
        ticks[str(group)] = (rows, start + (len(rows) - 1) / 2)
        start += len(rows) + gap
    return places, ticks


def _touch(names: list[str], places: list[float]) -> bool:
    """Tell whether labels side by side would touch."""
    letter = 1.1 * (places[-1] - places[0]) / _LETTERS if len(places) > 1 else 1.0
    pairs = zip(zip(names, places, strict=True), zip(names[1:], places[1:], strict=True), strict=False)
    return any(letter * (len(a) + len(b) + 2) / 2 > there - here for (a, here), (b, there) in pairs)


def _finish(axes: Any, ticks: dict[str, tuple[np.ndarray, float]], chosen: OneKind, value: str, level: float) -> None:
    names = [f"{shorten(pretty(group), 18)} ({len(rows)})" for group, (rows, _) in ticks.items()]
    steep = _touch(names, [middle for _, middle in ticks.values()])
    axes.set_xticks([middle for _, middle in ticks.values()], names, rotation=40 if steep else 0)
    if steep:
        for label in axes.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
    axes.tick_params(axis="x", length=0)
    if value == "estimate":
        axes.axhline(neutral(chosen.estimate_kind), color=COLORS["ink"], linewidth=0.5, zorder=0)
        axes.set_ylabel(estimate_in_words(chosen.estimate_kind))
    else:
        axes.axhline(-np.log10(level), color=COLORS["ink"], linewidth=0.6, linestyle=(0, (4, 3)))
        axes.set_ylabel("−log$_{10}$ adjusted p")
        axes.set_ylim(0, 1.06 * max(axes.get_ylim()[1], -np.log10(level)))
