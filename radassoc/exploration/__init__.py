"""What the tables look like before any test: Table 1, a first look, principal components."""

from __future__ import annotations

from radassoc.exploration.exploration import Exploration
from radassoc.exploration.explore import explore
from radassoc.exploration.pca import pca
from radassoc.exploration.results import PCA, TableOne
from radassoc.exploration.table_one import table_one

__all__ = ["PCA", "Exploration", "TableOne", "explore", "pca", "table_one"]
