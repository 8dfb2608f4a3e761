"""Enrichment before and after adjustment for covariates, laid side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from radassoc.report.kinds import of_kind

__all__ = ["COLUMNS", "adjusted_for", "side_by_side"]

_VALUES = ("nes", "p_value", "p_adjusted", "enriched")
COLUMNS = (
    "by",
    "pathway",
    "size",
    "n_listed",
    *_VALUES,
    *(f"{name}_after" for name in _VALUES),
    "share_associated",
    "flag",
    "n_patients",
)


def adjusted_for(results: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the covariates of the adjusted enrichment, if there is one."""
    for result in of_kind(results, "enrichment").values():
        if result.params.get("covariates"):
            return tuple(result.params["covariates"])
    return ()


def side_by_side(results: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row per value and gene set, with the numbers after adjustment in columns that end in ``_after``."""
    before: list[pd.DataFrame] = []
    after: list[pd.DataFrame] = []
    for result in of_kind(results, "enrichment").values():
        (after if result.params.get("covariates") else before).append(result.table)
    if not before and not after:
        return pd.DataFrame(columns=list(COLUMNS))
    if not before:  # only an adjusted analysis was made: it stands in its own columns
        return _one(after).rename(columns={name: f"{name}_after" for name in _VALUES}).reindex(columns=list(COLUMNS))
    first = _one(before)
    if not after:
        return first.reindex(columns=list(COLUMNS))
    second = _one(after)[["by", "pathway", *_VALUES]]
    return first.merge(second, on=["by", "pathway"], how="left", suffixes=("", "_after"))[list(COLUMNS)]


def _one(tables: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)] or tables[:1]
    return pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
