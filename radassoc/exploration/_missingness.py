"""Values that are missing, and values that cannot be there because a region is absent."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.tables.feature_names import UNKNOWN
from radassoc.tables.regions import absence_mask, absent_regions

__all__ = ["PATTERN_COLUMNS", "REGION_COLUMNS", "Missingness", "missingness"]

PATTERN_COLUMNS = ("pattern", "n_patients", "group", "n_features", "state", "missing_share")
REGION_COLUMNS = ("region", "n_patients", "n_features")
_MOST_PATTERNS = 25


class Missingness(NamedTuple):
    """``missing`` and ``absent``: patients x features; ``regions``: absent ones; ``patterns``: for the picture."""

    missing: pd.DataFrame
    absent: pd.DataFrame
    lacking: dict[str, pd.Series]
    regions: pd.DataFrame
    patterns: pd.DataFrame


def missingness(frame: pd.DataFrame, info: pd.DataFrame) -> Missingness:
    """Describe the gaps of a table (patients x features)."""
    known = info.reindex(index=frame.columns, columns=["region", "feature_class", "feature_name"]).fillna(UNKNOWN)
    absent = absence_mask(frame, known)
    missing = frame.isna() & ~absent
    lacking: dict[str, pd.Series] = {}
    rows = []
    for region, group in absent_regions(frame, known).groupby("region", sort=False):
        lacks = pd.Series(frame.index.isin(group["sample"]), index=frame.index)
        features = int(absent.loc[lacks, [str(region) in text.split("/") for text in known["region"]]].any().sum())
        rows.append({"region": region, "n_patients": int(lacks.sum()), "n_features": features})
        lacking[str(region)] = lacks
    return Missingness(missing, absent, lacking, tidy(rows, REGION_COLUMNS), _patterns(missing, absent, known))


def _patterns(missing: pd.DataFrame, absent: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return which groups of features (region and class) are missing together, and in how many patients."""
    group = np.where(known["region"] == UNKNOWN, known["feature_class"], known["region"] + " " + known["feature_class"])
    names = pd.Index(pd.unique(group))
    gone = [(part.to_numpy(float) @ pd.get_dummies(group)[names].to_numpy(float)) for part in (missing, absent)]
    sizes = np.array([(group == name).sum() for name in names])
    state = np.where(gone[1] > 0, 2, np.where(gone[0] > 0, 1, 0))
    codes, place, counts = np.unique(state, axis=0, return_inverse=True, return_counts=True)
    rows: list[dict[str, Any]] = []
    for rank, code in enumerate(np.argsort(-counts, kind="stable")[:_MOST_PATTERNS]):
        inside = place.ravel() == code
        share = (gone[0] + gone[1])[inside].mean(axis=0) / sizes
        rows += [
            {
                "pattern": rank + 1,
                "n_patients": int(counts[code]),
                "group": name,
                "n_features": int(sizes[j]),
                "state": ("present", "missing", "absent")[codes[code, j]],
                "missing_share": share[j],
            }
            for j, name in enumerate(names)
        ]
    return tidy(rows, PATTERN_COLUMNS)
