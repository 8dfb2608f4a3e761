"""p-values by splitting the patients many times: select in one half, test in the other, which selection never saw."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.cox_fit import cox_maximum
from radassoc.resampling.folds import make_folds
from radassoc.survival._pipeline import Arrays, Model, Runner, Settings, learn_model

__all__ = ["GAMMA_MIN", "SplitInference", "aggregate", "split_and_test"]

#: The smallest quantile over splits that is looked at.
GAMMA_MIN = 0.05
#: Events of the testing half for each coefficient that is tested there.
_EVENTS_PER_COEFFICIENT = 5


class SplitInference(NamedTuple):
    """Of each column of ``Arrays.X`` two p-values, and how many features each split selected.

    ``p_value`` is that of the column alone, ``p_adjusted`` that within the family of all columns.
    """

    p_value: np.ndarray
    p_adjusted: np.ndarray
    n_selected: np.ndarray


def split_and_test(
    data: Arrays, settings: Settings, n_splits: int, path: tuple[int | str, ...], run: Runner | None = None
) -> SplitInference:
    """Return multi-sample-splitting p-values (Meinshausen, Meier & Buehlmann 2009, doi:10.1198/jasa.2009.tm08647).

    In each split the pipeline (preparation, cross-validated penalty) selects in one half; an unpenalised Cox model of
    the selected features, the covariates and the strata (Efron's ties) gives Wald p-values in the other half. A feature
    that was not selected has p = 1. ``p_adjusted`` multiplies by the number selected before the splits are put
    together: it controls the chance of any false rejection among all features. H0: the feature's coefficient is 0 in
    the Cox model of all features; this needs selections that hold the features that matter. R ``hdi::multi.split``
    interpolates the quantiles over splits, and so differs a little from the paper's formula, which is used here.
    """

    def split(b: int) -> tuple[np.ndarray, np.ndarray]:
        chance = {"event": data.event, "strata": data.strata, "seed": settings.seed, "path": (*path, "split", b)}
        half = make_folds(2, **chance)  # type: ignore[arg-type]
        first, second = (data.take(np.flatnonzero(half == side)) for side in (0, 1))
        model = learn_model(first, settings._replace(n_repeats=1), (*path, "split", b))
        columns = selected_columns(model, int(second.event.sum()))
        return columns, _wald(second, model, columns)

    plain, family = np.ones((n_splits, data.X.shape[1])), np.ones((n_splits, data.X.shape[1]))
    n_selected = np.zeros(n_splits, dtype=np.int64)
    for b, (columns, p) in enumerate((run or map)(split, list(range(n_splits)))):
        plain[b, columns] = p
        family[b, columns] = np.minimum(p * len(columns), 1.0)
        n_selected[b] = len(columns)
    return SplitInference(aggregate(plain), aggregate(family), n_selected)


def aggregate(p: np.ndarray) -> np.ndarray:
    """Put the p-values of splits (B, m) together: the smallest quantile over its level, with the price of the search.

    Examples
    --------
    >>> aggregate(np.full((50, 1), 0.001)).round(4).tolist()
    [0.004]
    """
    n_splits = len(p)
    ordered = np.sort(p, axis=0)
    least = int(np.ceil(GAMMA_MIN * n_splits - 1e-9))
    rank = np.arange(least, n_splits + 1)
    smallest = (ordered[least - 1 :] * (n_splits / rank)[:, None]).min(axis=0)
    return np.asarray(np.minimum(1.0, (1 - np.log(GAMMA_MIN)) * smallest))


def selected_columns(model: Model, n_events: int) -> np.ndarray:
    """Return the features selected at the chosen lambda, or at the last one before they are too many for the events."""
    q = model.n_covariates
    most = max(n_events // _EVENTS_PER_COEFFICIENT - q, 1)
    count = np.count_nonzero(model.coefficients[: model.place + 1, q:], axis=1)
    allowed = np.flatnonzero(count <= most)
    place = int(allowed[-1]) if allowed.size else 0
    return np.asarray(model.prepared.learned.columns[np.flatnonzero(model.coefficients[place, q:])])


def _wald(data: Arrays, model: Model, columns: np.ndarray) -> np.ndarray:
    """Return the Wald p of these columns of ``data.X``; 1 where the coefficient cannot be told or has no end."""
    from scipy.special import ndtr

    if not len(columns):
        return np.empty(0)
    learned = model.prepared.learned
    features = learned.transform(data.X)[:, np.searchsorted(learned.columns, columns)]
    design = np.hstack([features, (data.Z - model.prepared.center) / model.prepared.scale])
    found = cox_maximum(design, data.time, data.event, strata=data.strata)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = found.coefficients / np.sqrt(np.diag(found.covariance))
    p = 2 * ndtr(-np.abs(z[: len(columns)]))
    return np.where(np.isfinite(p), p, 1.0)
