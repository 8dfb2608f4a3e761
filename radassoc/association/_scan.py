"""All pairs of columns of two matrices, each pair on the patients who have both: every answer kept."""

from __future__ import annotations

import numpy as np

from radassoc.association._estimates import answers, kind_of_estimate
from radassoc.association._groups import FEW_PATIENTS, Group, Tables, groups_of, units_of
from radassoc.association._pair_scan import PairScan, Settings, draw_rows, empty_scan
from radassoc.base.parallel import run_tasks
from radassoc.kernels.correlation import residuals

__all__ = ["permutation_p", "scan"]

_SAME = 1e-9
_BLOCK = 1_000


def scan(tables: Tables, method: str, settings: Settings) -> PairScan:
    """Correlate all columns of X and Y.

    Where values are missing, each pair uses the patients who have both, and ranks are taken among them anew. With few
    patients or heavy ties, the p-value is that of permuted residuals.
    """
    answer = empty_scan(*tables.shape)
    seen = [(~np.isnan(table)).astype(np.float32) for table in (tables.X, tables.Y)]
    answer.n[:] = np.rint(seen[0].T @ seen[1])
    kind = kind_of_estimate(method, adjusted=tables.Z.shape[1] > 0)
    for group in groups_of(tables):
        _fill(answer, tables, group, method, kind, settings)
    return answer


def _fill(answer: PairScan, tables: Tables, group: Group, method: str, kind: str, settings: Settings) -> None:
    sides = [
        units_of(table[np.ix_(group.rows, columns)], columns, group.Q, ranked=tables.ranked)
        for table, columns in ((tables.X, group.left), (tables.Y, group.right))
    ]
    left, right = sides
    x, y = left.double(), right.double()
    r = np.clip(x @ y.T, -1.0, 1.0)
    doubtful = left.tied[:, None] | right.tied[None, :]
    doubtful |= len(group.rows) < FEW_PATIENTS
    found = answers(r, right.length[None, :] / left.length[:, None], float(group.df), doubtful, method=method)
    if doubtful.any():
        permuted = permutation_p(r, x.T, y.T, group.Q, doubtful, settings)
        found["p"] = np.where(doubtful, permuted, found["p"])
        found["log10_p"] = np.where(doubtful, np.log10(permuted), found["log10_p"])
    answer.put(left.positions, right.positions, **found, df=float(group.df), estimate_kind=kind)
    answer.put(left.positions, right.positions, p_value_from=np.where(doubtful, "permutation", "t").astype(object))


def permutation_p(
    r: np.ndarray, X: np.ndarray, Y: np.ndarray, Q: np.ndarray, doubtful: np.ndarray, settings: Settings
) -> np.ndarray:
    """Return the p-values of the doubtful pairs of unit residuals X (n, p) and Y (n, g) under permutation; else NaN.

    The columns of the side that has fewer of them are permuted, and made residuals again.
    """
    if doubtful.any(axis=1).sum() > doubtful.any(axis=0).sum():
        return permutation_p(r.T, Y, X, Q, doubtful.T, settings).T
    rows = draw_rows(len(X), settings)
    chosen = np.flatnonzero(doubtful.any(axis=1)).tolist()

    def count(i: int) -> np.ndarray:
        others = np.flatnonzero(doubtful[i])
        return _count_beyond(X[:, i], Y[:, others], np.abs(r[i, others]), Q, rows)

    answer = np.full(r.shape, np.nan)
    for i, counts in zip(chosen, run_tasks(count, chosen, label="permutations"), strict=True):
        answer[i, doubtful[i]] = (1 + counts) / (1 + len(rows))
    return answer


def _count_beyond(x: np.ndarray, Y: np.ndarray, size: np.ndarray, Q: np.ndarray, rows: np.ndarray) -> np.ndarray:
    counts = np.zeros(Y.shape[1], dtype=np.int64)
    for first in range(0, len(rows), _BLOCK):
        permuted = residuals(x[rows[first : first + _BLOCK]].T, Q)
        length = np.linalg.norm(permuted, axis=0)
        units = np.divide(permuted, length, out=np.zeros_like(permuted), where=length > _SAME)
        counts += (np.abs(units.T @ Y) >= size - _SAME).sum(axis=0)
    return counts
