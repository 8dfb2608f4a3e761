"""What a map is made of: both tables over the same rows, covariates, and whose samples the rows are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.association._columns import CONTINUOUS, Columns, read_columns
from radassoc.association._composition import centred_log_ratio, is_composition, numeric
from radassoc.association._samples import has_repeats, pair_samples
from radassoc.association._sides import Side, read_side
from radassoc.base.errors import DesignError, InputError

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["MEASURED", "SURVIVAL", "Inputs", "columns_of", "read_inputs", "two_values"]

#: Tables of measurements: a column of two values is no class.
MEASURED = frozenset({"radiomics", "expression", "pathways"})
#: The right side that is the cohort's outcome.
SURVIVAL = "survival"


@dataclass(frozen=True)
class Inputs:
    """Both tables over the same rows, in the same order.

    Attributes
    ----------
    sides
        What their columns are called and known by.
    left, right
        Rows x columns; ``right`` has no column where the outcome is the right side.
    Z
        Complete covariates as numbers.
    same
        Both sides are one table.
    codes
        Number of each row's patient, rows sorted by it; None where each row is a patient.
    outcome
        Time and event, where they are the right side.
    notes
        How the tables were read.
    """

    sides: tuple[Side, Side]
    left: pd.DataFrame
    right: pd.DataFrame
    Z: np.ndarray
    same: bool
    codes: np.ndarray | None = None
    outcome: tuple[np.ndarray, np.ndarray] | None = None
    notes: tuple[str, ...] = ()


def read_inputs(cohort: Cohort, left: Any, right: Any, covariates: Sequence[str], repeats: str) -> Inputs:
    """Align both tables and the covariates: over patients, or over samples where patients have several."""
    survival = isinstance(right, str) and right == SURVIVAL and SURVIVAL not in cohort.modalities
    same = isinstance(left, str) and isinstance(right, str) and left == right
    sides = [read_side(cohort, left), _outcome_side() if survival else read_side(cohort, right)]
    if sides[0].name == sides[1].name:
        sides[1] = replace(sides[1], name=f"other_{sides[1].name}")
    if not survival and repeats != "average" and has_repeats(cohort, left, right):
        paired = pair_samples(cohort, left, right, covariates)
        inputs = Inputs(
            (sides[0], sides[1]),
            paired.left,
            paired.right,
            paired.covariates.to_numpy(dtype=float),
            same,
            codes=paired.codes,
            notes=paired.notes,
        )
    else:
        inputs = _over_patients(cohort, sides, covariates, same=same, survival=survival)
    return _ratios(inputs)


def _outcome_side() -> Side:
    return Side(None, "", "outcome", pd.DataFrame(index=pd.Index([SURVIVAL])))


def _over_patients(
    cohort: Cohort, sides: list[Side], covariates: Sequence[str], *, same: bool, survival: bool
) -> Inputs:
    from radassoc.cohort.align import align

    modalities = tuple(dict.fromkeys(side.modality for side in sides if side.modality))
    aligned = align(cohort, modalities=modalities, covariates=covariates, outcome=survival)
    patients = aligned.patients
    for side in sides:
        if side.frame is not None:
            patients = patients[patients.isin(side.frame.index)]
    if not len(patients):
        raise DesignError("No patient is in both tables and has all covariates.")
    chosen = aligned.patients.get_indexer(patients)
    frames = [pd.DataFrame(index=patients)] * 2
    for place, side in enumerate(sides):
        if side.frame is not None:
            frames[place] = side.frame.loc[patients]
        elif side.modality:
            frame = aligned.frames[side.modality]
            frames[place] = frame if len(frame) == len(patients) else frame.loc[patients]
    outcome = None
    if survival:
        assert aligned.time is not None
        assert aligned.event is not None
        outcome = (aligned.time[chosen], aligned.event[chosen])
    Z = aligned.covariates.to_numpy(dtype=float)[chosen]
    notes = tuple(note for side in sides for note in side.notes)
    return Inputs((sides[0], sides[1]), frames[0], frames[1], Z, same, outcome=outcome, notes=notes)


def _ratios(inputs: Inputs) -> Inputs:
    """Read parts of a whole as centred log-ratios."""
    for name, side in zip(("left", "right"), inputs.sides, strict=True):
        frame = getattr(inputs, name)
        if is_composition(frame):
            ratios, told = centred_log_ratio(frame, what=side.modality or f"the {name} frame")
            inputs = replace(inputs, **{name: ratios}, notes=(*inputs.notes, *told))
    return inputs


def two_values(frame: pd.DataFrame) -> np.ndarray:
    """Tell which columns of numbers hold two different values only; a column of text counts as such."""
    numbers = numeric(frame)
    answer = ~numbers
    X = frame.loc[:, numbers].to_numpy(dtype=float, na_value=np.nan)
    if not X.size:
        return answer
    low, high = np.fmin.reduce(X, axis=0), np.fmax.reduce(X, axis=0)
    answer[numbers] = ((low == X) | (high == X) | np.isnan(X)).all(axis=0) & (low < high)
    return answer


def columns_of(frame: pd.DataFrame, what: str, *, classes: bool) -> Columns:
    """Read the columns of a table by what they hold; those of many different numbers need no closer look.

    Two different numbers are two ``classes``, or stay numbers: in a linear association, where the slope is then the
    difference between them, and among features, genes and pathways, where they are a measurement that hardly varies.
    """
    if numeric(frame).all() and not (classes and two_values(frame).any()):
        values = frame.to_numpy(dtype=float, na_value=np.nan)
        return Columns(values, frame.columns, np.full(frame.shape[1], CONTINUOUS, dtype=object))
    return read_columns(frame, what=what)


def refuse_text(frame: pd.DataFrame, what: str) -> None:
    """Refuse columns of text in a map that is too large to look at each column."""
    text = int((~numeric(frame)).sum())
    if text:
        raise InputError(f"{what} has {text} columns of text.", wanted="numbers in a map of so many pairs")
