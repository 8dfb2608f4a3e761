"""Each column of one table against each column of another."""

from __future__ import annotations

from radassoc.association.associate import associate
from radassoc.association.pair import pair
from radassoc.association.pair_result import PairAssociation
from radassoc.association.result import AssociationMap

__all__ = ["AssociationMap", "PairAssociation", "associate", "pair"]
