"""The same question in men and women, or any other groups: per stratum, crossed over, and tested for a difference."""

from __future__ import annotations

from radassoc.strata.by_stratum import by_stratum
from radassoc.strata.stratified import StratifiedResult

__all__ = ["StratifiedResult", "by_stratum"]
