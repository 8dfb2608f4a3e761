"""What ``cox_path`` is given, with or without labels, as arrays; problems told in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.kernels.cox_risk import RiskSets, risk_sets

__all__ = ["features_frame", "path_factors", "path_lambdas", "path_risk_sets"]


def features_frame(X: pd.DataFrame | np.ndarray) -> pd.DataFrame:
    """Return the features with names; those of an array are x0, x1, ..."""
    if not isinstance(X, pd.DataFrame):
        X = np.asarray(X)
        if X.ndim != 2:
            raise InputError(f"X has {X.ndim} dimensions.", wanted="patients x features")
        X = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    if not X.columns.is_unique:
        twice = X.columns[X.columns.duplicated()].unique()
        raise InputError(f"{len(twice)} features occur more than once: {name_some(twice)}.", remedy="Rename them.")
    if not len(X) or not X.shape[1]:
        raise InputError(f"X is empty ({len(X)} patients x {X.shape[1]} features).")
    try:
        X = X.astype(float)
    except (TypeError, ValueError):
        bad = [name for name, kind in X.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
        raise InputError(
            f"{len(bad)} features are no numbers: {name_some(bad)}.", remedy="Code groups as 0 and 1 first."
        ) from None
    bad = X.columns[~np.isfinite(X.to_numpy()).all(axis=0)]
    if len(bad):
        raise InputError(
            f"{len(bad)} features have missing values: {name_some(bad)}.", remedy="Impute them first: fit_preparation."
        )
    return X


def path_risk_sets(
    index: pd.Index, time: Any, event: Any, entry: Any, strata: Any, weights: Any, ties: str
) -> RiskSets:
    """Return the risk sets of the patients in ``index``, everything checked."""
    lasted = _numbers(time, index, "time")
    happened = _events(event, index)
    begin = None if entry is None else _numbers(entry, index, "entry")
    weight = None if weights is None else _numbers(weights, index, "weights")
    if (lasted < 0).any():
        raise InputError(f"time is negative for {_whose(index, lasted < 0)}.", wanted="time since the start")
    if begin is not None and (begin >= lasted).any():
        raise InputError(
            f"entry is not before time for {_whose(index, begin >= lasted)}.",
            wanted="entry < time",
            remedy="Leave out patients who were never observed at risk.",
        )
    if weight is not None and (weight < 0).any():
        raise InputError(f"weights are negative for {_whose(index, weight < 0)}.", wanted="weights of 0 or more")
    counted = happened if weight is None else happened & (weight > 0)
    if not counted.any():
        less = "" if weight is None else " with a weight above 0"
        raise DesignError(f"None of {len(index)} patients{less} had the event.", wanted="at least one event")
    layers = None if strata is None else _labels(strata, index)
    return risk_sets(lasted, happened, entry=begin, strata=layers, weights=weight, ties=ties)


def path_factors(
    given: Mapping[str, float] | pd.Series | Sequence[float] | np.ndarray | None, names: pd.Index
) -> np.ndarray:
    """Return the penalty factor of each feature, 1 where a mapping or a Series names none."""
    factors = pd.Series(1.0, index=names)
    if isinstance(given, (Mapping, pd.Series)):
        strangers = [name for name in given.keys() if name not in names]  # noqa: SIM118 - a Series iterates values
        if strangers:
            raise InputError(f"penalty_factor names {name_some(strangers)}, which is no feature.")
        for name, value in given.items():
            factors[name] = float(value)
    elif given is not None:
        values = np.asarray(given, dtype=float)
        if values.shape != (len(names),):
            raise InputError(
                f"penalty_factor has {values.size} values for {len(names)} features.", wanted="one for each feature"
            )
        factors[:] = values
    bad = names[~(factors.to_numpy() >= 0)]
    if len(bad):
        raise InputError(
            f"penalty_factor is negative or missing for {name_some(bad)}.",
            wanted="0 (unpenalised) to infinity (excluded)",
        )
    return factors.to_numpy()


def path_lambdas(given: Sequence[float] | np.ndarray | None) -> np.ndarray | None:
    """Return the penalties in decreasing order as asked for, or None."""
    if given is None:
        return None
    lambdas = np.atleast_1d(np.asarray(given, dtype=float))
    if lambdas.ndim != 1 or not lambdas.size or not np.isfinite(lambdas).all() or (lambdas < 0).any():
        raise InputError("lambdas holds no penalties.", wanted="finite numbers, 0 or more, at least one")
    if (np.diff(lambdas) > 0).any():
        raise InputError("lambdas increase somewhere.", remedy="Give them in decreasing order: sorted(lambdas)[::-1].")
    return lambdas


def _matched(values: Any, index: pd.Index, name: str) -> np.ndarray:
    """Return values in the order of ``index``: a Series by its labels unless X had none, anything else by position."""
    if isinstance(values, pd.Series) and not isinstance(index, pd.RangeIndex):
        if not values.index.is_unique or not index.isin(values.index).all():
            raise InputError(f"{name} is not indexed as the rows of X.", wanted="one value for each row")
        values = values.reindex(index)
    found = np.asarray(values)
    if found.shape != (len(index),):
        raise InputError(f"{name} has shape {found.shape} for {len(index)} rows of X.", wanted="one value for each row")
    n_missing = int(pd.isna(found).sum())
    if n_missing:
        raise InputError(f"{name} is missing for {n_missing} rows.", remedy="Leave these patients out.")
    return found


def _numbers(values: Any, index: pd.Index, name: str) -> np.ndarray:
    found = _matched(values, index, name)
    try:
        numbers = found.astype(float)
    except (TypeError, ValueError):
        raise InputError(f"{name} holds something other than numbers.") from None
    if not np.isfinite(numbers).all():
        raise InputError(f"{name} is infinite for {_whose(index, ~np.isfinite(numbers))}.", wanted="finite numbers")
    return numbers


def _events(values: Any, index: pd.Index) -> np.ndarray:
    found = _matched(values, index, "event")
    strange = [value for value in pd.unique(pd.Series(found)) if value not in (0, 1)]
    if strange:
        raise InputError(f"event holds {name_some(strange)}.", wanted="True or 1 for an event, False or 0 for none")
    return found.astype(bool)


def _labels(values: Any, index: pd.Index) -> np.ndarray:
    return np.asarray(pd.factorize(pd.Series(_matched(values, index, "strata")), sort=False)[0])


def _whose(index: pd.Index, which: np.ndarray) -> str:
    return f"{int(which.sum())} patients: {name_some(index[which])}"
