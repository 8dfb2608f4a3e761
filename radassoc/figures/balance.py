"""In what strata differ, before and after weighting: standardised differences of each covariate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import COLORS, axes_for, headline, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.strata.balance import Balance
    from radassoc.strata.weighting import WeightedComparison

__all__ = ["plot_balance"]

_LIMIT = 0.1
_MOST = 30


def plot_balance(
    balance: Balance | WeightedComparison, *, stratum: str | None = None, on: Axes | None = None, title: str = ""
) -> Axes:
    """Draw the standardised difference of each variable between two strata, the largest above.

    Parameters
    ----------
    balance
        What ``balance`` returned, or ``weighted_comparison``: then before and after weighting.
    stratum
        Which stratum is held against the first, where there are more than two.
    on
        Axes to draw in; a new figure without it.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        The dashed line is 0.1, above which a difference is called an imbalance; the short grey lines tell what chance
        exceeds in one of twenty randomised studies of these sizes.
    """
    rows, weighted, pair = _rows(balance, stratum)
    with style():
        axes = axes_for(on, width=130, height=24.0 + 4.6 * max(min(len(rows), _MOST), 4))
        if rows.empty:
            return nothing_to_draw(axes, "No variable was compared.")
        left_out = max(len(rows) - _MOST, 0)
        rows = rows.head(_MOST)
        y = np.arange(len(rows))
        _draw(axes, rows, y, weighted=weighted)
        axes.axvline(_LIMIT, color=COLORS["ink"], linewidth=0.6, linestyle=(0, (4, 3)), zorder=0)
        axes.set_yticks(y, [shorten(pretty(name), 36) for name in rows["variable"]])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        finite = rows[["before", "after"]].replace(np.inf, np.nan).to_numpy(dtype=float)
        axes.set_xlim(0, 1.1 * max(float(np.nanmax(finite, initial=0.0)), float(np.nanmax(rows["by_chance"])), 0.25))
        axes.set_xlabel("Standardised difference")
        axes.tick_params(axis="y", length=0)
        axes.legend(loc="lower right")
        lines = [f"{pretty(pair[0])} and {pretty(pair[1])}; dashed: 0.1"]
        lines += [f"{left_out} variables with smaller differences are not drawn"] if left_out else []
        headline(axes, title or f"Balance of {pretty(balance.variable)}", lines)
    return axes


def _rows(balance: Any, stratum: str | None) -> tuple[pd.DataFrame, bool, tuple[str, str]]:
    """Return one row per variable, whether there is an after, and the two strata."""
    weighted = hasattr(balance, "weights")
    if weighted:
        levels = balance.params["levels"]
        rows = balance.balance.drop_duplicates("variable")
        sizes = balance.weights["n"].to_numpy(dtype=float)
        frame = pd.DataFrame({"variable": rows["variable"], "before": rows["variable_before"]})
        frame = frame.assign(after=rows["variable_after"], by_chance=1.96 * np.sqrt((1 / sizes).sum()))
    else:
        table = balance.table
        levels = (table["stratum_1"].iloc[0], table["stratum_2"].iloc[0] if stratum is None else stratum)
        rows = table[table["stratum_2"] == levels[1]].drop_duplicates("variable")
        frame = pd.DataFrame({"variable": rows["variable"], "before": rows["variable_difference"]})
        frame = frame.assign(after=np.nan, by_chance=rows["by_chance"])
    order = frame["before"].fillna(-1.0).sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True), weighted, (str(levels[0]), str(levels[1]))


def _draw(axes: Any, rows: pd.DataFrame, y: np.ndarray, *, weighted: bool) -> None:
    axes.hlines(y, 0, rows["before"].replace(np.inf, np.nan), color=COLORS["faint"], linewidth=0.8, zorder=1)
    if not weighted:
        axes.vlines(
            rows["by_chance"],
            y - 0.3,
            y + 0.3,
            color=COLORS["quiet"],
            linewidth=1.0,
            label="chance alone, 1 in 20",
            zorder=2,
        )
    face = "none" if weighted else COLORS["accent"]
    label = "before weighting" if weighted else "difference"
    axes.scatter(
        rows["before"], y, s=20, facecolor=face, edgecolor=COLORS["accent"], linewidth=0.9, label=label, zorder=3
    )
    if weighted:
        axes.scatter(rows["after"], y, s=22, color=COLORS["accent"], linewidth=0, label="after weighting", zorder=4)
    for place in np.flatnonzero(np.isinf(rows["before"])):
        axes.annotate(
            "no overlap", (1, place), xycoords=axes.get_yaxis_transform(), ha="right", va="center", fontsize=6
        )
