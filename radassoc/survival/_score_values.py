"""The scores of a cohort's patients, and whether they have seen the outcome of these patients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.apparent import is_out_of_fold, refuse_apparent
from radassoc.base.errors import DesignError, InputError
from radassoc.survival._predict import training_overlap
from radassoc.survival.groups import Source, patient_values
from radassoc.survival.score import RiskScore
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["score_values"]


def score_values(
    cohort: Cohort, score: RiskScore | RiskValidation | pd.Series | str, *, apparent: bool = False
) -> tuple[pd.Series, Source]:
    """Return the finite scores of the cohort's patients, and where they come from.

    Raises
    ------
    DesignError
        Nobody has a score, or a fitted score meets only some of its training patients.
    InputError
        What is no score, text, or a patient named twice.
    """
    values, source = _scores(cohort, score, apparent=apparent)
    try:
        values = values.astype(float)
    except (TypeError, ValueError) as error:
        raise InputError(f"{values.name!r} is no score: it holds text.", wanted="one number per patient") from error
    if values.index.has_duplicates:
        raise InputError("The score names a patient twice.", wanted="one value per patient")
    values = values[values.index.isin(cohort.patients)]
    values = values[np.isfinite(values)]
    if values.empty:
        raise DesignError("No patient of the cohort has the score.", wanted="values indexed by the cohort's patients")
    return values, source


def _scores(cohort: Cohort, score: Any, *, apparent: bool) -> tuple[pd.Series, Source]:
    if isinstance(score, RiskScore):
        return _risk_scores(cohort, score, apparent=apparent)
    if apparent:
        raise InputError("apparent=True has a meaning only for a fitted risk score.")
    if isinstance(score, str):
        return cohort.column(score), "clinical"
    if isinstance(score, RiskValidation):
        return patient_values(score, "score").set_index("patient")["score"], "out_of_fold"
    if isinstance(score, pd.Series):
        refuse_apparent(score)
        return score, "out_of_fold" if is_out_of_fold(score) else "given"
    raise InputError(
        f"A {type(score).__name__} is no score.",
        wanted="a RiskScore, a RiskValidation, a patient-indexed Series or a column of the cohort",
    )


def _risk_scores(cohort: Cohort, score: RiskScore, *, apparent: bool) -> tuple[pd.Series, Source]:
    ours = training_overlap(score, cohort.patients)
    if apparent:
        if not ours.any():
            raise DesignError("No patient of the cohort trained the score.", remedy="Leave apparent=True out.")
        values = score.predict(cohort)
        return values[values.index.isin(cohort.patients[ours])], "training"
    if ours.any():
        return score.out_of_fold(cohort), "out_of_fold"
    return score.predict(cohort), "test"
