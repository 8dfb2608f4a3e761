"""``cox_path``: the penalised Cox path with names on it, for those who want the engine alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.base.parallel import one_blas_thread
from radassoc.base.provenance import provenance
from radassoc.base.results import Result
from radassoc.kernels.cox_path import solve_path
from radassoc.kernels.cox_risk import risk_sets
from radassoc.survival._pipeline import Ties
from radassoc.survival._subjects import check_choice

__all__ = ["CoxPath", "cox_path"]


@register("cox_path")
@dataclass(frozen=True, eq=False, kw_only=True)
class CoxPath(Result):
    """Coefficients of a penalised Cox model along a decreasing penalty.

    Attributes
    ----------
    table
        ``lambda``, ``deviance_ratio`` (share of the null deviance explained, in training), ``n_nonzero``.
    coefficients
        Features x lambdas (columns ``0, 1, ...`` as the rows of ``table``), on the scale of the features given.
    """

    default_figure: ClassVar[str] = "plot_coefficient_path"

    coefficients: pd.DataFrame

    @property
    def path(self) -> pd.DataFrame:
        """The coefficients in long form: ``feature``, ``lambda``, ``coefficient`` of every feature that enters."""
        wide = self.coefficients
        wide = wide.loc[(wide != 0).any(axis=1)]
        columns = {
            "feature": np.repeat(wide.index.to_numpy(dtype=object), wide.shape[1]),
            "lambda": np.tile(self.table["lambda"].to_numpy(), len(wide)),
            "coefficient": wide.to_numpy().ravel(),
        }
        return tidy(pd.DataFrame(columns), list(columns))


def cox_path(
    features: pd.DataFrame,
    time: pd.Series,
    event: pd.Series,
    *,
    strata: pd.Series | None = None,
    weights: pd.Series | None = None,
    entry: pd.Series | None = None,
    lambdas: Sequence[float] | None = None,
    n_lambdas: int = 100,
    lambda_min_ratio: float | None = None,
    l1_ratio: float = 1.0,
    penalty_factor: Mapping[str, float] | None = None,
    standardize: bool = True,
    ties: Ties = "efron",
) -> CoxPath:
    """Estimate a penalised Cox model along a path of penalties, without preparation or choice of lambda.

    Minimises ``-loglik / sum(weights) + lambda * sum(factor * (a |b| + (1 - a) / 2 b^2))`` with ``a = l1_ratio``.

    Parameters
    ----------
    features
        Patients x features, no missing values.
    time, event
        Indexed as the rows of ``features``; positive times, True where the event was observed.
    strata, weights, entry
        Stratum, case weight and delayed entry time, indexed likewise.
    lambdas
        Penalties, decreasing; otherwise ``n_lambdas`` from the smallest that selects nothing down to
        ``lambda_min_ratio`` of it (0.01 where there are more features than patients, else 0.0001).
    n_lambdas, lambda_min_ratio
        See ``lambdas``.
    l1_ratio
        1: LASSO; 0 to 1: elastic net.
    penalty_factor
        Factor by feature, 1 where not named; 0 leaves a feature unpenalised, infinity excludes it.
    standardize
        Penalise per standard deviation (divisor n); coefficients come back on the scale of the features.
    ties
        ``"efron"`` or ``"breslow"``.

    Returns
    -------
    CoxPath
        ``.table`` lambda, deviance_ratio, n_nonzero; ``.coefficients`` features x lambdas.

    Raises
    ------
    InputError
        Missing values, or an index that does not match.
    DesignError
        No event.

    Notes
    -----
    Agrees with R ``glmnet(x, Surv(time, event), family = "cox", thresh = 1e-14)`` to 1e-5 for Breslow ties; glmnet
    rescales penalty factors to sum to the number of features, this does not.

    References
    ----------
    Simon N, et al. (2011) J Stat Softw 39(5):1. doi:10.18637/jss.v039.i05
    """
    check_choice("ties", ties, ("efron", "breslow"))
    X = features.to_numpy(dtype=float)
    if not np.isfinite(X).all():
        bad = features.columns[~np.isfinite(X).all(axis=0)]
        raise InputError(
            f"{len(bad)} features have missing values: {name_some(bad)}.", remedy="Impute them first: fit_preparation."
        )
    happened = _matched(event, features, "event").astype(bool)
    if not happened.any():
        raise DesignError(f"None of {len(X)} patients had the event.", wanted="at least one event")
    ratio = lambda_min_ratio if lambda_min_ratio is not None else (0.01 if X.shape[0] < X.shape[1] else 1e-4)
    factors = pd.Series(1.0, index=features.columns)
    for name, value in (penalty_factor or {}).items():
        if name not in factors.index:
            raise InputError(f"penalty_factor names {name!r}, which is no feature.")
        factors[name] = value
    risk = risk_sets(
        _matched(time, features, "time").astype(float),
        happened,
        entry=None if entry is None else _matched(entry, features, "entry").astype(float),
        strata=None if strata is None else np.unique(_matched(strata, features, "strata"), return_inverse=True)[1],
        weights=None if weights is None else _matched(weights, features, "weights").astype(float),
        ties=ties,
    )
    with one_blas_thread():
        solved = solve_path(
            np.asfortranarray(X),
            risk,
            lambdas=None if lambdas is None else np.asarray(lambdas, dtype=float),
            n_lambdas=n_lambdas,
            lambda_min_ratio=ratio,
            l1_ratio=l1_ratio,
            penalty_factor=factors.to_numpy(),
            standardize=standardize,
        )
    columns = {
        "lambda": solved.lambdas,
        "deviance_ratio": solved.deviance_ratio,
        "n_nonzero": np.count_nonzero(solved.coefficients, axis=1),
    }
    return CoxPath(
        table=tidy(pd.DataFrame(columns), list(columns)),
        coefficients=pd.DataFrame(solved.coefficients.T, index=pd.Index(features.columns, name="feature")),
        params={"l1_ratio": l1_ratio, "standardize": standardize, "ties": ties},
        provenance=provenance(n_patients=len(X), n_events=int(happened.sum()), n_features=X.shape[1]),
    )


def _matched(values: pd.Series, features: pd.DataFrame, name: str) -> np.ndarray:
    if not values.index.is_unique or not features.index.isin(values.index).all():
        raise InputError(f"{name} is not indexed as the rows of the features.", wanted="one value for each row")
    found = values.reindex(features.index)
    if found.isna().any():
        raise InputError(f"{name} is missing for {int(found.isna().sum())} rows.", wanted="one value for each row")
    return np.asarray(found)
