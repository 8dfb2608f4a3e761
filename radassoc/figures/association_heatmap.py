"""A clustered map of associations between two tables, with what is known of their columns at its sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError
from radassoc.figures._association_text import OneKind, estimate_in_words, given, neutral, one_kind, plural
from radassoc.figures.heatmap import Heatmap
from radassoc.figures.style import figure_for, nothing_to_draw, style, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.association.result import AssociationMap

__all__ = ["plot_association_heatmap"]

_STRIPS = ("feature_class", "region", "sequence", "image_type")
_MOST_SETS = 8
_NONE, _SEVERAL, _OTHER = "no set", "several sets", "other sets"
_UNSIGNED = ("epsilon_squared", "partial_epsilon_squared", "cramers_v", "partial_cramers_v")


def plot_association_heatmap(
    associations: AssociationMap,
    *,
    on: Figure | SubFigure | None = None,
    most: int = 60,
    columns: int = 50,
    level: float | None = None,
    gene_sets: Mapping[str, Iterable[str]] | None = None,
    kinds: tuple[str, str] | None = None,
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
        Number of rows (left table) and columns (right table) to show, by smallest adjusted p-value in any pair, then by
        largest estimate. The figure says of how many they are: clusters of columns that were chosen together look
        sharper than those of all.
    level
        Pairs with an adjusted p-value below it carry a star; by default the level of the map.
    gene_sets
        Genes by name of the set (such as ``ra.gene_sets("glioma")``): a bar tells the set of each gene. Of more than
        eight sets, those of most genes shown have their names.
    kinds
        Of which kinds of columns the pairs are (``column_kind`` of ``left_info`` and ``right_info``), such as
        ``("continuous", "binary")``: only estimates of one kind share a scale. By default the commonest.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Up to 60 rows and columns are labelled. Trees: average linkage on the Euclidean distance of the estimates shown.
        The scale is symmetric about no association. Bars tell what differs between the columns of ``left_info`` and
        ``right_info``: class, region, sequence, image type.
    """
    if gene_sets is not None and not isinstance(gene_sets, Mapping):
        raise InputError(
            f"gene_sets is a {type(gene_sets).__name__}.",
            wanted="genes by name of the set",
            remedy='Such as ra.gene_sets("glioma").',
        )
    with style():
        chosen = one_kind(associations, kinds)
        estimates, adjusted = _choose(associations, chosen, most, columns)
        if estimates.empty:
            figure = figure_for(on, height=45)
            nothing_to_draw(figure.add_subplot(), associations.reason or "No pair could be tested.")
            return figure
        level = associations.params.get("level", 0.05) if level is None else level
        middle = neutral(chosen.estimate_kind)
        heatmap = Heatmap(
            values=estimates,
            stars=adjusted.lt(level),
            limit=max(float(np.nanmax(np.abs(estimates.to_numpy() - middle))), 0.1),
            center=middle,
            signed=chosen.estimate_kind not in _UNSIGNED,
            label=estimate_in_words(chosen.estimate_kind),
            star_label=f"adjusted p < {level:g}",
            strips=_strips(associations.left_info, estimates.index, associations.left_name, gene_sets),
            column_strips=_strips(associations.right_info, estimates.columns, associations.right_name, gene_sets),
        )
        return heatmap.draw(on, title=title, told=_told(associations, chosen, estimates, level))


def _choose(
    associations: AssociationMap, chosen: OneKind, most: int, columns: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the rows and columns with the strongest evidence, in the table's own order."""
    estimates = associations.estimates
    estimates = estimates.loc[estimates.index.isin(chosen.rows), estimates.columns.isin(chosen.columns)]
    estimates = estimates.dropna(how="all").dropna(how="all", axis=1)
    if estimates.empty:
        return estimates, estimates
    adjusted = associations.adjusted.loc[estimates.index, estimates.columns]
    strength = (estimates - neutral(chosen.estimate_kind)).abs()
    rows = _best(adjusted, strength, most)
    kept = _best(adjusted.loc[rows].T, strength.loc[rows].T, columns)
    return estimates.loc[rows, kept], adjusted.loc[rows, kept]


def _best(adjusted: pd.DataFrame, strength: pd.DataFrame, most: int) -> list[Any]:
    order = pd.DataFrame({"p": adjusted.min(axis=1), "strength": -strength.max(axis=1)})
    chosen = set(order.sort_values(["p", "strength"], kind="stable").index[:most])
    return [name for name in adjusted.index if name in chosen]


def _strips(
    info: pd.DataFrame, names: pd.Index, called: str, gene_sets: Mapping[str, Iterable[str]] | None
) -> dict[str, list[str]]:
    """Keep what is known of the columns of a side and differs between them, and the sets of genes."""
    known = info.reindex(names)
    strips = {}
    for column in _STRIPS:
        if column in known:
            labels = [str(label) for label in known[column].fillna("unknown")]
            if len(set(labels) - {"unknown"}) > 1:
                strips[column] = labels
    if gene_sets is not None and called in ("gene", "other_gene"):
        strips["pathway"] = _memberships(names, gene_sets)
    return strips


def _memberships(genes: pd.Index, gene_sets: Mapping[str, Iterable[str]]) -> list[str]:
    sets = {str(name): set(members) for name, members in gene_sets.items()}
    of = [[name for name, members in sets.items() if gene in members] for gene in genes.astype(str)]
    counts = pd.Series([names[0] for names in of if len(names) == 1], dtype=object).value_counts()
    named = set(counts.index[:_MOST_SETS])
    labels = []
    for names in of:
        label = _SEVERAL if len(names) > 1 else names[0] if names else _NONE
        labels.append(_OTHER if label not in named | {_SEVERAL, _NONE} else label)
    return labels


def _told(associations: AssociationMap, chosen: OneKind, shown: pd.DataFrame, level: float) -> str:
    """Tell how much of the map is shown, and what it was adjusted for."""
    totals = len(associations.left_info), len(associations.right_info)
    names = plural(associations.left_name), plural(associations.right_name)
    counts = [
        f"{n} of {total:,} {name}" if n < total else f"{n} {name}"
        for n, total, name in zip(shown.shape, totals, names, strict=True)
    ]
    fewer = any(n < total for n, total in zip(shown.shape, totals, strict=True))
    tests = sum(family.n_tests for family in associations.families)
    lines = [f"{' x '.join(counts)}{', those with the smallest p-values' if fewer else ''}"]
    found = f"{associations.n_significant:,} of {tests:,} pairs have adjusted p < {level:g}"
    if level == associations.params.get("level", 0.05) and tests:
        n = associations.provenance.get("counts", {}).get("n_patients")
        adjusted = f" {given(associations)}" if given(associations) else ""
        lines.append(found + adjusted + (f"; n = {n}" if n else ""))
    lines += [chosen.left_out] if chosen.left_out else []
    return "\n".join(wrap(line, 130) for line in lines)
