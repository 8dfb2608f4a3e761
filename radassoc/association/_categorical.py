"""Several categories against numbers, two classes or several categories, with or without covariates."""

from __future__ import annotations

import numpy as np

from radassoc.association._columns import CONTINUOUS, FEWEST_IN_CLASS
from radassoc.association._pair_scan import PairScan, Settings, draw_rows, empty_scan, patterns
from radassoc.kernels.correlation import basis, midranks, residual_units
from radassoc.kernels.pillai import chi_square_tails, effect_interval, f_tails

__all__ = ["scan_categorical"]

_FEW_PATIENTS, _LEAST_EXPECTED, _MIN_DF = 20, 5.0, 3
_BLOCK = 500


def scan_categorical(X: np.ndarray, Y: np.ndarray, Z: np.ndarray, *, kind: str, settings: Settings) -> PairScan:
    """Compare columns of X (n, p) of one ``kind`` between the levels of each column of Y (n, g), given Z (n, k).

    With x and the indicators of the levels as two sets of variables less what the covariates tell of both, the
    statistic is their sum of squared canonical correlations (Pillai's trace). For one column of ranks that is R
    squared: times n - 1 it is Kruskal-Wallis, and with covariates a partial F test. For two sets of indicators it is
    chi-square / n. Levels with fewer than five patients are set aside.
    """
    answer = empty_scan(X.shape[1], Y.shape[1])
    for j in range(Y.shape[1]):
        known = ~np.isnan(Y[:, j])
        for seen, left in patterns(X):
            rows = np.flatnonzero(known & seen)
            rows = rows[_large(Y[rows, j])]
            answer.put(left, np.array([j]), n=np.full((left.size, 1), rows.size))
            indicators = _indicators(Y[rows, j])
            if indicators.shape[1] == 0:
                continue
            z = midranks(Z[rows]) if settings.ranked and Z.shape[1] else Z[rows]
            groups = [left] if kind == CONTINUOUS else [left[i : i + 1] for i in range(left.size)]
            for columns in groups:
                found = _test(X[np.ix_(rows, columns)], indicators, z, kind, settings)
                if found:
                    answer.put(columns, np.array([j]), **{name: value[:, None] for name, value in found.items()})
    return answer


def _large(codes: np.ndarray) -> np.ndarray:
    """Tell which rows are of a level that has enough of them."""
    levels, place, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return np.asarray((counts >= FEWEST_IN_CLASS)[place] if levels.size else np.zeros(codes.size, bool))


def _indicators(codes: np.ndarray) -> np.ndarray:
    levels = np.unique(codes)
    return (codes[:, None] == levels[None, 1:]).astype(float)


def _test(
    x: np.ndarray, indicators: np.ndarray, z: np.ndarray, kind: str, settings: Settings
) -> dict[str, np.ndarray] | None:
    n = len(x)
    Q = basis(z)
    of_levels = _directions(indicators, Q)
    expected = np.inf
    if kind == CONTINUOUS:
        sets = residual_units(midranks(x) if settings.ranked else x, Q)  # each column a set of its own
        size, width = (of_levels.T @ sets) ** 2, 1
        trace = size.sum(axis=0)
    else:
        stay = _large(x[:, 0])
        if not stay.all():  # levels of the other column too
            return _test_some(x, indicators, z, kind, settings, stay)
        sets = _directions(_indicators(x[:, 0]), Q)
        if not sets.shape[1]:
            return None
        trace, width = np.array([((of_levels.T @ sets) ** 2).sum()]), sets.shape[1]
        expected = _least_expected(x[:, 0], indicators)
    df, rest = width * of_levels.shape[1], n - Q.shape[1] - of_levels.shape[1]
    if not of_levels.shape[1] or rest < _MIN_DF:
        return None
    least = min(width, of_levels.shape[1])
    if Q.shape[1] > 1:
        statistic, tails = f_tails(trace, width, of_levels.shape[1], rest)
        source = "f"
    else:
        statistic = (n - 1) * trace
        tails, source = chi_square_tails(statistic, df), "chi-square" if kind != CONTINUOUS else "kruskal-wallis"
    if n < _FEW_PATIENTS or expected < _LEAST_EXPECTED:
        p = _permuted(sets, of_levels, Q, trace, kind, settings)
        tails, source = (p, np.log10(p)), "permutation"
    share = trace / least
    low, high = effect_interval(trace, width, of_levels.shape[1], n, rest, settings.confidence)
    if kind != CONTINUOUS:
        share, low, high = np.sqrt(share), np.sqrt(low), np.sqrt(high)
    usable = np.isfinite(trace)
    name = "epsilon_squared" if kind == CONTINUOUS else "cramers_v"
    name = f"partial_{name}" if Q.shape[1] > 1 else name
    return {
        "estimate": share,
        "estimate_kind": np.where(usable, name, "").astype(object),
        "ci_low": np.where(usable, low, np.nan),
        "ci_high": np.where(usable, high, np.nan),
        "statistic": statistic,
        "df": np.where(usable, float(df), np.nan),
        "p": tails[0],
        "log10_p": tails[1],
        "p_value_from": np.where(usable, source, "").astype(object),
        "n": np.full(trace.size, n),
    }


def _test_some(
    x: np.ndarray, indicators: np.ndarray, z: np.ndarray, kind: str, settings: Settings, stay: np.ndarray
) -> dict[str, np.ndarray] | None:
    """Test without the levels of x that are rare; a level of y that is rare then goes too."""
    codes = indicators @ np.arange(1, indicators.shape[1] + 1)
    chosen = np.flatnonzero(stay)
    chosen = chosen[_large(codes[chosen])]
    left = _indicators(codes[chosen])
    if not left.shape[1] or not _large(x[chosen, 0]).any():
        return None
    return _test(x[chosen], left, z[chosen], kind, settings)


def _directions(columns: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of what the columns hold beyond Q."""
    units = residual_units(columns, Q)
    units = units[:, np.isfinite(units).all(axis=0)]
    if not units.shape[1]:
        return units
    left, singular, _ = np.linalg.svd(units, full_matrices=False)
    return np.asarray(left[:, singular > 1e-9 * singular[0]])


def _least_expected(codes: np.ndarray, indicators: np.ndarray) -> float:
    counts = np.append(indicators.sum(axis=0), len(codes) - indicators.sum())
    return float(np.unique(codes, return_counts=True)[1].min() * counts.min() / len(codes))


def _permuted(
    sets: np.ndarray, of_levels: np.ndarray, Q: np.ndarray, trace: np.ndarray, kind: str, settings: Settings
) -> np.ndarray:
    """Return p-values under permutation of the residuals of x, which are freed of the covariates anew each time.

    Moving x against the levels and the covariates is moving these against x.
    """
    counts = np.zeros(trace.size)
    all_rows = draw_rows(len(sets), settings)
    for first in range(0, len(all_rows), _BLOCK):
        rows = all_rows[first : first + _BLOCK]
        told = np.einsum("bnk,np->bkp", of_levels[rows], sets)
        lost = np.einsum("bnk,np->bkp", Q[rows], sets)
        if kind == CONTINUOUS:
            size = (told**2).sum(axis=1) / np.maximum(1.0 - (lost**2).sum(axis=1), 1e-12)
        else:
            left = np.eye(sets.shape[1]) - np.einsum("bkp,bkr->bpr", lost, lost)
            size = np.einsum("bkp,bpr,bkr->b", told, np.linalg.pinv(left), told)[:, None]
        counts += (size >= trace - 1e-9).sum(axis=0)
    return np.asarray((1 + counts) / (1 + len(all_rows)))
