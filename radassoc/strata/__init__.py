"""The same question in men and women, or any other groups: per stratum, crossed over, and tested for a difference."""

from __future__ import annotations

from radassoc.strata.by_stratum import by_stratum
from radassoc.strata.cross_application import CrossApplication
from radassoc.strata.cross_apply import cross_apply
from radassoc.strata.stratified import StratifiedResult

__all__ = ["CrossApplication", "StratifiedResult", "by_stratum", "cross_apply"]
