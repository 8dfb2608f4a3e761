r"""The maximum of the unpenalised Cox partial likelihood (Efron's ties, strata) by Newton steps.

With :math:`a_i` the relative risk of patient i times the hazard that it has lived through (Efron: less what the dying
are spared), the score is :math:`X'(d - a)` and the information :math:`X' diag(a) X - M'M`, where the rows of M are the
mean covariates of the risk set, one row a death. No array grows with n p^2, so that hundreds of bootstrap fits are
cheap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["CoxMaximum", "cox_maximum"]

_MOST_STEPS = 50
_SMALL = 3e-6  # a standardised Newton step
_FLAT = 1e-9  # share of a column's information that the columns before it leave: below, it is a combination of them


class CoxMaximum(NamedTuple):
    """Log hazard ratios, their covariance (inverse information) and log partial likelihoods.

    ``redundant`` columns are combinations of earlier ones (within risk sets) and left out: NaN. ``endless``
    coefficients run off to infinity while the likelihood tends to a limit: NaN too, and all else is the limit's.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    loglik: float
    null_loglik: float
    redundant: np.ndarray
    endless: np.ndarray

    @property
    def df(self) -> int:
        """Return the number of coefficients that the likelihood was maximised over."""
        return int((~self.redundant).sum())


class _Layout(NamedTuple):
    """Patients sorted by stratum, latest first; one *group* per event time and stratum, one row per death."""

    order: np.ndarray
    died: np.ndarray  # (n,) bool, sorted
    first: np.ndarray  # (g,) first patient of the group's stratum
    last: np.ndarray  # (g,) last patient at risk
    start: np.ndarray  # (g,) where the group's deaths begin among the dead
    row: np.ndarray  # (d,) the group of each death
    share: np.ndarray  # (d,) Efron's k / deaths
    until: np.ndarray  # (n,) groups of the patient's stratum up to its time: positions until[i] to end[i] - 1
    end: np.ndarray
    stratum: np.ndarray  # (n,) code, sorted


def cox_maximum(X: np.ndarray, time: np.ndarray, event: np.ndarray, *, strata: np.ndarray | None = None) -> CoxMaximum:
    """Maximise the partial likelihood over all coefficients that it can tell apart.

    Parameters
    ----------
    X
        Covariates (n, p), finite.
    time, event, strata
        Outcome and stratum labels (n,).

    Returns
    -------
    CoxMaximum
        Equals R's ``coxph(ties="efron")`` to 1e-8, its log likelihoods to 1e-9.
    """
    p = X.shape[1]
    center, scale = X.mean(axis=0), X.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    layout = _lay_out(np.asarray(time, dtype=float), np.asarray(event, dtype=bool), strata)
    Z = ((X - center) / scale)[layout.order]
    null_loglik, _, information = _evaluate(Z, np.zeros(p), layout)
    kept = _independent(information)
    beta, covariance = np.full(p, np.nan), np.full((p, p), np.nan)
    loglik, endless = null_loglik, np.zeros(p, dtype=bool)
    if kept.any():
        found, loglik, runs, information = _climb(Z[:, kept], layout)
        endless[kept] = runs
        finite = np.flatnonzero(kept)[~runs]
        beta[finite] = found[~runs] / scale[finite]
        block = np.linalg.inv(information[np.ix_(~runs, ~runs)])
        covariance[np.ix_(finite, finite)] = block / np.outer(scale[finite], scale[finite])
    return CoxMaximum(beta, covariance, loglik, null_loglik, ~kept, endless)


