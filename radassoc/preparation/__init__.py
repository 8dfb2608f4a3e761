"""Steps that are learned on training patients and frozen: missing filter, imputation, pruning, scaling."""

from __future__ import annotations

from radassoc.preparation.fitted import FittedPreparation
from radassoc.preparation.preparation import fit_preparation
from radassoc.preparation.recipe import Preparation

__all__ = ["FittedPreparation", "Preparation", "fit_preparation"]
