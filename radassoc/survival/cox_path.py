"""``cox_path``: the penalised Cox path with names on it, for those who want the engine alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_choice
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Result
from radassoc.kernels.cox_path import PathArrays, solve_path
from radassoc.survival._path_inputs import features_frame, path_factors, path_lambdas, path_risk_sets
from radassoc.survival._shapes import Ties

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
    def lambdas(self) -> np.ndarray:
        """The penalties (L,), decreasing."""
        return self.table["lambda"].to_numpy()

    @property
    def deviance_ratio(self) -> np.ndarray:
        """The share of the null deviance that each penalty's model explains in training (L,)."""
        return self.table["deviance_ratio"].to_numpy()

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
    X: pd.DataFrame | np.ndarray,
    time: Any,
    event: Any,
    *,
    lambdas: Sequence[float] | np.ndarray | None = None,
    n_lambdas: int = 100,
    lambda_min_ratio: float | None = None,
    l1_ratio: float = 1.0,
    ties: Ties = "breslow",
    strata: Any = None,
    weights: Any = None,
    entry: Any = None,
    penalty_factor: Mapping[str, float] | pd.Series | Sequence[float] | None = None,
    standardize: bool = True,
) -> CoxPath:
    """Estimate a penalised Cox model along a path of penalties, without preparation or choice of lambda.

    Minimises ``-loglik / sum(weights) + lambda * sum(factor * (a |b| + (1 - a) / 2 b^2))`` with ``a = l1_ratio`` and
    the log partial likelihood ``loglik``.

    Parameters
    ----------
    X
        Patients x features, numbers without gaps. The columns of an array are named x0, x1, ...
    time, event
        (n,) follow-up, 0 or more, in any unit; and True or 1 where it ended with the event. A Series is matched to the
        rows of X by its labels, anything else by position; likewise the four arguments below.
    lambdas
        Penalties, decreasing; 0 is no penalty. By default ``n_lambdas`` of them, evenly spaced in logarithm from the
        smallest that selects nothing down to ``lambda_min_ratio`` of it.
    n_lambdas, lambda_min_ratio
        See ``lambdas``; by default the ratio is 0.01 where there are more features than patients, else 0.0001.
    l1_ratio
        1: LASSO; above 0 to 1: elastic net.
    ties
        ``"breslow"``, as glmnet does, or ``"efron"``, as R survival and ``fit_risk_score`` do by default.
    strata
        Labels: each stratum has a baseline hazard of its own.
    weights
        Case weights, 0 or more.
    entry
        Time from which a patient is observed (left truncation), before ``time``.
    penalty_factor
        Multiplies lambda: by name in a mapping or a Series (1 where not named), or one number a feature. 0 leaves a
        feature unpenalised, infinity excludes it. Used as given; glmnet rescales factors to sum to their number.
    standardize
        Penalise per standard deviation (divisor n, case weights respected); coefficients come back on the scale of X.

    Returns
    -------
    CoxPath
        ``.lambdas`` and ``.deviance_ratio`` (L,), ``.coefficients`` features x lambdas, ``.table`` one row a lambda.

    Raises
    ------
    InputError
        Missing, negative or misplaced values, lengths or labels that do not match, a choice out of range.
    DesignError
        No event.

    Notes
    -----
    Separation, duplicated columns and more features than patients are no errors: an unpenalised coefficient that runs
    to infinity is held where its likelihood has gone flat, or where it moves a score by 150 from the mean; of
    duplicates only the sum of the effects is determined. Constant features stay at 0.

    Every solution satisfies the optimality conditions to 1e-6 of lambda. Coefficients per standard deviation agree to
    2e-6 with R ``glmnet(x, Surv(time, event), family = "cox", thresh = 1e-14)`` where that has converged (Breslow
    ties), and with adelie, also with Efron ties, strata, weights and late entry together; without penalty with R
    ``coxph`` to 1e-6. glmnet rescales penalty factors to sum to the number of features: divide its lambda by their
    mean to compare.

    References
    ----------
    Simon N, et al. (2011) J Stat Softw 39(5):1. doi:10.18637/jss.v039.i05

    Examples
    --------
    >>> import numpy as np
    >>> import radassoc as ra
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(50, 3))
    >>> time = rng.exponential(np.exp(-X[:, 0]))
    >>> path = ra.survival.cox_path(X, time, np.ones(50), lambdas=[1.0, 0.2, 0.0])
    >>> path.table["n_nonzero"].tolist()
    [0, 1, 3]
    >>> path.coefficients.index.tolist()
    ['x0', 'x1', 'x2']
    """
    check_choice("ties", ties, ("efron", "breslow"))
    if not 0 < l1_ratio <= 1:
        raise InputError(f"l1_ratio={l1_ratio}.", wanted="a number above 0 and at most 1", remedy="1 is the LASSO.")
    if n_lambdas < 1 or (lambda_min_ratio is not None and not 0 < lambda_min_ratio < 1):
        raise InputError("No grid of lambda.", wanted="n_lambdas of 1 or more and a lambda_min_ratio between 0 and 1")
    features = features_frame(X)
    risk = path_risk_sets(features.index, time, event, entry, strata, weights, ties)
    solved = solve_path(
        np.asfortranarray(features.to_numpy()),
        risk,
        lambdas=path_lambdas(lambdas),
        n_lambdas=n_lambdas,
        lambda_min_ratio=lambda_min_ratio,
        l1_ratio=l1_ratio,
        penalty_factor=path_factors(penalty_factor, features.columns),
        standardize=standardize,
    )
    return CoxPath(
        table=_table(solved),
        coefficients=pd.DataFrame(solved.coefficients.T, index=pd.Index(features.columns, name="feature")),
        params={"l1_ratio": l1_ratio, "standardize": standardize, "ties": ties},
        provenance=provenance(n_patients=len(features), n_events=int(risk.died.sum()), n_features=features.shape[1]),
    )


def _table(solved: PathArrays) -> pd.DataFrame:
    columns = {
        "lambda": solved.lambdas,
        "deviance_ratio": solved.deviance_ratio,
        "n_nonzero": np.count_nonzero(solved.coefficients, axis=1),
    }
    return tidy(pd.DataFrame(columns), list(columns))
