"""Two classes against numbers or against two classes, with or without covariates."""

from __future__ import annotations

import numpy as np

from radassoc.association._columns import FEWEST_IN_CLASS
from radassoc.association._pair_scan import PairScan, Settings, draw_rows, empty_scan, patterns
from radassoc.base.parallel import run_tasks
from radassoc.kernels.correlation import basis, midranks, residual_units
from radassoc.kernels.firth import firth_columns
from radassoc.kernels.logit_score import NullModel, null_model, permuted_scores, score_z
from radassoc.kernels.rank_tests import auc_interval, fisher_p, mann_whitney, normal_tails
from radassoc.kernels.tails import t_tails

__all__ = ["scan_binary"]

#: With a smaller class, or fewer patients in all, the normal approximation is not trusted.
_FEW_IN_CLASS, _FEW_PATIENTS = 10, 20
_BLOCK, _COLUMNS = 1_000, 512


def scan_binary(X: np.ndarray, Y: np.ndarray, Z: np.ndarray, *, two_classes: bool, settings: Settings) -> PairScan:
    """Compare each column of X (n, p) between the classes of each column of Y (n, g), given complete Z (n, k).

    Without covariates: Mann-Whitney with the area under the curve, or, where X holds classes too (``two_classes``),
    chi-square with n - 1 or, with an expected count below five, Fisher's exact test. With covariates: the score test of
    the column in a logistic model of the class, its z taken for t with n - 2 - rank(Z) degrees of freedom, and Firth's
    log odds ratio. Pairs with fewer than five patients in a
    class are left empty.
    """
    answer = empty_scan(X.shape[1], Y.shape[1])
    for j in range(Y.shape[1]):
        right = np.array([j])
        known = ~np.isnan(Y[:, j])
        for seen, left in patterns(X):
            rows = known & seen
            x, y, z = X[np.ix_(rows, left)], Y[rows, j], Z[rows]
            answer.put(left, right, n=np.full((left.size, 1), rows.sum()))
            if min(y.sum(), (1 - y).sum()) < FEWEST_IN_CLASS:
                continue
            found = _adjusted(x, y, z, two_classes, settings) if Z.shape[1] else _plain(x, y, two_classes, settings)
            answer.put(left, right, **{name: values[:, None] for name, values in found.items()})
    return answer


def _plain(x: np.ndarray, y: np.ndarray, two_classes: bool, settings: Settings) -> dict[str, np.ndarray]:
    found = mann_whitney(x, y)
    p, log10_p = normal_tails(found.z)
    n_one = int(y.sum())
    kind = np.full(len(p), "log_odds_ratio" if two_classes else "auc", dtype=object)
    source = np.full(len(p), "chi-square" if two_classes else "mann-whitney", dtype=object)
    if two_classes:
        allowed = np.minimum(x.sum(axis=0), (1 - x).sum(axis=0)) >= FEWEST_IN_CLASS
        p, log10_p, source = _exact(x, y, p, log10_p, source)
        estimate, error, low, high = _odds(x, y, np.ones((len(y), 1)), settings)
    else:
        allowed = np.isfinite(found.z)
        estimate, error = found.auc, found.std_error
        low, high = auc_interval(estimate, error, n_one, len(y) - n_one, settings.confidence)
        if min(n_one, len(y) - n_one) < _FEW_IN_CLASS or len(y) < _FEW_PATIENTS:
            p, log10_p, source = _permuted_ranks(x, y, settings)
    return _only(
        allowed,
        estimate=estimate,
        estimate_kind=kind,
        std_error=error,
        ci_low=low,
        ci_high=high,
        statistic=found.z,
        p=p,
        log10_p=log10_p,
        p_value_from=source,
    )


def _only(allowed: np.ndarray, **values: np.ndarray) -> dict[str, np.ndarray]:
    """Empty what could not be tested."""
    return {
        name: np.where(allowed, column, "" if column.dtype == object else np.nan) for name, column in values.items()
    }


