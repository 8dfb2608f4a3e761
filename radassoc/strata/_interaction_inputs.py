"""From a cohort to the arrays of a comparison of strata: tables of numbers, strata, covariates, outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.association._sides import read_side
from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.align import Aligned, align
from radassoc.strata._interaction_levels import sort_out
from radassoc.strata._levels import read_levels

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Inputs", "Table", "read_inputs"]

#: A stratum with fewer patients, or events, is left out.
FEWEST, FEWEST_EVENTS = 10, 10


@dataclass(frozen=True)
class Table:
    """``key``: what a column is called (``"feature"``); ``frame``: patients x numbers."""

    key: str
    frame: pd.DataFrame


@dataclass(frozen=True)
class Inputs:
    """The patients of a comparison, all in the same order.

    Attributes
    ----------
    tables
        One table, or both of an association.
    levels, group
        The strata that are compared, the reference first, and the code of each patient's.
    strata
        Frame of all strata with counts.
    Z
        Covariates as numbers, (n, c).
    layers
        Code of each patient's level of what stratifies besides.
    time, event
        The outcome, where asked.
    dropped
        ``name``, ``reason`` of columns that are no numbers.
    notes
        Who is left out.
    """

    name: str
    tables: tuple[Table, ...]
    levels: tuple[str, ...]
    group: np.ndarray
    strata: pd.DataFrame
    Z: np.ndarray
    layers: np.ndarray
    time: np.ndarray
    event: np.ndarray
    dropped: list[dict[str, Any]]
    notes: tuple[str, ...]


def read_inputs(
    cohort: Cohort,
    variable: str,
    sources: Sequence[Any],
    *,
    levels: Sequence[str] | None,
    covariates: Sequence[str],
    strata: Sequence[str],
    outcome: bool,
) -> Inputs:
    """Align everything, and leave out the strata that are too small."""
    chosen = read_levels(cohort, variable, levels)
    used = [name for name in (*covariates, *strata) if name.removeprefix("clinical:") == chosen.name]
    if used:
        raise DesignError(f"{chosen.name!r} is the variable of the strata and a covariate too.", wanted="each once")
    sides = [read_side(cohort, source) for source in sources]
    if len(sides) == 2 and sides[0].name == sides[1].name:
        if sides[0].modality and sides[0].modality == sides[1].modality:
            raise InputError(
                f"left and right are both {sides[0].modality!r}: each column would be held against itself.",
                wanted="two different tables",
                remedy="Give frames with the columns of either side.",
            )
        sides[1] = replace(sides[1], name=f"other_{sides[1].name}")
    values = {chosen.name: chosen.labels}
    modalities = tuple(side.modality for side in sides if side.modality)
    aligned = align(cohort, modalities=modalities, values=values, covariates=covariates, strata=strata, outcome=outcome)
    inside = np.ones(len(aligned.patients), dtype=bool)
    for side in sides:
        if side.frame is not None:
            inside &= aligned.patients.isin(side.frame.index)
    labels = aligned.values[chosen.name]
    event = None if aligned.event is None else aligned.event[inside]
    fewest = FEWEST + aligned.covariates.shape[1]
    kept, frame = sort_out(chosen, labels[inside], event, fewest=fewest, fewest_events=FEWEST_EVENTS)
    inside &= labels.isin(kept).to_numpy()
    dropped: list[dict[str, Any]] = []
    tables = tuple(_numbers(side, aligned, inside, dropped) for side in sides)
    return Inputs(
        name=chosen.name,
        tables=tables,
        levels=kept,
        group=labels[inside].map({level: code for code, level in enumerate(kept)}).to_numpy(dtype=np.int64),
        strata=frame,
        Z=_varying(aligned.covariates.to_numpy(dtype=float)[inside]),
        layers=aligned.strata[inside],
        time=np.empty(0) if aligned.time is None else aligned.time[inside],
        event=np.empty(0, dtype=bool) if aligned.event is None else aligned.event[inside],
        dropped=dropped,
        notes=_notes(aligned, frame, sides),
    )


def _varying(Z: np.ndarray) -> np.ndarray:
    """Return the covariates that still vary, on a common scale."""
    spread = Z.std(axis=0)
    kept = spread > 1e-12 * np.maximum(np.abs(Z).max(axis=0, initial=0.0), 1e-300)
    return np.asarray((Z[:, kept] - Z[:, kept].mean(axis=0)) / spread[kept])


def _numbers(side: Any, aligned: Aligned, inside: np.ndarray, dropped: list[dict[str, Any]]) -> Table:
    patients = aligned.patients[inside]
    frame = side.frame.reindex(patients) if side.frame is not None else aligned.frames[side.modality].loc[patients]
    number = [pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]
    text = frame.columns[~np.array(number, dtype=bool)]
    dropped += [{"name": str(name), "reason": "text, no number"} for name in text]
    frame = frame.drop(columns=text).astype(float)
    if not frame.shape[1]:
        raise InputError("A table has no column of numbers.", wanted="patients x numbers")
    return Table(side.name, frame)


def _notes(aligned: Aligned, strata: pd.DataFrame, sides: Sequence[Any]) -> tuple[str, ...]:
    notes = [note for side in sides for note in side.notes]
    notes += aligned.left_out
    small = strata[strata["status"] != "ok"]
    if len(small):
        told = "; ".join(f"{row.stratum}: {row.reason}" for row in small.itertuples())
        notes.append(f"Strata too small for a test: {told}.")
    return tuple(notes)
