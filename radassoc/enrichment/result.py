"""The answer of an enrichment analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["COLUMNS", "DROPPED_COLUMNS", "RANKING_COLUMNS", "SUBJECT_COLUMNS", "WALK_COLUMNS", "Enrichment"]

COLUMNS = (
    "by",
    "pathway",
    "size",
    "n_listed",
    "coverage",
    "es",
    "nes",
    "p_value",
    "p_adjusted",
    "q_value",
    "familywise_p",
    "mean_statistic",
    "self_contained_p",
    "maxmean_p",
    "camera_p",
    "inter_gene_correlation",
    "share_associated",
    "direction",
    "enriched",
    "flag",
    "n_leading_edge",
    "leading_edge",
    "n_patients",
)
RANKING_COLUMNS = ("by", "gene", "statistic")
WALK_COLUMNS = ("by", "pathway", "position", "running_score", "gene")
DROPPED_COLUMNS = ("pathway", "size", "n_listed", "coverage", "reason")
SUBJECT_COLUMNS = ("by", "status", "n_patients", "n_genes", "share_associated", "p_value_from", "p_adjusted", "reason")


@register("enrichment")
@dataclass(frozen=True, eq=False, kw_only=True)
class Enrichment(Result):
    """Gene sets along one or more patient-level values.

    Attributes
    ----------
    table
        One row per value (``by``) and ``pathway``: ``size`` genes of the table out of ``n_listed`` in the set and their
        ratio ``coverage``; ``es``, ``nes``; ``p_value``, ``p_adjusted`` (two levels: the values, and the sets of each;
        Benjamini-Hochberg where there is one value), ``q_value`` (the GSEA false discovery rate, for comparison with
        other software), ``familywise_p`` (largest |NES| of all sets along the value); ``mean_statistic`` and
        ``self_contained_p`` of the set's own genes; ``maxmean_p`` of the restandardised maxmean, where it was asked
        for; ``camera_p`` (do they differ from the other genes?) with the mean
        ``inter_gene_correlation`` of the set; ``share_associated`` of all genes; ``direction`` (``"up"``: genes
        rise with the value, ``"down"``); ``enriched`` (both p-values support it, in the same direction); ``flag``
        (``"n of N genes"`` and other warnings); the leading edge (genes parted by ``;``); ``n_patients``.
    subjects
        One row per value: status, patients, genes, the share of associated genes, where its p-values come from
        (``"permutation"``, ``"rotation"``, ``"rerun"``, ``"genes"``, ``"none"``), ``p_adjusted`` that no set is
        enriched along it (Simes' test, Benjamini-Hochberg over the values), and why, where there is none.
    ranking
        ``by``, ``gene``, ``statistic``, from the highest statistic to the lowest.
    walks
        Corners of each running sum: ``position`` in the ranking (0 to number of genes), ``running_score``, and the
        ``gene`` where the corner is a gene of the set (empty elsewhere).
    dropped
        Gene sets that were not tested, with the reason.
    notes
        Everything else a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_enrichment"

    subjects: pd.DataFrame
    ranking: pd.DataFrame
    walks: pd.DataFrame
    dropped: pd.DataFrame
    notes: tuple[str, ...] = ()
