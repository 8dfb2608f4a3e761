"""Tables of a comparison of strata: correction over all tests, which rows are kept, effects and differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.columns import tidy
from radassoc.kernels.correction import step_up
from radassoc.strata._interaction_estimates import Estimates
from radassoc.strata.interaction_result import BACKGROUND_COLUMNS, EFFECT_COLUMNS, VALUE_COLUMNS

__all__ = ["POWER", "TOP", "adjusted", "background_frame", "effect_rows", "kept_rows", "table_rows"]

TOP = 100
POWER = 0.8


def adjusted(p: np.ndarray, n_tests: int, counts: np.ndarray | None = None, *, level: float = 1.0) -> np.ndarray:
    """Return Benjamini-Hochberg values of the given p-values of ``n_tests``.

    Where not all are given, all up to ``level`` must be, and ``counts`` is the histogram of all from 0 to 1: values
    above the level are then up to one bin too large.
    """
    order = np.argsort(p, kind="stable")
    answer = np.empty(len(p))
    if counts is None:
        answer[order] = step_up(p[order], n_tests)
        return answer
    edges = np.arange(1, len(counts) + 1) / len(counts)
    above = np.where(edges > level, n_tests * edges / np.maximum(np.cumsum(counts), 1), np.inf)
    beyond = np.minimum.accumulate(np.append(above, 1.0)[::-1])[::-1]
    low = order[p[order] <= level]
    answer[low] = step_up(p[low], n_tests, beyond=float(beyond[0]))
    high = order[p[order] > level]
    answer[high] = np.minimum(beyond[np.minimum((p[high] * len(counts)).astype(np.int64), len(counts) - 1)], 1.0)
    return answer


def kept_rows(p: np.ndarray, p_adjusted: np.ndarray, keep: str, level: float) -> np.ndarray:
    """Return the positions of the rows to show, the smallest p-values first."""
    order = np.argsort(p, kind="stable")
    if keep == "significant":
        return order[p_adjusted[order] < level]
    return order[:TOP] if keep == "top" else order


def table_rows(
    keys: pd.DataFrame,
    found: Estimates,
    p_adjusted: np.ndarray,
    *,
    levels: Sequence[str],
    kind: str,
    level: float,
    confidence: float,
) -> pd.DataFrame:
    """Return the rows of ``Interactions.table``: the strata after the first, each against it, feature by feature."""
    parts = [
        _against(found, g, levels, confidence=confidence, level=level).assign(
            estimate_kind=kind, p_adjusted=p_adjusted, differs=p_adjusted < level, order=np.arange(len(keys))
        )
        for g in range(1, len(levels))
    ]
    frame = pd.concat([pd.concat([keys.reset_index(drop=True), part], axis=1) for part in parts], ignore_index=True)
    frame = frame.sort_values("order", kind="stable")
    return tidy(frame, (*keys.columns, *VALUE_COLUMNS))


def _against(found: Estimates, g: int, levels: Sequence[str], *, confidence: float, level: float) -> pd.DataFrame:
    estimate, df = found.gaps[:, g - 1], found.gap_df[:, g - 1]
    error = np.sqrt(found.gap_variance[:, g - 1])
    half = special.stdtrit(df, 0.5 + confidence / 2) * error
    p = found.gap_p[:, g - 1]
    with np.errstate(divide="ignore"):
        log10_p = np.log10(p)
    columns: dict[str, Any] = {"stratum_1": levels[0], "stratum_2": levels[g]}
    columns |= _stratum(found, 0, "_1", confidence) | _stratum(found, g, "_2", confidence)
    columns |= {
        "estimate": estimate,
        "std_error": error,
        "ci_low": estimate - half,
        "ci_high": estimate + half,
        "statistic": np.divide(estimate, error, out=np.full(len(error), np.nan), where=error > 0),
        "df": df,
        "p_value": p,
        "log10_p": log10_p,
        "overall_statistic": found.overall,
        "overall_p": found.overall_p,
        "detectable": (special.stdtrit(df, 1 - level / 2) + special.ndtri(POWER)) * error,
    }
    return pd.DataFrame(columns, index=np.arange(len(estimate)))


def _stratum(found: Estimates, g: int, end: str, confidence: float) -> dict[str, np.ndarray]:
    half = special.stdtrit(found.df[:, g], 0.5 + confidence / 2) * np.sqrt(found.variances[:, g])
    return {
        f"estimate{end}": found.slopes[:, g],
        f"ci_low{end}": found.slopes[:, g] - half,
        f"ci_high{end}": found.slopes[:, g] + half,
        f"n{end}": found.n[:, g],
        f"n_events{end}": found.n_events[:, g],
    }


def effect_rows(
    keys: pd.DataFrame, found: Estimates, *, levels: Sequence[str], kind: str, confidence: float
) -> pd.DataFrame:
    """Return the rows of ``Interactions.effects``, the strata of a feature together."""
    parts = []
    for g, name in enumerate(levels):
        error = np.sqrt(found.variances[:, g])
        half = special.stdtrit(found.df[:, g], 0.5 + confidence / 2) * error
        estimate = found.slopes[:, g]
        with np.errstate(divide="ignore", invalid="ignore"):
            p = 2 * special.stdtr(found.df[:, g], -np.abs(estimate / error))
        values = pd.DataFrame(
            {"stratum": name, "estimate": estimate, "estimate_kind": kind, "std_error": error}
            | {"ci_low": estimate - half, "ci_high": estimate + half, "df": found.df[:, g], "p_value": p}
            | {"n": found.n[:, g], "n_events": found.n_events[:, g], "order": np.arange(len(keys))},
            index=np.arange(len(keys)),
        )
        parts.append(pd.concat([keys.reset_index(drop=True), values], axis=1))
    frame = pd.concat(parts, ignore_index=True).sort_values("order", kind="stable")
    return tidy(frame, (*keys.columns, *EFFECT_COLUMNS))


def background_frame(effects: np.ndarray, levels: Sequence[str]) -> pd.DataFrame:
    """Return pairs of effects (s, 2) as a frame."""
    frame = pd.DataFrame({"estimate_1": effects[:, 0], "estimate_2": effects[:, 1]})
    return tidy(frame.assign(stratum_1=levels[0], stratum_2=levels[1]), BACKGROUND_COLUMNS)
