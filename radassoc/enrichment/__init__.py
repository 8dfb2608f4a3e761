"""Gene sets along a score, a feature or any other value of a patient, and scores of gene sets per sample."""

from __future__ import annotations

from radassoc.enrichment.result import Enrichment

__all__ = ["Enrichment"]
