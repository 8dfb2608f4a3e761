"""Table 1 for the eye: text cells, one column a group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["number_text", "p_text", "widen"]


def number_text(value: float) -> str:
    """Write a number with as many decimals as a clinical table needs.

    Examples
    --------
    >>> number_text(57.318), number_text(1234.5), number_text(0.0123), number_text(3.0)
    ('57.3', '1234', '0.012', '3.0')
    """
    if np.isnan(value):
        return "–"
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 1 or value == 0 else f"{value:.2g}"


def p_text(value: float) -> str:
    """Write a p-value; empty where there is none."""
    if np.isnan(value):
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def widen(table: pd.DataFrame, sizes: Sequence[tuple[str, int]]) -> pd.DataFrame:
    """Return ``variable``, ``level``, one column a group with its size, and with groups ``p_value`` and difference."""
    # the first column is everybody, whatever a group is called
    names = {group: f"{'All' if position == 0 else group} (n = {n})" for position, (group, n) in enumerate(sizes)}
    tested = len(sizes) > 1
    rows = []
    for variable, part in table.groupby("variable", sort=False):
        blocks = _number_blocks(part) if part["variable_kind"].iloc[0] != "categorical" else _level_blocks(part)
        first = part.iloc[0]
        for position, (level, cells) in enumerate(blocks):
            row = {"variable": variable if position == 0 else "", "level": level}
            row |= {name: cells.get(group, "") for group, name in names.items()}
            if tested:
                gap = first["standardized_difference"]
                row["p_value"] = p_text(first["p_value"]) if position == 0 else ""
                row["standardized_difference"] = (
                    "" if position or np.isnan(gap) else "∞" if np.isinf(gap) else f"{gap:.2f}"
                )
            rows.append(row)
    ends = ["p_value", "standardized_difference"] if tested else []
    return pd.DataFrame(rows, columns=["variable", "level", *names.values(), *ends], dtype=object)


def _number_blocks(part: pd.DataFrame) -> list[tuple[str, dict[str, str]]]:
    kind = part["variable_kind"].iloc[0]
    if kind == "outcome":
        return [(part["level"].iloc[0], dict(zip(part["group"], part["summary"], strict=True)))]
    middle, mean = {}, {}
    for row in part.itertuples():
        middle[row.group] = row.summary
        mean[row.group] = f"{number_text(row.mean)} ({number_text(row.sd)})" if row.n else "–"
    return [("median (IQR)", middle), ("mean (SD)", mean), *_missing(part)]


def _level_blocks(part: pd.DataFrame) -> list[tuple[str, dict[str, str]]]:
    blocks = [
        (str(level), dict(zip(rows["group"], rows["summary"], strict=True)))
        for level, rows in part.groupby("level", sort=False)
    ]
    return [*blocks, *_missing(part)]


def _missing(part: pd.DataFrame) -> list[tuple[str, dict[str, str]]]:
    counts = part.drop_duplicates("group").set_index("group")["n_missing"]
    return [("missing", {group: str(n) for group, n in counts.items()})] if counts.any() else []
