"""Scores of the very patients on whom they were fitted: marked where made, refused where a test would use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from radassoc.base.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["is_out_of_fold", "mark_apparent", "mark_out_of_fold", "refuse_apparent"]

_MARK = "radassoc_training_patients"
_FOLDS = "radassoc_out_of_fold"


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


def mark_out_of_fold(values: pd.Series) -> pd.Series:
    """Let the values remember that each comes from a model of the other patients: they get intervals, but no p-value.

    Every value depends on the outcome of the other patients: an ordinary test of such values against the outcome
    rejects in 13% of studies without any signal instead of in 5%.
    """
    values.attrs[_FOLDS] = True
    return values


def is_out_of_fold(values: pd.Series) -> bool:
    """Tell whether the values were marked as out of fold.

    Examples
    --------
    >>> import pandas as pd
    >>> is_out_of_fold(mark_out_of_fold(pd.Series([1.0, 2.0])) * 2), is_out_of_fold(pd.Series([1.0]))
    (True, False)
    """
    return bool(values.attrs.get(_FOLDS, False))
