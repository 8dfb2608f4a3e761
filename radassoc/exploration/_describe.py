"""Rows of Table 1 that describe one variable in each group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.exploration._variables import Variable
from radassoc.exploration._wide import number_text
from radassoc.kernels.product_limit import median_time, product_limit

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["level_rows", "number_rows", "outcome_rows"]


def number_rows(variable: Variable, values: pd.Series, columns: list[tuple[str, np.ndarray]]) -> list[dict[str, Any]]:
    """Describe a number in each group."""
    rows = []
    for group, inside in columns:
        known = values[inside].dropna().to_numpy(dtype=float)
        some = known.size > 0
        q25, median, q75 = np.percentile(known, [25, 50, 75]) if some else (np.nan,) * 3
        summary = f"{number_text(median)} ({number_text(q25)} to {number_text(q75)})" if some else "–"
        rows.append(
            {
                **_base(variable.name, "numeric", "", group, known.size, int(inside.sum())),
                "mean": known.mean() if some else np.nan,
                "sd": known.std(ddof=1) if known.size > 1 else np.nan,
                "median": median,
                "q25": q25,
                "q75": q75,
                "summary": summary,
            }
        )
    return rows


def level_rows(variable: Variable, values: pd.Series, columns: list[tuple[str, np.ndarray]]) -> list[dict[str, Any]]:
    """Count each level of a category in each group."""
    rows = []
    for level in variable.levels:
        for group, inside in columns:
            known = values[inside].dropna()
            rows.append(_count_row(variable.name, "categorical", level, group, known == level, int(inside.sum())))
    return rows


def _count_row(name: str, kind: str, level: str, group: str, hits: pd.Series, n: int) -> dict[str, Any]:
    count, known = int(hits.sum()), len(hits)
    percent = 100 * count / known if known else np.nan
    row = _base(name, kind, level, group, known, n)
    return row | {
        "count": count,
        "percent": percent,
        "summary": f"{count} ({percent:.0f}%)" if known else "–",
    }


def _base(name: str, kind: str, level: str, group: str, known: int, n: int) -> dict[str, Any]:
    empty = dict.fromkeys(("mean", "sd", "median", "q25", "q75", "count", "percent"), np.nan)
    verdict = {"test": "", "statistic": np.nan, "p_value": np.nan, "standardized_difference": np.nan}
    row = {"variable": name, "variable_kind": kind, "level": level, "group": group}
    return row | {"n": known, "n_missing": n - known, **empty, **verdict, "p_adjusted": np.nan}


def outcome_rows(cohort: Cohort, patients: pd.Index, columns: list[tuple[str, np.ndarray]]) -> list[dict[str, Any]]:
    """Return events and follow-up; never tested here, because that is the work of ``compare_survival``."""
    if cohort.outcome is None:
        return []
    table = cohort.outcome.table.reindex(patients)
    event, follow = f"event ({cohort.outcome.event_name})", f"follow-up, {cohort.outcome.unit}"
    events, followed = [], []
    for group, inside in columns:
        part = table[inside].dropna()
        died = part["event"].astype(bool)
        events.append(_count_row(event, "outcome", "n (%)", group, died, int(inside.sum())))
        row = _base(follow, "outcome", "median (reverse Kaplan-Meier)", group, len(part), int(inside.sum()))
        if len(part):
            curve = product_limit(part["time"].to_numpy(dtype=float), ~died.to_numpy())
            row["median"] = median_time(curve.time, curve.survival)
        followed.append(row | {"summary": number_text(row["median"])})
    return events + followed
