"""Where a variable is cut: the statistic of every cut, what it must exceed, and whom the cut parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import COLORS, colors_for, figure_for, format_p, headline, nothing_to_draw, pretty, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.survival.cutpoint import Cutpoint
    from radassoc.survival.maxstat import MaxstatResult

__all__ = ["plot_cutpoint"]

_FAR = 3.0  # a bin so many times wider than the others holds what lies far out
_COLUMNS = 3  # of the legend
_METHODS = {
    "monte_carlo": "conditional Monte Carlo",
    "lau94": "Lausen et al. 1994",
    "lau92": "Lausen and Schumacher 1992",
    "hl": "Hothorn and Lausen",
    "exact_gauss": "Gaussian integral",
}


def plot_cutpoint(
    cutpoint: Cutpoint | MaxstatResult, *, on: Figure | SubFigure | None = None, title: str = ""
) -> Figure | SubFigure:
    """Draw the distribution of a variable in the colours of its groups and, of a searched cut, the search.

    Parameters
    ----------
    cutpoint
        What ``fit_cutpoint`` or ``maxstat`` returned.
    on
        Figure or SubFigure to draw in; a new one-column figure without it.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Above, for searched cuts: the absolute standardised log-rank statistic along the variable, with what it has to
        exceed at the 5% level. Below: patients per bin of the variable, events darker.
    """
    search = getattr(cutpoint, "search", cutpoint)
    searched = search is not None and len(search.curve) > 0
    with style():
        figure = figure_for(on, width=89.0, height=88.0 if searched else 58.0)
        if not cutpoint.cuts:
            axes = figure.add_subplot()
            axes.set_title(title)
            nothing_to_draw(axes, cutpoint.reason or "No cut.")
            return figure
        top, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2]) if searched else (None, figure.subplots())
        if searched:
            _draw_search(top, search)
        _draw_histogram(below, cutpoint.histogram, cutpoint.cuts)
        below.locator_params(axis="x", nbins=6)
        below.ticklabel_format(axis="x", style="sci", scilimits=(-3, 4), useMathText=True)
        below.set_xlabel(_name(cutpoint, search))
        headline(below if top is None else top, title, _told(cutpoint, search if searched else None))
    return figure


def _draw_search(axes: Any, search: Any) -> None:
    curve = search.curve
    size = curve["statistic"].abs()
    axes.plot(curve["cut"], size, color=COLORS["ink"], linewidth=0.9)
    best = size.idxmax()
    axes.plot(curve["cut"][best], size[best], "o", color=COLORS["high"], markersize=4, zorder=3)
    top = float(size.max())
    if np.isfinite(search.critical):
        axes.axhline(search.critical, color=COLORS["quiet"], linestyle="--", linewidth=0.8)
        axes.annotate(
            "5% level",
            (1, search.critical),
            xytext=(-2, 2),
            xycoords=axes.get_yaxis_transform(),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=6.5,
            color=COLORS["quiet"],
        )
        top = max(top, search.critical)
    axes.axvline(search.cut, color=COLORS["quiet"], linewidth=0.7, linestyle=":")
    axes.set(ylim=(0, top * 1.12), ylabel="Standardised\nlog-rank statistic")


def _draw_histogram(axes: Any, bins: pd.DataFrame, cuts: tuple[float, ...]) -> None:
    groups = list(dict.fromkeys(bins["group"]))
    for group, color in colors_for(groups).items():
        rows = bins[bins["group"] == group]
        place = {"x": rows["left"], "width": rows["right"] - rows["left"], "align": "edge", "color": color}
        axes.bar(height=rows["n_patients"], alpha=0.4, linewidth=0, **place)
        axes.bar(
            height=rows["n_events"], linewidth=0, label=f"{pretty(group)} (n = {rows['n_patients'].sum()})", **place
        )
    for cut in cuts:
        axes.axvline(cut, color=COLORS["quiet"], linewidth=0.7, linestyle=":")
    axes.set_ylabel("Patients\n(dark: events)")
    _look_at_most(axes, bins)
    rows = -(-len(groups) // _COLUMNS)
    axes.set_ylim(0, bins["n_patients"].max() * (1.2 + 0.15 * rows))
    look: dict[str, Any] = {"handlelength": 0.9, "handletextpad": 0.4, "columnspacing": 0.8, "borderaxespad": 0.1}
    axes.legend(loc="upper right", ncols=min(len(groups), _COLUMNS), fontsize=6.2, **look)


def _look_at_most(axes: Any, bins: pd.DataFrame) -> None:
    """Cut the wide bins off that hold what lies far out, and tell how many patients they hold."""
    width = bins["right"] - bins["left"]
    usual = float(width.median())
    inner = bins[width <= _FAR * usual]
    ends = float(inner["left"].min()) - 1.2 * usual, float(inner["right"].max()) + 1.2 * usual
    told = {"clip_on": False, "fontsize": 6.5, "color": COLORS["quiet"], "va": "bottom"}
    if n := int(bins.loc[bins["left"] < ends[0], "n_patients"].sum()):
        axes.text(ends[0], 1.0, f"\u2190 {n}", transform=axes.get_xaxis_transform(), ha="left", **told)
    if n := int(bins.loc[bins["right"] > ends[1], "n_patients"].sum()):
        axes.text(ends[1], 1.0, f"{n} \u2192", transform=axes.get_xaxis_transform(), ha="right", **told)
    axes.set_xlim(ends)


def _name(cutpoint: Any, search: Any) -> str:
    if getattr(cutpoint, "score", None) is not None:
        return "Risk score"
    name = getattr(cutpoint, "column", "") or getattr(search, "variable", "")
    return str(pretty(name.rsplit(":", 1)[-1])) if name not in ("", "None") else "Score"


def _number(value: float) -> str:
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}").replace("-", "\u2212")


def _told(cutpoint: Any, search: Any) -> list[str]:
    cuts = "; ".join(_number(cut) for cut in cutpoint.cuts)
    lines = [f"cut{'s' if len(cutpoint.cuts) > 1 else ''}: {cuts}"]
    counts = cutpoint.histogram[["n_patients", "n_events"]].sum()
    events = f", {counts['n_events']} events" if counts["n_events"] else ""  # unknown where a cut needs no outcome
    told = f"{counts['n_patients']} patients{events}"
    if search is None:
        return [*lines, told]
    best = search.curve.loc[search.curve["statistic"].abs().idxmax()]
    lines[0] += f"; {'higher' if best['statistic'] > 0 else 'lower'} values die earlier"
    lines.append(told)
    if np.isfinite(search.p_value):
        return [*lines, f"corrected {format_p(search.p_value)} ({_METHODS[search.p_method]})"]
    return [*lines, "no p-value: the score was learned from these patients"]
