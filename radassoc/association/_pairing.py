"""Which test a pair of columns gets, from what they hold.

=====================  ===========================================  =============================================
pair                   without covariates                           given covariates
=====================  ===========================================  =============================================
two of numbers         correlation (``_scan``)                      partial correlation (``_scan``)
classes, numbers       Mann-Whitney; area under the curve           logistic score test; log odds ratio per SD
classes, classes       chi-square or Fisher; log odds ratio         logistic score test; log odds ratio
categories, numbers    Kruskal-Wallis; epsilon squared              partial F test; partial epsilon squared
categories, classes    chi-square; Cramer's V                       Pillai's trace; partial Cramer's V
anything, survival     Cox score test; log hazard ratio per SD      the same, given covariates and strata
=====================  ===========================================  =============================================
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from radassoc.association._binary import scan_binary
from radassoc.association._categorical import scan_categorical
from radassoc.association._columns import (
    BINARY,
    CATEGORICAL,
    CONTINUOUS,
    FEWEST_IN_CLASS,
    Columns,
    read_columns,
)
from radassoc.association._pair_scan import PairScan, Settings, empty_scan

__all__ = [
    "Columns",
    "PairScan",
    "Settings",
    "all_continuous",
    "pairing_notes",
    "read_columns",
    "scan_pairs",
    "small_classes",
]


def all_continuous(left: Columns, right: Columns) -> bool:
    """Tell whether every pair is one of two columns of numbers: a matter of correlation alone."""
    return bool((left.kinds == CONTINUOUS).all() and (right.kinds == CONTINUOUS).all())


def scan_pairs(left: Columns, right: Columns, Z: np.ndarray, settings: Settings) -> PairScan:
    """Test all pairs but those of two columns of numbers, whose cells stay empty for the scan of correlations.

    Parameters
    ----------
    left, right
        Columns of the same patients, which may miss values: each pair uses those who have both.
    Z
        Complete covariates (n, k), as numbers; k may be 0.
    settings
        ``ranked``: whether columns of numbers and covariates are ranked first (as Mann-Whitney does) or used as they
        are; level of the intervals; permutations, where an approximation is not trusted, and their seed.
    """
    answer = empty_scan(left.kinds.size, right.kinds.size)
    for i, j, of_left, of_right in _blocks(left, right):
        x, y = left.values[:, i], right.values[:, j]
        turned = _rank(of_left) > _rank(of_right)
        if turned:
            x, y, of_left, of_right = y, x, of_right, of_left
        if of_right == CATEGORICAL:
            part = scan_categorical(x, y, Z, kind=of_left, settings=settings)
        else:
            part = scan_binary(x, y, Z, two_classes=of_left == BINARY, settings=settings)
        answer.put_scan(i, j, part, turned=turned)
    return answer


def _rank(kind: str) -> int:
    return (CONTINUOUS, BINARY, CATEGORICAL).index(kind)


def _blocks(left: Columns, right: Columns) -> Iterator[tuple[np.ndarray, np.ndarray, str, str]]:
    for of_left in (CONTINUOUS, BINARY, CATEGORICAL):
        for of_right in (CONTINUOUS, BINARY, CATEGORICAL):
            i, j = left.where(of_left), right.where(of_right)
            if i.size and j.size and (of_left, of_right) != (CONTINUOUS, CONTINUOUS):
                yield i, j, of_left, of_right


def small_classes(columns: Columns) -> dict[str, str]:
    """Return why columns of classes or categories are not tested, or not whole: too few patients in a class."""
    told = {}
    for j in np.flatnonzero(columns.kinds != CONTINUOUS):
        values = columns.values[:, j]
        codes, counts = np.unique(values[~np.isnan(values)].astype(int), return_counts=True)
        names = columns.levels[str(columns.names[j])]
        rare = [
            f"{names[code]} ({count})" for code, count in zip(codes, counts, strict=True) if count < FEWEST_IN_CLASS
        ]
        if not rare:
            continue
        enough = (counts >= FEWEST_IN_CLASS).sum()
        what = "set aside" if enough > 1 else "not tested"
        told[str(columns.names[j])] = f"{what}: fewer than {FEWEST_IN_CLASS} patients are {', '.join(rare)}"
    return told


def pairing_notes(found: PairScan, settings: Settings, *, adjusted: bool) -> tuple[str, ...]:
    """Tell which tests the pairs got."""
    told = []
    on = "ranks" if settings.ranked else "values"
    words: dict[str, Any] = {
        "mann-whitney": "Mann-Whitney tests (normal, ties corrected); the estimate is the area under the curve: how "
        "often a patient of the class that is asked about has the higher value",
        "score": f"score tests of the {on} in a logistic model of the class given the covariates (t); the estimate is "
        "Firth's log odds ratio, with its profile interval",
        "kruskal-wallis": f"Kruskal-Wallis tests of the {on} between categories"
        if settings.ranked
        else "tests of R squared between categories",
        "chi-square": "chi-square tests with n - 1",
        "fisher": "Fisher's exact tests, where an expected count is below five",
        "f": f"F tests of the categories given the covariates ({on})",
        "permutation": f"{settings.n_permutations} permutations, where a class has fewer than ten patients or all are "
        "fewer than twenty" + (" (residuals given the covariates are permuted)" if adjusted else ""),
    }
    for source, text in words.items():
        count = int((found.p_value_from == source).sum())
        if count:
            told.append(f"{count} pairs: {text}.")
    return tuple(told)
