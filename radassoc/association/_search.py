"""The scan of a map too large to hold: every pair counted in single precision, the strongest answered in double."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy import special

from radassoc.association._groups import FEW_PATIENTS, Group, Tables, Units, groups_of, units_of
from radassoc.association._where import Where
from radassoc.kernels.scan import N_BINS, pair_products, scan_rows, single_error

__all__ = ["Hits", "Search", "correlation_at", "search"]

#: Columns that are ranked, residualised and multiplied by one task.
_CHUNK = 2048
#: Cells of the tables whose residuals are held at a time: groups of pairs are walked in batches of about this size.
_BATCH = 20_000_000


@dataclass(frozen=True)
class Hits:
    """Pairs found, in the order of the tasks: positions, correlation, ratio of residual lengths (right over left).

    ``doubtful``: few patients or heavy ties, so that the t distribution is not trusted; ``group`` numbers the groups.
    """

    i: np.ndarray
    j: np.ndarray
    r: np.ndarray
    ratio: np.ndarray
    n: np.ndarray
    df: np.ndarray
    doubtful: np.ndarray
    group: np.ndarray


@dataclass(frozen=True)
class Search:
    """The pairs whose p-value is at most ``p0``; by degrees of freedom, how many of all pairs lie in each bin of |r|.

    ``complete`` is False where more pairs were found than there was room for: then the hits are some of them only.
    """

    hits: Hits
    counts: Mapping[int, np.ndarray]
    p0: float
    complete: bool

    @property
    def n_tests(self) -> int:
        """How many pairs could be tested."""
        return int(sum(int(counts.sum()) for counts in self.counts.values()))


def correlation_at(p: float, df: int) -> float:
    """Return the correlation whose two-sided p-value is ``p``.

    Examples
    --------
    >>> round(correlation_at(0.05, 28), 4)
    0.361
    """
    if p >= 1 or p <= 0:
        return 0.0 if p > 0 else 1.0
    t = -float(special.stdtrit(df, p / 2))
    return float(t / np.sqrt(df + t * t))


def search(tables: Tables, p0: float, *, most: int, where: Where) -> Search:
    """Find every pair with p at most ``p0`` by t; each task keeps at most ``most``.

    Which pairs share a task depends on the shape of the tables only, so that the answer is the same wherever and on
    however many workers it is computed.
    """
    found: list[Any] = []
    counts: dict[int, np.ndarray] = {}
    complete = True
    for batch in _batches(enumerate(groups_of(tables))):
        for df, (hits, in_bins, n_found) in _scan_batch(tables, batch, p0, most, where):
            counts[df] = counts.get(df, np.zeros(N_BINS, dtype=np.int64)) + in_bins
            complete &= n_found <= most
            if len(hits.i):
                found.append(hits)
    return Search(_joined(found), counts, p0, complete)


def _batches(groups: Iterable[tuple[int, Group]]) -> Iterator[list[tuple[int, Group]]]:
    batch: list[tuple[int, Group]] = []
    cells = 0
    for number, group in groups:
        batch.append((number, group))
        cells += len(group.rows) * (len(group.left) + len(group.right))
        if cells > _BATCH:
            yield batch
            batch, cells = [], 0
    if batch:
        yield batch


def _scan_batch(
    tables: Tables, batch: list[tuple[int, Group]], p0: float, most: int, where: Where
) -> Iterator[tuple[int, tuple[Hits, np.ndarray, int]]]:
    pieces: list[tuple[Any, ...]] = []
    pairs: list[tuple[int, int, int, Group]] = []  # place of the left and the right piece, number of the group
    for number, group in batch:
        begin = len(pieces)
        pieces += _pieces(tables.X, group.left, group)
        middle = len(pieces)
        pieces += _pieces(tables.Y, group.right, group)
        pairs += [(a, b, number, group) for a in range(begin, middle) for b in range(middle, len(pieces))]
    units = where.prepare(partial(units_of, ranked=tables.ranked), pieces)
    settings = partial(_scan_pair, same=tables.same, most=most)
    tasks = [
        (units[a], units[b], number, group.df, len(group.rows), correlation_at(p0, group.df))
        for a, b, number, group in pairs
    ]
    answers = where.run(settings, tasks, label="pairs")
    for (_, _, _, group), answer in zip(pairs, answers, strict=True):
        yield group.df, answer


def _pieces(X: np.ndarray, columns: np.ndarray, group: Group) -> list[tuple[Any, ...]]:
    """Cut the columns of a group into equal pieces: values, positions, basis of the covariates."""
    whole = len(group.rows) == len(X)
    answer = []
    for part in np.array_split(columns, max(-(-len(columns) // _CHUNK), 1)):
        together = part[-1] - part[0] + 1 == len(part)
        values = X[:, part[0] : part[-1] + 1] if together else X[:, part]
        answer.append((values if whole else values[group.rows], part, group.Q))
    return answer


def _scan_pair(
    left: Units, right: Units, number: int, df: int, n: int, threshold: float, *, same: bool, most: int
) -> tuple[Hits, np.ndarray, int]:
    first = np.zeros(len(left.positions), dtype=np.int64)
    if same:  # each pair once, and no column with itself
        first = np.searchsorted(right.positions, left.positions, side="right")
    found, counts, n_found = scan_rows(left.single, right.single, first, threshold - single_error(n), most=most)
    i, j = found[:, 0], found[:, 1]
    (rows, i_among), (columns, j_among) = (np.unique(place, return_inverse=True) for place in (i, j))
    r = pair_products(left.double(rows), right.double(columns), i_among, j_among)
    sure = np.abs(r) >= threshold
    i, j, r = i[sure], j[sure], r[sure]
    hits = Hits(
        left.positions[i],
        right.positions[j],
        r,
        right.length[j] / left.length[i],
        np.full(len(r), n),
        np.full(len(r), df),
        (left.tied[i] | right.tied[j]) if n >= FEW_PATIENTS else np.ones(len(r), dtype=bool),
        np.full(len(r), number),
    )
    return hits, counts, n_found


def _joined(found: list[Hits]) -> Hits:
    kinds = (np.int64, np.int64, np.float64, np.float64, np.int64, np.int64, np.bool_, np.int64)
    names = tuple(Hits.__dataclass_fields__)
    empty: dict[str, Any] = {name: np.empty(0, dtype=kind) for name, kind in zip(names, kinds, strict=True)}
    return Hits(**{name: np.concatenate([empty[name], *(getattr(part, name) for part in found)]) for name in names})
