"""Covariates as numbers, coded the same way for training patients and for others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from radassoc.base.errors import ClinicalError, DesignError, name_some

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["COLUMNS", "encode", "learn_coding"]

COLUMNS = ("covariate", "name", "level", "reference")


def learn_coding(cohort: Cohort, covariates: Sequence[str], patients: pd.Index) -> pd.DataFrame:
    """Return the coding: a number stays; categories become indicators of all levels but the first in sorted order."""
    rows = []
    for covariate in covariates:
        column = cohort.column(covariate).reindex(patients)
        if pd.api.types.is_numeric_dtype(column.dtype):
            rows.append((covariate, covariate, "", ""))
            continue
        levels = sorted(column.dropna().astype(str).unique())
        if len(levels) < 2:
            raise DesignError(
                f"The covariate {covariate!r} is {name_some(levels)} in all {len(patients)} patients.",
                wanted="at least two values",
                remedy="Leave it out.",
            )
        rows += [(covariate, f"{covariate}={level}", level, levels[0]) for level in levels[1:]]
    coding = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    _require_variation(encode(cohort, coding, patients))
    return coding


def encode(cohort: Cohort, coding: pd.DataFrame, patients: pd.Index) -> pd.DataFrame:
    """Return patients x coded covariates (float); a missing value is missing in all its columns."""
    coded = {}
    for covariate, part in coding.groupby("covariate", sort=False):
        column = cohort.column(covariate).reindex(patients)
        if (part["level"] == "").all():
            coded[covariate] = _numbers(column, covariate)
            continue
        text = column.astype(object).where(column.notna(), None)
        text = text.map(lambda value: None if value is None else str(value))
        _refuse_new_levels(text, covariate, {*part["level"], *part["reference"]})
        for name, level in zip(part["name"], part["level"], strict=True):
            coded[name] = (text == level).astype(float).where(text.notna())
    return pd.DataFrame(coded, index=patients, columns=list(coding["name"]), dtype=float)


def _numbers(column: pd.Series, covariate: str) -> pd.Series:
    if not pd.api.types.is_numeric_dtype(column.dtype):
        wrong = column.dropna()[pd.to_numeric(column.dropna(), errors="coerce").isna()]
        if len(wrong):
            raise ClinicalError(
                f"The covariate {covariate!r} holds text: {name_some(wrong.unique())}.",
                wanted="numbers, as in the training patients",
            )
        column = pd.to_numeric(column)
    return column.astype(float)


def _refuse_new_levels(text: pd.Series, covariate: str, known: set[str]) -> None:
    new = sorted(set(text.dropna()) - known)
    if new:
        raise ClinicalError(
            f"The covariate {covariate!r} holds {name_some(new)}, which no training patient has.",
            wanted=f"one of {name_some(sorted(known), most=10)}",
            remedy="Recode the column, or make the value missing.",
        )


def _require_variation(coded: pd.DataFrame) -> None:
    values = coded.dropna()
    for name in coded.columns:
        if len(values) and np.ptp(values[name].to_numpy()) == 0:
            raise DesignError(
                f"The covariate {name!r} has the same value in all {len(values)} patients.",
                wanted="at least two values",
                remedy="Leave it out.",
            )
