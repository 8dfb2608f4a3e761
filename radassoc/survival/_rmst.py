"""Restricted mean survival time of each group, and how it differs between groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special

from radassoc.base.arguments import check_number
from radassoc.base.errors import DesignError, InputError
from radassoc.kernels.product_limit import product_limit, restricted_mean

__all__ = ["RMST_COLUMNS", "choose_tau", "rmst_rows"]

RMST_COLUMNS = (
    "contrast",
    "measure",
    "tau",
    "estimate",
    "std_error",
    "ci_low",
    "ci_high",
    "statistic",
    "p_value",
    "interval",
    "n_patients",
    "n_events",
    "reason",
)


def choose_tau(
    tau: float | None, time: np.ndarray, event: np.ndarray, codes: np.ndarray, labels: Sequence[str]
) -> float:
    """Return ``tau``, by default the smallest over groups of the longest follow-up.

    Raises
    ------
    DesignError
        A group was not followed so long, and its curve has not reached zero.
    """
    present = [code for code in range(len(labels)) if (codes == code).any()]
    longest = {code: float(time[codes == code].max()) for code in present}
    if tau is None:
        return min(longest.values())
    check_number("tau", tau)
    if not (np.isfinite(tau) and tau > 0):
        raise InputError(f"tau={tau} is no time.", wanted="a positive number in the cohort's unit of time")
    for code, last in longest.items():
        inside = codes == code
        if tau > last and not event[inside & (time == last)].all():
            raise DesignError(
                f"tau={tau:g}, but group {labels[code]!r} was followed up to {last:g} only.",
                wanted=f"at most {min(longest.values()):g}, the default",
                remedy="Beyond it the curve, and so the area under it, is not known.",
            )
    return float(tau)


def rmst_rows(
    time: np.ndarray, event: np.ndarray, codes: np.ndarray, labels: Sequence[str], tau: float, *, level: float = 0.95
) -> list[dict[str, Any]]:
    """Return the restricted mean of each group, then difference and ratio of each group against the first.

    The ratio's interval and test are on the log scale. Null hypothesis of both: equal areas under the curves up to
    ``tau``. Equals R's survRM2 (Uno et al. 2014, doi:10.1200/JCO.2014.55.2208).
    """
    z = float(special.ndtri(0.5 + level / 2))
    present = [code for code in range(len(labels)) if (codes == code).any()]
    found = {code: restricted_mean(product_limit(time[codes == code], event[codes == code]), tau) for code in present}
    counts = {code: ((codes == code), int((event & (codes == code)).sum())) for code in present}
    rows = []
    for code in present:
        mean, variance = found[code]
        n = {"n_patients": int(counts[code][0].sum()), "n_events": counts[code][1]}
        rows.append(_row(labels[code], "rmst", tau, mean, variance, z) | n)
    first = present[0]
    for code in present[1:]:
        n = {
            "n_patients": int((counts[code][0] | counts[first][0]).sum()),
            "n_events": counts[code][1] + counts[first][1],
        }
        (a, va), (b, vb) = found[code], found[first]
        contrast = f"{labels[code]} vs {labels[first]}"
        rows.append(_tested(_row(contrast, "rmst_difference", tau, a - b, va + vb, z), a - b) | n)
        on_log = va / a**2 + vb / b**2
        row = _tested(_row(contrast, "rmst_ratio", tau, np.log(a / b), on_log, z), float(np.log(a / b)))
        row |= {name: float(np.exp(row[name])) for name in ("estimate", "ci_low", "ci_high")}
        rows.append(row | n)
    return rows


def _row(contrast: str, measure: str, tau: float, estimate: float, variance: float, z: float) -> dict[str, Any]:
    error = float(np.sqrt(variance))
    known = error > 0
    return {
        "contrast": contrast,
        "measure": measure,
        "tau": tau,
        "estimate": float(estimate),
        "std_error": error if known else np.nan,
        "ci_low": estimate - z * error if known else np.nan,
        "ci_high": estimate + z * error if known else np.nan,
        "statistic": np.nan,
        "p_value": np.nan,
        "interval": "Wald" if known else "none",
        "reason": "" if known else "no event before tau: the estimate has no standard error",
    }


def _tested(row: dict[str, Any], value: float) -> dict[str, Any]:
    if np.isfinite(row["std_error"]):
        row["statistic"] = value / row["std_error"]
        row["p_value"] = float(special.erfc(abs(row["statistic"]) / np.sqrt(2.0)))
    return row
