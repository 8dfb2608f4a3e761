"""Patients in the plane of two principal components."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from radassoc.base.errors import InputError
from radassoc.figures.style import COLORS, axes_for, colors_for, nothing_to_draw, pretty, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.exploration.pca import PCA

__all__ = ["plot_pca"]


def plot_pca(
    pca: PCA,
    *,
    on: Axes | None = None,
    color: pd.Series | None = None,
    components: tuple[int, int] = (1, 2),
    title: str = "",
) -> Axes:
    """Draw the scores of two components, coloured by a clinical variable.

    Parameters
    ----------
    pca
        What ``pca`` returned, with its ``samples``.
    on
        Axes to draw in; a new one-column figure without it.
    color
        Patient-indexed values, such as ``cohort.column("sex")``: text and up to eight distinct values as groups,
        numbers as a scale. Patients without a value are grey.
    components
        The two components, counted from 1.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
    """
    if color is not None and not isinstance(color, pd.Series):
        raise InputError(
            f"color={color!r} is no Series.", wanted="values by patient", remedy='Such as color=cohort.column("sex").'
        )
    with style():
        axes = axes_for(on, height=78)
        axes.set_title(title)
        scores = pca.samples
        names = [f"PC{number}" for number in components]
        if scores is None or scores.empty:
            return nothing_to_draw(axes, pca.reason or "This result holds no patients' scores.")
        if missing := [name for name in names if name not in scores]:
            raise InputError(f"{missing[0]} was not computed.", remedy="Ask pca() for more n_components.")
        explained = pca.table.set_index("component")["explained"]
        for axis, name in zip((axes.xaxis, axes.yaxis), names, strict=True):
            axis.set_label_text(f"{name} ({100 * explained[name]:.0f}% of variance)")
        x, y = scores[names[0]], scores[names[1]]
        if color is None:
            axes.scatter(x, y, s=12, color=COLORS["accent"], alpha=0.8, linewidth=0)
        else:
            patients = scores["patient"] if "patient" in scores else pd.Series(scores.index, index=scores.index)
            _draw_colored(axes, x, y, patients.map(color), str(color.name or ""))
        axes.axhline(0, color=COLORS["faint"], linewidth=0.6, zorder=0)
        axes.axvline(0, color=COLORS["faint"], linewidth=0.6, zorder=0)
    return axes


def _draw_colored(axes: Axes, x: pd.Series, y: pd.Series, values: pd.Series, name: str) -> None:
    unknown = values.isna()
    axes.scatter(x[unknown], y[unknown], s=8, color=COLORS["faint"], linewidth=0)
    if pd.api.types.is_numeric_dtype(values) and values.nunique() > 8:
        drawn = axes.scatter(
            x[~unknown], y[~unknown], c=values[~unknown].astype(float), s=12, cmap="viridis", linewidth=0
        )
        bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.6, aspect=14)
        bar.set_label(pretty(name))
        bar.outline.set_visible(False)
        return
    levels = sorted(values.dropna().unique(), key=str)
    for level, color in colors_for(levels).items():
        chosen = values == level
        axes.scatter(
            x[chosen],
            y[chosen],
            s=12,
            color=color,
            alpha=0.85,
            linewidth=0,
            label=f"{pretty(level)} (n = {chosen.sum()})",
        )
    if unknown.any():
        axes.scatter([], [], s=8, color=COLORS["faint"], label=f"unknown (n = {unknown.sum()})")
    axes.legend(title=pretty(name), title_fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0)
