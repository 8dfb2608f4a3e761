"""The answer of an association scan between two tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["DROPPED_COLUMNS", "VALUE_COLUMNS", "AssociationMap"]

VALUE_COLUMNS = (
    "estimate",
    "estimate_kind",
    "n",
    "statistic",
    "p_value",
    "log10_p",
    "p_adjusted",
    "p_value_from",
)
DROPPED_COLUMNS = ("side", "name", "reason", "n_missing")


@register("association_map")
@dataclass(frozen=True, eq=False, kw_only=True)
class AssociationMap(Result):
    """Each column of one table against each column of another.

    Attributes
    ----------
    table
        One row per kept pair. The first two columns are named by what they hold (``left_name``, ``right_name``: such as
        ``feature`` and ``pathway``); then ``estimate``, ``estimate_kind`` (``"spearman"``, ``"partial_spearman"``,
        ``"pearson"``, ``"partial_pearson"``), ``n`` patients, ``statistic`` (t), ``p_value``, ``log10_p`` (exact where
        ``p_value`` is too small to tell), ``p_adjusted`` over all tests, kept or not, ``p_value_from`` (``"t"`` or
        ``"permutation"``). The smallest p-values come first.
    estimates, adjusted
        Every pair, wide: left x right.
    left_info, right_info
        What the cohort knows of the columns (image type, region, ... of features), indexed like ``estimates``.
    dropped
        Columns that could not be tested, and columns with missing values, with the reason and the count.
    notes
        Everything else a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_association_heatmap"

    left_name: str
    right_name: str
    estimates: pd.DataFrame
    adjusted: pd.DataFrame
    left_info: pd.DataFrame
    right_info: pd.DataFrame
    dropped: pd.DataFrame
    notes: tuple[str, ...] = ()
