"""Gene sets along a score, a feature or any other value of a patient, and scores of gene sets per sample."""

from __future__ import annotations

from radassoc.enrichment.enrich import enrich
from radassoc.enrichment.overlap import Overlap, overlap_sets
from radassoc.enrichment.pathway_scores import score_pathways
from radassoc.enrichment.result import Enrichment

__all__ = ["Enrichment", "Overlap", "enrich", "overlap_sets", "score_pathways"]
