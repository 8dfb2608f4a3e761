"""What the tables look like before any test: Table 1 and principal components."""

from __future__ import annotations

from radassoc.exploration.pca import pca
from radassoc.exploration.results import PCA, TableOne
from radassoc.exploration.table_one import table_one

__all__ = ["PCA", "TableOne", "pca", "table_one"]
