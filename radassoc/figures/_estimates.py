"""Rows of estimates with intervals, one a model, and their numbers beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from radassoc.figures._performance import in_words
from radassoc.figures.style import format_p

__all__ = ["by_model", "draw_rows", "edges_of", "leave_room", "rivals_of"]

_MODELS = ("full", "score", "imaging", "covariates", "volume", "covariates + volume", "clinical")


def by_model(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return the rows of a measure in the order of models; secondary estimates are no models beside the others."""
    rows = table[(table["measure"] == measure) & table["model"].isin(_MODELS) & table["estimate"].notna()]
    return rows.sort_values("model", key=lambda models: models.map(_MODELS.index), kind="stable")


def rivals_of(rows: pd.DataFrame) -> list[str]:
    """Return to which model each difference compares the score."""
    return [model.split(" - ", 1)[1].strip("()") for model in rows["model"]]


def draw_rows(
    axes: Any, rows: pd.DataFrame, colors: Sequence[str], names: Sequence[str], *, digits: int = 2, p: bool = False
) -> None:
    """Draw estimates with intervals from above, and write them beside the axis; ``p``: with p-values."""
    y = np.arange(len(rows))
    axes.hlines(y, rows["ci_low"], rows["ci_high"], color=colors, linewidth=1.3)
    axes.scatter(rows["estimate"], y, color=colors, s=22, zorder=3)
    axes.set_yticks(y, names)
    axes.set_ylim(max(len(rows), 2) - 0.4, -0.7)
    for position, row in zip(y, rows.itertuples(), strict=True):
        told = in_words(row, digits) + (f", {format_p(row.p_value)}" if p and np.isfinite(row.p_value) else "")
        axes.text(1.02, position, told, transform=axes.get_yaxis_transform(), va="center", fontsize=6.5)


def edges_of(rows: pd.DataFrame) -> list[float]:
    """Return all estimates and ends of intervals."""
    return [*rows[["estimate", "ci_low", "ci_high"]].to_numpy(dtype=float).ravel()]


def leave_room(axes: Any, edges: Iterable[float]) -> None:
    """Let the axis reach a little beyond all these values."""
    known = [*edges]
    low, high = np.nanmin(known), np.nanmax(known)
    margin = max(0.08 * (high - low), 0.005)
    axes.set_xlim(low - margin, high + margin)
    axes.locator_params(axis="x", nbins=3, steps=[1, 2, 5, 10])  # narrow panels: few and short numbers
