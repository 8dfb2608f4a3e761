"""Gene sets along a score, a feature or any other value of a patient, and scores of gene sets per sample."""

from __future__ import annotations

from radassoc.enrichment.compare_enrichment import compare_enrichment
from radassoc.enrichment.comparison import EnrichmentComparison
from radassoc.enrichment.enrich import enrich
from radassoc.enrichment.fit_pathway_scores import PathwayScores, fit_pathway_scores
from radassoc.enrichment.over_represent import OverRepresentation, over_represent
from radassoc.enrichment.overlap import Overlap, overlap_sets
from radassoc.enrichment.pathway_scores import score_pathways
from radassoc.enrichment.preranked import preranked
from radassoc.enrichment.redundancy import Redundancy, reduce_redundancy
from radassoc.enrichment.result import Enrichment

__all__ = [
    "Enrichment",
    "EnrichmentComparison",
    "OverRepresentation",
    "Overlap",
    "PathwayScores",
    "Redundancy",
    "compare_enrichment",
    "enrich",
    "fit_pathway_scores",
    "over_represent",
    "overlap_sets",
    "preranked",
    "reduce_redundancy",
    "score_pathways",
]
