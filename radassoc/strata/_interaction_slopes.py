"""Slopes of every column of one table on every column of another in each stratum, in blocks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from radassoc.association._pair_scan import patterns
from radassoc.base.errors import InputError
from radassoc.base.parallel import run_tasks
from radassoc.kernels.correlation import nearly_constant
from radassoc.kernels.group_slopes import Variance, equal_slopes, f_tails, group_slopes, make_part
from radassoc.strata._interaction_columns import FEW, fit_columns, normal_scores, per_sd
from radassoc.strata._interaction_estimates import Estimates, merged
from radassoc.strata._interaction_inputs import FEWEST, Inputs

__all__ = ["BINS", "Scan", "scan_slopes"]

#: Up to so many pairs all are kept; of more, those with p up to the level, and the smallest.
MOST_PAIRS = 2_000_000
BINS = 1_000
_TOP = 100
_CELLS = 2_000_000
_SHOWN = 2_000


class Scan(NamedTuple):
    """Positions of the kept pairs in both tables and their numbers, and what is known of all.

    ``counts`` (1,000) is the histogram of all p-values from 0 to 1; ``shown`` (s, 2) are effects of the reference and
    the second stratum in pairs drawn at random; ``tested`` are the positions, left and right, that any pair has;
    ``heavy``, left, that rest on one patient.
    """

    i: np.ndarray
    j: np.ndarray
    estimates: Estimates
    counts: np.ndarray
    n_tests: int
    shown: np.ndarray
    tested: tuple[np.ndarray, np.ndarray]
    heavy: np.ndarray
    complete: bool


class _Block(NamedTuple):
    rows: np.ndarray
    left: np.ndarray
    right: np.ndarray


def scan_slopes(inputs: Inputs, variance: Variance, *, scale: str, level: float, rng: np.random.Generator) -> Scan:
    """Compare the slopes of all pairs; each pair uses the patients who have both values."""
    X, Y = (table.frame.to_numpy(dtype=float) for table in inputs.tables)
    if np.isinf(X).any() or np.isinf(Y).any():
        raise InputError("A table holds infinite values.", wanted="finite or missing values")
    small = X.shape[1] * Y.shape[1] <= MOST_PAIRS
    share = min(_SHOWN / (X.shape[1] * Y.shape[1]), 1.0)
    blocks = list(_blocks(inputs, X, Y))
    seeds = rng.integers(0, 2**63, size=len(blocks))

    def scan(number: int) -> Scan:
        pairs, heavy = _compare(inputs, X, Y, blocks[number], variance, scale)
        limit = 1.0 if small else level
        return _chosen(pairs, heavy, blocks[number], limit, share, np.random.default_rng(seeds[number]))

    found = run_tasks(scan, list(range(len(blocks))), label="interactions")
    return _joined(found, len(inputs.levels), complete=small)


def _blocks(inputs: Inputs, X: np.ndarray, Y: np.ndarray) -> list[_Block]:
    blocks, k = [], len(inputs.levels)
    rights = list(patterns(Y))
    for seen, members in patterns(X):
        for also, partners in rights:
            rows = np.flatnonzero(seen & also)
            if np.bincount(inputs.group[rows], minlength=k).min() < FEWEST + inputs.Z.shape[1]:
                continue
            width = max(_CELLS // (k * len(partners)), 1)
            blocks += [_Block(rows, members[a : a + width], partners) for a in range(0, len(members), width)]
    return blocks


def _compare(
    inputs: Inputs, X: np.ndarray, Y: np.ndarray, block: _Block, variance: Variance, scale: str
) -> tuple[Estimates, np.ndarray]:
    """Return the numbers of a block, one row a pair, and which left columns rest on one patient.

    NaN where a column does not vary in a stratum or rests on one patient.
    """
    left, right = X[np.ix_(block.rows, block.left)], Y[np.ix_(block.rows, block.right)]
    group, Z = inputs.group[block.rows], inputs.Z[block.rows]
    if scale != "units":
        left, right = (per_sd(side) if scale == "sd" else normal_scores(side) for side in (left, right))
    k = len(inputs.levels)
    parts = [make_part(left[group == g], right[group == g], Z[group == g]) for g in range(k)]
    fit, flat = fit_columns(left, group, Z), np.any([nearly_constant(right[group == g], FEW) for g in range(k)], axis=0)
    for part in parts:
        part.square[~fit.usable] = np.nan
        part.Y[:, flat] = np.nan
    found = group_slopes(parts, variance)
    pooled = variance == "pooled"
    test = equal_slopes(found, pooled=pooled)
    m = len(block.left) * len(block.right)
    slopes, variances = (np.moveaxis(a, 0, -1).reshape(m, k) for a in (found.slopes, found.variances))
    pairs = variances[:, 1:] + variances[:, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = variances[:, 1:] ** 2 / found.df[1:] + variances[:, :1] ** 2 / found.df[0]
        gap_df = np.full(pairs.shape, found.df[0]) if pooled else pairs**2 / spread
        t = (slopes[:, 1:] - slopes[:, :1]) / np.sqrt(pairs)
        gap_p = np.full(pairs.shape, np.nan) if k == 2 else _two_sided(t, gap_df)
    statistic, p = test.statistic.ravel(), f_tails(test).ravel()
    if k == 2:
        gap_p = p[:, None]
    n = np.broadcast_to(np.bincount(group, minlength=k), (m, k))
    df = np.broadcast_to(found.df, (m, k))
    none = np.zeros((m, k), dtype=np.int64)
    return Estimates(slopes, variances, df, pairs, gap_df, statistic, p, gap_p, n, none), block.left[fit.heavy]


def _two_sided(t: np.ndarray, df: np.ndarray) -> np.ndarray:
    return np.asarray(2 * special.stdtr(df, -np.abs(t)))


def _chosen(
    pairs: Estimates, heavy: np.ndarray, block: _Block, limit: float, share: float, rng: np.random.Generator
) -> Scan:
    p = pairs.overall_p
    known = np.flatnonzero(np.isfinite(p))
    counts = np.bincount(np.minimum((p[known] * BINS).astype(np.int64), BINS - 1), minlength=BINS)
    kept = known[p[known] <= limit]
    if limit < 1 and kept.size < _TOP:
        kept = known[np.argsort(p[known], kind="stable")[:_TOP]]
    drawn = known[rng.random(known.size) < share]
    i, j = np.divmod(kept, len(block.right))
    each = [np.unique(part) for part in np.divmod(known, len(block.right))]
    tested = (block.left[each[0]], block.right[each[1]])
    shown = pairs.slopes[drawn][:, :2]
    return Scan(block.left[i], block.right[j], pairs.some(kept), counts, known.size, shown, tested, heavy, limit >= 1)


def _joined(found: list[Scan], k: int, *, complete: bool) -> Scan:
    whole = np.empty(0, dtype=np.int64)
    return Scan(
        np.concatenate([whole, *(part.i for part in found)]),
        np.concatenate([whole, *(part.j for part in found)]),
        merged([part.estimates for part in found], k),
        sum((part.counts for part in found), np.zeros(BINS, dtype=np.int64)),
        sum(part.n_tests for part in found),
        np.concatenate([np.empty((0, 2)), *(part.shown for part in found)]),
        (
            np.unique(np.concatenate([whole, *(part.tested[0] for part in found)])),
            np.unique(np.concatenate([whole, *(part.tested[1] for part in found)])),
        ),
        np.unique(np.concatenate([whole, *(part.heavy for part in found)])),
        complete,
    )
