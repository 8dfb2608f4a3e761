"""Which columns can be compared between strata: they vary in each, and no single patient rules one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import special

from radassoc.kernels.correlation import basis, midranks, nearly_constant, residuals

__all__ = [
    "FEW",
    "FLAT",
    "HEAVY",
    "Fit",
    "fit_columns",
    "largest_share",
    "most_share",
    "normal_scores",
    "per_sd",
    "reasons",
]

#: A column in which one patient makes up more than this share of a stratum's variation, given the covariates, is not
#: compared as it is: its effect there rests on that patient, and its t has tails of its own.
_MOST = 0.3
_OF_FEW = 14.0  # among n patients of a normal distribution the largest share is hardly ever more than 14 / n
#: Fewer patients of a stratum that differ from its most common value are no variation.
FEW = 10
HEAVY = f"one patient makes up too much of its variation in a stratum (over {_MOST:.0%})"
FLAT = f"fewer than {FEW} patients of a stratum differ from its most common value"


class Fit(NamedTuple):
    """Which columns hardly vary in a stratum (``flat``), and which of the others rest on one patient (``heavy``)."""

    flat: np.ndarray
    heavy: np.ndarray

    @property
    def usable(self) -> np.ndarray:
        """Return the columns that are neither."""
        return ~(self.flat | self.heavy)


def fit_columns(X: np.ndarray, group: np.ndarray, Z: np.ndarray) -> Fit:
    """Look at each column of X (n, p) in each group, given the covariates Z (n, c)."""
    flat, heavy = np.zeros(X.shape[1], dtype=bool), np.zeros(X.shape[1], dtype=bool)
    for g in range(int(group.max()) + 1):
        part = X[group == g]
        flat |= nearly_constant(part, FEW)
        heavy |= largest_share(residuals(part, basis(Z[group == g]))) > most_share(len(part))
    return Fit(flat, heavy & ~flat)


def largest_share(left: np.ndarray) -> np.ndarray:
    """Return the largest share of a row in the sum of squares of each column; 0 of a column of zeros."""
    square = left**2
    total = square.sum(axis=0)
    return np.asarray(np.divide(square.max(axis=0), total, out=np.zeros(total.shape), where=total > 0))


def most_share(n: int) -> float:
    """Return the share of one of n patients that is still accepted."""
    return max(_MOST, _OF_FEW / n)


def normal_scores(X: np.ndarray) -> np.ndarray:
    """Return the normal scores of the ranks of each column."""
    return np.asarray(special.ndtri((midranks(X) - 0.5) / len(X)))


def per_sd(X: np.ndarray) -> np.ndarray:
    """Return the columns with mean 0 and standard deviation 1; zeros where they do not vary."""
    spread = X.std(axis=0, ddof=1)
    return np.asarray((X - X.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def reasons(names: np.ndarray, why: str) -> list[dict[str, Any]]:
    """Return rows of ``dropped``."""
    return [{"name": str(name), "reason": why} for name in names]
