"""What goes into the pipeline: the patients as arrays, and what the user chose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

import numpy as np

from radassoc.kernels.cox_risk import RiskSets, risk_sets
from radassoc.preparation.recipe import Preparation

__all__ = ["Arrays", "Block", "Criterion", "LambdaRule", "Runner", "Settings", "Ties", "risk_of"]

LambdaRule = Literal["min", "1se"]
Criterion = Literal["deviance", "concordance"]
Ties = Literal["efron", "breslow"]
Runner = Callable[[Callable[[Any], Any], list[Any]], Iterable[Any]]


class Block(NamedTuple):
    """One modality: how many columns of ``Arrays.X`` it has, its penalty factor, its preparation."""

    width: int
    factor: float
    recipe: Preparation


class Settings(NamedTuple):
    """What the user chose; without ``blocks`` all columns are one modality, prepared by ``recipe``."""

    recipe: Preparation
    l1_ratio: float = 1.0
    n_folds: int = 10
    n_repeats: int = 10
    lambda_rule: LambdaRule = "min"
    ties: Ties = "efron"
    seed: int = 0
    criterion: Criterion = "deviance"
    screen: int | None = None
    blocks: tuple[Block, ...] = ()

    def blocks_of(self, n_columns: int) -> tuple[Block, ...]:
        """Return the modalities side by side in a matrix of so many columns."""
        return self.blocks or (Block(n_columns, 1.0, self.recipe),)

    def factors_of(self, columns: np.ndarray, n_columns: int) -> np.ndarray:
        """Return the penalty factor of each of these columns of the matrix."""
        blocks = self.blocks_of(n_columns)
        return np.repeat([block.factor for block in blocks], [block.width for block in blocks])[columns]


class Arrays(NamedTuple):
    """Imaging (may have gaps), complete covariates, outcome, stratum, tumour volume (or NaN), patient of each row."""

    X: np.ndarray
    Z: np.ndarray
    time: np.ndarray
    event: np.ndarray
    strata: np.ndarray
    volume: np.ndarray
    copies: np.ndarray

    def take(self, rows: np.ndarray) -> Arrays:
        """Return these rows."""
        return Arrays(*(part[rows] for part in self))


def risk_of(data: Arrays, settings: Settings) -> RiskSets:
    """Return the risk sets of these patients."""
    return risk_sets(data.time, data.event, strata=data.strata, ties=settings.ties)
