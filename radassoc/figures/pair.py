"""One column against one other, patient by patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures._association_text import estimate_in_words, given, p_words
from radassoc.figures._pair_points import class_shares, class_strip, colors_of, join_samples
from radassoc.figures.style import COLORS, axes_for, headline, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.association.pair_result import PairAssociation

__all__ = ["plot_pair"]


def plot_pair(pair: PairAssociation, *, on: Axes | None = None, measured: bool = False, title: str = "") -> Axes:
    """Draw the patients of one pair with the line that the estimate stands for, its number, interval and p-value.

    Two columns of numbers make a scatter; a column of classes makes strips with medians and quartiles; two columns of
    classes make bars of shares. Samples of one patient are joined to their middle by thin lines.

    Parameters
    ----------
    pair
        What ``association.pair`` returned, with its ``samples``.
    on
        Axes to draw in; a new one-column figure without it.
    measured
        Draw two columns of numbers as they were measured, without the line: it belongs to ranks, or to what the
        covariates leave. By default they are drawn on the scale of the estimate; ranks without covariates are labelled
        with the values at the quartiles.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        The band is the 95% interval of the line. With classes, points are as measured even where the test is adjusted.
    """
    with style():
        axes = axes_for(on, height=80)
        if pair.samples is None or pair.samples.empty:
            axes.set_title(title)
            return nothing_to_draw(axes, pair.reason or "This result holds no patients' values.")
        if pair.status == "not_estimable":
            axes.set_title(title)
            return nothing_to_draw(axes, f"{pair.left} and {pair.right}: {pair.reason}.")
        samples = pair.samples
        numbers = [kind == "continuous" for kind in (pair.left_kind, pair.right_kind)]
        if all(numbers):
            _draw_scatter(axes, pair, samples, measured=measured)
        elif any(numbers):
            class_strip(axes, pair, samples, turned=numbers[0])
        else:
            class_shares(axes, pair)
        headline(axes, title, _lines(pair))
    return axes


def _draw_scatter(axes: Any, pair: PairAssociation, samples: pd.DataFrame, *, measured: bool) -> None:
    names = ("left_value", "right_value") if measured else ("left_shown", "right_shown")
    x, y = (samples[name].to_numpy(float) for name in names)
    join_samples(axes, x, y, samples["patient"])
    colors_of(axes, x, y, samples["color"], str(pair.params.get("color_by") or ""))
    if not measured and len(pair.fit):
        fit = pair.fit
        axes.fill_between(fit["x"], fit["ci_low"], fit["ci_high"], color=COLORS["ink"], alpha=0.1, linewidth=0)
        axes.plot(fit["x"], fit["estimate"], color=COLORS["ink"], linewidth=1.1)
        _keep_points_in_view(axes, x, y)
    adjusted = bool(pair.params.get("covariates")) and not measured
    ranked = pair.scale == "ranks" and not measured
    for axis, name, side in ((axes.xaxis, pair.left, "left"), (axes.yaxis, pair.right, "right")):
        label = shorten(pretty(name), 44)
        if ranked and not adjusted:
            _label_ranks(axis, samples[f"{side}_value"].to_numpy(float), samples[f"{side}_shown"].to_numpy(float))
            label += " (spaced by rank)"
        elif adjusted:
            label = f"{'Rank of ' if ranked else ''}{label}, adjusted"
        axis.set_label_text(label)


def _keep_points_in_view(axes: Any, x: np.ndarray, y: np.ndarray) -> None:
    """Set the limits by the points: a wide band does not squeeze them."""
    for values, limits in ((x, axes.set_xlim), (y, axes.set_ylim)):
        margin = 0.06 * float(np.ptp(values)) or 0.5
        limits(values.min() - margin, values.max() + margin)


def _label_ranks(axis: Any, values: np.ndarray, ranks: np.ndarray) -> None:
    """Write the values at the smallest, the quartiles and the largest rank; tied ones once."""
    order = np.argsort(ranks, kind="stable")
    places = ranks[order][np.unique(np.rint(np.linspace(0, len(ranks) - 1, 5)).astype(int))]
    at = {float(place): float(values[np.flatnonzero(ranks == place)[0]]) for place in places}
    axis.set_ticks(list(at), [_number(value) for value in at.values()])


def _number(value: float) -> str:
    whole = 100 <= abs(value) < 1e5
    return (f"{value:.0f}" if whole else f"{value:.3g}").replace("-", "−")


def _lines(pair: PairAssociation) -> list[str]:
    row = pair.table.iloc[0]
    n, n_patients = int(row["n"]), int(row["n_patients"])
    size = f"n = {n_patients} patients, {n} samples" if n_patients not in (0, n) else f"n = {n}"
    told = f"{estimate_in_words(row['estimate_kind'])} = {row['estimate']:.2g}".replace("-", "−")
    if np.isfinite(row["ci_low"]):
        told += f" (95% CI {row['ci_low']:.2g} to {row['ci_high']:.2g})".replace("-", "−")
    told += f", {p_words(row['p_value'], row['log10_p'])}"
    if row["p_value_from"] in ("permutation", "wild-bootstrap"):
        told += f" ({row['p_value_from'].replace('-', ' ')})"
    if np.isfinite(row["p_adjusted"]):
        told += f", adjusted {p_words(row['p_adjusted'])}"
    return [told, "; ".join(part for part in (size, given(pair)) if part)]
