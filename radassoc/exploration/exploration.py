"""The answer of the first look at a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["CHECK_COLUMNS", "FEATURE_COLUMNS", "SAMPLE_COLUMNS", "Exploration"]

CHECK_COLUMNS = ("check", "measure", "value", "p_value", "verdict")
FEATURE_COLUMNS = (
    "feature",
    "region",
    "sequence",
    "feature_class",
    "n_missing",
    "n_absent",
    "missing_share",
    "cluster",
    "n_partners",
    "ruled_share",
    "volume_correlation",
    "centre_explained",
    "centre_p",
    "centre_p_adjusted",
)
SAMPLE_COLUMNS = ("patient", "n_missing", "n_absent", "distance", "p_adjusted", "outlier", "n_ruled")


@register("exploration")
@dataclass(frozen=True, eq=False, kw_only=True)
class Exploration(Result):
    """What a table of features looks like before any test.

    Attributes
    ----------
    table
        One row a finding: ``check`` ("correlation", "missing", "outliers", "centre", "size"), ``measure``, ``value``,
        ``p_value`` (of the permutation test between centres only), ``verdict``: what it means, in words.
    features
        One row a column: ``n_missing`` and ``n_absent`` patients (their region is absent), ``missing_share`` of both,
        ``cluster`` (largest 0, -1 outside), ``n_partners`` (features that correlate beyond the limit),
        ``ruled_share`` (of its variation, by one patient), ``volume_correlation``, ``centre_explained`` (share of its
        ranks' variance), ``centre_p``, ``centre_p_adjusted``.
    clusters
        Groups of features that correlate beyond the limit on average: ``cluster``, ``size``, ``representative`` (the
        one closest to all others), ``mean_correlation``.
    correlation_counts
        ``low``, ``high``, ``n_pairs``: how many pairs of features have an absolute correlation in this range.
    correlation_map
        Correlations along the tree; averaged over blocks where there are more than 150 features.
    regions
        ``region``, ``n_patients`` who lack it, ``n_features`` that are absent there.
    absence
        Whether lacking a region goes with clinical variables or survival: ``region``, ``variable``, ``test``,
        ``statistic``, ``p_value``, ``p_adjusted`` (Benjamini-Hochberg), ``n``, ``n_absent``.
    patterns
        Which groups of features are gone together, and in how many patients.
    centres
        ``centre``, ``n_patients``.
    samples
        ``patient``, ``n_missing``, ``n_absent``, ``distance`` (robust), ``p_adjusted``, ``outlier``, ``n_ruled``
        features.
    volume, centre
        Which columns were taken; empty for none.
    notes
        What a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_exploration"

    features: pd.DataFrame
    clusters: pd.DataFrame
    correlation_counts: pd.DataFrame
    correlation_map: pd.DataFrame
    regions: pd.DataFrame
    absence: pd.DataFrame
    patterns: pd.DataFrame
    centres: pd.DataFrame
    volume: str = ""
    centre: str = ""
    notes: tuple[str, ...] = ()
