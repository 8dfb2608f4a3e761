"""The effect in one stratum against the effect in another, with the differences that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.base.errors import InputError, name_some
from radassoc.figures._margin_labels import label_beside
from radassoc.figures._sheet import ratio_ticks
from radassoc.figures.nes_scatter import plot_nes_scatter
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

    from radassoc.strata.interaction_result import Interactions

__all__ = ["plot_slope_scatter"]

_NAMES = {
    "log_hazard_ratio_per_sd": "Hazard ratio per SD",
    "log_hazard_ratio_per_normal_score": "Hazard ratio per normal score",
    "slope_per_sd": "Slope (SD per SD)",
    "slope": "Slope",
    "slope_of_normal_scores": "Slope of normal scores",
}


def plot_slope_scatter(
    interactions: Interactions, *, stratum: str | None = None, on: Axes | None = None, most: int = 8, title: str = ""
) -> Axes:
    """Draw the effect of each feature or pair in one stratum against its effect in the reference.

    Parameters
    ----------
    interactions
        What ``interactions`` returned; of enrichment the normalised scores are drawn (``plot_nes_scatter``).
    stratum
        Which stratum stands against the reference, where there are more than two; by default the first of them.
    on
        Axes to draw in; a new figure without it.
    most
        How many are named, with their intervals in both strata: the smallest p-values of the difference.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        Filled dots differ after correction, in the colour of the stratum with the larger effect; hollow ones were the
        strongest and do not; small dots are others drawn at random. Equal effects lie on the dashed line. Distance from
        it is no test: the intervals differ.
    """
    if interactions.comparison is not None:
        return plot_nes_scatter(interactions.comparison, on=on, most=most, title=title)
    table = interactions.table
    with style():
        axes = axes_for(on, width=150, height=98)
        if table.empty:
            return nothing_to_draw(axes, interactions.reason or 'Nothing was kept: keep="top" keeps the strongest.')
        table = _of_stratum(table, stratum)
        ratio = str(table["estimate_kind"].iloc[0]).startswith("log_hazard_ratio")
        first, second = str(table["stratum_1"].iloc[0]), str(table["stratum_2"].iloc[0])
        limit = _limit(interactions, table)
        _draw_cross(axes, limit)
        _draw_points(axes, interactions, table, first, second)
        shown = table[table["differs"]].head(most) if table["differs"].any() else table.head(most)
        _draw_intervals(axes, shown, limit)
        axes.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
        _name_axes(axes, table, first, second, limit, ratio=ratio)
        told = [f"{_name(row, interactions.keys)}, {_p(row['p_value'])}" for _, row in shown.iterrows()]
        colors = [_color(row, first, second) if row["differs"] else COLORS["quiet"] for _, row in shown.iterrows()]
        headline(axes, title or f"Effects by {pretty(interactions.variable)}", _lines(interactions, first, second))
        axes.apply_aspect()
        x, y = (np.clip(shown[name].to_numpy(), -limit, limit).tolist() for name in ("estimate_1", "estimate_2"))
        label_beside(axes, x, y, told, colors)
        _key(axes, table, first, second)
    return axes


def _of_stratum(table: pd.DataFrame, stratum: str | None) -> pd.DataFrame:
    known = list(dict.fromkeys(table["stratum_2"]))
    chosen = known[0] if stratum is None else stratum
    if chosen not in known:
        raise InputError(f"stratum={stratum!r} is not compared.", wanted=f"one of {name_some(known, most=12)}")
    return table[table["stratum_2"] == chosen]


def _limit(interactions: Interactions, table: pd.DataFrame) -> float:
    """Return how far the axes reach: all kept effects, and all but the farthest of the others."""
    ends = np.abs(table[["estimate_1", "estimate_2"]].to_numpy(dtype=float)).max()
    others = np.abs(interactions.background[["estimate_1", "estimate_2"]].to_numpy(dtype=float))
    far = np.nanquantile(others, 0.995) if others.size else 0.0
    return 1.12 * float(max(ends, far)) or 1.0


def _draw_cross(axes: Any, limit: float) -> None:
    axes.axhline(0, color=COLORS["faint"], linewidth=0.6, zorder=0)
    axes.axvline(0, color=COLORS["faint"], linewidth=0.6, zorder=0)
    axes.plot([-limit, limit], [-limit, limit], color=COLORS["pale"], linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)


def _color(row: Any, first: str, second: str) -> str:
    larger = first if abs(row["estimate_1"]) > abs(row["estimate_2"]) else second
    return color_of(larger) or COLORS["negative" if larger == first else "positive"]


def _draw_points(axes: Any, interactions: Interactions, table: pd.DataFrame, first: str, second: str) -> None:
    others = interactions.background
    if (others["stratum_2"] == second).any():
        many = len(others) > 500
        axes.scatter(
            others["estimate_1"],
            others["estimate_2"],
            s=4,
            color=COLORS["pale"],
            linewidth=0,
            rasterized=many,
            zorder=1,
        )
    hit = table["differs"].to_numpy()
    plain = table[~hit]
    edge = COLORS["quiet"]
    axes.scatter(
        plain["estimate_1"], plain["estimate_2"], s=13, facecolor="none", edgecolor=edge, linewidth=0.7, zorder=2
    )
    if hit.any():
        found = table[hit]
        colors = [_color(row, first, second) for _, row in found.iterrows()]
        axes.scatter(found["estimate_1"], found["estimate_2"], s=20, c=colors, linewidth=0, zorder=4)


def _draw_intervals(axes: Any, shown: pd.DataFrame, limit: float) -> None:
    look = {"color": COLORS["quiet"], "linewidth": 0.6, "alpha": 0.8, "zorder": 3}
    for row in shown.itertuples():
        axes.plot([max(row.ci_low_1, -limit), min(row.ci_high_1, limit)], [row.estimate_2] * 2, **look)
        axes.plot([row.estimate_1] * 2, [max(row.ci_low_2, -limit), min(row.ci_high_2, limit)], **look)


def _name_axes(axes: Any, table: pd.DataFrame, first: str, second: str, limit: float, *, ratio: bool) -> None:
    counts = table.iloc[0]
    what = _NAMES.get(str(counts["estimate_kind"]), "Effect")
    for place, name, end in ((axes.set_xlabel, first, "_1"), (axes.set_ylabel, second, "_2")):
        n, events = int(table[f"n{end}"].max()), int(table[f"n_events{end}"].max())
        place(f"{what} in {pretty(name)} (n = {n}" + (f", {events} events)" if events else ")"))
    if ratio:
        ticks = [tick for tick in ratio_ticks(float(np.exp(-limit)), float(np.exp(limit)), 60.0) if tick > 0]
        texts = [f"{tick:g}" for tick in ticks]
        axes.set_xticks(np.log(ticks), texts)
        axes.set_yticks(np.log(ticks), texts)


def _p(value: float) -> str:
    return format_p(value) if value >= 1e-3 or value != value else f"p = {value:.0e}".replace("e-0", "e-")


def _name(row: Any, keys: tuple[str, ...]) -> str:
    width = 34 if len(keys) == 1 else 25
    return " – ".join(shorten(pretty(row[key]), width) for key in keys)


def _lines(interactions: Interactions, first: str, second: str) -> list[str]:
    covariates = interactions.params.get("covariates", ())
    given = f", given {', '.join(pretty(name) for name in covariates)}" if covariates else ""
    many = interactions.n_tests
    if interactions.n_significant:
        found = [f"{interactions.n_significant} of {many:,} differ after correction (Benjamini-Hochberg){given}"]
    else:
        found = [f"no evidence that any of {many:,} differs between {pretty(first)} and {pretty(second)}{given}"]
    return [*found, "named: the strongest differences, with both intervals and p (not adjusted)"]


def _key(axes: Any, table: pd.DataFrame, first: str, second: str) -> None:
    from matplotlib.lines import Line2D

    found = table[table["differs"]]
    larger = {first if abs(row["estimate_1"]) > abs(row["estimate_2"]) else second for _, row in found.iterrows()}
    kinds = [
        (
            f"differs, larger in {pretty(name)}",
            color_of(name) or COLORS["negative" if name == first else "positive"],
            4.5,
        )
        for name in (first, second)
        if name in larger
    ]
    handles = [
        Line2D([], [], linestyle="", marker="o", markersize=size, color=color, markeredgewidth=0, label=text)
        for text, color, size in kinds
    ]
    plain: dict[str, Any] = {
        "linestyle": "",
        "marker": "o",
        "markerfacecolor": "none",
        "markeredgecolor": COLORS["quiet"],
    }
    if not table["differs"].all():
        handles.append(
            Line2D([], [], markersize=3.6, markeredgewidth=0.7, label="no evidence of a difference", **plain)
        )
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=len(handles), borderaxespad=0)
