"""Which strata of a comparison are large enough, with the numbers of those that are not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError
from radassoc.strata._levels import Levels
from radassoc.strata.interaction_result import STRATUM_COLUMNS

__all__ = ["sort_out"]


def sort_out(
    levels: Levels, labels: pd.Series, event: np.ndarray | None, *, fewest: int, fewest_events: int
) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return the levels that are large enough, and a frame of all with counts and reasons.

    Raises
    ------
    DesignError
        Fewer than two are left; the message tells the numbers.
    """
    rows = []
    for level in levels.names:
        inside = (labels == level).to_numpy()
        n, deaths = int(inside.sum()), 0 if event is None else int(event[inside].sum())
        reason = f"{n} patients, fewer than {fewest}" if n < fewest else ""
        if event is not None and deaths < fewest_events:
            reason = f"{deaths} events, fewer than {fewest_events}"
        status = "not_estimable" if reason else "ok"
        rows.append({"stratum": level, "n": n, "n_events": deaths, "status": status, "reason": reason})
    frame = tidy(rows, STRATUM_COLUMNS)
    kept = tuple(frame.loc[frame["status"] == "ok", "stratum"])
    if len(kept) < 2:
        told = "; ".join(f"{row['stratum']}: {row['n']} patients, {row['n_events']} events" for row in rows)
        needed = f"{fewest} patients" + (f" and {fewest_events} events" if event is not None else "")
        raise DesignError(
            f"Fewer than two strata of {levels.name!r} are large enough ({told}).",
            wanted=f"two strata with {needed} each, everything known",
            remedy="Use fewer covariates, join levels with derive, or describe the strata without a test.",
        )
    return kept, frame
