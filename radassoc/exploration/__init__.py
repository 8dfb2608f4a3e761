"""What the tables look like before any test: Table 1 and principal components."""

from __future__ import annotations

from radassoc.exploration.results import PCA, TableOne

__all__ = ["PCA", "TableOne"]
