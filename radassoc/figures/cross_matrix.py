"""The matrix of a cross-application: where a score was trained, where it was tested, and what a difference is worth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import (
    COLORS,
    DIVERGING,
    EVIDENCE,
    TWO_COLUMNS,
    figure_for,
    format_p,
    nothing_to_draw,
    pretty,
    style,
    wrap,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.strata.cross_application import CrossApplication

__all__ = ["plot_cross_matrix"]

_MEASURES = {"concordance": "Concordance (Harrell's C)", "calibration_slope": "Calibration slope (1 is ideal)"}
_DARK = 0.3  # of the colour scale: text on it is white


def plot_cross_matrix(
    result: CrossApplication, *, on: Figure | SubFigure | None = None, title: str = ""
) -> Figure | SubFigure:
    """Draw C and calibration slope of each model in each stratum, and the contrasts with their p-values below.

    Parameters
    ----------
    result
        What ``cross_apply`` returned.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Framed cells: a stratum's own model. Small print: 95% interval, events trained on.
    """
    with style():
        models = list(dict.fromkeys(result.table["trained_on"]))
        told = _told(result)
        figure = figure_for(on, width=TWO_COLUMNS, height=30.0 + 9.5 * max(len(models), 2) + 3.8 * len(told))
        if result.table.empty:
            nothing_to_draw(figure.add_subplot(), result.reason or "No matrix to draw.")
            return figure
        figure.suptitle(title or f"Cross-application: {pretty(result.variable)}", x=0.01, ha="left", fontweight="bold")
        panels = figure.subplots(1, len(_MEASURES), sharey=True, squeeze=False)[0]
        for axes, (measure, name) in zip(panels, _MEASURES.items(), strict=True):
            _draw(axes, result, measure, models)
            axes.set_title(name)
        panels[0].set_yticks(range(len(models)), [_model(result, model) for model in models])
        panels[0].set_ylabel("Trained on")
        figure.supxlabel("\n".join(told), x=0.01, ha="left", fontsize=6.6, linespacing=1.4)
    return figure


def _model(result: CrossApplication, model: str) -> str:
    table = result.table
    events = table.loc[table["trained_on"] == model, "train_events"].iloc[0]
    return f"{pretty(model)}\n({events:.0f} events)"


def _draw(axes: Any, result: CrossApplication, measure: str, models: list[str]) -> None:
    rows = result.table[result.table["measure"] == measure].set_index(["trained_on", "tested_on"])
    values = rows["estimate"].unstack().reindex(index=models, columns=list(result.levels)).to_numpy(dtype=float)
    shade, palette = _shades(values, measure)
    axes.imshow(shade, cmap=palette, vmin=0, vmax=1, aspect="auto")
    for i, model in enumerate(models):
        for j, level in enumerate(result.levels):
            row = rows.loc[(model, level)]
            dark = measure == "concordance" and shade[i, j] > _DARK
            axes.text(
                j, i, _cell(row), ha="center", va="center", fontsize=6.8, color="white" if dark else COLORS["ink"]
            )
            if model == level:
                frame: dict[str, Any] = {"fill": False, "edgecolor": COLORS["ink"], "linewidth": 1.4}
                axes.add_patch(_rectangle(j, i, **frame))
    n = rows.groupby("tested_on")[["n_events", "n_patients"]].first()
    names = [f"{pretty(s)}\n({n.loc[s, 'n_events']}/{n.loc[s, 'n_patients']} events/patients)" for s in result.levels]
    axes.set_xticks(range(len(result.levels)), names)
    axes.set_xlabel("Tested on")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _rectangle(j: int, i: int, **look: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((j - 0.49, i - 0.48), 0.98, 0.96, zorder=3, **look)


def _shades(values: np.ndarray, measure: str) -> tuple[np.ndarray, Any]:
    """Return where each value lies on its colour scale: C from 0.5 to 0.8, slopes from 0 to 2 around 1."""
    if measure == "concordance":
        return np.clip((values - 0.5) / 0.3, 0, 1), EVIDENCE
    return 0.3 + 0.4 * np.clip(values / 2.0, 0, 1), DIVERGING


def _cell(row: pd.Series) -> str:
    if not np.isfinite(row["estimate"]):
        return "no slope"
    told = f"{row['estimate']:.2f}"
    if np.isfinite(row["ci_low"]):
        told += f"\n{row['ci_low']:.2f} to {row['ci_high']:.2f}"
    return told.replace("-", "\u2212")


def _told(result: CrossApplication) -> list[str]:
    lines = [""]
    for row in result.contrasts.to_dict("records"):
        if not np.isfinite(row["estimate"]):
            continue
        where = {"both": "mean of both"}.get(row["tested_on"], pretty(row["tested_on"]))
        name = "C" if row["measure"] == "concordance" else "slope"
        text = f"{name}, {row['contrast']} ({where}): {row['estimate']:+.2f}"
        if np.isfinite(row["ci_low"]):
            text += f" ({row['ci_low']:+.2f} to {row['ci_high']:+.2f})"
        if np.isfinite(row["p_value"]):
            text += f", {format_p(row['p_value'])}, adjusted {format_p(row['p_adjusted'])}"
        lines.append(re.sub(r"-(?=\d)", "\u2212", text))
    if result.reason:
        lines.append(wrap(result.reason, 150))
    return lines
