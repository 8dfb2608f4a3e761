"""Arguments that several verbs of this room share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_number, check_whole
from radassoc.base.errors import InputError

__all__ = ["as_names", "check_settings", "check_sizes", "half_known", "size_settings"]


def check_settings(n_permutations: int | None, weight: float, level: float) -> None:
    """Refuse a number of permutations, a weight or a level that cannot be one; None leaves the number to the verb."""
    if n_permutations is not None:
        check_whole("n_permutations", n_permutations)
        if n_permutations < 1:
            raise InputError(f"n_permutations={n_permutations}.", wanted="a positive number, or None for the default")
    check_number("weight", weight)
    check_number("level", level)
    if not 0 <= weight < np.inf:
        told = f"weight={weight}." if np.isfinite(weight) else "weight is no finite number."
        raise InputError(told, wanted="a number from 0 up, such as 1 (GSEA) or 0 (the classic walk)")
    if not 0 < level < 1:
        raise InputError(f"level={level} is no level of a test.", wanted="a number between 0 and 1, such as 0.05")


def check_sizes(min_size: int, max_size: int, min_coverage: float) -> None:
    """Refuse bounds of sizes and coverage that no set could meet, or that are no numbers."""
    check_whole("min_size", min_size)
    check_whole("max_size", max_size)
    check_number("min_coverage", min_coverage)
    if not 0 <= min_size <= max_size:
        raise InputError(
            f"min_size={min_size} and max_size={max_size}.", wanted="min_size from 0 up and max_size not below it"
        )
    if not 0 <= min_coverage <= 1:
        raise InputError(f"min_coverage={min_coverage} is no share.", wanted="a number from 0 to 1, such as 0.3")


def size_settings(
    min_size: int, max_size: int, min_coverage: float, keep_small: bool | Sequence[str]
) -> dict[str, Any]:
    """Return what decides which sets are tested, as keywords of ``overlap_sets`` and as a result tells it."""
    names = (keep_small,) if isinstance(keep_small, str) else keep_small
    kept = names if isinstance(names, bool) else tuple(names)
    return {"min_size": min_size, "max_size": max_size, "min_coverage": min_coverage, "keep_small": kept}


def as_names(argument: str, names: Any) -> tuple[str, ...]:
    """Return column references as a tuple: one, several, or none.

    Examples
    --------
    >>> as_names("strata", "site"), as_names("strata", None)
    (('site',), ())
    """
    if names is None or isinstance(names, str):
        return (names,) if names else ()
    if not isinstance(names, Iterable) or isinstance(names, (pd.Series, pd.DataFrame)):
        raise InputError(
            f"{argument}={type(names).__name__} names no columns.",
            wanted="a column reference, or a list of them",
            remedy="Put values of your own into the cohort: cohort.with_clinical(frame).",
        )
    return tuple(names)


def half_known(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Name the patients with half of their genes or more, as a requirement for the alignment; none where all have.

    Filling the gaps of a patient without genes would make up a patient.
    """
    known = frame.notna().mean(axis=1) >= 0.5
    return {} if known.all() else {"half of the genes": known[known].astype(float)}