def _exact(
    x: np.ndarray, y: np.ndarray, p: np.ndarray, log10_p: np.ndarray, source: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take Fisher's p where an expected count is below five."""
    n, n_one, marked = len(y), y.sum(), x.sum(axis=0)
    least = np.minimum(marked, n - marked) * min(n_one, n - n_one) / n
    few = least < 5
    exact = np.array([fisher_p(n, int(n_one), int(marked[i]), int(x[:, i] @ y)) for i in np.flatnonzero(few)])
    p, log10_p = p.copy(), log10_p.copy()
    if exact.size:
        p[few], log10_p[few], source[few] = exact, np.log10(exact), "fisher"
    return p, log10_p, source


def _permuted_ranks(x: np.ndarray, y: np.ndarray, settings: Settings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return p-values of the rank sum under permutation of the classes."""
    ranks = midranks(x) - (len(x) + 1) / 2
    observed = np.abs(y @ ranks) - 1e-9
    counts = np.zeros(x.shape[1])
    rows = draw_rows(len(y), settings)
    for first in range(0, len(rows), _BLOCK):
        counts += (np.abs(y[rows[first : first + _BLOCK]] @ ranks) >= observed).sum(axis=0)
    p = (1 + counts) / (1 + len(rows))
    return p, np.log10(p), np.full(len(p), "permutation", dtype=object)


def _adjusted(
    x: np.ndarray, y: np.ndarray, z: np.ndarray, two_classes: bool, settings: Settings
) -> dict[str, np.ndarray]:
    raw = x
    if settings.ranked:
        x, z = midranks(x), midranks(z)
    Q = basis(z)
    n, q = Q.shape
    null = null_model(y, Q * np.sqrt(n))
    varies = np.isfinite(residual_units(x, Q)).all(axis=0)
    if two_classes:
        varies &= np.minimum(raw.sum(axis=0), n - raw.sum(axis=0)) >= FEWEST_IN_CLASS
    # with no covariate this is the variance of Mann-Whitney: n - 1 instead of n
    scores = score_z(np.where(varies, x, 0.0), null) * np.sqrt((n - q) / n)
    varies &= np.isfinite(scores) & (n - q > 3)
    p, log10_p = t_tails(scores, float(max(n - q - 1, 1)))  # t, as for a partial correlation
    source = np.full(len(p), "score", dtype=object)
    if min(y.sum(), (1 - y).sum()) < _FEW_IN_CLASS or n < _FEW_PATIENTS:
        p, log10_p, source = _permuted(np.where(varies, x, 0.0), null, settings)
    design = np.column_stack([np.ones(n), np.sqrt(n) * Q[:, 1:]])
    kind = "log_odds_ratio" if two_classes else "log_odds_ratio_per_sd"
    estimate, error, low, high = _odds(np.where(varies, raw if two_classes else x, np.nan), y, design, settings)
    return _only(
        varies,
        estimate=estimate,
        estimate_kind=np.full(len(p), kind, dtype=object),
        std_error=error,
        ci_low=low,
        ci_high=high,
        statistic=scores,
        df=np.full(len(p), float(n - q - 1)),
        p=p,
        log10_p=log10_p,
        p_value_from=source,
    )


def _permuted(x: np.ndarray, null: NullModel, settings: Settings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = draw_rows(len(x), settings)
    size = np.abs(score_z(x, null)) - 1e-9
    counts = np.zeros(x.shape[1])
    for first in range(0, len(rows), _BLOCK):
        counts += (permuted_scores(x, null, rows[first : first + _BLOCK]) >= size).sum(axis=0)
    p = (1 + counts) / (1 + len(rows))
    return p, np.log10(p), np.full(len(p), "permutation", dtype=object)


def _odds(
    x: np.ndarray, y: np.ndarray, design: np.ndarray, settings: Settings
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return log odds ratios with intervals; of numbers per standard deviation, of classes as they are."""
    answer = np.full((4, x.shape[1]), np.nan)
    spread = x.std(axis=0, ddof=1)
    fitted = np.isfinite(spread) & (spread > 0)
    if fitted.any():
        chosen = x[:, fitted]
        units = (chosen - chosen.mean(axis=0)) / spread[fitted]

        def fit(first: int) -> np.ndarray:
            return np.stack(firth_columns(units[:, first : first + _COLUMNS], y, design, settings.confidence))

        answer[:, fitted] = np.hstack(run_tasks(fit, list(range(0, units.shape[1], _COLUMNS)), label="odds ratios"))
    of_classes = np.isin(x, (0.0, 1.0)).all(axis=0)
    answer[:, of_classes] /= spread[of_classes]
    return answer[0], answer[1], answer[2], answer[3]
