"""Scores of the very patients on whom they were fitted: marked where made, refused where a test would use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from radassoc.base.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["mark_apparent", "refuse_apparent"]

_MARK = "radassoc_training_patients"


def mark_apparent(values: pd.Series, n_training: int) -> pd.Series:
    """Let the values remember how many of their patients trained the score; pandas hands ``attrs`` on."""
    if n_training:
        values.attrs[_MARK] = n_training
    return values


def refuse_apparent(values: pd.Series) -> None:
    """Refuse values that have seen the outcome of the patients whom they describe.

    Raises
    ------
    DesignError
        On pure noise an outcome-linked test of such values has p < 0.05 in almost every study.
    """
    if n_training := values.attrs.get(_MARK, 0):
        raise DesignError(
            f"The score was fitted on the outcome of {n_training} of these {len(values)} patients.",
            wanted="scores of patients whom the fit has not seen",
            remedy="Pass what validate_risk_score returned, the score's .out_of_fold(cohort), or other patients.",
        )
