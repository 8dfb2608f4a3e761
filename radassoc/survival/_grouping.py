"""Whatever names groups of patients, as one labelled series that remembers where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.apparent import is_out_of_fold, refuse_apparent
from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.survival.groups import RiskGroups, Source, patient_values
from radassoc.survival.score import RiskScore
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Grouping", "grouping"]

_MOST_GROUPS = 10


class Grouping(NamedTuple):
    """``codes``: float positions in ``labels`` by patient; ``null_codes``: patients x reruns, NaN without group.

    ``score_of``, ``optimised``, ``searched``: as in ``RiskGroups``. ``ordered``: the labels have a meaningful order.
    ``n_without_group`` counts patients whom the groups should cover and do not.
    """

    codes: pd.Series
    labels: tuple[str, ...]
    source: Source
    null_codes: pd.DataFrame | None = None
    reason: str = ""
    n_without_group: int = 0
    score_of: str = ""
    ordered: bool = False
    optimised: bool = False
    searched: Mapping[str, Any] = {}


def grouping(cohort: Cohort, groups: RiskGroups | RiskValidation | pd.Series | str) -> Grouping:
    """Return the groups; an empty series of codes where a score gives none."""
    if isinstance(groups, RiskValidation):
        groups = RiskGroups.from_validation(cohort, groups)
    if isinstance(groups, RiskGroups):
        return _of_risk_groups(cohort, groups)
    if isinstance(groups, RiskScore):
        raise InputError("A risk score is no grouping.", remedy="Use fit_cutpoint(cohort, score).predict(cohort).")
    if isinstance(groups, str):
        return _of_values(cohort.column(groups), "clinical")
    if isinstance(groups, pd.Series):
        refuse_apparent(groups)
        return _of_values(groups, "out_of_fold" if is_out_of_fold(groups) else "given")
    raise InputError(
        f"A {type(groups).__name__} names no groups.",
        wanted="RiskGroups, a RiskValidation, a patient-indexed Series or a column of the cohort",
    )


def _of_risk_groups(cohort: Cohort, groups: RiskGroups) -> Grouping:
    given = patient_values(groups, "group").set_index("patient")["group"]
    known = given[given.index.isin(cohort.patients)]
    if len(given) and known.empty:
        raise DesignError("No patient of the groups is in the cohort.", wanted="the cohort that was grouped")
    place = {label: float(code) for code, label in enumerate(groups.labels)}
    null = groups.null_groups
    null_codes = None if null is None else null.apply(lambda column: column.map(place)).astype(float)
    without = int(groups.provenance["counts"]["n_without_group"])
    return Grouping(
        known.map(place).astype(float),
        groups.labels,
        groups.source,
        null_codes,
        groups.reason,
        without,
        groups.score_of,
        ordered=True,
        optimised=groups.optimised,
        # the corrected p belongs to all patients among whom the cut was searched
        searched=groups.searched if len(known) == len(given) else {},
    )


def _of_values(values: pd.Series, source: Source) -> Grouping:
    if values.index.has_duplicates:
        raise InputError("The groups name a patient twice.", wanted="one group per patient")
    known = values.dropna()
    levels = _levels(known)
    if len(levels) > _MOST_GROUPS:
        raise DesignError(
            f"{str(values.name)!r} has {len(levels)} distinct values: {name_some(levels)}.",
            wanted=f"at most {_MOST_GROUPS} groups",
            remedy="Cut a number with fit_cutpoint, or join levels with derive.",
        )
    codes = pd.Series(pd.Categorical(known, categories=levels).codes.astype(float), index=known.index)
    without = int(values.isna().sum())
    names = tuple(_text(level) for level in levels)
    return Grouping(codes.reindex(values.index), names, source, n_without_group=without, ordered=_is_ordered(values))


def _is_ordered(values: pd.Series) -> bool:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return bool(values.cat.ordered)
    return pd.api.types.is_numeric_dtype(values.dtype)


def _levels(known: pd.Series) -> list[Any]:
    """Return the levels that occur: categories in their order, all else sorted."""
    if isinstance(known.dtype, pd.CategoricalDtype):
        return [level for level in known.cat.categories if (known == level).any()]
    return sorted(known.unique(), key=lambda level: (isinstance(level, str), level))


def _text(level: Any) -> str:
    return f"{level:g}" if isinstance(level, (float, np.floating)) else str(level)
