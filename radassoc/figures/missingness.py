"""Which groups of features are missing or absent together, and in how many patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from radassoc.figures.style import COLORS, axes_for, nothing_to_draw, pretty, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.exploration.exploration import Exploration

__all__ = ["plot_missingness"]

_STATES = {"present": "#E8EEF4", "missing": "#E69F00", "absent": "#332288"}
_WORDS = {"present": "all values there", "missing": "some values missing", "absent": "region absent"}


def plot_missingness(exploration: Exploration, *, on: Axes | None = None, most: int = 15, title: str = "") -> Axes:
    """Draw the patterns of gaps: a row is a group of patients who lack the same, a column a region and feature class.

    Parameters
    ----------
    exploration
        What ``explore`` returned.
    on
        Axes to draw in; a new figure, as large as the map needs, without it.
    most
        Number of patterns to show, the most frequent first.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        Groups of features with a gap in any patient; the percentage of the group's values that is gone stands in the
        cell.
    """
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Patch

    patterns = exploration.patterns
    shown = patterns[patterns["pattern"] <= most]
    gone = set(patterns.loc[patterns["state"] != "present", "group"])
    every = list(dict.fromkeys(patterns["group"]))
    groups, rows = [name for name in every if name in gone], list(dict.fromkeys(shown["pattern"]))
    with style():
        axes = axes_for(on, width=min(40 + 7.5 * max(len(groups), 8), 183), height=44 + 4.6 * max(len(rows), 3))
        axes.set_title(title)
        if not groups:
            return nothing_to_draw(axes, exploration.reason or "No value is missing.")
        states = shown.pivot(index="pattern", columns="group", values="state").loc[rows, groups]
        shares = shown.pivot(index="pattern", columns="group", values="missing_share").loc[rows, groups].to_numpy()
        image = np.array([[to_rgb(_STATES[state]) for state in row] for row in states.to_numpy()])
        axes.pcolormesh(image, edgecolor="white", linewidth=0.6)
        for i, j in zip(*np.nonzero(shares > 0), strict=True):
            color = "white" if states.iloc[i, j] == "absent" else COLORS["ink"]
            # below one percent a number would say 0
            told = f"{100 * shares[i, j]:.0f}" if shares[i, j] >= 0.01 else "<1"
            axes.text(j + 0.5, i + 0.5, told, ha="center", va="center", fontsize=5.2, color=color)
        sizes = shown.drop_duplicates("pattern").set_index("pattern")["n_patients"].loc[rows]
        features = patterns.drop_duplicates("group").set_index("group")["n_features"].loc[groups]
        axes.set_yticks(np.arange(len(rows)) + 0.5, [f"{size}" for size in sizes])
        labels = [f"{pretty(group)} ({features[group]})" for group in groups]
        axes.set_xticks(np.arange(len(groups)) + 0.5, labels, rotation=90, fontsize=6)
        axes.tick_params(length=0)
        complete = len(every) - len(groups)
        axes.set(ylabel="Patients with this pattern", ylim=(len(rows), 0))
        axes.set_xlabel(f"{complete} further groups of features are complete" if complete else "")
        axes.spines[:].set_visible(False)
        used = [state for state in _STATES if (states == state).to_numpy().any()]
        handles = [Patch(color=_STATES[state], label=_WORDS[state]) for state in used]
        axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2)
    return axes
