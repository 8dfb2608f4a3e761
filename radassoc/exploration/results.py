"""What the verbs of exploration return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result
from radassoc.preparation.fitted import FittedPreparation

__all__ = ["ASSOCIATION_COLUMNS", "PCA", "PCA_COLUMNS", "SKIPPED_COLUMNS", "TABLE_COLUMNS", "TableOne"]

TABLE_COLUMNS = (
    "variable",
    "variable_kind",
    "level",
    "group",
    "n",
    "n_missing",
    "mean",
    "sd",
    "median",
    "q25",
    "q75",
    "count",
    "percent",
    "summary",
    "test",
    "statistic",
    "p_value",
    "p_adjusted",
    "standardized_difference",
)
SKIPPED_COLUMNS = ("variable", "reason")
PCA_COLUMNS = ("component", "variance", "explained", "cumulative")
ASSOCIATION_COLUMNS = ("component", "variable", "test", "estimate", "statistic", "p_value", "p_adjusted", "n")


@register("table_one")
@dataclass(frozen=True, eq=False, kw_only=True)
class TableOne(Result):
    """Who the patients are, as a whole and by group.

    Attributes
    ----------
    table
        One row per ``variable``, ``level`` (empty for numbers) and ``group`` ("all" first). ``n`` known values and
        ``n_missing``; ``mean``, ``sd``, ``median``, ``q25``, ``q75`` of numbers; ``count`` and ``percent`` (of known
        values) of levels; ``summary`` as text. ``test``, ``statistic``, ``p_value``, ``p_adjusted``
        (Benjamini-Hochberg over the variables) and ``standardized_difference`` belong to the variable and are repeated
        in each of its rows.
    wide
        The same for the eye, all text: ``characteristic``, one column a group, ``p_value``,
        ``standardized_difference``.
    skipped
        Columns that were left out, with the reason.
    groups
        What the groups are; empty without groups.
    source
        Where the groups come from, as in ``RiskGroups``; empty without groups.
    p_reason
        Where the p-values come from, if not from ordinary tests, or why they are missing.
    notes
        What a reader of the table should know, in sentences.
    """

    default_figure: ClassVar[str] = ""

    wide: pd.DataFrame
    skipped: pd.DataFrame
    groups: str = ""
    source: str = ""
    p_reason: str = ""
    notes: tuple[str, ...] = ()


@register("pca")
@dataclass(frozen=True, eq=False, kw_only=True)
class PCA(Result):
    """Principal components of a table of features.

    Attributes
    ----------
    table
        ``component`` ("PC1", ...), ``variance``, ``explained`` (share of the total variance), ``cumulative``.
    loadings
        ``feature``, its ``image_type``, ``region``, ``sequence``, ``feature_class``, ``feature_name``, and one column a
        component: unit vectors whose largest absolute entry is positive.
    samples
        ``patient``, ``sample`` and one column a component.
    associations
        ``component``, ``variable``, ``test`` ("Spearman", "Kruskal-Wallis", "Cox score"), ``estimate`` (rho; share of
        rank variance; log hazard ratio per SD to first order), ``statistic``, ``p_value``, ``p_adjusted``
        (Benjamini-Hochberg over all rows), ``n`` patients.
    preparation
        What was learned before the components.
    skipped
        Clinical columns that were not looked at, with the reason.
    """

    default_figure: ClassVar[str] = "plot_pca"

    loadings: pd.DataFrame
    associations: pd.DataFrame
    skipped: pd.DataFrame
    preparation: FittedPreparation | None = None