def _lay_out(time: np.ndarray, event: np.ndarray, strata: np.ndarray | None) -> _Layout:
    layer = np.zeros(len(time), dtype=np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    order = np.lexsort((~event, -time, layer))  # the dead of a time before those censored then
    time, died, layer = time[order], event[order], layer[order]
    n = len(time)
    new_time = np.append(True, (np.diff(time) != 0) | (np.diff(layer) != 0))
    block = np.cumsum(new_time) - 1  # patients of one time and stratum
    begins = np.flatnonzero(new_time)
    last_of_block = np.append(begins[1:], n) - 1
    first_of_layer = np.flatnonzero(np.append(True, np.diff(layer) != 0))
    deaths = np.bincount(block[died], minlength=len(begins))
    has = np.flatnonzero(deaths)
    n_deaths = deaths[has]
    group_layer = layer[begins[has]]
    start = np.append(0, np.cumsum(n_deaths))[:-1].astype(np.int64)
    row = np.repeat(np.arange(has.size), n_deaths)
    share = (np.arange(row.size) - start[row]) / n_deaths[row]
    # groups are listed latest first: those up to a patient's time follow those after it
    until = np.searchsorted(has, block)
    end = np.searchsorted(group_layer, layer, side="right")
    return _Layout(order, died, first_of_layer[group_layer], last_of_block[has], start, row, share, until, end, layer)


def _evaluate(Z: np.ndarray, beta: np.ndarray, at: _Layout) -> tuple[float, np.ndarray, np.ndarray]:
    """Return log likelihood, score and information; the rows of Z are in the layout's order."""
    if not at.row.size:
        return 0.0, np.zeros(Z.shape[1]), np.zeros((Z.shape[1], Z.shape[1]))
    eta = Z @ beta
    highest = np.full(int(at.stratum[-1]) + 1, -np.inf)
    np.maximum.at(highest, at.stratum, eta)
    eta = eta - highest[at.stratum]
    weight = np.exp(eta)
    risk, gone = _sums(weight, at)
    phi = risk[at.row] - at.share * gone[at.row]
    rate = np.add.reduceat(1 / phi, at.start)
    spared = np.add.reduceat(at.share / phi, at.start)
    hazard = np.append(0.0, np.cumsum(rate))
    lived = hazard[at.end] - hazard[at.until]
    lived[at.died] -= spared[at.row]
    share = weight * lived
    weighted = weight[:, None] * Z
    sums, dying = _sums(weighted, at)
    mean = (sums[at.row] - at.share[:, None] * dying[at.row]) / phi[:, None]
    score = Z[at.died].sum(axis=0) - mean.sum(axis=0)
    information = (Z * share[:, None]).T @ Z - mean.T @ mean
    return float(eta[at.died].sum() - np.log(phi).sum()), score, information


def _sums(values: np.ndarray, at: _Layout) -> tuple[np.ndarray, np.ndarray]:
    """Sum values over those at risk, and over the dying, of each group."""
    running = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    return running[at.last + 1] - running[at.first], np.add.reduceat(values[at.died], at.start, axis=0)


def _independent(information: np.ndarray) -> np.ndarray:
    """Tell which columns are no combination of those before them: a Cholesky factor that skips empty pivots."""
    p = len(information)
    diagonal = np.diag(information)
    kept = np.zeros(p, dtype=bool)
    rest = information / max(float(diagonal.max(initial=0.0)), 1e-300)
    own = np.diag(rest).copy()
    for j in range(p):
        if own[j] > 1e-12 and rest[j, j] > _FLAT * own[j]:
            kept[j] = True
            rest = rest - np.outer(rest[:, j], rest[j]) / rest[j, j]
    return kept


def _climb(Z: np.ndarray, at: _Layout) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """Return coefficients, log likelihood, which of them never stop, and the information there."""
    beta = np.zeros(Z.shape[1])
    loglik, score, information = _evaluate(Z, beta, at)
    settled = 0
    for _ in range(_MOST_STEPS):
        step = _newton(information, score)
        length, (after, new_score, new_information) = _search(Z, at, beta, step, loglik)
        if length == 0.0:
            break
        settled = settled + 1 if after - loglik < 1e-10 * (1 + abs(loglik)) else 0
        beta, loglik, score, information = beta + length * step, after, new_score, new_information
        if settled == 3 or (length == 1.0 and np.abs(step).max() < _SMALL):  # its square is the error left
            break
    # where the likelihood has stopped climbing but the steps have not shrunk, there is no maximum
    step = _newton(information, score)
    endless = (np.abs(step) > 1e-4 * (1 + np.abs(beta))) | (np.diag(information) < 1e-10 * at.row.size)
    return beta, loglik, endless, information


def _newton(information: np.ndarray, score: np.ndarray) -> np.ndarray:
    try:
        step = np.linalg.solve(information, score)
        if np.isfinite(step).all():
            return step
    except np.linalg.LinAlgError:
        pass
    return np.asarray(np.linalg.lstsq(information, score, rcond=1e-14)[0])


def _search(
    Z: np.ndarray, at: _Layout, beta: np.ndarray, step: np.ndarray, loglik: float
) -> tuple[float, tuple[float, np.ndarray, np.ndarray]]:
    """Halve the step until the likelihood does not fall; length 0 where no step climbs."""
    length = 1.0
    while length > 1e-4:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            found = _evaluate(Z, beta + length * step, at)
        if np.isfinite(found[0]) and found[0] >= loglik - 1e-11 * (1 + abs(loglik)):
            return length, found
        length /= 2
    return 0.0, _evaluate(Z, beta, at)
