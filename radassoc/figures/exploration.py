"""The first look at a table on one sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import COLORS, DIVERGING, colors_for, figure_for, nothing_to_draw, pretty, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.exploration.exploration import Exploration

__all__ = ["plot_exploration"]

_MOST_CLASSES = 7


def plot_exploration(
    exploration: Exploration, *, on: Figure | SubFigure | None = None, title: str = ""
) -> Figure | SubFigure:
    """Draw the correlation of features, gaps, distances of patients, centres and size on one sheet.

    Parameters
    ----------
    exploration
        What ``explore`` returned.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    title
        Title of the sheet.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
    """
    with style():
        figure = figure_for(on, height=172)
        grid = figure.add_gridspec(3, 2, height_ratios=[62, 52, 50])
        _draw_correlation(figure, figure.add_subplot(grid[0, 0]), exploration)
        _draw_gaps(figure.add_subplot(grid[0, 1]), exploration)
        _draw_pairs(figure.add_subplot(grid[1, 0]), exploration)
        _draw_patients(figure.add_subplot(grid[1, 1]), exploration)
        _draw_size(figure.add_subplot(grid[2, 0]), exploration)
        _draw_centres(figure.add_subplot(grid[2, 1]), exploration)
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=8.5, fontweight="bold")
    return figure


def _value(exploration: Exploration, measure: str) -> float:
    table = exploration.table
    found = table.loc[table["measure"] == measure, "value"]
    return float(found.iloc[0]) if len(found) else float("nan")


def _draw_correlation(figure: Any, axes: Any, exploration: Exploration) -> None:
    cells = exploration.correlation_map.to_numpy(float)
    if not cells.size:
        nothing_to_draw(axes, "No feature varies in enough patients.")
        return
    image = axes.imshow(cells, cmap=DIVERGING, vmin=-1, vmax=1, interpolation="nearest", aspect="equal")
    axes.set_title("Rank correlation of features")
    counts = exploration.provenance["counts"]
    told = (
        f"{counts['n_usable']} features along the tree; effective number {_value(exploration, 'effective number'):.0f}"
    )
    axes.set(xticks=[], yticks=[], xlabel=told)
    bar = figure.colorbar(image, ax=axes, shrink=0.7, aspect=16, ticks=[-1, 0, 1])
    bar.set_label("rho")
    bar.outline.set_visible(False)


def _draw_gaps(axes: Any, exploration: Exploration) -> None:
    features, n = exploration.features, exploration.provenance["counts"]["n_patients"]
    gone = features[["n_missing", "n_absent"]].sum(axis=1)
    axes.set_title("Gaps")
    if not gone.any():
        nothing_to_draw(axes, "No value is missing.")
        return
    order = gone.sort_values(ascending=False, kind="stable").index
    x = np.arange(1, len(order) + 1)
    missing, absent = (100 * features.loc[order, name] / n for name in ("n_missing", "n_absent"))
    axes.fill_between(x, missing + absent, step="mid", color="#332288", label="region absent", linewidth=0)
    axes.fill_between(x, missing, step="mid", color="#E69F00", label="missing", linewidth=0)
    axes.axhline(20, color=COLORS["quiet"], linewidth=0.7, linestyle="--")
    axes.set(xlabel="Features, most gaps first", ylabel="Patients (%)", ylim=(0, 102), xlim=(0, len(order)))
    axes.legend(loc="upper right")


def _draw_pairs(axes: Any, exploration: Exploration) -> None:
    counts, limit = exploration.correlation_counts, exploration.params["limit"]
    total = counts["n_pairs"].sum()
    axes.set_title("How often features say the same")
    if not total:
        nothing_to_draw(axes, "There are no two features to compare.")
        return
    beyond = counts["low"] >= limit - 1e-9
    colors = [COLORS["positive"] if far else COLORS["pale"] for far in beyond]
    width = counts["high"] - counts["low"]
    axes.bar(counts["low"], 100 * counts["n_pairs"] / total, width=width * 0.94, align="edge", color=colors)
    share, groups = _value(exploration, f"share of pairs beyond {limit:g}"), _value(exploration, "groups")
    told = f"{100 * share:.1f}% of pairs beyond {limit:g};\n{groups:.0f} groups at this cut"
    axes.text(0.98, 0.96, told, transform=axes.transAxes, ha="right", va="top", fontsize=6.8)
    axes.set(xlabel="|rho| of two features", ylabel="Pairs (%)", xlim=(0, 1), ylim=(0, axes.get_ylim()[1] * 1.25))


def _draw_patients(axes: Any, exploration: Exploration) -> None:
    axes.set_title("Patients far from all others")
    samples = exploration.samples
    if samples is None or samples["distance"].isna().all():
        nothing_to_draw(axes, "This result holds no distances of patients.")
        return
    ordered = samples.sort_values("distance", kind="stable")
    x, far = np.arange(1, len(ordered) + 1), ordered["outlier"].to_numpy(bool)
    axes.scatter(x[~far], ordered["distance"][~far], s=7, color=COLORS["accent"], linewidth=0)
    axes.scatter(x[far], ordered["distance"][far], s=14, color=COLORS["high"], marker="D", linewidth=0)
    axes.text(
        0.02, 0.95, f"{far.sum()} of {len(far)} (adjusted p < 0.01)", transform=axes.transAxes, va="top", fontsize=6.8
    )
    axes.set(xlabel="Patients in order", ylabel="Robust distance", ylim=(0, None))


def _draw_size(axes: Any, exploration: Exploration) -> None:
    features = exploration.features.dropna(subset=["volume_correlation"])
    axes.set_title("Features that are size")
    if features.empty:
        nothing_to_draw(axes, "No feature holds a volume.")
        return
    classes = list(features["feature_class"].value_counts().index[:_MOST_CLASSES])
    named = features["feature_class"].where(features["feature_class"].isin(classes), "other")
    groups = [*classes, *(["other"] if (named == "other").any() and "other" not in classes else [])]
    colors = colors_for(groups)
    for row, name in enumerate(groups):
        rho = features.loc[named == name, "volume_correlation"].to_numpy()
        # spread in a fixed pattern: the same picture each time
        jitter = 0.32 * (((np.arange(rho.size) * 0.618) % 1) * 2 - 1)
        axes.scatter(rho, row + jitter, s=4, color=colors[name], alpha=0.7, linewidth=0)
    for place in (-0.7, 0.7):
        axes.axvline(place, color=COLORS["quiet"], linewidth=0.7, linestyle="--")
    counts = named.value_counts()
    axes.set_yticks(range(len(groups)), [f"{pretty(name)} ({counts[name]})" for name in groups])
    axes.set_xticks([-1, -0.5, 0, 0.5, 1])
    axes.set(xlabel=f"rho with {exploration.volume}", xlim=(-1.03, 1.03), ylim=(len(groups) - 0.5, -0.5))


def _draw_centres(axes: Any, exploration: Exploration) -> None:
    features = exploration.features.dropna(subset=["centre_explained"])
    axes.set_title("Centres")
    if features.empty:
        told = [note for note in exploration.notes if note.startswith("Centres")]
        nothing_to_draw(axes, told[0] if told else "Centres were not compared.")
        return
    significant = features["centre_p_adjusted"] < 0.05
    parts = [features.loc[~significant, "centre_explained"], features.loc[significant, "centre_explained"]]
    labels = ["no evidence", "adjusted p < 0.05"]
    bins = np.linspace(0, max(float(features["centre_explained"].max()), 0.1), 26)
    axes.hist(parts, bins=bins, stacked=True, color=[COLORS["pale"], COLORS["positive"]], label=labels)
    axes.legend(loc="upper right", title=_together(exploration.table), title_fontsize=6.2)
    n = len(exploration.centres)
    axes.set(xlabel=f"Share of the ranks' variance between {n} centres", ylabel="Features")


def _together(table: pd.DataFrame) -> str:
    row = table[table["measure"].str.startswith("share of variation")]
    if row.empty:
        return ""
    return f"all together: {100 * row['value'].iloc[0]:.0f}%, p = {row['p_value'].iloc[0]:.3g}"
