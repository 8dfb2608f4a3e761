"""Rows of the comparison: log-rank tests, hazard ratios, the test of proportional hazards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special

from radassoc.base.errors import NumericalError
from radassoc.cohort.align import Aligned
from radassoc.kernels.log_rank import log_rank, log_rank_trend
from radassoc.survival.hazards import CoxFit, fit_cox, hazard_ratio, proportional_hazards

__all__ = ["NOTHING_COMPARED", "arrays_of", "hazard_rows"]

NOTHING_COMPARED = "nothing can be compared: too few patients at risk together"


def arrays_of(data: Aligned) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return time, event and group codes."""
    assert data.time is not None
    assert data.event is not None
    return data.time, data.event, data.values["group"].to_numpy().astype(int)


def hazard_rows(data: Aligned, labels: Sequence[str], *, adjusted: bool, trend: bool) -> list[dict[str, Any]]:
    """Return the rows of the plain comparison, or of the one with covariates and strata.

    The test for a trend gives the groups the scores 0, 1, 2, ... in their order.
    """
    time, event, codes = arrays_of(data)
    counts = {"n_patients": len(codes), "n_events": int(event.sum()), "interval": "none", "reason": ""}
    missing = dict.fromkeys(("estimate", "ci_low", "ci_high", "statistic", "df", "p_value"), np.nan)
    present = [code for code in range(len(labels)) if (codes == code).any()]
    first = labels[present[0]]
    together = f"{labels[present[-1]]} vs {first}" if len(present) == 2 else "all groups"
    base = {**missing, **counts}
    rows: list[dict[str, Any]] = []
    if not adjusted or len(np.unique(data.strata)) > 1:
        prefix = "stratified_" if adjusted else ""
        arguments = (time, event, codes, len(labels))
        strata = data.strata if adjusted else None
        test = log_rank(*arguments, strata=strata)
        rows.append({**base, "contrast": together, "measure": f"{prefix}log_rank", **_chi_square(*test[2:])})
        if trend and len(present) > 2:
            test = log_rank_trend(*arguments, strata=strata)
            rows.append({**base, "contrast": "trend", "measure": f"{prefix}log_rank_trend", **_chi_square(*test[2:])})
    prefix = "adjusted_" if adjusted else ""
    fit, X, reason = _cox(data, codes, present)
    for position, code in enumerate(present[1:]):
        row = {**base, "contrast": f"{labels[code]} vs {first}", "measure": f"{prefix}hazard_ratio", "reason": reason}
        rows.append(row if fit is None else {**row, **hazard_ratio(fit, position), "interval": "Wald"})
    test_row = {**base, "contrast": together, "measure": f"{prefix}ph_test", "reason": reason}
    if fit is not None:
        tested = np.arange(len(present) - 1)
        test_row |= _chi_square(*proportional_hazards(fit, X, time, event, tested=tested, strata=data.strata))
    return [*rows, test_row]


def _chi_square(statistic: float, df: int) -> dict[str, Any]:
    if df == 0 or np.isnan(statistic):
        return {"reason": NOTHING_COMPARED}
    return {"statistic": statistic, "df": df, "p_value": float(special.gammaincc(df / 2, statistic / 2))}


def _cox(data: Aligned, codes: np.ndarray, present: list[int]) -> tuple[CoxFit | None, np.ndarray, str]:
    """Fit group indicators and covariates; without a finite estimate say why."""
    time, event, _ = arrays_of(data)
    indicators = [(codes == code).astype(float) for code in present[1:]]
    X = np.column_stack([*indicators, data.covariates.to_numpy(dtype=float)])
    if len(present) < 2:
        return None, X, "all patients with known covariates are in one group"
    empty = [code for code in present if not event[codes == code].any()]
    if empty:
        return None, X, "a group has no event: its hazard ratio has no finite estimate"
    try:
        return fit_cox(X, time, event, strata=data.strata), X, ""
    except NumericalError as error:
        return None, X, error.found
