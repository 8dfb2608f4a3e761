"""What figures of predictive performance share: names and colours of models, titles, panels by time, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError, name_some
from radassoc.figures.style import MM, ONE_COLUMN, TWO_COLUMNS, colors_for, figure_for, nothing_to_draw, pretty

__all__ = [
    "choose",
    "entitle",
    "estimate",
    "in_words",
    "legend_above",
    "model_colors",
    "model_name",
    "panels",
    "time_name",
]

_NAMES = {
    "full": "Full score",
    "score": "Full score",
    "imaging": "Imaging part",
    "covariates": "Covariates",
    "volume": "Tumour volume",
    "clinical": "Clinical model",
    "covariates + volume": "Covariates + volume",
    "apparent": "Nomogram",
    "optimism-corrected": "Nomogram",
    "treat all": "Treat all",
    "treat none": "Treat none",
}
_COLORS = {
    "full": "#0072B2",
    "score": "#0072B2",
    "imaging": "#56B4E9",
    "covariates": "#E69F00",
    "volume": "#009E73",
    "clinical": "#CC79A7",
    "covariates + volume": "#999933",
    "apparent": "#CC79A7",
    "optimism-corrected": "#CC79A7",
    "treat all": "#222222",
    "treat none": "#8A8A8A",
}
_SOURCES = {"out_of_fold": "out of fold", "test": "not used in training", "training": "training"}
_TITLE = 9.0  # millimetres above all panels
_PER_YEAR = {"days": 365.25, "weeks": 365.25 / 7, "months": 12.0, "years": 1.0}


def model_name(model: str) -> str:
    """Return what a model is called in figures."""
    return _NAMES.get(model, pretty(model))


def model_colors(models: Sequence[str]) -> dict[str, str]:
    """Return one colour a model, the same in every figure."""
    spare = iter(sorted(set(colors_for(range(8)).values()) - set(_COLORS.values())) * len(models))
    return {model: _COLORS.get(model) or next(spare) for model in models}


def time_name(time: float, unit: str) -> str:
    """Return a time in words: whole years as such, otherwise in the cohort's unit.

    Examples
    --------
    >>> time_name(730.5, "days"), time_name(17, "months")
    ('2 years', '17 months')
    """
    years = time / _PER_YEAR.get(unit, np.nan)
    if np.isfinite(years) and abs(years - round(years)) < 1e-6:
        return f"{round(years)} year{'' if round(years) == 1 else 's'}"
    return f"{time:.4g} {unit}".strip()


def choose(frame: pd.DataFrame, column: str, asked: Any) -> list[Any]:
    """Return the values of a column that were asked for, in the frame's order; all of them without a choice."""
    known = list(dict.fromkeys(frame[column]))
    if asked is None:
        return known
    wanted = [asked] if isinstance(asked, (str, float, int)) else list(asked)
    absent = [value for value in wanted if value not in known]
    if absent or not wanted:
        raise InputError(
            f"{column}={name_some(absent or wanted)} is not in this result.",
            wanted=f"of {name_some([f'{value:g}' if isinstance(value, float) else value for value in known])}",
        )
    return [value for value in known if value in wanted]


def entitle(figure: Any, title: str, result: Any, *, source: str = "") -> None:
    """Write the title, and behind it (below it in a narrow figure) from whom the numbers come."""
    counts = result.provenance["counts"]
    source = source or getattr(result, "source", "out_of_fold")  # a validation judges out of fold only
    told = f"({_SOURCES[source]}: {counts['n_patients']} patients, {counts['n_events']} events)"
    narrow = figure.bbox.width / figure.get_figure(root=True).dpi < 1.5 * ONE_COLUMN * MM
    text = f"{title}\n{told}" if narrow else f"{title}   {told}"
    figure.suptitle(text, x=0.01, ha="left", fontsize=8.5, fontweight="bold")


def panels(on: Any, n: int, *, reason: str, height: float, above: float) -> tuple[Any, list[Any]]:
    """Return a figure and ``n`` Axes, three a row where that fills it, otherwise two; or say why there are none.

    ``height`` of a panel in millimetres where two stand in a row, and ``above`` it for its text.
    """
    columns = 3 if n in (3, 5, 6) else min(max(n, 1), 2)
    rows = -(-max(n, 1) // columns)
    figure = figure_for(
        on,
        width=ONE_COLUMN if columns == 1 else TWO_COLUMNS,
        height=_TITLE + rows * ((0.78 if columns == 3 else 1.0) * height + above),
    )
    if n == 0:
        nothing_to_draw(figure.add_subplot(), reason)
        return figure, []
    grid = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
    for spare in grid[n:]:
        spare.set_axis_off()
    return figure, list(grid[:n])


def legend_above(axes: Any, columns: int = 1) -> None:
    """Put the legend between title and panel: inside, curves would run through the numbers.

    The layout is told of the title's height only, or a long name would make its panel narrower than the others.
    """
    look: dict[str, Any] = {"fontsize": 6, "labelspacing": 0.2, "columnspacing": 1.0, "handlelength": 1.1}
    look |= {"borderaxespad": 0.3, "borderpad": 0.0}
    axes.legend(loc="lower left", bbox_to_anchor=(-0.06, 1), ncols=columns, **look).set_in_layout(False)


def estimate(table: pd.DataFrame, measure: str, model: str, time: float | None = None) -> Any:
    """Return the row of a measure, or None where it was not estimated."""
    rows = table[(table["measure"] == measure) & (table["model"] == model)]
    if time is not None and "time" in rows:
        rows = rows[rows["time"] == time]
    rows = rows[rows["estimate"].notna()]
    return None if rows.empty else next(rows.itertuples())


def in_words(row: Any, digits: int = 2) -> str:
    """Write an estimate with its interval."""
    if row is None:
        return "not estimated"
    low, middle, high = (
        f"{value:.{digits}f}".replace("-", "\u2212") for value in (row.ci_low, row.estimate, row.ci_high)
    )
    return f"{middle} ({low} to {high})" if np.isfinite(row.ci_low) else middle
