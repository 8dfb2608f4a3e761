"""Which patients are in which of two groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.apparent import refuse_apparent
from radassoc.base.errors import DesignError, InputError, name_some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from radassoc.cohort.cohort import Cohort

__all__ = ["as_two_groups", "check_sizes", "read_groups"]

#: Below this many patients a permutation within a group has little to permute.
FEWEST, MIN_DF = 10, 5


def read_groups(cohort: Cohort, groups: Any) -> tuple[str, pd.Series]:
    """Return the name of the grouping and each patient's label as text; missing where unknown.

    Raises
    ------
    InputError
        What is given is neither a column reference nor a patient-indexed Series.
    """
    if isinstance(groups, str):
        name, values = groups, cohort.column(groups)
    elif isinstance(groups, pd.Series):
        refuse_apparent(groups)
        name, values = "groups" if groups.name is None else str(groups.name), groups
    else:
        raise InputError(
            f"groups={type(groups).__name__} names no groups.",
            wanted="a column reference such as 'sex', or a patient-indexed Series of labels",
        )
    if values.index.has_duplicates:
        raise InputError(f"{name!r} names a patient more than once.", wanted="one group per patient")
    labels = [None if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value) for value in values]
    return name, pd.Series(labels, index=values.index, dtype=object, name=name)


def as_two_groups(name: str, labels: pd.Series, levels: Sequence[str] | None) -> tuple[str, str]:
    """Return the two labels, in the order asked for or sorted.

    Raises
    ------
    DesignError
        The grouping has not exactly two levels and ``levels`` does not choose two of them.
    """
    known = labels.value_counts().sort_index()
    told = ", ".join(f"{level} ({count})" for level, count in known.items()) or "none"
    if levels is None:
        if len(known) != 2:
            raise DesignError(
                f"{name!r} has {len(known)} groups: {told}.",
                wanted="two groups",
                remedy="Choose two with levels=(first, second)." if len(known) > 2 else "",
            )
        return str(known.index[0]), str(known.index[1])
    chosen = tuple(str(level) for level in levels)
    if len(chosen) != 2 or chosen[0] == chosen[1]:
        raise InputError(f"levels={levels!r} are no two groups.", wanted="two different labels")
    if missing := [level for level in chosen if level not in known.index]:
        raise DesignError(f"{name!r} has no group {name_some(missing)}; it has {told}.", wanted="two of its groups")
    return chosen[0], chosen[1]


def check_sizes(name: str, chosen: tuple[str, str], counts: Sequence[int], ranks: Sequence[int]) -> None:
    """Refuse groups that are too small to tell a slope by permutation.

    Raises
    ------
    DesignError
        A group has fewer than 10 patients, or fewer than 5 degrees of freedom.
    """
    free = np.array(counts) - np.array(ranks) - 1
    if min(counts) >= FEWEST and free.min() >= MIN_DF:
        return
    told = ", ".join(
        f"{level}: {n} patients, {df} degrees of freedom" for level, n, df in zip(chosen, counts, free, strict=True)
    )
    raise DesignError(
        f"The groups of {name!r} with everything known are too small ({told}).",
        wanted=f"at least {FEWEST} patients each, and {MIN_DF} degrees of freedom beyond strata and covariates",
        remedy="Use fewer covariates, or describe the groups without a test.",
    )
