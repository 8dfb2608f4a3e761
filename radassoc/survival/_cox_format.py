"""A Cox table as a paper prints it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["formatted", "p_text", "ratio_text"]


def ratio_text(row: Any) -> str:
    """Write "1.45 (1.02-2.06)", "1 (reference)", or why there is no estimate."""
    if row.is_reference:
        return "1 (reference)"
    if not np.isfinite(row.hazard_ratio):
        return "not estimable"
    if not np.isfinite(row.ci_low):
        return _number(row.hazard_ratio)
    return f"{_number(row.hazard_ratio)} ({_number(row.ci_low)}-{_number(row.ci_high)})"


def _number(value: float) -> str:
    """Write two decimals; three where a hazard ratio is small or very near 1, such as that of a small unit.

    Examples
    --------
    >>> _number(1.448), _number(1.0031), _number(0.058), _number(0.00012), _number(123.4)
    ('1.45', '1.003', '0.058', '1.2e-04', '123')
    """
    if value >= 100 or value < 0.001:
        return f"{value:.0f}" if 100 <= value < 1e4 else f"{value:.1e}"
    return f"{value:.3f}" if value < 0.0995 or 0 < abs(value - 1) < 0.0095 else f"{value:.2f}"


def p_text(p: float) -> str:
    """Write a p-value; a dash where none is given.

    Examples
    --------
    >>> p_text(0.00002), p_text(0.0314), p_text(0.45)
    ('<0.001', '0.031', '0.45')
    """
    if np.isnan(p):
        return "–"
    return "<0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def formatted(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return ``variable, level, n, events`` and, for each model, hazard ratio with interval and p."""
    ratio = f"HR ({100 * level:g}% CI)"
    columns = ["variable", "level", "n", "events"]
    models = [name for name in ("univariable", "multivariable") if (table["model"] == name).any()]
    columns += [f"{model} {what}" for model in models for what in (ratio, "p")]
    rows = []
    for (variable, text), part in table.groupby(["variable", "level"], sort=False):
        by_model = {row.model: row for row in part.itertuples()}
        first = by_model[models[0]]
        cells: dict[str, Any] = {
            "variable": variable,
            "level": text,
            "n": first.n_level,
            "events": first.n_level_events,
        }
        for model in models:
            row = by_model[model]
            cells[f"{model} {ratio}"] = ratio_text(row)
            cells[f"{model} p"] = _p(row)
        rows.append(cells)
    return pd.DataFrame(rows, columns=columns)


def _p(row: Any) -> str:
    """On the reference row of several levels stands the p of the whole variable."""
    if not row.is_reference:
        return p_text(row.p_value)
    return f"{p_text(row.overall_p)} (overall)" if row.df > 1 and np.isfinite(row.overall_p) else ""
