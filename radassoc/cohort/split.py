"""Patients set aside for a test: by chance, or by what a column says; never parting the samples of a patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from radassoc.base.arguments import check_number
from radassoc.base.errors import ClinicalError, DesignError, InputError, name_some
from radassoc.base.seeds import generator
from radassoc.cohort.parts import key_of

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["split_patients"]


def split_patients(
    cohort: Cohort,
    *,
    test_fraction: float | None,
    by: str | None,
    values: Sequence[Any] | None,
    stratify: Sequence[str],
    seed: int,
) -> tuple[pd.Index, pd.Index, str]:
    """Return the training patients, the test patients, and why anybody is in neither part."""
    if (test_fraction is None) == (by is None):
        raise InputError(
            f"{'Neither' if by is None else 'Both'} test_fraction= and by= {'is' if by is None else 'are'} given.",
            wanted="one way to choose the test patients",
        )
    stratify = (stratify,) if isinstance(stratify, str) else tuple(stratify)
    if by is not None:
        if stratify:
            raise InputError("stratify= is given with by=.", wanted="stratify= with test_fraction= only")
        train, test, reason = _by_column(cohort, by, values)
    else:
        if values is not None:
            raise InputError("values= is given without by=.", wanted="by= the column that holds these values")
        train, test, reason = *_by_chance(cohort, test_fraction, stratify, seed), ""
    _check_parts(cohort, {"training": train, "test": test})
    return train, test, reason


# ---- by a column
def _by_column(cohort: Cohort, by: str, values: Sequence[Any] | None) -> tuple[pd.Index, pd.Index, str]:
    column = cohort.column(by).dropna().map(key_of)
    if values is None or isinstance(values, str) or not len(values):
        raise InputError(f"values={values!r} names no value of {by!r}.", wanted="a list of values, such as [2]")
    wanted = [key_of(value) for value in values]
    unknown = [value for value in wanted if not column.eq(value).any()]
    if unknown:
        raise ClinicalError(
            f"No patient has {name_some(unknown)} in {by!r}.",
            wanted=f"values that it holds: {name_some(sorted(column.unique()), most=10)}",
        )
    is_test = column.isin(wanted).to_numpy()
    test, train = column.index[is_test], column.index[~is_test]
    lacking = len(cohort.patients) - len(column)
    return train, test, f"{lacking} with unknown {by}" if lacking else ""


# ---- by chance
def _by_chance(
    cohort: Cohort, fraction: float | None, stratify: tuple[str, ...], seed: int
) -> tuple[pd.Index, pd.Index]:
    check_number("test_fraction", fraction)
    if fraction is None or not 0 < fraction < 1:
        raise InputError(f"test_fraction={fraction!r} is no fraction.", wanted="a number between 0 and 1, such as 0.3")
    is_test = _systematic(_levels(cohort, stratify), fraction, generator(seed, "split"))
    return cohort.patients[~is_test], cohort.patients[is_test]


def _levels(cohort: Cohort, stratify: tuple[str, ...]) -> list[npt.NDArray[np.int64]]:
    """Return one code per patient and level, the most important first: complete, event, then the named columns."""
    complete = cohort.patients.isin(cohort.complete_patients)
    levels: list[Any] = [complete.astype(str)]
    if cohort.outcome is not None:
        levels.append(cohort.outcome.event.reindex(cohort.patients).map(str).to_numpy())
    for name in stratify:
        levels.append(cohort.column(name).reindex(cohort.patients).map(key_of).to_numpy())
    return [np.unique(np.asarray(level, dtype=str), return_inverse=True)[1] for level in levels]


def _systematic(
    levels: list[npt.NDArray[np.int64]], fraction: float, chance: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Draw every 1/fraction-th patient, from a random start, of a list sorted by level and shuffled within.

    The whole is exactly the rounded share, each level and each stratum gets its own to within one patient, and
    everybody has the same chance. The order of strata is shuffled too, so that no two are always drawn together.
    """
    n = len(levels[0])
    drawn = int(np.floor(n * fraction + 0.5))
    shuffled = [chance.permutation(int(codes.max()) + 1)[codes] for codes in levels]
    order = np.lexsort([chance.permutation(n), *reversed(shuffled)])
    passed = np.floor(np.arange(n + 1) * drawn / n + chance.uniform())
    is_test = np.zeros(n, dtype=bool)
    is_test[order] = np.diff(passed) > 0
    return is_test


def _check_parts(cohort: Cohort, parts: dict[str, pd.Index]) -> None:
    for name, patients in parts.items():
        if patients.empty:
            raise DesignError(f"The {name} part has no patient.", wanted="patients in both parts")
        outcome = cohort.outcome
        if outcome is not None and not outcome.event[outcome.table.index.isin(patients)].any():
            raise DesignError(
                f"The {name} part of {len(patients)} patients has no event.",
                wanted="events in both parts",
                remedy="Choose a larger part, or use out-of-fold results instead of a split.",
            )
