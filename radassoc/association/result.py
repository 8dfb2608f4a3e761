"""The answer of an association scan between two tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.results import Result

__all__ = [
    "ADJUSTMENT_COLUMNS",
    "CHANGE_COLUMNS",
    "DISTRIBUTION_COLUMNS",
    "DROPPED_COLUMNS",
    "QUANTILE_COLUMNS",
    "VALUE_COLUMNS",
    "AssociationMap",
]

VALUE_COLUMNS = (
    "estimate",
    "estimate_kind",
    "std_error",
    "ci_low",
    "ci_high",
    "n",
    "n_patients",
    "statistic",
    "df",
    "p_value",
    "log10_p",
    "p_adjusted",
    "p_value_from",
)
DROPPED_COLUMNS = ("side", "name", "reason", "n_missing")
DISTRIBUTION_COLUMNS = ("p_low", "p_high", "n")
QUANTILE_COLUMNS = ("rank", "expected_log10_p", "log10_p", "null_low", "null_high")
ADJUSTMENT_COLUMNS = ("covariates", "n_tests", "n_unadjusted", "n_adjusted", "n_survive", "n_vanish", "n_appear")
CHANGE_COLUMNS = (
    "change",
    "unadjusted_estimate",
    "unadjusted_p",
    "unadjusted_p_adjusted",
    "estimate",
    "p_value",
    "p_adjusted",
)


@register("association_map")
@dataclass(frozen=True, eq=False, kw_only=True)
class AssociationMap(Result):
    """Each column of one table against each column of another.

    Attributes
    ----------
    table
        One row per kept pair. The first two columns are named by what they hold (``left_name``, ``right_name``: such as
        ``feature`` and ``pathway``); then ``estimate``, ``estimate_kind`` (such as ``"partial_spearman"`` or
        ``"adjusted_slope"``), ``std_error`` (of slopes), ``ci_low``, ``ci_high`` (95%), ``n`` rows that have both
        values, ``n_patients`` they belong to, ``statistic`` and its ``df``, ``p_value``, ``log10_p`` (exact where
        ``p_value`` is too small to tell), ``p_adjusted`` for all tests, kept or not, ``p_value_from`` (such as ``"t"``
        or ``"permutation"``). The smallest p-values come first.
    estimates, adjusted
        Wide, left x right: every pair of a map of up to two million; of a larger one the rows and columns of the kept
        pairs (or of the 100 strongest), unless the full matrix was asked for.
    left_info, right_info
        What the cohort knows of all columns (image type, region, ... of features), indexed by their names, and
        ``column_kind``: as what they were read (``"continuous"``, ``"binary"``, ``"categorical"``, ``"outcome"``).
    dropped
        Columns that could not be tested, and columns with missing values, with the reason and the count.
    distribution
        Histogram of all p-values, kept or not: ``p_low``, ``p_high``, ``n``.
    quantiles
        Of all p-values, kept or not: ``rank``, ``expected_log10_p`` and ``log10_p`` at it, and ``null_low``,
        ``null_high``, between which 95% of independent null tests would have it.
    adjustment
        Given covariates, one row: how many pairs have an adjusted p-value below the level without them
        (``n_unadjusted``) and with them (``n_adjusted``), in the same patients; how many ``n_survive``, ``n_vanish``
        and ``n_appear``. Empty without covariates.
    changes
        The pairs that it counts, at most 1,000 of each change, the strongest first: ``change`` (``"survives"``,
        ``"vanishes"``, ``"appears"``), estimate and p-values without and with covariates (missing where a large map did
        not keep them).
    n_significant
        How many pairs have an adjusted p-value below the level, in ``table`` or not.
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
    distribution: pd.DataFrame = field(default_factory=partial(tidy, (), DISTRIBUTION_COLUMNS))
    quantiles: pd.DataFrame = field(default_factory=partial(tidy, (), QUANTILE_COLUMNS))
    adjustment: pd.DataFrame = field(default_factory=partial(tidy, (), ADJUSTMENT_COLUMNS))
    changes: pd.DataFrame = field(default_factory=partial(tidy, (), CHANGE_COLUMNS))
    n_significant: int = 0
    notes: tuple[str, ...] = ()
