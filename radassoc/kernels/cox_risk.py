"""Risk sets of the Cox model as index arrays, so that every sum over them is one pass over the patients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.base.jit import jit

__all__ = ["INLINE", "INNER", "KERNEL", "UNCOUNTED", "RiskSets", "Training", "risk_of", "risk_sets", "training_sets"]

# Settings of the compiled Cox kernels: a division by zero gives infinity, which the line search refuses. References are
# counted, so that a kernel can make arrays; a function that says nothing about it would do as its first caller does.
KERNEL = {"error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": True}
# Makes no array of its own, and counts no references: an atomic count for each of the forty arrays in the tuples, at
# every call, took as long as the arithmetic; to find out which counts cancel took the compiler as long as the rest.
UNCOUNTED = {**KERNEL, "_nrt": False}
# Called by compiled code only: without an entry from Python a function compiles in half the time.
INNER = {**UNCOUNTED, "no_cpython_wrapper": True}
# Called from one place, and a part of its caller from the start: every compiled function is optimised again within each
# of its callers.
INLINE = {"error_model": "numpy", "no_cfunc_wrapper": True, "inline": "always"}


class RiskSets(NamedTuple):
    """Who is at risk when.

    The distinct event times of each stratum are its *groups*, listed stratum by stratum with the latest time first;
    every stratum ends with one empty group whose sums are zero. Patient ``i`` is at risk in groups ``enters[i]`` to
    ``leaves[i] - 1``, that is at the event times ``t`` with ``entry[i] < t <= time[i]``.

    Of each patient (n,): ``weight``; ``died`` (0.0 or 1.0); ``stratum`` (0, 1, ...); ``entry``; ``enters``;
    ``leaves``; ``death_group`` (-1 for the censored); ``by_time`` and ``by_entry``, patients sorted by stratum,
    then latest first.

    Of each group: ``n_deaths``; ``death_weight``; ``event_time``; ``begin``, ``until_time`` and ``until_entry``,
    such that ``by_time[begin:until_time]`` have ``time >= t`` and ``by_entry[begin:until_entry]`` of them have
    ``entry >= t``; ``opens``, whether the group is the first of its stratum.
    """

    weight: np.ndarray
    died: np.ndarray
    stratum: np.ndarray
    entry: np.ndarray
    enters: np.ndarray
    leaves: np.ndarray
    death_group: np.ndarray
    by_time: np.ndarray
    by_entry: np.ndarray
    n_deaths: np.ndarray
    death_weight: np.ndarray
    event_time: np.ndarray
    begin: np.ndarray
    until_time: np.ndarray
    until_entry: np.ndarray
    opens: np.ndarray
    total_weight: float
    n_strata: int
    efron: bool
    truncated: bool


class Training(NamedTuple):
    """What a training set changes in the risk sets of all patients: those left out weigh nothing.

    ``weight`` (F, n), case weights; ``n_deaths`` and ``death_weight`` (F, groups), 0 where nobody is left to die;
    ``total`` (F,), the sums of the weights; ``inside`` (F, n), who is in.
    """

    weight: np.ndarray
    n_deaths: np.ndarray
    death_weight: np.ndarray
    total: np.ndarray
    inside: np.ndarray


def risk_sets(
    time: np.ndarray,
    event: np.ndarray,
    *,
    entry: np.ndarray | None = None,
    strata: np.ndarray | None = None,
    weights: np.ndarray | None = None,
    ties: str = "efron",
) -> RiskSets:
    """Lay out the risk sets of a Cox model.

    Parameters
    ----------
    time, event
        Follow-up (n,) and whether it ended with the event.
    entry
        Time from which a patient is observed (left truncation): at risk at ``entry < t <= time``.
    strata
        Labels (n,); risk sets never mix strata.
    weights
        Case weights (n,), not negative. A patient of weight zero has no influence, not even by an event.
    ties
        ``"efron"`` or ``"breslow"``.

    Raises
    ------
    ValueError
        No event, lengths that differ, values that are missing, entry at or after the end of follow-up.
    """
    time = np.asarray(time, dtype=float)
    n = time.size
    weight = np.ones(n) if weights is None else np.array(weights, dtype=float)
    begin = np.full(n, -np.inf) if entry is None else np.array(entry, dtype=float)
    layer = np.zeros(n, np.int64) if strata is None else np.unique(strata, return_inverse=True)[1].astype(np.int64)
    dead = np.asarray(event).astype(bool)
    _check(time, dead, begin, layer, weight, ties)
    dead = dead & (weight > 0)
    if not dead.any():
        raise ValueError("No patient of positive weight has the event: a Cox model has nothing to fit.")

    enters, leaves, death_group = np.empty(n, np.int64), np.empty(n, np.int64), np.full(n, -1, np.int64)
    groups: list[np.ndarray] = []
    offset = start = 0
    for s in range(int(layer.max()) + 1):
        inside = np.flatnonzero(layer == s)
        deaths = inside[dead[inside]]
        event_time = np.unique(time[deaths])[::-1]
        enters[inside] = offset + np.searchsorted(-event_time, -time[inside], side="left")
        leaves[inside] = offset + np.searchsorted(-event_time, -begin[inside], side="left")
        death_group[deaths] = enters[deaths]
        place = enters[deaths] - offset
        groups.append(_groups(event_time, place, weight[deaths], time[inside], begin[inside], start))
        offset += event_time.size + 1
        start += inside.size
    n_deaths, death_weight, event_time, first, until_time, until_entry, opens = np.concatenate(groups, axis=1)
    return RiskSets(
        weight=weight,
        died=dead.astype(float),
        stratum=layer,
        entry=begin,
        enters=enters,
        leaves=leaves,
        death_group=death_group,
        by_time=np.lexsort((-time, layer)),
        by_entry=np.lexsort((-begin, layer)),
        n_deaths=n_deaths.astype(np.int64),
        death_weight=death_weight.copy(),
        event_time=event_time.copy(),
        begin=first.astype(np.int64),
        until_time=until_time.astype(np.int64),
        until_entry=until_entry.astype(np.int64),
        opens=opens.astype(np.bool_),
        total_weight=float(weight.sum()),
        n_strata=int(layer.max()) + 1,
        efron=ties == "efron",
        truncated=entry is not None,
    )


def training_sets(risk: RiskSets, train: np.ndarray) -> Training:
    """Return the risk sets of each training set; ``train`` (F, n) tells who is in."""
    train = np.ascontiguousarray(train, dtype=np.bool_)
    n_fits, n_groups = len(train), risk.n_deaths.size
    weight = np.where(train, risk.weight, 0.0)
    fit, dead = np.nonzero((weight > 0) & (risk.death_group >= 0))
    place = fit * n_groups + risk.death_group[dead]
    size = n_fits * n_groups
    return Training(
        weight=weight,
        n_deaths=np.bincount(place, minlength=size).reshape(n_fits, n_groups),
        death_weight=np.bincount(place, weights=weight[fit, dead], minlength=size).reshape(n_fits, n_groups),
        total=weight.sum(axis=1),
        inside=train,
    )


@jit(**INLINE)
def risk_of(risk: RiskSets, training: Training, f: int) -> RiskSets:
    """Return the risk sets of one training set."""
    return RiskSets(
        training.weight[f],
        risk.died,
        risk.stratum,
        risk.entry,
        risk.enters,
        risk.leaves,
        risk.death_group,
        risk.by_time,
        risk.by_entry,
        training.n_deaths[f],
        training.death_weight[f],
        risk.event_time,
        risk.begin,
        risk.until_time,
        risk.until_entry,
        risk.opens,
        training.total[f],
        risk.n_strata,
        risk.efron,
        risk.truncated,
    )


def _groups(
    event_time: np.ndarray, place: np.ndarray, weight: np.ndarray, time: np.ndarray, entry: np.ndarray, start: int
) -> np.ndarray:
    """Return the columns of one stratum's groups, the empty last one included."""
    m = event_time.size
    columns = np.zeros((7, m + 1))
    columns[0, :m] = np.bincount(place, minlength=m)
    columns[1, :m] = np.bincount(place, weights=weight, minlength=m)
    columns[2] = np.append(event_time, -np.inf)
    columns[3:6] = start
    columns[4, :m] += np.searchsorted(np.sort(-time), -event_time, side="right")
    columns[5, :m] += np.searchsorted(np.sort(-entry), -event_time, side="right")
    columns[6, 0] = 1.0
    return columns


def _check(
    time: np.ndarray, event: np.ndarray, entry: np.ndarray, strata: np.ndarray, weight: np.ndarray, ties: str
) -> None:
    if ties not in ("efron", "breslow"):
        raise ValueError(f"ties={ties!r}: wanted 'efron' or 'breslow'.")
    if not time.shape == event.shape == entry.shape == strata.shape == weight.shape or time.ndim != 1 or not time.size:
        raise ValueError("time, event, entry, strata and weights must be vectors of one length, not empty.")
    if not np.isfinite(time).all() or np.isnan(entry).any():
        raise ValueError("time and entry must not be missing or infinite.")
    if not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise ValueError("Case weights must be finite and not negative.")
    if (entry >= time).any():
        raise ValueError("Every patient must enter before the end of follow-up (entry < time).")
