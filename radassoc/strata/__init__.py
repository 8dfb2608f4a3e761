"""The same question in men and women, or any other groups: per stratum, crossed over, and tested for a difference."""

from __future__ import annotations

from radassoc.strata.balance import Balance, balance
from radassoc.strata.by_stratum import by_stratum
from radassoc.strata.cross_application import CrossApplication
from radassoc.strata.cross_apply import cross_apply
from radassoc.strata.interaction_result import Interactions
from radassoc.strata.interactions import interactions
from radassoc.strata.pool_estimates import pool_estimates
from radassoc.strata.pooled import PooledEstimates
from radassoc.strata.power import DetectableInteraction, detectable_interaction
from radassoc.strata.stratified import StratifiedResult
from radassoc.strata.weighting import WeightedComparison, weighted_comparison

__all__ = [
    "Balance",
    "CrossApplication",
    "DetectableInteraction",
    "Interactions",
    "PooledEstimates",
    "StratifiedResult",
    "WeightedComparison",
    "balance",
    "by_stratum",
    "cross_apply",
    "detectable_interaction",
    "interactions",
    "pool_estimates",
    "weighted_comparison",
]
