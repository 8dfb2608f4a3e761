"""What a reader must know of a cross-application: the difference with its interval and what could have been seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from radassoc.resampling.intervals import FEWEST_RESAMPLES
from radassoc.strata._exchange import Alike
from radassoc.strata._levels import Levels

__all__ = ["cross_notes"]

_LEVEL = 0.05


def cross_notes(
    parts: Levels,
    params: Mapping[str, Any],
    cells: Alike,
    code: np.ndarray,
    event: np.ndarray,
    contrasts: pd.DataFrame,
    overlap: pd.DataFrame,
    origin: Mapping[str, Any],
) -> tuple[str, ...]:
    """Return the notes; the first is about the difference."""
    counts = [int((event & (code == s)).sum()) for s in (0, 1)]
    first, second = parts.names
    notes = [_difference(contrasts.iloc[0])]
    notes.append(
        f"{first} has {counts[0]} events and {second} {counts[1]}: every repeat draws {min(counts)} of each, "
        "with the censored in proportion."
    )
    notes += _overlap(overlap)
    if params["n_permutations"]:
        names = ", ".join(params["within"])
        kept = f"within {names}" if names else "among all patients, since within= names no column"
        notes.append(f"Strata were exchanged {kept}; {cells.n_movable} of {code.size} patients can change.")
    asked, shown = params["n_bootstraps"], contrasts["ci_low"].notna().any()
    if asked and not shown:
        notes.append(f"No interval: it needs {FEWEST_RESAMPLES} usable bootstrap samples, and {asked} were drawn.")
    if parts.n_missing:
        notes.append(f"Left out, without known {parts.name}: {parts.n_missing}.")
    return (*notes, *origin.get("notes", ()))


def _difference(row: pd.Series) -> str:
    told = f"C of the own model less that of the other stratum's: {row['estimate']:+.3f}"
    if np.isfinite(row["ci_low"]):
        told += f" ({row['ci_low']:+.3f} to {row['ci_high']:+.3f})"
    if not np.isfinite(row["p_value"]):
        return f"{told}; no p without exchanged reruns."
    told += f", p = {row['p_value']:.2g} ({row['p_adjusted']:.2g} adjusted for all contrasts)"
    if row["p_adjusted"] < _LEVEL:
        return f"{told}."
    reach = f"; detectable {row['detectable']:.3f}" if np.isfinite(row["detectable"]) else ""
    return f"No evidence that scores differ. {told}{reach}."


def _overlap(overlap: pd.DataFrame) -> list[str]:
    told = []
    for row in overlap.itertuples():
        if not np.isfinite(row.p_value):
            continue
        end = "" if row.n_shared == 1 else "s"
        clusters = f"cluster{end} of correlated features (|r| of 0.7 or more)"
        what = f"feature{end}" if row.level == "feature" else clusters
        line = f"{row.n_shared} {what} selected in both ({row.n_first} and {row.n_second}; "
        line += f"{row.expected:.1f} by chance, p = {row.p_value:.2g})"
        if np.isfinite(row.null_low):
            line += (
                f". Jaccard {row.similarity:.2f}; where patients change strata at random it is {row.null_low:.2f} to "
                f"{row.null_high:.2f}"
            )
        told.append(f"{line}.")
    return told
