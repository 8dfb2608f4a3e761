"""Survival of each group at landmark times, and its difference between groups, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from radassoc.base.errors import InputError
from radassoc.kernels.product_limit import ProductLimit, at_times, product_limit
from radassoc.survival._times import _PER_YEAR

__all__ = ["LANDMARK_COLUMNS", "landmark_rows", "landmark_times"]

LANDMARK_COLUMNS = (
    "time",
    "contrast",
    "measure",
    "estimate",
    "ci_low",
    "ci_high",
    "interval",
    "at_risk",
    "n_patients",
    "n_events",
    "reason",
)
_YEARS = (1.0, 2.0, 3.0, 5.0)
_BEYOND = "nobody of the group was followed so long"
_CERTAIN = "a curve is at 1 or 0 there: it has no interval"


def landmark_times(
    times: Sequence[float] | float | None, unit: str, time: np.ndarray, event: np.ndarray, codes: np.ndarray
) -> np.ndarray:
    """Return the times asked for, or those of 1, 2, 3 and 5 years at which every group's curve is known."""
    if times is not None:
        return _positive(times)
    limits = [
        np.inf if _ends_at_zero(time[codes == c], event[codes == c]) else time[codes == c].max() for c in set(codes)
    ]
    years = np.array(_YEARS) * _PER_YEAR[unit] if unit in _PER_YEAR else np.empty(0)
    return years[years <= min(*limits, time.max())]


def _ends_at_zero(time: np.ndarray, event: np.ndarray) -> bool:
    return bool(event[time == time.max()].all())


def _positive(times: Sequence[float] | float) -> np.ndarray:
    try:
        numbers = np.atleast_1d(np.asarray(times, dtype=float))
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if (
        numbers.ndim != 1
        or isinstance(times, str)
        or not (np.isfinite(numbers) & (numbers > 0)).all()
        or not numbers.size
    ):
        raise InputError(f"times={times!r} is no time.", wanted="positive numbers in the cohort's unit of time")
    return np.unique(numbers)


def landmark_rows(
    time: np.ndarray, event: np.ndarray, codes: np.ndarray, labels: Sequence[str], times: np.ndarray
) -> list[dict[str, Any]]:
    """Return one row a time and group, and one a time and difference against the first group.

    Intervals of survival are log-log. That of a difference combines the two by recovering their variances (MOVER, Zou &
    Donner 2008, doi:10.1002/sim.3095): it stays within -1 and 1, and is missing where a curve is at 1 or 0.
    """
    present = [code for code in range(len(labels)) if (codes == code).any()]
    found = {code: at_times(product_limit(time[codes == code], event[codes == code]), times) for code in present}
    sizes = {code: int((codes == code).sum()) for code in present}
    rows: list[dict[str, Any]] = []
    for k in range(len(times)):
        rows += [_survival(found[code], k, labels[code], sizes[code]) for code in present]
        rows += [
            _difference(found[code], found[present[0]], k, f"{labels[code]} vs {labels[present[0]]}")
            | {"n_patients": sizes[code] + sizes[present[0]]}
            for code in present[1:]
        ]
    return rows


def _survival(found: ProductLimit, k: int, label: str, size: int) -> dict[str, Any]:
    estimate, low, high = (float(values[k]) for values in (found.survival, found.ci_low, found.ci_high))
    return {
        "time": float(found.time[k]),
        "contrast": label,
        "measure": "survival",
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        "interval": "log-log" if np.isfinite(low) else "none",
        "at_risk": int(found.at_risk[k]),
        "n_patients": size,
        "n_events": int(found.events[k]),
        "reason": _BEYOND if np.isnan(estimate) else "" if np.isfinite(low) else _CERTAIN,
    }


def _difference(other: ProductLimit, first: ProductLimit, k: int, contrast: str) -> dict[str, Any]:
    a, b = float(other.survival[k]), float(first.survival[k])
    (a_low, a_high), (b_low, b_high) = ((float(x.ci_low[k]), float(x.ci_high[k])) for x in (other, first))
    low = a - b - np.hypot(a - a_low, b_high - b)
    return {
        "time": float(first.time[k]),
        "contrast": contrast,
        "measure": "survival_difference",
        "estimate": a - b,
        "ci_low": low,
        "ci_high": a - b + np.hypot(a_high - a, b - b_low),
        "interval": "MOVER" if np.isfinite(low) else "none",
        "at_risk": int(other.at_risk[k] + first.at_risk[k]),
        "n_events": int(other.events[k] + first.events[k]),
        "reason": _BEYOND.replace("the", "a") if np.isnan(a - b) else "" if np.isfinite(low) else _CERTAIN,
    }
