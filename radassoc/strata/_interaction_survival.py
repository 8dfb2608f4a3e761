"""Each feature x stratum in a Cox model: own hazard ratios, and tests that they are equal."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from radassoc.association._pair_scan import patterns
from radassoc.base.errors import DesignError
from radassoc.base.parallel import run_tasks
from radassoc.kernels.cox_fit import cox_maximum
from radassoc.kernels.cox_interactions import CoxInteractions, cox_interactions
from radassoc.strata._interaction_columns import FLAT, HEAVY, fit_columns, normal_scores, per_sd, reasons
from radassoc.strata._interaction_estimates import Estimates, joint_wald, merged
from radassoc.strata._interaction_inputs import FEWEST_EVENTS, Inputs

__all__ = ["Model", "scan_survival"]

_COLUMNS = 500


class Model(NamedTuple):
    """``own_baseline``: each stratum has its own; ``own_covariates``: the covariates' effects differ by stratum."""

    own_baseline: bool
    own_covariates: bool
    test: str
    scale: str = "sd"


def scan_survival(inputs: Inputs, model: Model) -> tuple[np.ndarray, Estimates]:
    """Fit every column of the table; return the positions of those that have an answer, and the numbers.

    Slopes are log hazard ratios per standard deviation of the column over all patients of the comparison who have it.
    """
    X = inputs.tables[0].frame.to_numpy(dtype=float)
    k = len(inputs.levels)
    found, where = [], []
    for seen, members in patterns(X):
        rows = np.flatnonzero(seen)
        deaths = np.bincount(inputs.group[rows][inputs.event[rows]], minlength=k)
        if deaths.min() < FEWEST_EVENTS:
            inputs.dropped.extend(reasons(inputs.tables[0].frame.columns[members], _few(inputs, deaths)))
            continue
        values = X[np.ix_(rows, members)]
        values = normal_scores(values) if model.scale == "normal_scores" else values
        fit = fit_columns(values, inputs.group[rows], inputs.Z[rows])
        names = inputs.tables[0].frame.columns[members]
        inputs.dropped.extend([*reasons(names[fit.flat], FLAT), *reasons(names[fit.heavy], HEAVY)])
        usable, values = fit.usable, per_sd(values)
        part = _fit(values[:, usable], inputs, rows, model, deaths)
        known = np.isfinite(part.overall)
        inputs.dropped.extend(
            reasons(names[usable][~known], "the likelihood has no maximum: explained, or it orders all deaths")
        )
        found.append(part.some(np.flatnonzero(known)))
        where.append(members[usable][known])
    return (np.concatenate(where) if where else np.empty(0, dtype=np.int64)), merged(found, k)


def _few(inputs: Inputs, deaths: np.ndarray) -> str:
    told = ", ".join(f"{level}: {count}" for level, count in zip(inputs.levels, deaths, strict=True))
    return f"too few events where it is known ({told}; {FEWEST_EVENTS} are needed)"


def _fit(X: np.ndarray, inputs: Inputs, rows: np.ndarray, model: Model, deaths: np.ndarray) -> Estimates:
    k, group = len(inputs.levels), inputs.group[rows]
    time, event = inputs.time[rows], inputs.event[rows]
    Z, own = _covariates(inputs.Z[rows], group, k, own=model.own_covariates)
    layers = inputs.layers[rows] * k + group if model.own_baseline else inputs.layers[rows]
    if not model.own_baseline:
        Z = np.column_stack([group[:, None] == np.arange(1, k), Z])
    Z = _estimable(Z, time, event, layers)

    def part(first: int) -> CoxInteractions:
        return cox_interactions(X[:, first : first + _COLUMNS], group, Z, time, event, strata=layers)

    parts = run_tasks(part, list(range(0, X.shape[1], _COLUMNS)), label="interactions")
    if not parts:
        return merged([], k)
    fits = CoxInteractions(*(np.concatenate(items) for items in zip(*parts, strict=True)))
    shared = own if model.own_covariates else own * deaths / deaths.sum()
    counts = np.bincount(group, minlength=k)
    return _numbers(fits, np.maximum(deaths - 1.0 - shared, 1.0), counts, deaths, model.test)


def _covariates(Z: np.ndarray, group: np.ndarray, k: int, *, own: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the covariates of the model, and how many each stratum has."""
    if not own:
        return Z, np.full(k, float(Z.shape[1]))
    inside = [Z * (group == g)[:, None] for g in range(k)]
    varies = [[Z[group == g, j].std() > 1e-12 for j in range(Z.shape[1])] for g in range(k)]
    kept = np.column_stack([part[:, np.array(one, dtype=bool)] for part, one in zip(inside, varies, strict=True)])
    return kept, np.array([float(sum(one)) for one in varies])


def _estimable(Z: np.ndarray, time: np.ndarray, event: np.ndarray, layers: np.ndarray) -> np.ndarray:
    if not Z.shape[1]:
        return Z
    alone = cox_maximum(Z, time, event, strata=layers)
    if alone.endless.any():
        raise DesignError(
            "A covariate orders all deaths of a stratum: its hazard ratio there has no maximum.",
            wanted="covariates with events at several values in every stratum",
            remedy='covariate_effects="common" gives it one effect for all strata; or leave it out.',
        )
    return np.asarray(Z[:, ~alone.redundant])


def _numbers(fits: CoxInteractions, df: np.ndarray, n: np.ndarray, deaths: np.ndarray, test: str) -> Estimates:
    m, k = fits.slopes.shape
    variances = np.einsum("mkk->mk", fits.covariance)
    gap_variance = variances[:, 1:] + variances[:, :1] - 2 * fits.covariance[:, 0, 1:]
    pairs = variances[:, 1:] + variances[:, :1]
    gap_df = pairs**2 / (variances[:, 1:] ** 2 / df[1:] + variances[:, :1] ** 2 / df[0])
    t = (fits.slopes[:, 1:] - fits.slopes[:, :1]) / np.sqrt(gap_variance)
    gap_p = 2 * special.stdtr(gap_df, -np.abs(t))
    if test == "wald":
        overall, p = joint_wald(fits.slopes, fits.covariance, np.broadcast_to(df, (m, k)))
    else:
        overall = fits.ratio if test == "likelihood_ratio" else fits.score
        p = special.gammaincc((k - 1) / 2, overall / 2)
    if k == 2:
        gap_p = p[:, None]
    counts = (np.broadcast_to(n, (m, k)).copy(), np.broadcast_to(deaths, (m, k)).copy())
    frees = np.broadcast_to(df, (m, k)).copy()
    return Estimates(fits.slopes, variances, frees, gap_variance, gap_df, overall, p, gap_p, *counts)
