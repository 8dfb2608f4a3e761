"""What crosses from one analysis room to another, told by its shape, so that the rooms need not know one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OutOfFoldScore", "ScoreWithNull"]


@runtime_checkable
class ScoreWithNull(Protocol):
    """A score that was fitted on these patients, with what the same pipeline gives where imaging means nothing.

    A p-value against anything linked to the outcome comes from ``null_samples``, never from permuting the score: the
    score has seen the outcome of the patients on whom it is now looked at. Where the imaging part of a score is kept
    apart, ``samples`` has a column ``imaging_score`` and ``null_imaging`` holds its reruns.
    """

    @property
    def samples(self) -> pd.DataFrame | None:
        """One row per patient, with the out-of-fold ``score``."""

    @property
    def null_samples(self) -> pd.DataFrame | None:
        """Patients x reruns: out-of-fold scores of the whole pipeline with imaging permuted."""


@runtime_checkable
class OutOfFoldScore(Protocol):
    """A fitted score that can be predicted for its own training patients only by relearning it in folds."""

    def out_of_fold(self, cohort: object) -> pd.Series:
        """Return a patient-indexed score in which nobody's own outcome took part."""
