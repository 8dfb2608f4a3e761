"""What covariates do to the associations of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radassoc.figures._association_text import estimate_in_words, given, neutral, one_kind
from radassoc.figures.style import COLORS, axes_for, headline, nothing_to_draw, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.association.result import AssociationMap

__all__ = ["plot_adjustment"]

_CHANGES = {"vanishes": COLORS["pale"], "appears": "#E69F00", "survives": COLORS["accent"]}


def plot_adjustment(associations: AssociationMap, *, on: Axes | None = None, title: str = "") -> Axes:
    """Draw the estimates of the pairs that are found without or with covariates: before against after.

    Parameters
    ----------
    associations
        What ``associate`` returned, with ``covariates``.
    on
        Axes to draw in; a new one-column figure without it.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        Points on the diagonal did not move. ``changes`` keeps at most 1,000 pairs of each change, the strongest.
    """
    with style():
        axes = axes_for(on, height=82)
        counts, changes = associations.adjustment, associations.changes
        if counts.empty or changes.empty:
            axes.set_title(title)
            why = "No pair is found without or with covariates." if len(counts) else "The map has no covariates."
            return nothing_to_draw(axes, why)
        chosen = one_kind(associations, ("continuous", "continuous"))
        names = changes.iloc[:, 0].isin(chosen.rows.astype(str)) & changes.iloc[:, 1].isin(chosen.columns.astype(str))
        known = changes[names & changes[["estimate", "unadjusted_estimate"]].notna().all(axis=1)]
        row = counts.iloc[0]
        for change, color in _CHANGES.items():
            rows = known[known["change"] == change]
            count = int(row[{"vanishes": "n_vanish", "appears": "n_appear", "survives": "n_survive"}[change]])
            axes.scatter(
                rows["unadjusted_estimate"],
                rows["estimate"],
                s=9,
                color=color,
                linewidth=0,
                label=f"{change} ({count:,})",
            )
        middle = neutral(chosen.estimate_kind)
        numbers = known[["estimate", "unadjusted_estimate"]].to_numpy()
        reach = 1.08 * float(np.abs(numbers - middle).max()) if len(numbers) else 1.0
        axes.plot([middle - reach, middle + reach], [middle - reach, middle + reach], **_LINE)
        axes.axhline(middle, **_LINE)
        axes.axvline(middle, **_LINE)
        axes.set(xlim=(middle - reach, middle + reach), ylim=(middle - reach, middle + reach))
        axes.set_box_aspect(1)
        axes.set(xlabel="Estimate without covariates", ylabel=estimate_in_words(chosen.estimate_kind))
        axes.legend(loc="upper left", handletextpad=0.2)
        total = int(row[_ALL].sum())
        told = f"{int(row['n_survive']):,} of {int(row['n_unadjusted']):,} pairs survive {given(associations)}"
        headline(axes, title, [told, f"{len(known):,} of {total:,} pairs are drawn" if len(known) < total else ""])
    return axes


_ALL = ["n_survive", "n_vanish", "n_appear"]
_LINE = {"color": COLORS["faint"], "linewidth": 0.6, "zorder": 0}
