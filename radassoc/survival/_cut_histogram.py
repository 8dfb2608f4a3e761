"""How a cut parts a variable, counted in bins: what a figure may show of it without any patient's value."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy

__all__ = ["HISTOGRAM_COLUMNS", "cut_histogram"]

HISTOGRAM_COLUMNS = ("left", "right", "group", "n_patients", "n_events")
_BINS = 30
_SPARE = 0.3  # of the middle 98%, on each side


def cut_histogram(
    values: np.ndarray, codes: np.ndarray, event: np.ndarray, labels: Sequence[str], cuts: Sequence[float]
) -> pd.DataFrame:
    """Return counts of patients and events in bins whose edges include the cuts; one row per bin and group."""
    if not len(values):
        return tidy([], HISTOGRAM_COLUMNS)
    edges = _edges(values, cuts)
    # a value at a cut is in the group below it, and so in the bin below it
    place = np.clip(np.searchsorted(edges, values, side="left") - 1, 0, edges.size - 2)
    rows = []
    for code, label in enumerate(labels):
        inside = codes == code
        patients = np.bincount(place[inside], minlength=edges.size - 1)
        events = np.bincount(place[inside & event], minlength=edges.size - 1)
        rows += [
            {"left": edges[k], "right": edges[k + 1], "group": label, "n_patients": patients[k], "n_events": events[k]}
            for k in np.flatnonzero(patients)
        ]
    return tidy(rows, HISTOGRAM_COLUMNS)


def _edges(values: np.ndarray, cuts: Sequence[float]) -> np.ndarray:
    """Return edges among which are the cuts, with bins of about the same width on either side of each.

    What lies far outside the middle 98% has one wide bin on each side: it would leave a few bins for all others.
    """
    least, most = float(values.min()), float(values.max())
    if least == most:
        return np.array([least - 0.5, least + 0.5])
    low, high = np.quantile(values, [0.01, 0.99])
    spare = _SPARE * (high - low) if high > low else most - least
    known = [cut for cut in cuts if least < cut < most]
    low = max(least, min([low - spare, *known]))
    high = min(most, max([high + spare, *known]))
    width = (high - low) / _BINS
    ends = [low, *(cut for cut in known if low < cut < high), high]
    parts = [np.linspace(a, b, max(1, round((b - a) / width)) + 1)[:-1] for a, b in pairwise(ends)]
    return np.unique(np.concatenate([[least], *parts, [high, most]]))
