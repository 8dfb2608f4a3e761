"""The groups of a Table 1: a column, given values, or risk groups told by their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.exploration._variables import level_text

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Groups", "find_groups", "rerun_codes"]

_MOST_GROUPS = 10


class Groups(NamedTuple):
    """``codes``: position in ``labels`` of each patient who has a group; ``null_codes``: patients x reruns."""

    name: str
    labels: tuple[str, ...]
    codes: pd.Series
    source: str
    reason: str = ""
    null_codes: pd.DataFrame | None = None


def find_groups(cohort: Cohort, groups: Any) -> Groups:
    """Return who is in which group."""
    if isinstance(groups, str):
        return _of_values(cohort, groups, cohort.column(groups), "clinical")
    if isinstance(groups, pd.Series):
        return _of_values(cohort, str(groups.name or "group"), groups, "given")
    if hasattr(groups, "samples"):
        return _of_result(cohort, groups)
    raise InputError(
        f"A {type(groups).__name__} names no groups.",
        wanted="a column of the cohort, a patient-indexed Series, risk groups or a validation",
    )


def _of_values(cohort: Cohort, name: str, values: pd.Series, source: str) -> Groups:
    if values.index.has_duplicates:
        raise InputError("The groups name a patient twice.", wanted="one group per patient")
    known = values[values.index.isin(cohort.patients)].dropna()
    if isinstance(known.dtype, pd.CategoricalDtype):
        levels = [level for level in known.cat.categories if (known == level).any()]
    else:
        levels = sorted(known.unique(), key=lambda level: (isinstance(level, str), level))
    if len(levels) > _MOST_GROUPS:
        raise DesignError(
            f"{name!r} has {len(levels)} distinct values: {name_some(levels)}.",
            wanted=f"at most {_MOST_GROUPS} groups",
            remedy="Cut a number with fit_cutpoint, or join levels with derive.",
        )
    if not levels:
        raise DesignError(f"No patient has a value of {name!r}.", wanted="groups that cover patients of the cohort")
    codes = pd.Series(pd.Categorical(known, categories=levels).codes, index=known.index, dtype=int)
    return Groups(name, tuple(level_text(level) for level in levels), codes, source)


def _of_result(cohort: Cohort, groups: Any) -> Groups:
    """Read risk groups or a validation; a score's own training patients only ever come with out-of-fold groups."""
    samples = groups.samples
    if samples is None or not {"patient", "group"} <= set(samples.columns):
        raise InputError(
            f"This {type(groups).__name__} holds no groups of patients.",
            wanted="its .samples with 'patient' and 'group'",
            remedy="Compute it again, or save it with patient_level=True.",
        )
    labels = tuple(getattr(groups, "labels", ("low", "high")))
    place = {label: code for code, label in enumerate(labels)}
    given = samples.set_index("patient")["group"].dropna()
    codes = given[given.index.isin(cohort.patients)].map(place).astype(int)
    if len(given) and codes.empty:
        raise DesignError("No patient of the groups is in the cohort.", wanted="the cohort that was grouped")
    null = getattr(groups, "null_groups", None)
    null_codes = None
    if null is not None:
        null_codes = null.apply(lambda column: column.map(place)).astype(float)
    source = getattr(groups, "source", "out_of_fold")
    return Groups("risk group", labels, codes, source, groups.reason, null_codes)


def rerun_codes(groups: Groups, patients: pd.Index) -> np.ndarray:
    """Return the group of each patient in each rerun, patients x reruns, NaN without group."""
    assert groups.null_codes is not None
    return groups.null_codes.reindex(patients).to_numpy(dtype=float)
