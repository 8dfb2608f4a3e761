"""The centre as a stratum by default: which column it is, and whether its levels can carry a baseline hazard each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.errors import name_some
from radassoc.cohort.centre import centre_columns

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Centre", "find_centre"]

_LEAST_PATIENTS = 10
_LEAST_EVENTS = 3
_SMALL_SHARE = 0.1


class Centre(NamedTuple):
    """The strata that the rule gives (one column or none), and what was decided, in words; empty without a column."""

    strata: tuple[str, ...]
    note: str


def find_centre(cohort: Cohort, patients: pd.Index, event: np.ndarray, covariates: tuple[str, ...]) -> Centre:
    """Return the centre of these patients as a stratum, where one clinical column names it and its levels are large.

    At least two levels have 10 patients and 3 events each, and smaller ones hold no more than a tenth of the patients:
    a stratum of a few patients compares them with hardly anybody.
    """
    columns = centre_columns(cohort)
    if not columns:
        return Centre((), "")
    if len(columns) > 1:
        return Centre((), f"not stratified by centre: {name_some(columns)} could each be it (name one in strata)")
    name = columns[0]
    why = _too_small(cohort.clinical[name].reindex(patients), event, name, covariates)
    if why:
        return Centre((), f"not stratified by {name!r}: {why}")
    levels = cohort.clinical[name].reindex(patients).nunique()
    return Centre(
        (name,), f"stratified by {name!r} ({levels} levels), as a centre is by default (strata=() goes without)"
    )


def _too_small(column: pd.Series, event: np.ndarray, name: str, covariates: tuple[str, ...]) -> str:
    """Say why the column is no stratum; empty where it is one."""
    if {name, f"clinical:{name}"} & set(covariates):
        return "it is a covariate"
    if n_unknown := int(column.isna().sum()):
        return f"it is unknown for {n_unknown} of {len(column)} patients"
    cells = pd.DataFrame({"centre": column.astype(str).to_numpy(), "event": event}).groupby("centre")["event"]
    large = (cells.size() >= _LEAST_PATIENTS) & (cells.sum() >= _LEAST_EVENTS)
    if large.size < 2:
        return "it has one level only"
    if large.sum() < 2:
        return (
            f"{int(large.sum())} of its {large.size} levels have {_LEAST_PATIENTS} patients and {_LEAST_EVENTS} events"
        )
    n_small = int(cells.size()[~large].sum())
    if n_small > _SMALL_SHARE * len(column):
        return f"{n_small} of {len(column)} patients are in its {int((~large).sum())} small levels"
    return ""
