"""Patients of one pair as points: colours, samples that belong together, strips and shares of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import COLORS, colors_for, pretty, shorten

if TYPE_CHECKING:
    from radassoc.association.pair_result import PairAssociation

__all__ = ["class_shares", "class_strip", "colors_of", "join_samples"]

_MOST_GROUPS = 8


def join_samples(axes: Any, x: np.ndarray, y: np.ndarray, patients: pd.Series) -> None:
    """Join the samples of each patient to their middle."""
    from matplotlib.collections import LineCollection

    frame = pd.DataFrame({"x": x, "y": y})
    middles = frame.groupby(patients.to_numpy()).transform("mean")
    several = patients.duplicated(keep=False).to_numpy()
    if several.any():
        ends = np.stack([frame.to_numpy()[several], middles.to_numpy()[several]], axis=1)
        axes.add_collection(LineCollection(list(ends), colors=COLORS["pale"], linewidths=0.4, alpha=0.8, zorder=1))


def colors_of(axes: Any, x: np.ndarray, y: np.ndarray, color: pd.Series, name: str) -> None:
    """Draw points: in one colour, by groups, or on a scale of numbers; without a value grey."""
    look = {"s": 12, "linewidth": 0, "alpha": 0.85, "zorder": 2}
    known = color.notna().to_numpy()
    if not name or not known.any():
        axes.scatter(x, y, color=COLORS["accent"], **look)
        return
    if not known.all():
        axes.scatter(x[~known], y[~known], color=COLORS["pale"], label=f"unknown ({(~known).sum()})", **look)
    if pd.api.types.is_numeric_dtype(color) and color.nunique() > _MOST_GROUPS:
        drawn = axes.scatter(x[known], y[known], c=color[known].astype(float), cmap="viridis", **look)
        bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.6, aspect=14)
        bar.set_label(pretty(name))
        bar.outline.set_visible(False)
        return
    levels = sorted(color[known].unique(), key=str)
    for level, shade in colors_for(levels).items():
        chosen = (color == level).to_numpy()
        label = f"{level:g}" if isinstance(level, float) else pretty(level)
        axes.scatter(x[chosen], y[chosen], color=shade, label=f"{shorten(label, 22)} ({chosen.sum()})", **look)
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0), "borderaxespad": 0}
    axes.legend(title=pretty(name), title_fontsize=7, handletextpad=0.2, alignment="left", **place)


def class_strip(axes: Any, pair: PairAssociation, samples: pd.DataFrame, *, turned: bool) -> None:
    """Draw the numbers of each class beside each other, with median and quartiles; ``turned``: classes at the right."""
    side, other = ("right", "left") if turned else ("left", "right")
    counts = pair.classes[pair.classes["n"] > 0].reset_index(drop=True)
    names = counts[f"{side}_class"].tolist()
    at = samples[f"{side}_value"].astype(str).map({name: k for k, name in enumerate(names)}).to_numpy(float)
    y = samples[f"{other}_value"].to_numpy(float)
    own = pd.Series(samples["patient"].astype(str) + " " + samples[f"{side}_value"].astype(str))
    if own.duplicated().any():  # each patient has a place, on which the samples stand above one another
        x = at + _by_patient(y, at, own)
        join_samples(axes, x, y, own)
    else:
        x = at + _beside(y, at)
    colors_of(axes, x, y, samples["color"], str(pair.params.get("color_by") or ""))
    for k, row in enumerate(counts.itertuples()):
        axes.vlines(k, row.q25, row.q75, color=COLORS["ink"], linewidth=1.2, zorder=3)
        axes.hlines(row.median, k - 0.16, k + 0.16, color=COLORS["ink"], linewidth=1.6, zorder=3)
    ticks = [f"{shorten(pretty(name), 16)}\nn = {n}" for name, n in zip(names, counts["n"], strict=True)]
    axes.set_xticks(range(len(names)), ticks)
    axes.set(xlim=(-0.6, len(names) - 0.4))
    label = getattr(pair, side), getattr(pair, other)
    axes.set(xlabel=shorten(pretty(label[0]), 44), ylabel=shorten(pretty(label[1]), 44))


def _by_patient(y: np.ndarray, at: np.ndarray, own: pd.Series) -> np.ndarray:
    """Return how far the samples of each patient stand aside: patients in the order of their means."""
    means = pd.Series(y).groupby(own.to_numpy()).transform("mean")
    frame = pd.DataFrame({"at": at, "mean": means, "own": own.to_numpy()})
    order = frame.drop_duplicates("own").sort_values(["mean", "own"])
    rank = order.groupby("at").cumcount()
    most = order.groupby("at")["own"].transform("size")
    place = ((rank + 0.5) / most - 0.5) * 0.64
    return frame["own"].map(dict(zip(order["own"], place, strict=True))).to_numpy(float)


def _beside(y: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return how far points stand aside: those of like height one beside the other, without chance."""
    aside = np.zeros(len(y))
    for place in np.unique(at[~np.isnan(at)]):
        rows = np.flatnonzero(at == place)
        order = rows[np.argsort(y[rows], kind="stable")]
        aside[order] = 0.26 * np.array([0, 0.5, -0.5, 1, -1, 0.25, -0.75, 0.75, -0.25])[np.arange(len(order)) % 9]
    return aside


def class_shares(axes: Any, pair: PairAssociation) -> None:
    """Draw for each class of the left column the shares of the classes of the right one, with their counts."""
    counts = pair.classes.pivot(index="left_class", columns="right_class", values="n")
    counts = counts.reindex(pair.classes["left_class"].unique())[list(pair.classes["right_class"].unique())]
    counts = counts.loc[counts.sum(axis=1) > 0, counts.sum() > 0]
    shares = counts.div(counts.sum(axis=1), axis=0)
    colors, below = colors_for(list(counts.columns)), np.zeros(len(counts))
    places = np.arange(len(counts))
    for name in counts.columns:
        axes.bar(places, shares[name], bottom=below, width=0.62, color=colors[name], label=pretty(name))
        for place, height, share, n in zip(places, below, shares[name], counts[name], strict=True):
            if share > 0.05:
                axes.text(place, height + share / 2, f"{n:g}", ha="center", va="center", color="white", fontsize=6.5)
        below += shares[name].to_numpy()
    axes.set_xticks(places, [f"{pretty(name)}\nn = {n:g}" for name, n in counts.sum(axis=1).items()])
    axes.set(xlim=(-0.6, len(counts) - 0.4), ylim=(0, 1), ylabel="Share", xlabel=shorten(pretty(pair.left), 44))
    corner: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0), "borderaxespad": 0}
    axes.legend(title=shorten(pretty(pair.right), 22), title_fontsize=7, **corner)
