"""The answers of a map in one shape, whether every pair was kept or only the strongest."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from radassoc.association._correct import Corrected, correct, null_share, possible_cut
from radassoc.association._estimates import answers, kind_of_estimate
from radassoc.association._groups import Tables, groups_of, units_of
from radassoc.association._max_statistic import familywise, smallest_p
from radassoc.association._pair_scan import PairScan, Settings
from radassoc.association._scan import permutation_p
from radassoc.association._search import Hits, Search, search
from radassoc.association._tail import Tail, tail_of
from radassoc.association._where import Where
from radassoc.kernels.correction import two_level
from radassoc.kernels.tails import t_tails

__all__ = ["MOST_ROWS", "Asked", "Found", "found_in_large", "found_in_scan"]

#: Maps of up to so many pairs are kept whole, and no table of the strongest pairs has more rows.
MOST_ROWS = 2_000_000
#: Pairs that the first look at a large map expects under the null.
_EXPECTED = 1_000
#: Hits that one task of the first look may keep.
_ROOM = 100_000


@dataclass(frozen=True)
class Asked:
    """What a map is asked for: method, correction and level, how many rows at least, permutations and seed."""

    method: str
    correction: str
    level: float
    at_least: int
    n_largest: int
    settings: Settings


@dataclass(frozen=True)
class Found:
    """Pairs and their answers, each an array of one dimension in the same order.

    Attributes
    ----------
    i, j
        Positions in the left and the right table.
    values
        The fields of a :class:`PairScan`, flat.
    p_adjusted
        For all tests.
    n_tests
        How many pairs were tested.
    corrected, smallest
        Adjusted values at any p-value; or log10 of the smallest p of each permutation; or neither: two levels.
    tail
        Counts of the whole scan, where not every pair is here.
    pi0
        Share of nulls that Storey's method estimates; NaN for other corrections.
    complete
        False where significant pairs were left out for want of room.
    """

    i: np.ndarray
    j: np.ndarray
    values: PairScan
    p_adjusted: np.ndarray
    n_tests: int
    corrected: Corrected | None = None
    smallest: np.ndarray | None = None
    tail: Tail | None = None
    pi0: float = float("nan")
    complete: bool = True

    def adjusted_at(self, values: PairScan) -> np.ndarray:
        """Return the adjusted p-values of other pairs of the same map: those not kept are bounded from above."""
        if self.corrected is not None:
            return self.corrected.at(values.p)
        if self.smallest is not None:
            # a pair whose own p-value is that of permutations took no part
            log10_p = np.where(values.p_value_from == "permutation", 0.0, t_tails(values.statistic, values.df)[1])
            return familywise(np.where(np.isnan(values.p), np.nan, log10_p), self.smallest)
        return np.where(np.isnan(values.p), np.nan, 1.0)


def found_in_scan(scan: PairScan, tables: Tables | None, asked: Asked, *, same: bool) -> Found:
    """Return every pair of a scan; ``tables`` of correlations, whose largest statistic can be permuted."""
    shape = scan.p.shape
    if same:  # each pair once, and no column with itself
        lower = np.tril(np.ones(shape, dtype=bool))
        scan = replace(scan, p=np.where(lower, np.nan, scan.p), log10_p=np.where(lower, np.nan, scan.log10_p))
    i, j = (place.ravel() for place in np.indices(shape, dtype=np.int32))
    flat = {f.name: getattr(scan, f.name).ravel() for f in fields(PairScan)}
    values = PairScan(**flat)
    n_tests = int(np.isfinite(values.p).sum())
    found = Found(i, j, values, values.p, n_tests)
    return _adjusted(found, asked, tables)


def found_in_large(tables: Tables, asked: Asked, where: Where) -> Found:
    """Return the strongest pairs of a map that is too large to keep: all that the correction finds.

    The first look counts every pair and keeps those up to a small p-value. Where the counts say that the correction may
    find pairs above it, or where there was no room for all, a second look uses the p-value that they name.
    """
    n_pairs = tables.X.shape[1] * tables.Y.shape[1]
    smallest = None
    if asked.correction == "max_statistic":
        smallest = smallest_p(tables, asked.n_largest, asked.settings.seed)
    look = search(tables, min(asked.level, _EXPECTED / n_pairs), most=_ROOM, where=where)
    tail = tail_of(look.counts)
    cut = _cut(tail, asked, smallest)
    p0 = min(max(cut, tail.edge_for(0), _reaching(tail, asked.at_least)), tail.edge_for(MOST_ROWS))
    if p0 > look.p0 or not look.complete or len(look.hits.i) > MOST_ROWS:
        counts = look.counts
        look = replace(search(tables, p0, most=MOST_ROWS + _ROOM, where=where), counts=counts)
    values = _values(tables, look, asked)
    found = Found(look.hits.i, look.hits.j, values, values.p, tail.n_tests, tail=tail, complete=cut <= look.p0)
    return _adjusted(found, asked, tables, smallest)


def _cut(tail: Tail, asked: Asked, smallest: np.ndarray | None) -> float:
    if smallest is None:
        return possible_cut(tail, asked.correction, asked.level)
    allowed = int(np.ceil(asked.level * (1 + len(smallest)))) - 1  # of these permutations, one less may reach it
    return float(10.0 ** smallest[min(allowed, len(smallest) - 1)])


def _reaching(tail: Tail, count: int) -> float:
    enough = np.flatnonzero(tail.below >= count)
    return float(tail.p[enough[0]]) if enough.size and count else 0.0


def _values(tables: Tables, look: Search, asked: Asked) -> PairScan:
    hits = look.hits
    told = answers(hits.r, hits.ratio, hits.df.astype(float), hits.doubtful, method=asked.method)
    if hits.doubtful.any():
        p = _permuted(tables, hits, asked.settings)
        told["p"] = np.where(hits.doubtful, p, told["p"])
        told["log10_p"] = np.where(hits.doubtful, np.log10(p), told["log10_p"])
    kind = kind_of_estimate(asked.method, adjusted=tables.Z.shape[1] > 0)
    return PairScan(
        **told,
        n=hits.n,
        n_patients=np.zeros(len(hits.r), dtype=np.int64),
        df=hits.df.astype(float),
        estimate_kind=np.full(len(hits.r), kind, dtype=object),
        p_value_from=np.where(hits.doubtful, "permutation", "t").astype(object),
    )


def _permuted(tables: Tables, hits: Hits, settings: Settings) -> np.ndarray:
    """Return permutation p-values of the doubtful hits, group by group; 1 for the others."""
    answer = np.ones(len(hits.r))
    wanted = set(np.unique(hits.group[hits.doubtful]).tolist())
    for number, group in enumerate(groups_of(tables)):
        if number not in wanted:
            continue
        at = np.flatnonzero(hits.doubtful & (hits.group == number))
        places, units = [], []
        for table, positions in ((tables.X, hits.i[at]), (tables.Y, hits.j[at])):
            columns, place = np.unique(positions, return_inverse=True)
            places.append(place)
            units.append(units_of(table[np.ix_(group.rows, columns)], columns, group.Q, ranked=tables.ranked).double())
        mask = np.zeros((len(units[0]), len(units[1])), dtype=bool)
        mask[places[0], places[1]] = True
        r = np.clip(units[0] @ units[1].T, -1.0, 1.0)
        p = permutation_p(r, units[0].T, units[1].T, group.Q, mask, settings)
        answer[at] = p[places[0], places[1]]
    return answer


def _tests_per_left(tables: Tables) -> np.ndarray:
    """Count the pairs of each left column that can be tested."""
    counts = np.zeros(tables.X.shape[1], dtype=np.int64)
    for group in groups_of(tables):
        sides = [
            units_of(table[np.ix_(group.rows, columns)], columns, group.Q, ranked=tables.ranked).positions
            for table, columns in ((tables.X, group.left), (tables.Y, group.right))
        ]
        counts[sides[0]] += len(sides[1])
    return counts


def _adjusted(found: Found, asked: Asked, tables: Tables | None, smallest: np.ndarray | None = None) -> Found:
    """Fill in the adjusted p-values."""
    values = found.values
    if asked.correction == "max_statistic":
        assert tables is not None
        smallest = smallest_p(tables, asked.n_largest, asked.settings.seed) if smallest is None else smallest
        found = replace(found, smallest=smallest)
        return replace(found, p_adjusted=found.adjusted_at(values))
    if asked.correction == "two_level":
        known = np.isfinite(values.p)
        answer = np.full(values.p.shape, np.nan)
        sizes = np.bincount(found.i[known]) if found.tail is None or tables is None else _tests_per_left(tables)
        answer[known] = two_level(values.p[known], found.i[known], sizes, asked.level)[0]
        return replace(found, p_adjusted=answer)
    corrected = correct(values.p, found.n_tests, asked.correction, found.tail)
    pi0 = null_share(values.p, found.tail) if asked.correction == "storey" else float("nan")
    return replace(found, p_adjusted=corrected.at(values.p), corrected=corrected, pi0=pi0)
