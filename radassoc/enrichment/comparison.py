"""The answer of a comparison of enrichment between two groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["COLUMNS", "GENE_COLUMNS", "EnrichmentComparison"]

COLUMNS = (
    "pathway",
    "size",
    "n_listed",
    "coverage",
    "group_1",
    "group_2",
    "nes_1",
    "nes_2",
    "nes_difference",
    "null_low",
    "null_high",
    "es",
    "nes",
    "p_value",
    "p_adjusted",
    "familywise_p",
    "mean_statistic",
    "self_contained_p",
    "share_associated",
    "direction",
    "differs",
    "flag",
    "n_1",
    "n_2",
)
GENE_COLUMNS = (
    "gene",
    "slope_1",
    "slope_2",
    "estimate",
    "std_error",
    "ci_low",
    "ci_high",
    "statistic",
    "df",
    "p_value",
    "p_adjusted",
)


@register("enrichment_comparison")
@dataclass(frozen=True, eq=False, kw_only=True)
class EnrichmentComparison(Result):
    """Gene sets whose genes follow a value more steeply in one group than in the other.

    Attributes
    ----------
    table
        One row per ``pathway``. ``nes_1``, ``nes_2``: normalised enrichment along the value within each group, on its
        own; ``nes_difference`` (second less first), and ``null_low`` to ``null_high``, the middle 95% of the
        differences in permuted tables with equal slopes: not centred on 0 where the groups differ in size, a little
        narrow (5 to 9% lay outside in simulations), to look at and no test. The test is that of the
        difference of slopes, gene by gene: ``es``, ``nes``, ``p_value``, ``p_adjusted`` (Benjamini-Hochberg),
        ``familywise_p`` (over all sets); ``mean_statistic`` and ``self_contained_p`` of the set's own genes;
        ``share_associated``: the share of all genes whose slopes differ; ``direction`` (in which group the slope is
        higher); ``differs`` (both p-values support it, in the same direction); ``n_1``, ``n_2`` patients.
    genes
        By gene: both slopes per unit of the value, ``estimate`` (their difference, second less first), standard error,
        95% interval, t, Welch-Satterthwaite degrees of freedom, p-value and its Benjamini-Hochberg adjustment.
    dropped
        Gene sets that were not tested, with the reason.
    notes
        Everything else a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_nes_scatter"

    genes: pd.DataFrame
    dropped: pd.DataFrame
    notes: tuple[str, ...] = ()
