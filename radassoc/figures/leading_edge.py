"""The genes of a leading edge in all patients, who stand in the order of the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError, name_some
from radassoc.figures.style import COLORS, DIVERGING, figure_for, format_p, headline, nothing_to_draw, pretty, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.cohort.cohort import Cohort
    from radassoc.enrichment.result import Enrichment

__all__ = ["plot_leading_edge"]

_MOST_ROWS = 60
_LIMIT = 2.5  # standard deviations: the colour scale ends there


def plot_leading_edge(
    enrichment: Enrichment,
    cohort: Cohort,
    by: str | None = None,
    pathway: str | None = None,
    *,
    values: pd.Series | None = None,
    most: int = 40,
    on: Figure | SubFigure | None = None,
    title: str = "",
) -> Figure | SubFigure:
    """Draw the leading-edge genes of a gene set in every patient, patients ordered by the value.

    Parameters
    ----------
    enrichment
        What ``enrich`` returned.
    cohort
        The patients: results hold nobody's values.
    by, pathway
        The value and the gene set; by default the row with the smallest p-value.
    values
        Patient-indexed values to order by; needed where ``by`` is no column of the cohort, such as a risk score. By
        survival, patients stand by time, and those who died are marked.
    most
        Number of genes to show, the most extreme first; 60 at most.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    title
        Title of the figure; the set's name by default.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Colours: expression in standard deviations of the gene. The genes are those of the ranking given the
        covariates; the expression shown is as measured.

    Raises
    ------
    InputError
        The result has no such value or gene set, or nobody's value is known.
    """
    table = enrichment.table[enrichment.table["n_leading_edge"] > 0]
    with style():
        if table.empty:
            figure = figure_for(on, height=45)
            nothing_to_draw(figure.add_subplot(), enrichment.reason or "No gene set was tested.")
            return figure
        row = _choose(table, by, pathway)
        order, event, levels = _values(cohort, str(row.by), values)
        genes = str(row.leading_edge).split(";")[: min(most, _MOST_ROWS)]
        frame = cohort.patient_frame(enrichment.params.get("modality", "expression"))
        order = order[order.index.isin(frame.index)].sort_values(kind="stable")
        if order.empty:
            raise InputError(f"No patient of {row.by!r} has expression in this cohort.", wanted="the analysed cohort")
        shown = frame.loc[order.index, frame.columns.astype(str).isin(genes)]
        shown.columns = shown.columns.astype(str)
        scaled = ((shown - shown.mean()) / shown.std()).T.loc[genes]
        figure = figure_for(on, height=34.0 + 3.0 * len(genes))
        event = None if event is None else event.reindex(order.index)
        _draw(figure, scaled, _Bars(order, event, levels), row, title)
    return figure


def _choose(table: pd.DataFrame, by: str | None, pathway: str | None) -> Any:
    for column, wanted in (("by", by), ("pathway", pathway)):
        if wanted is not None and wanted not in set(table[column]):
            raise InputError(
                f"{wanted!r} was not tested.", wanted=f"one of {name_some(table[column].unique(), most=8)}"
            )
        if wanted is not None:
            table = table[table[column] == wanted]
    return next(table.sort_values("p_value", kind="stable").itertuples(name="Row"))


class _Bars(NamedTuple):
    """What the patients are ordered by; of survival, who died; of a text, its levels, which count from 1."""

    order: pd.Series
    event: pd.Series | None
    levels: list[str]


def _values(cohort: Cohort, by: str, values: pd.Series | None) -> _Bars:
    if values is not None:
        return _Bars(values.dropna().astype(float), None, [])
    if by == "survival" and cohort.outcome is not None:
        known = cohort.outcome.table[["time", "event"]].dropna()
        return _Bars(known["time"].astype(float), known["event"].astype(bool), [])
    try:
        column = cohort.column(by)
    except InputError as error:
        raise InputError(
            f"{by!r} is no column of the cohort.", wanted="values=, a Series of the value by patient"
        ) from error
    levels: list[str] = []
    if not pd.api.types.is_numeric_dtype(column):
        column = column.dropna().astype(str)
        levels = sorted(column.unique())
        column = column.rank(method="dense")
    return _Bars(column.dropna().astype(float), None, levels)


def _draw(figure: Any, scaled: pd.DataFrame, bars: _Bars, row: Any, title: str) -> None:
    order, event, levels = bars
    upper, cells = figure.subplots(2, 1, sharex=True, height_ratios=[1, max(2.0, 0.26 * len(scaled))])
    x = np.arange(len(order))
    color = COLORS["quiet"] if event is None else np.where(event, COLORS["high"], COLORS["quiet"])
    upper.bar(x + 0.5, order.to_numpy(), width=1.0, color=color, linewidth=0)
    what = "time (orange: died)" if event is not None else pretty(str(row.by).rpartition(":")[2])
    upper.axhline(0, color=COLORS["ink"], linewidth=0.5)
    if levels:
        upper.set_yticks(np.arange(len(levels)) + 1, [pretty(level) for level in levels])
    image = cells.pcolormesh(
        scaled.to_numpy(), cmap=DIVERGING, vmin=-_LIMIT, vmax=_LIMIT, rasterized=scaled.size > 3000
    )
    cells.invert_yaxis()
    cells.set_yticks(np.arange(len(scaled)) + 0.5, scaled.index, fontsize=6)
    cells.tick_params(length=0)
    cells.set(xlim=(0, len(order)), xticks=[], xlabel=f"{len(order)} patients, from the lowest to the highest value")
    bar = figure.colorbar(image, ax=[upper, cells], shrink=0.5, aspect=16, pad=0.02)
    bar.set_label("Expression (SD)")
    bar.outline.set_visible(False)
    headline(upper, title or pretty(row.pathway), [_told(row, len(scaled)), f"bars: {what}"])


def _told(row: Any, shown: int) -> str:
    count = f"{shown} of {row.n_leading_edge} leading genes" if shown < row.n_leading_edge else f"{shown} leading genes"
    p = f", adjusted {format_p(row.p_adjusted)}" if np.isfinite(row.p_adjusted) else ""
    return f"{count} of {row.size} along {pretty(row.by)}{p}"
