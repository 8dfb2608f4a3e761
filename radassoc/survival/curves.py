"""Kaplan-Meier curves and median survival times of groups, as frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.kernels.product_limit import ProductLimit, median_time, product_limit
from radassoc.survival.comparison import CURVE_COLUMNS, MEDIAN_COLUMNS

__all__ = ["survival_curves"]


def survival_curves(
    time: np.ndarray, event: np.ndarray, codes: np.ndarray, labels: Sequence[str], *, level: float = 0.95
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the survival curve and the median survival time of each group that has patients.

    Parameters
    ----------
    time, event
        Time and whether the event was observed (n,).
    codes
        Group of each patient (n,), as positions in ``labels``.
    labels
        Names of the groups, in the order of the rows.
    level
        Coverage of the pointwise intervals.

    Returns
    -------
    curves, medians
        Frames with the columns of ``SurvivalComparison.curves`` and ``.medians``.

    Notes
    -----
    Equals R's ``survfit(conf.type="log-log")`` to 1e-10, medians included. The log-log interval keeps its coverage in
    small groups and stays between 0 and 1; R's own default is ``"log"``. The interval is missing before the first event
    and where the curve is at zero. The interval of the median inverts the pointwise intervals (Brookmeyer & Crowley
    1982, doi:10.2307/2530286).

    Examples
    --------
    >>> import numpy as np
    >>> curves, medians = survival_curves(
    ...     np.array([1.0, 2, 3, 4]), np.array([True, True, False, True]), np.zeros(4, dtype=int), ["all"]
    ... )
    >>> curves["survival"].tolist()
    [1.0, 0.75, 0.5, 0.5, 0.0]
    >>> medians["median"].item()
    3.0
    """
    curves, medians = [], []
    for code, label in enumerate(labels):
        inside = codes == code
        if not inside.any():
            continue
        found = product_limit(time[inside], event[inside], level=level)
        curves.append(_curve(label, found))
        medians.append(_median(label, found))
    told = pd.concat(curves, ignore_index=True) if curves else []
    return tidy(told, CURVE_COLUMNS), tidy(medians, MEDIAN_COLUMNS)


def _curve(label: str, found: ProductLimit) -> pd.DataFrame:
    """Return one group's curve from time 0 on, where everybody is alive and at risk."""
    start = {"survival": 1.0, "ci_low": np.nan, "ci_high": np.nan, "at_risk": found.at_risk[0]}
    columns = {name: np.concatenate([[start.get(name, 0)], values]) for name, values in found._asdict().items()}
    return pd.DataFrame({"group": label, **columns})


def _median(label: str, found: ProductLimit) -> dict[str, Any]:
    curves = {"median": found.survival, "ci_low": found.ci_low, "ci_high": found.ci_high}
    return {
        "group": label,
        "n_patients": int(found.at_risk[0]),
        "n_events": int(found.events.sum()),
        **{name: median_time(found.time, values) for name, values in curves.items()},
    }
