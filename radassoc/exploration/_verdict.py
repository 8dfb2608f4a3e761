"""Tests of one variable between groups, and standardised differences, on arrays."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy import special

from radassoc.base.seeds import generator

__all__ = [
    "Verdict",
    "compare_levels",
    "compare_numbers",
    "fisher_two_rows",
    "kruskal",
    "pearson",
    "standardized_difference",
]

_MOST_TABLES = 200_000
_PERMUTATIONS = 9_999


class Verdict(NamedTuple):
    """A test by name, its statistic and p-value; missing where it cannot be done."""

    name: str
    statistic: float
    p_value: float


_NONE = Verdict("", float("nan"), float("nan"))


# ---- numbers
def compare_numbers(values: np.ndarray, codes: np.ndarray, n_groups: int) -> Verdict:
    """Compare numbers: Mann-Whitney between two groups, Kruskal-Wallis between more."""
    sizes = np.bincount(codes, minlength=n_groups)
    if (sizes > 0).sum() < 2 or np.unique(values).size < 2:
        return _NONE
    if n_groups == 2:
        from scipy.stats import mannwhitneyu

        found = mannwhitneyu(values[codes == 0], values[codes == 1], alternative="two-sided")
        return Verdict("Mann-Whitney", float(found.statistic), float(found.pvalue))
    statistic, df = kruskal(values, codes, n_groups)
    return Verdict("Kruskal-Wallis", statistic, float(special.chdtrc(df, statistic)))


def kruskal(values: np.ndarray, codes: np.ndarray, n_groups: int) -> tuple[float, int]:
    """Return the Kruskal-Wallis statistic, corrected for ties, and its degrees of freedom."""
    n = values.size
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    sizes = np.bincount(codes, minlength=n_groups)
    used = sizes > 0
    sums = np.bincount(codes, weights=ranks, minlength=n_groups)[used]
    ties = 1 - (counts**3 - counts).sum() / (n**3 - n)
    if used.sum() < 2 or ties <= 0:
        return float("nan"), 0
    statistic = (12 / (n * (n + 1)) * (sums**2 / sizes[used]).sum() - 3 * (n + 1)) / ties
    return float(statistic), int(used.sum()) - 1


# ---- levels
def compare_levels(table: np.ndarray) -> Verdict:
    """Compare counts, levels x groups: chi-square, or an exact test where an expected count is below five.

    Exact: Fisher, for two levels or two groups by enumeration (Freeman-Halton), otherwise the chi-square statistic over
    9,999 random tables with the same margins.
    """
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape, default=0) < 2:
        return _NONE
    statistic, df = pearson(table)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    if expected.min() >= 5:
        return Verdict("chi-square", statistic, float(special.chdtrc(df, statistic)))
    two_rows = table if table.shape[0] == 2 else table.T
    if two_rows.shape[0] == 2:
        p = fisher_two_rows(two_rows)
        if np.isfinite(p):
            return Verdict("Fisher", float("nan"), p)
    return Verdict("chi-square, permutation", statistic, _permuted(table, statistic))


def pearson(table: np.ndarray) -> tuple[float, int]:
    """Return Pearson's chi-square without continuity correction, and its degrees of freedom."""
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape, default=0) < 2:
        return float("nan"), 0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(((table - expected) ** 2 / expected).sum()), (table.shape[0] - 1) * (table.shape[1] - 1)


def fisher_two_rows(table: np.ndarray) -> float:
    """Return Fisher's exact p of a 2 x c table; missing where there are too many tables to enumerate.

    The sum of the probabilities of all tables with the same margins that are at most as probable as this one (relative
    tolerance 1e-7, as in R's ``fisher.test``).
    """
    columns, first = table.sum(axis=0), int(table[0].sum())
    if np.prod(columns + 1.0) > _MOST_TABLES:
        return float("nan")
    counts, logs = np.zeros(1, dtype=int), np.zeros(1)
    for size in columns:
        chosen = np.arange(size + 1)
        ways = _log_choose(size, chosen)
        counts, logs = (counts[:, None] + chosen).ravel(), (logs[:, None] + ways).ravel()
        possible = counts <= first
        counts, logs = counts[possible], logs[possible]
    logs = logs[counts == first] - _log_choose(int(columns.sum()), np.array([first]))
    here = sum(_log_choose(int(n), np.array([k]))[0] for n, k in zip(columns, table[0], strict=True))
    here -= _log_choose(int(columns.sum()), np.array([first]))[0]
    return float(min(1.0, np.exp(logs[logs <= here + 1e-7]).sum()))


def _log_choose(n: int, k: np.ndarray) -> np.ndarray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def _permuted(table: np.ndarray, observed: float) -> float:
    """Return the permutation p of the chi-square statistic, from one fixed stream: the same table, the same p."""
    rows = np.repeat(np.arange(table.shape[0]), table.sum(axis=1))
    columns = np.concatenate([np.repeat(np.arange(table.shape[1]), row) for row in table])
    random = generator(0, "table_one")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    larger = 0
    for _ in range(_PERMUTATIONS):
        counts = np.bincount(rows * table.shape[1] + random.permutation(columns), minlength=table.size).reshape(
            table.shape
        )
        larger += ((counts - expected) ** 2 / expected).sum() >= observed * (1 - 1e-9)
    return float((1 + larger) / (1 + _PERMUTATIONS))


# ---- standardised differences
def standardized_difference(values: np.ndarray, codes: np.ndarray, n_groups: int) -> float:
    """Return the largest absolute standardised mean difference between any two groups.

    ``values`` (n, q): one column for a number; indicators of all levels but the first for a category. For one column
    this is ``|m1 - m2| / sqrt((s1^2 + s2^2) / 2)`` (Austin 2009), with ``p (1 - p)`` as the variance of an indicator;
    for several it is the Mahalanobis distance with the averaged covariances (Yang & Dalton 2012).
    """
    binary = bool(np.isin(values, (0.0, 1.0)).all())
    found = [
        _pair(values[codes == a], values[codes == b], ddof=0 if binary else 1)
        for a, b in combinations(range(n_groups), 2)
    ]
    known = [value for value in found if not np.isnan(value)]
    return max(known) if known else float("nan")


def _pair(left: np.ndarray, right: np.ndarray, *, ddof: int) -> float:
    if min(len(left), len(right)) <= ddof:
        return float("nan")
    difference = left.mean(axis=0) - right.mean(axis=0)
    q = left.shape[1]
    spread = (np.cov(left.T, ddof=ddof).reshape(q, q) + np.cov(right.T, ddof=ddof).reshape(q, q)) / 2
    if not difference.any():
        return 0.0
    if np.linalg.matrix_rank(spread) < q:  # a level that one group lacks and the other always has
        solved = np.linalg.pinv(spread) @ difference
        if not np.allclose(spread @ solved, difference, atol=1e-9):
            return float("inf")
        return float(np.sqrt(difference @ solved))
    return float(np.sqrt(difference @ np.linalg.solve(spread, difference)))
