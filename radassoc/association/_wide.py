"""The wide frames of a map: estimates and adjusted p-values, left x right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from radassoc.association._answers import Question
from radassoc.association._estimates import kind_of_estimate
from radassoc.association._found import MOST_ROWS, Found
from radassoc.association._groups import Tables, groups_of, units_of
from radassoc.association._scan import scan
from radassoc.kernels.scan import bin_edges, bins_of
from radassoc.kernels.tails import t_from_correlation, t_tails

__all__ = ["wide_frames"]

_CHUNK = 2048


def wide_frames(
    question: Question, found: Found, shown: np.ndarray, names: tuple[pd.Index, pd.Index], *, full: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return estimates and adjusted p-values.

    Of a map that was kept whole: all pairs. Of a larger one: the rows and columns of the pairs ``shown``, as far as
    they fit into two million cells; or all pairs in single precision where the ``full`` matrix is asked for.
    """
    if not question.large:
        return _whole(question, found, names)
    return _full(question, found, names) if full else _part(question, found, shown, names)


def _whole(question: Question, found: Found, names: tuple[pd.Index, pd.Index]) -> tuple[pd.DataFrame, pd.DataFrame]:
    shape = (len(names[0]), len(names[1]))
    estimates, adjusted = found.values.estimate.reshape(shape), found.p_adjusted.reshape(shape)
    if question.inputs.same:
        adjusted = np.where(np.isnan(adjusted), adjusted.T, adjusted)
    index, columns = names
    return pd.DataFrame(estimates, index=index, columns=columns), pd.DataFrame(adjusted, index=index, columns=columns)


def _part(
    question: Question, found: Found, shown: np.ndarray, names: tuple[pd.Index, pd.Index]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, columns = _fitting(found.i[shown], found.j[shown])
    whole = question.tables(question.inputs.Z)
    some = Tables(whole.X[:, rows], whole.Y[:, columns], whole.Z, whole.ranked)
    part = scan(some, question.asked.method, question.asked.settings)
    adjusted = found.adjusted_at(part)
    estimates = part.estimate
    if whole.same:  # a column with itself is no test
        itself = rows[:, None] == columns[None, :]
        adjusted = np.where(itself, np.nan, adjusted)
    _put_hits(adjusted, found, rows, columns)
    index, across = names[0][rows], names[1][columns]
    return pd.DataFrame(estimates, index=index, columns=across), pd.DataFrame(adjusted, index=index, columns=across)


def _fitting(i: np.ndarray, j: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows and columns of the first pairs, as many pairs as fit."""

    def distinct(places: np.ndarray) -> np.ndarray:
        new = np.zeros(len(places), dtype=np.int64)
        new[np.unique(places, return_index=True)[1]] = 1
        return new.cumsum()

    fit = int((distinct(i) * distinct(j) <= MOST_ROWS).sum())
    return np.unique(i[:fit]), np.unique(j[:fit])


def _put_hits(adjusted: np.ndarray, found: Found, rows: np.ndarray, columns: np.ndarray) -> None:
    """Write the adjusted values of the pairs that were kept over the bounds."""
    if not (rows.size and columns.size):
        return
    a, b = (np.minimum(np.searchsorted(at, place), len(at) - 1) for at, place in ((rows, found.i), (columns, found.j)))
    here = (rows[a] == found.i) & (columns[b] == found.j)
    adjusted[a[here], b[here]] = found.p_adjusted[here]


def _full(question: Question, found: Found, names: tuple[pd.Index, pd.Index]) -> tuple[pd.DataFrame, pd.DataFrame]:
    tables = question.tables(question.inputs.Z)
    estimates, adjusted = np.full(tables.shape, np.nan, np.float32), np.full(tables.shape, np.nan, np.float32)
    linear = kind_of_estimate(question.asked.method, adjusted=False) == "slope"
    edges = np.minimum(bin_edges()[:-1], 1.0)
    for group in groups_of(tables):
        t = t_from_correlation(edges, float(group.df))
        p, log10_p = t_tails(t, float(group.df))
        at_edges = replace(
            found.values,
            p=p,
            log10_p=log10_p,
            statistic=t,
            df=np.full(t.shape, float(group.df)),
            p_value_from=np.full(t.shape, "t"),
        )
        bound = found.adjusted_at(at_edges)
        left = units_of(tables.X[np.ix_(group.rows, group.left)], group.left, group.Q, ranked=tables.ranked)
        for start in range(0, len(group.right), _CHUNK):
            some = group.right[start : start + _CHUNK]
            right = units_of(tables.Y[np.ix_(group.rows, some)], some, group.Q, ranked=tables.ranked)
            r = left.single @ right.single.T
            where = np.ix_(left.positions, right.positions)
            adjusted[where] = bound.astype(np.float32)[bins_of(r)]
            if linear:
                r *= (right.length[None, :] / left.length[:, None]).astype(np.float32)
            estimates[where] = r
    adjusted[found.i, found.j] = found.p_adjusted
    if tables.same:
        adjusted[found.j, found.i] = found.p_adjusted
        np.fill_diagonal(adjusted, np.nan)
    index, columns = names
    return pd.DataFrame(estimates, index=index, columns=columns), pd.DataFrame(adjusted, index=index, columns=columns)
