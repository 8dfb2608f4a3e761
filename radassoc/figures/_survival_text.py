"""What stands above survival curves: the ratio with its interval, the p-value and where both come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import format_p, pretty, shorten

if TYPE_CHECKING:
    from radassoc.survival.compare import SurvivalComparison

__all__ = ["comparison_lines"]

_SOURCES = {
    "out_of_fold": "groups: out of fold",
    "training": "groups: training patients (apparent)",
    "test": "groups: test patients",
    "clinical": "",
    "given": "groups: as given",
}
_MOST_RATIOS = 4
_LONGEST = 24  # letters of a group's name


def comparison_lines(comparison: SurvivalComparison, *, adjusted: bool = False) -> list[str]:
    """Return the lines: hazard ratios, restricted means where hazards are not proportional, p, source, score."""
    if adjusted:
        covariates = ", ".join(pretty(name) for name in comparison.params["covariates"])
        return [
            *_ratios(comparison, "adjusted_hazard_ratio"),
            f"standardised to all patients: {shorten(covariates, 60)}",
        ]
    source = _SOURCES.get(comparison.source, comparison.source)
    tests = "; ".join(part for part in (*_tests(comparison), source) if part)
    parts = f"score: {pretty(comparison.score_of)}" if comparison.score_of else ""
    return [*_ratios(comparison, "hazard_ratio"), *_restricted_means(comparison), tests, parts]


def _ratios(comparison: SurvivalComparison, measure: str) -> list[str]:
    table = comparison.table
    found = table[(table["measure"] == measure) & table["estimate"].notna()]
    name = "adjusted HR" if measure.startswith("adjusted") else "HR"
    if len(found) < 2:
        return [_single(row, name, biased=comparison.optimised) for row in found.itertuples()]
    return _several(found, name, biased=comparison.optimised)


def _single(row: Any, name: str, *, biased: bool) -> str:
    """Tell the direction too, unless it is the usual one."""
    which = "" if row.contrast == "high vs low" else f", {shorten(pretty(row.contrast), 2 * _LONGEST)}"
    return f"{name} {row.estimate:.2f} ({_interval(row, biased=biased)}){which}"


def _several(found: pd.DataFrame, name: str, *, biased: bool) -> list[str]:
    """Say once what all ratios share: whom they compare with, and what their intervals are."""
    parts = found["contrast"].str.partition(" vs ")
    one = parts[2].nunique() == 1 and parts[2].iloc[0] != ""
    which = parts[0] if one else found["contrast"]
    kind = "conditional on the groups" if found["interval"].str.contains("conditional").any() else "95% CI"
    against = f" against {shorten(pretty(parts[2].iloc[0]), _LONGEST)}" if one else ""
    lines = [f"{name}{against} ({kind}):"]
    for label, row in zip(which, found.head(_MOST_RATIOS).itertuples(), strict=False):
        told = _interval(row, biased=biased, short=True)
        lines.append(f"  {shorten(pretty(label), _LONGEST if one else 36)} {row.estimate:.2f} ({told})")
    more = len(found) - _MOST_RATIOS
    return [*lines, f"  and {more} more"] if more > 0 else lines


def _interval(row: Any, *, biased: bool, short: bool = False) -> str:
    if biased:
        return "biased" if short else "biased: cut chosen on these patients"
    if not np.isfinite(row.ci_low):
        return "no valid interval"
    kind = "" if short else "conditional on the groups: " if "conditional" in str(row.interval) else "95% CI "
    return f"{kind}{row.ci_low:.2f} to {row.ci_high:.2f}"


def _restricted_means(comparison: SurvivalComparison) -> list[str]:
    """Tell the difference of restricted means where a hazard ratio alone would mislead."""
    if not comparison.non_proportional:
        return []
    found = comparison.rmst[comparison.rmst["measure"] == "rmst_difference"]
    lines = ["hazards not proportional; restricted mean up to " + f"{comparison.tau:.4g} {comparison.unit}:".strip()]
    for row in found.head(_MOST_RATIOS).itertuples():
        interval = "" if np.isnan(row.ci_low) else f" ({_signed(row.ci_low)} to {_signed(row.ci_high)})"
        which = f" ({shorten(pretty(row.contrast), 40)})" if len(found) > 1 else ""
        lines.append(f"  difference {_signed(row.estimate)} {comparison.unit}{interval}{which}")
    return lines


def _signed(value: float) -> str:
    return f"{value:.3g}".replace("-", "\u2212")


def _tests(comparison: SurvivalComparison) -> list[str]:
    p = comparison.table.set_index("measure")["p_value"]
    if comparison.optimised:
        corrected = p.get("max_log_rank", np.nan)
        return [f"best of all cuts, corrected: {format_p(corrected)}" if np.isfinite(corrected) else "no valid p"]
    # a p-value from reruns asks what imaging adds, also where the groups owe most to the covariates
    test = "log-rank, imaging permuted:" if comparison.n_reruns else "log-rank"
    told = [f"{test} {_p(p, 'log_rank')}" if _known(p, "log_rank") else "no log-rank p given"]
    if _known(p, "log_rank_trend"):
        told.append(f"trend {_p(p, 'log_rank_trend')}")
    return told


def _known(p: pd.Series, measure: str) -> bool:
    return measure in p.index and bool(np.isfinite(p[measure]))


def _p(p: pd.Series, measure: str) -> str:
    return format_p(float(p[measure]))
