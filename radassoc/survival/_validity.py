"""Which p-values and intervals are valid, given how the groups were made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.kernels.log_rank import LogRank, log_rank, log_rank_trend
from radassoc.survival._grouping import Grouping
from radassoc.survival._hazard_rows import NOTHING_COMPARED

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["BIASED", "Reruns", "rerun_p_values", "search_row", "withhold"]

_APPARENT = "apparent: the score was fitted on the outcome of these same patients"
_NO_RERUN = (
    "the groups were learned from the outcome of the other patients of this cohort: a p-value needs reruns with "
    "imaging permuted (validate_risk_score with n_permutations)"
)
_SEARCHED = "the cut was chosen by the outcome of these same patients: "
BIASED = "biased away from no difference: the cut was chosen where these patients differ most"
#: Tests whose statistic the reruns can give a null distribution.
_KERNELS: dict[str, Callable[..., LogRank]] = {"log_rank": log_rank, "log_rank_trend": log_rank_trend}


class Reruns(NamedTuple):
    """P-values by measure, where they come from or why there are none, and the number of reruns."""

    p_values: dict[str, float]
    reason: str = ""
    n: int = 0


def rerun_p_values(
    cohort: Cohort, found: Grouping, time: np.ndarray, event: np.ndarray, codes: np.ndarray, *, trend: bool
) -> Reruns:
    """Return the p-values of learned groups: the same statistic of the groups of each rerun."""
    if found.source == "training":
        return Reruns({}, _APPARENT)
    if found.optimised:
        corrected = "the p-value is that of the largest statistic of all cuts (maxstat)"
        alone = "compare patients who took no part in choosing it"
        return Reruns({}, _SEARCHED + (corrected if np.isfinite(found.searched.get("p_value", np.nan)) else alone))
    if found.source != "out_of_fold":
        return Reruns({})
    if found.null_codes is None or found.null_codes.shape[1] == 0:
        return Reruns({}, _NO_RERUN)
    p_values = {}
    for name in ("log_rank", "log_rank_trend") if trend else ("log_rank",):
        kernel = _KERNELS[name]
        observed = kernel(time, event, codes, len(found.labels)).statistic
        if np.isfinite(observed):
            null = _null_statistics(cohort, found.null_codes, len(found.labels), kernel)
            p_values[name] = float((1 + (null >= observed * (1 - 1e-12)).sum()) / (1 + null.size))
    n = found.null_codes.shape[1]
    if "log_rank" not in p_values:
        return Reruns({}, NOTHING_COMPARED)
    named = "log-rank and trend p come" if "log_rank_trend" in p_values else "log-rank p comes"
    told = f"the {named} from {n} reruns of the pipeline with imaging permuted; other tests have no p"
    return Reruns(p_values, told, n)


def _null_statistics(
    cohort: Cohort, null_codes: pd.DataFrame, n_groups: int, kernel: Callable[..., LogRank]
) -> np.ndarray:
    """Return the statistic of each rerun's groups; 0 where a rerun parts nobody."""
    assert cohort.outcome is not None
    outcome = cohort.outcome.table
    null_codes = null_codes[null_codes.index.isin(outcome.index)]
    outcome = outcome.loc[null_codes.index]
    time, event = outcome["time"].to_numpy(dtype=float), outcome["event"].to_numpy(dtype=bool)
    statistics = np.zeros(null_codes.shape[1])
    for b, codes in enumerate(null_codes.to_numpy().T):
        known = np.isfinite(codes)
        statistics[b] = kernel(time[known], event[known], codes[known].astype(int), n_groups).statistic
    return np.nan_to_num(statistics, nan=0.0)


def search_row(found: Grouping, contrast: str, n_patients: int, n_events: int) -> list[dict[str, Any]]:
    """Return the row of the corrected test, where the cut was chosen by the outcome of exactly these patients."""
    if not np.isfinite(found.searched.get("p_value", np.nan)):
        return []
    missing = dict.fromkeys(("estimate", "ci_low", "ci_high", "df"), np.nan)
    return [
        {
            **missing,
            "contrast": contrast,
            "measure": "max_log_rank",
            "statistic": found.searched["statistic"],
            "p_value": found.searched["p_value"],
            "interval": "none",
            "n_patients": n_patients,
            "n_events": n_events,
            "reason": f"corrected for the search of the cut: {found.searched['method']}",
        }
    ]


def withhold(rows: list[dict[str, Any]], found: Grouping, reruns: Reruns | None = None) -> None:
    """Take away the p-values, and for apparent groups and searched cuts the intervals, that are not valid."""
    biased = found.source == "training" or found.optimised
    if not biased and found.source != "out_of_fold":
        return
    for row in rows:
        if row["measure"] == "max_log_rank":
            continue
        if "p_value" in row:
            row["p_value"] = np.nan if reruns is None else reruns.p_values.get(row["measure"], np.nan)
        if biased:
            row |= {"ci_low": np.nan, "ci_high": np.nan, "interval": "none"}
            if found.optimised and np.isfinite(row["estimate"]):
                row["reason"] = BIASED
        elif row["interval"] != "none":
            row["interval"] = "conditional on the groups"
