"""Folds with the same share of events and strata in each, and how many of them the events allow."""

from __future__ import annotations

import numpy as np

from radassoc.base.arguments import check_whole
from radassoc.base.errors import DesignError, InputError
from radassoc.base.seeds import generator

__all__ = ["MIN_EVENTS", "allowed_folds", "make_folds", "repeated_folds", "require_events"]

#: Fewer events than this are refused unless forced.
MIN_EVENTS = 10
_EVENTS_PER_FOLD = 3


def require_events(event: np.ndarray, *, what: str, force: bool = False) -> None:
    """Refuse a design with fewer than 10 events, or with nothing to compare, unless forced.

    Parameters
    ----------
    event
        True where the event was observed.
    what
        What the events are needed for, for the message.
    force
        Accept 3 to 9 events; fewer leave nothing to fit in any fold.
    """
    n_events = int(np.sum(event))
    least = 2 * _EVENTS_PER_FOLD if force else MIN_EVENTS
    if n_events >= least:
        return
    if force:
        remedy = "With so few events nothing can be learned in folds; describe the patients instead."
    elif n_events >= 2 * _EVENTS_PER_FOLD:
        remedy = "Collect more patients or a longer follow-up; force=True goes on with unreliable results."
    else:
        remedy = "Collect more patients or a longer follow-up."
    raise DesignError(
        f"{n_events} events among {len(event)} patients are too few for {what}.",
        wanted=f"at least {least} events",
        remedy=remedy,
    )


def allowed_folds(n_folds: int, n_events: int) -> int:
    """Return the number of folds that leaves at least three events in each: ``n_folds`` or fewer, at least two.

    Examples
    --------
    >>> allowed_folds(10, 100), allowed_folds(10, 20), allowed_folds(10, 4)
    (10, 6, 2)
    """
    check_whole("n_folds", n_folds)
    if n_folds < 2:
        raise InputError(f"n_folds={n_folds} is no cross-validation.", wanted="2 folds or more")
    return max(2, min(n_folds, n_events // _EVENTS_PER_FOLD))


def make_folds(
    n_folds: int,
    *,
    event: np.ndarray,
    strata: np.ndarray,
    seed: int,
    path: tuple[int | str, ...] = (),
    copies: np.ndarray | None = None,
) -> np.ndarray:
    """Return the fold of each patient: 0 to ``n_folds - 1``, balanced within events and strata.

    Parameters
    ----------
    n_folds
        Number of folds.
    event, strata
        ``(n,)``; observed event, and stratum code.
    seed, path
        The stream of chance: ``generator(seed, *path)``.
    copies
        ``(n,)`` code of the patient behind each row; the copies of a patient in a bootstrap sample share a fold.

    Returns
    -------
    ndarray
        ``(n,)`` of int.
    """
    n = len(event)
    _, first, patient = np.unique(np.arange(n) if copies is None else copies, return_index=True, return_inverse=True)
    cell = 2 * np.asarray(strata)[first].astype(np.int64) + np.asarray(event)[first].astype(np.int64)
    # shuffled, then sorted by cell: dealing the folds out in turn spreads every cell and the whole alike
    shuffled = generator(seed, *path).permutation(len(first))
    dealt = shuffled[np.argsort(cell[shuffled], kind="stable")]
    fold = np.empty(len(first), dtype=np.int64)
    fold[dealt] = np.arange(len(first)) % n_folds
    return fold[patient.reshape(-1)]


def repeated_folds(
    n_repeats: int,
    n_folds: int,
    *,
    event: np.ndarray,
    strata: np.ndarray,
    seed: int,
    path: tuple[int | str, ...] = (),
    copies: np.ndarray | None = None,
) -> np.ndarray:
    """Return ``(n_repeats, n)`` folds; repeat ``r`` owns the stream ``(*path, r)``. See ``make_folds``."""
    settings = {"event": event, "strata": strata, "seed": seed, "copies": copies}
    return np.stack([make_folds(n_folds, path=(*path, r), **settings) for r in range(n_repeats)])  # type: ignore[arg-type]
