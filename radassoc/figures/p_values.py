"""All p-values of a map, found or not: what tells whether a scan is to be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from radassoc.figures.style import COLORS, axes_for, headline, nothing_to_draw, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.association.result import AssociationMap

__all__ = ["plot_p_histogram", "plot_qq"]

_MEDIAN = 0.4549364  # of chi-square with one degree of freedom


def plot_p_histogram(associations: AssociationMap, *, on: Axes | None = None, title: str = "") -> Axes:
    """Draw the histogram of all p-values of the scan, with the share of pairs that look null.

    Parameters
    ----------
    associations
        What ``associate`` returned.
    on
        Axes to draw in; a new one-column figure without it.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        The dashed line is what tests without any association would show, the dotted one that height times the share of
        pairs that look null: twice the share of p-values above one half (Storey's estimate at 0.5), at most 1. A hump
        at the right or a valley tells that p-values are wrong; a slope towards 0 that many pairs have some association.
    """
    with style():
        axes = axes_for(on, height=62)
        counts = associations.distribution
        total = int(counts["n"].sum())
        if not total:
            axes.set_title(title)
            return nothing_to_draw(axes, associations.reason or "No pair could be tested.")
        width = counts["p_high"] - counts["p_low"]
        axes.bar(
            counts["p_low"], counts["n"], width=width, align="edge", color="#9DB4CC", edgecolor="white", linewidth=0.4
        )
        even = total / len(counts)
        null = min(2 * counts.loc[counts["p_low"] >= 0.5 - 1e-9, "n"].sum() / total, 1.0)
        axes.axhline(even, color=COLORS["ink"], linewidth=0.7, linestyle=(0, (4, 3)), label="no association at all")
        look = {"color": COLORS["high"], "linewidth": 0.9, "linestyle": ":"}
        axes.axhline(null * even, **look, label=f"pairs that look null (π$_0$ = {null:.2f})")
        axes.set(xlim=(0, 1), xlabel="p-value", ylabel="Pairs", ylim=(0, 1.22 * max(counts["n"].max(), even)))
        axes.legend(loc="upper right", borderaxespad=0.2)
        headline(axes, title, [f"{total:,} tests, found or not"])
    return axes


def plot_qq(associations: AssociationMap, *, on: Axes | None = None, title: str = "") -> Axes:
    """Draw the p-values of the whole scan against those that independent tests without association would show.

    Parameters
    ----------
    associations
        What ``associate`` returned.
    on
        Axes to draw in; a new one-column figure without it.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        The band holds 95% of independent null tests at each rank; tests of columns that correlate stray further. λ is
        the median statistic over that of null tests (as chi-square with one degree of freedom); many true associations
        raise it as well as confounding does.
    """
    with style():
        axes = axes_for(on, height=78)
        points = associations.quantiles
        if points.empty:
            axes.set_title(title)
            return nothing_to_draw(axes, associations.reason or "No pair could be tested.")
        expected, observed = -points["expected_log10_p"], -points["log10_p"]
        axes.fill_between(expected, -points["null_low"], -points["null_high"], color=COLORS["faint"], linewidth=0)
        end = float(expected.max())
        axes.plot([0, end], [0, end], color=COLORS["ink"], linewidth=0.6)
        axes.plot(expected, observed, "o", color=COLORS["accent"], markersize=2.2, markeredgewidth=0)
        axes.set(xlim=(0, 1.03 * end), ylim=(0, 1.05 * max(float(observed.max()), end)))
        axes.set(xlabel="Expected −log$_{10}$ p", ylabel="Observed −log$_{10}$ p")
        told = f"λ = {_inflation(points):.2f}; {int(points['rank'].max()):,} tests, found or not"
        headline(axes, title, [told, "Band: 95% of independent null tests"])
    return axes


def _inflation(points: Any) -> float:
    from scipy import special

    order = np.argsort(points["rank"].to_numpy())
    middle = 0.5 * (points["rank"].max() + 1)
    log10_p = np.interp(middle, points["rank"].to_numpy()[order], points["log10_p"].to_numpy()[order])
    return float(special.chdtri(1, 10.0**log10_p) / _MEDIAN)
