"""The content of a cohort in one short word."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from radassoc.cohort.parts import Parts

__all__ = ["fingerprint"]


def fingerprint(parts: Parts) -> str:
    """Return 16 hexadecimal digits that change with any value, name or order of rows in the cohort.

    Audit notes do not take part: two cohorts with the same tables have the same fingerprint, however they were read.
    """
    digest = hashlib.sha256()
    for name, part in parts.modalities.items():
        _feed(digest, [name, *part.frame.index, *part.frame.columns, *part.patients])
        digest.update(_bytes(part.frame))
    clinical = parts.clinical
    _feed(digest, ["clinical", *clinical.index, *clinical.columns])
    for column in clinical.columns:
        values = clinical[column]
        if values.dtype == object:
            _feed(digest, [None if pd.isna(value) else str(value) for value in values])
        else:
            digest.update(_bytes(values.to_frame()))
    if parts.outcome is not None:
        table = parts.outcome.table
        _feed(digest, ["outcome", parts.outcome.unit, parts.outcome.time_name, parts.outcome.event_name, *table.index])
        digest.update(_bytes(table.astype("float64")))
    return digest.hexdigest()[:16]


def _feed(digest: Any, texts: list[str | None]) -> None:
    digest.update(json.dumps(texts, ensure_ascii=False).encode())


def _bytes(frame: pd.DataFrame) -> bytes:
    values = np.ascontiguousarray(frame.to_numpy(dtype="<f8"))
    return np.where(np.isnan(values), np.nan, values).tobytes()  # one bit pattern for every missing value
