"""A clustered map of associations between two tables, with what is known of the features at its side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.heatmap import Heatmap
from radassoc.figures.style import figure_for, nothing_to_draw, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.association.result import AssociationMap

__all__ = ["plot_association_heatmap"]

_STRIPS = ("feature_class", "region", "sequence", "image_type")
_KINDS = {
    "spearman": "Spearman's rho",
    "partial_spearman": "Partial Spearman's rho",
    "pearson": "Pearson's r",
    "partial_pearson": "Partial Pearson's r",
}


def plot_association_heatmap(
    associations: AssociationMap,
    *,
    on: Figure | SubFigure | None = None,
    most: int = 60,
    columns: int = 50,
    level: float = 0.05,
    title: str = "",
) -> Figure | SubFigure:
    """Draw the estimates of all pairs as a heatmap, both sides ordered by hierarchical clustering.

    Parameters
    ----------
    associations
        What ``associate`` returned.
    on
        Figure or SubFigure to draw in; a new one, as large as the map needs, without it.
    most, columns
        Number of rows (left table) and columns (right table) to show, by smallest adjusted p-value in any pair.
    level
        Pairs with an adjusted p-value below it carry a star.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Up to 60 rows and columns are labelled. Trees: average linkage on the Euclidean distance of the estimates.
    """
    with style():
        estimates, adjusted = _choose(associations, most, columns)
        if estimates.empty:
            figure = figure_for(on, height=45)
            nothing_to_draw(figure.add_subplot(), associations.reason or "No pair could be tested.")
            return figure
        kinds = associations.table["estimate_kind"]
        heatmap = Heatmap(
            values=estimates,
            stars=adjusted.lt(level),
            limit=max(float(np.nanmax(np.abs(estimates.to_numpy()))), 0.1),
            label=_KINDS.get(str(kinds.iloc[0]), str(kinds.iloc[0])) if len(kinds) else "Estimate",
            star_label=f"adjusted p < {level:g}",
            strips=_strips(associations.left_info.reindex(estimates.index)),
        )
        return heatmap.draw(on, title=title)


def _choose(associations: AssociationMap, most: int, columns: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the rows and columns with the strongest evidence, in the table's own order."""
    estimates = associations.estimates.dropna(how="all").dropna(how="all", axis=1)
    adjusted = associations.adjusted.loc[estimates.index, estimates.columns]
    rows = _best(adjusted, estimates.abs(), most)
    kept = _best(adjusted.loc[rows].T, estimates.loc[rows].abs().T, columns)
    return estimates.loc[rows, kept], adjusted.loc[rows, kept]


def _best(adjusted: pd.DataFrame, strength: pd.DataFrame, most: int) -> list[Any]:
    order = pd.DataFrame({"p": adjusted.min(axis=1), "strength": -strength.max(axis=1)})
    chosen = set(order.sort_values(["p", "strength"], kind="stable").index[:most])
    return [name for name in adjusted.index if name in chosen]


def _strips(info: pd.DataFrame) -> dict[str, list[str]]:
    """Keep what is known of the rows and differs between them."""
    strips = {}
    for column in _STRIPS:
        if column in info:
            labels = [str(label) for label in info[column].fillna("unknown")]
            if len(set(labels) - {"unknown"}) > 1:
                strips[column] = labels
    return strips
