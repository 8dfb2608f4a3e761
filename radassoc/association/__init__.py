"""Each column of one table against each column of another."""

from __future__ import annotations

from radassoc.association.associate import associate
from radassoc.association.result import AssociationMap

__all__ = ["AssociationMap", "associate"]
