"""Cox score statistics of all genes after their rows changed places among the patients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit
from radassoc.kernels.cox_likelihood import Moments, evaluate, new_moments
from radassoc.kernels.cox_ridge import centred
from radassoc.kernels.cox_risk import RiskSets
from radassoc.kernels.cox_score_test import null_fit
from radassoc.kernels.cox_sums import information

__all__ = ["CoxNull", "cox_null", "permuted_z"]

_FLAT = 1e-6
_CHUNK = 256  # genes at a time: their sums stay in the first-level cache


class CoxNull(NamedTuple):
    """The model without genes: what a Cox score statistic needs of outcome and covariates.

    ``residual`` (n,) martingale residuals; ``covariates`` (q, n), whose products with a gene are what the covariates
    tell of it, squared and summed. By stratum, latest first, one row a patient: ``order``, who it is; ``steps`` with
    diagonal of the information, relative risk, whether the sums begin anew, whether the patient dies together with
    others, deaths that end here, and the sums of relative risks of those at risk and of the dying.
    """

    residual: np.ndarray
    covariates: np.ndarray
    order: np.ndarray
    steps: np.ndarray


def cox_null(Z: np.ndarray, risk: RiskSets) -> CoxNull:
    """Fit the covariates Z (n, q) alone; ``risk`` without late entry and without weights."""
    Z = centred(Z, risk)
    eta, residual = null_fit(Z, risk)
    at = new_moments(risk)
    evaluate(eta, risk, at)
    steps = np.zeros((len(eta), 7), dtype=np.float32)
    order = risk.by_time
    steps[:, 0], steps[:, 1] = at.diagonal[order], at.relative[order]
    steps[1:, 2] = np.diff(risk.stratum[order]) > 0
    group = risk.death_group[order]
    steps[:, 3] = (group >= 0) & (risk.n_deaths[group] > 1)
    real = np.flatnonzero(risk.n_deaths > 0)
    ends = risk.until_time[real] - 1
    steps[ends, 4], steps[ends, 5] = risk.n_deaths[real], at.at_risk[real]
    steps[ends, 6] = at.dying[real] if risk.efron else 0.0
    return CoxNull(residual, _projection(Z, risk, at), order, steps)


def _projection(Z: np.ndarray, risk: RiskSets, at: Moments) -> np.ndarray:
    """Return Z' W, on a scale on which the information of Z is the identity."""
    q = Z.shape[1]
    if not q:
        return np.empty((0, len(Z)))
    both = information(np.hstack([Z, np.eye(len(Z))]), risk, at)
    values, vectors = np.linalg.eigh(both[:q, :q])
    kept = values > 1e-12 * values[-1]
    return np.asarray((vectors[:, kept] / np.sqrt(values[kept])).T @ both[:q, q:])


@jit(error_model="numpy")
def _variances(X: np.ndarray, rows: np.ndarray, steps: np.ndarray, out: np.ndarray) -> None:
    p = X.shape[1]
    at_risk, dying = np.empty(_CHUNK, np.float32), np.empty(_CHUNK, np.float32)
    for q in range(rows.shape[0]):
        for first in range(0, p, _CHUNK):
            m = min(_CHUNK, p - first)
            sums = out[q, first : first + m]
            at_risk[:] = 0.0
            dying[:] = 0.0
            sums[:] = 0.0
            for k in range(rows.shape[1]):
                row = X[rows[q, k], first : first + m]
                if steps[k, 2] > 0:
                    at_risk[:] = 0.0
                diagonal, relative = steps[k, 0], steps[k, 1]
                for j in range(m):
                    at_risk[j] += relative * row[j]
                    sums[j] += diagonal * row[j] * row[j]
                if steps[k, 3] > 0:
                    for j in range(m):
                        dying[j] += relative * row[j]
                deaths = int(steps[k, 4])
                for d in range(deaths):
                    share = np.float32(d) / steps[k, 4]
                    phi = np.float32(1.0) / (steps[k, 5] - share * steps[k, 6])
                    for j in range(m):
                        mean = (at_risk[j] - share * dying[j]) * phi
                        sums[j] -= mean * mean
                if deaths > 1:
                    dying[:] = 0.0


def permuted_z(X: np.ndarray, null: CoxNull, rows: np.ndarray) -> np.ndarray:
    """Return the Cox score z (b, p) of each gene where patient i has the gene values of patient ``rows[., i]``.

    Parameters
    ----------
    X
        Genes (n, p) in single precision, less what covariates and strata tell of them.
    null
        Outcome and covariates, which stay where they are.
    rows
        Permutations (b, n).

    Returns
    -------
    ndarray
        In single precision; the identity gives ``marginal_score_z`` to about 1e-5.
    """
    residual = np.empty(rows.shape, dtype=np.float32)
    np.put_along_axis(residual, rows, np.broadcast_to(null.residual.astype(np.float32), rows.shape), axis=1)
    score = residual @ X
    variance = np.empty_like(score)
    _variances(X, rows[:, null.order], null.steps, variance)
    for covariate in null.covariates.astype(np.float32):
        np.put_along_axis(residual, rows, np.broadcast_to(covariate, rows.shape), axis=1)
        variance -= (residual @ X) ** 2
    usable = variance > _FLAT * variance.max(axis=1, keepdims=True)
    return np.asarray(np.where(usable, score / np.sqrt(np.where(usable, variance, 1.0)), np.float32(0.0)))
