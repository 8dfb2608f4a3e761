"""The answer to whether two tables of the same patients tell the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["LOADING_COLUMNS", "MEASURES", "NULL_COLUMNS", "PENALTY_COLUMNS", "TABLE_COLUMNS", "ModalityComparison"]

MEASURES = ("mantel", "rv", "sparse_cca")
TABLE_COLUMNS = (
    "measure",
    "estimate",
    "expected",
    "beyond_chance",
    "detectable",
    "statistic",
    "p_value",
    "p_adjusted",
    "n",
)
LOADING_COLUMNS = ("side", "name", "loading", "correlation")
PENALTY_COLUMNS = ("penalty", "n_left", "n_right", "estimate", "expected", "statistic", "chosen")
NULL_COLUMNS = ("permutation", *MEASURES)


@register("modality_comparison")
@dataclass(frozen=True, eq=False, kw_only=True)
class ModalityComparison(Result):
    """Two tables as wholes: whether patients who are alike in one are alike in the other.

    Attributes
    ----------
    table
        One row a ``measure``: ``"mantel"`` (correlation of the distances between patients), ``"rv"`` (RV coefficient),
        ``"sparse_cca"`` (correlation of the best sparse combination of either side). ``estimate``; ``expected``, its
        mean over the permutations; ``beyond_chance`` = (estimate - expected) / (1 - expected), for RV the adjusted RV;
        ``detectable``, beyond which p is below 0.05; ``statistic``, the distance from ``expected`` in standard
        deviations of the permutations (for sparse CCA the largest over the penalties); ``p_value``, ``p_adjusted``
        (Benjamini-Hochberg over the three), ``n`` patients.
    loadings
        The columns of the sparse combinations: ``side``, ``name``, ``loading`` (unit vector a side), ``correlation``
        with the score of its own side; the largest first.
    penalties
        ``penalty``, ``n_left`` and ``n_right`` columns in the combinations, ``estimate``, ``expected``, ``statistic``,
        and which was ``chosen``.
    null
        The three measures in each permutation.
    samples
        ``patient``, ``left``, ``right``: the scores of the sparse combinations, after adjustment; learned on these
        very patients.
    left_name, right_name
        The two tables.
    notes
        What a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_modality_comparison"

    loadings: pd.DataFrame
    penalties: pd.DataFrame
    null: pd.DataFrame
    left_name: str
    right_name: str
    notes: tuple[str, ...] = ()
