"""What was asked of ``fit_cutpoint``, checked: a keyword that its method would not use is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from radassoc.base.arguments import check_choice, check_whole
from radassoc.base.errors import InputError
from radassoc.survival.maxstat import check_share

__all__ = ["CutPlan", "plan_cuts"]

_MOST_GROUPS = 10
_SHARE = 0.1


class CutPlan(NamedTuple):
    """The method, the number of groups, the least share of a group, and the cuts where they were given."""

    method: str
    n_groups: int
    min_share: float
    given: tuple[float, ...]


def plan_cuts(
    method: str, value: float | Sequence[float] | None, n_groups: int | None, min_share: float | None
) -> CutPlan:
    """Return the plan; refuse what does not belong together."""
    check_choice("method", method, ("median", "quantiles", "maxstat", "value"))
    if (method == "value") != (value is not None):
        raise InputError(f"method={method!r} with value={value}.", wanted="a value with method='value', and only there")
    if n_groups is not None and method != "quantiles":
        raise InputError(f"n_groups={n_groups} with method={method!r}.", wanted="n_groups with method='quantiles' only")
    if min_share is not None and method != "maxstat":
        raise InputError(
            f"min_share={min_share} with method={method!r}.", wanted="min_share with method='maxstat' only"
        )
    given = () if value is None else _increasing(value)
    share = _SHARE if min_share is None else min_share
    check_share(share)
    if method == "quantiles":
        return CutPlan(method, _number(3 if n_groups is None else n_groups), share, given)
    return CutPlan(method, len(given) + 1 if given else 2, share, given)


def _number(n_groups: int) -> int:
    check_whole("n_groups", n_groups)
    if not 2 <= n_groups <= _MOST_GROUPS:
        raise InputError(f"n_groups={n_groups} cannot be compared.", wanted=f"2 to {_MOST_GROUPS} groups")
    return int(n_groups)


def _increasing(value: float | Sequence[float]) -> tuple[float, ...]:
    try:
        cuts = np.atleast_1d(np.asarray(value, dtype=float))
    except (TypeError, ValueError):
        cuts = np.empty(0)
    numbers = not isinstance(value, (str, bool)) and cuts.ndim == 1 and cuts.size and np.isfinite(cuts).all()
    if not numbers or (np.diff(cuts) <= 0).any() or cuts.size >= _MOST_GROUPS:
        raise InputError(
            f"value={value!r} is no cut.", wanted="a finite number, or at most nine of them in increasing order"
        )
    return tuple(float(cut) for cut in cuts)
