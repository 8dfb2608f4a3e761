"""What ``cross_apply`` returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.results import Result
from radassoc.strata.overlap import OVERLAP_COLUMNS

__all__ = ["COEFFICIENT_COLUMNS", "COLUMNS", "CONTRAST_COLUMNS", "RESAMPLE_COLUMNS", "CrossApplication"]

COLUMNS = (
    "trained_on",
    "tested_on",
    "measure",
    "estimate",
    "ci_low",
    "ci_high",
    "interval",
    "train_events",
    "n_patients",
    "n_events",
)
CONTRAST_COLUMNS = (
    "measure",
    "contrast",
    "tested_on",
    "estimate",
    "ci_low",
    "ci_high",
    "detectable",
    "p_value",
    "p_adjusted",
    "interval",
)
COEFFICIENT_COLUMNS = ("feature", "modality", "stratum", "coefficient", "selection_frequency")
RESAMPLE_COLUMNS = ("resample", "index", "measure", "contrast", "tested_on", "value")


@register("cross_application")
@dataclass(frozen=True, eq=False, kw_only=True)
class CrossApplication(Result):
    """Risk scores of two strata, each applied to both, trained and tested on equal numbers.

    Attributes
    ----------
    table
        The matrix: ``trained_on`` (a stratum; "pooled", "pooled, half": with as many events as one stratum's model,
        "stratified baseline", "interaction"), ``tested_on`` (a stratum), ``measure`` ("concordance",
        "calibration_slope"), ``estimate`` with its 95% interval, ``train_events`` (mean over outer training sets),
        ``n_patients`` and ``n_events`` tested in one repeat.
    contrasts
        "own - other model": on the same test patients, the model of their own stratum less that of the other (in each
        stratum, and the mean of both); "score x stratum": the slope of the score with stratified baseline in the second
        stratum less that in the first; "stratified baseline - own model": what pooling gains. ``detectable``: what such
        a study finds in four of five repetitions; ``p_value`` from reruns with strata exchanged, ``p_adjusted`` (Holm).
    overlap
        Features (and clusters of correlated features) selected in both strata: ``n_first``, ``n_second``, ``n_shared``,
        ``similarity`` (Jaccard), ``expected`` at random with ``p_value`` (shared by chance alone), and ``null_low`` to
        ``null_high``, the similarity where patients change strata at random, with ``p_exchangeable`` (is the observed
        one smaller?).
    coefficients
        ``feature``, ``modality``, ``stratum``, ``coefficient`` per standard deviation (penalised; all patients of one
        draw), ``selection_frequency`` over outer models.
    resamples
        Contrasts of the "bootstrap" and "permutation" reruns.
    samples
        ``patient``, ``stratum``, ``fold`` and the out-of-fold score of each model, of the first repeat.
    levels
        The two strata.
    notes
        Everything else a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_cross_matrix"

    contrasts: pd.DataFrame
    overlap: pd.DataFrame = field(default_factory=partial(tidy, (), OVERLAP_COLUMNS))
    coefficients: pd.DataFrame = field(default_factory=partial(tidy, (), COEFFICIENT_COLUMNS))
    resamples: pd.DataFrame = field(default_factory=partial(tidy, (), RESAMPLE_COLUMNS))
    levels: tuple[str, ...] = ()
    variable: str = ""
    notes: tuple[str, ...] = ()

    def _headline(self) -> str:
        told = super()._headline()
        return f"{told}. {self.notes[0]}" if self.notes else told
