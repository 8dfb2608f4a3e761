"""What a reader of a comparison of strata must know, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.errors import name_some
from radassoc.strata._interaction_rows import POWER

__all__ = ["TRAP", "dropped_note", "null_note"]

_HUGE = 5.0
TRAP = (
    "An effect that is significant in one stratum and not in another is no evidence of a difference: the difference "
    "itself, its interval and its p-value are."
)


def null_note(table: pd.DataFrame, keys: Sequence[str], n_tests: int, *, level: float, ratio: bool) -> str:
    """Word a comparison without a finding: the strongest difference with its interval, and what would have been found.

    ``ratio``: estimates are logarithms and are told as ratios.
    """
    best = table[(table[list(keys)] == table[list(keys)].iloc[0]).all(axis=1)]
    first = best.loc[best["p_value"].idxmin()]
    turn = np.exp if ratio else np.asarray
    what = "ratio of hazard ratios" if ratio else "difference"
    low, value, high = (float(turn(first[name])) for name in ("ci_low", "estimate", "ci_high"))
    pair = " with ".join(str(first[key]) for key in keys)
    chosen = f", the strongest of {n_tests} and so too far from {1 if ratio else 0}" if n_tests > 1 else ""
    df = table["df"].to_numpy(dtype=float)
    needed = special.stdtrit(df, 1 - level / (2 * n_tests)) + special.ndtri(POWER)
    detectable = float(turn(np.nanmedian(needed * table["std_error"].to_numpy(dtype=float))))
    alone = " alone among them" if n_tests > 1 else ""
    told = f"A {what} of {detectable:.2f} would have been found{alone} with a power of {POWER:.0%}."
    if ratio and detectable > _HUGE:  # such effects have larger errors than those that were seen
        told = f"Not even a {what} of {_HUGE:g} would have been found{alone} with a power of {POWER:.0%}."
    return (
        f"No evidence of a difference between {first['stratum_1']} and {first['stratum_2']}: {what} {value:.2f} "
        f"(interval {low:.2f} to {high:.2f}) for {pair}{chosen}. {told}"
    )


def dropped_note(dropped: pd.DataFrame, heavy: str) -> tuple[str, ...]:
    """Count what could not be tested, and what rests on one patient (reason ``heavy``)."""
    if dropped.empty:
        return ()
    notes = [f"{len(dropped)} columns could not be tested (first: {name_some(dropped['name'])}); see dropped."]
    if count := int((dropped["reason"] == heavy).sum()):
        what = f"{count} of them: {heavy}. A slope that rests on one patient is not tested;"
        notes.append(f'{what} scale="normal_scores" tests it.')
    return tuple(notes)
