"""What a scan of pairs answers, whatever its test, and the patterns of missing values it walks over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np

from radassoc.base.seeds import generator
from radassoc.kernels.permutation import permuted_rows

__all__ = ["PairScan", "Settings", "draw_rows", "empty_scan", "patterns"]


class Settings(NamedTuple):
    """How pairs are tested: on ranks or values, level of intervals, permutations and their seed."""

    ranked: bool = True
    confidence: float = 0.95
    n_permutations: int = 10_000
    seed: int = 0


def draw_rows(n: int, settings: Settings) -> np.ndarray:
    """Return the permutations of n patients: the same for every pair of so many."""
    strata = np.zeros(n, dtype=np.int64)
    return permuted_rows(strata, settings.n_permutations, generator(settings.seed, "association", n))


@dataclass(frozen=True)
class PairScan:
    """Left x right matrices; NaN, 0 or an empty text where a pair could not be tested.

    ``estimate_kind`` and ``p_value_from`` are text per pair. ``df`` is missing where the statistic has none. ``n``
    counts rows; ``n_patients`` the patients whose samples they are, 0 where each row is a patient. The tests and what
    they estimate: see :mod:`radassoc.association._pairing`.
    """

    estimate: np.ndarray
    estimate_kind: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    n: np.ndarray
    n_patients: np.ndarray
    statistic: np.ndarray
    df: np.ndarray
    p: np.ndarray
    log10_p: np.ndarray
    p_value_from: np.ndarray

    def put(self, left: np.ndarray, right: np.ndarray, **values: np.ndarray | str | float) -> None:
        """Write the answers of a block of pairs into the matrices."""
        where = np.ix_(left, right)
        for name, answer in values.items():
            getattr(self, name)[where] = answer

    def put_scan(self, left: np.ndarray, right: np.ndarray, part: PairScan, *, turned: bool) -> None:
        """Write a scan of some columns into its place; ``turned``: its left is right here."""
        names = (f.name for f in fields(PairScan))
        self.put(left, right, **{name: getattr(part, name).T if turned else getattr(part, name) for name in names})


def empty_scan(n_left: int, n_right: int) -> PairScan:
    """Return matrices of nothing."""
    shape = (n_left, n_right)
    text, whole = {"estimate_kind", "p_value_from"}, {"n", "n_patients"}
    made: dict[str, Any] = {
        f.name: np.full(shape, "", dtype=object)
        if f.name in text
        else np.zeros(shape, dtype=np.int64)
        if f.name in whole
        else np.full(shape, np.nan)
        for f in fields(PairScan)
    }
    return PairScan(**made)


def patterns(X: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each distinct set of observed rows with the columns that have it, in the order of first appearance."""
    columns: dict[bytes, list[int]] = {}
    seen = ~np.isnan(X)
    for j in range(X.shape[1]):
        columns.setdefault(seen[:, j].tobytes(), []).append(j)
    for members in columns.values():
        yield seen[:, members[0]], np.array(members)
