"""What the audit tells of the tables as they stand: repeated patients, constant columns, missing and absent values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from radassoc.cohort.parts import Modality, Parts
from radassoc.tables.regions import absence_mask

__all__ = ["content_rows"]

#: Columns with a larger share of missing values are named one by one; it is the share that ``Preparation`` drops at.
MANY = 0.2


def content_rows(parts: Parts) -> list[dict[str, Any]]:
    """Return the audit rows of every table."""
    rows = []
    for name, part in parts.modalities.items():
        rows += [*_repeated(name, part), *_constant(name, part.frame), *_missing(name, part)]
    return rows + _missing_clinical(parts.clinical)


def _row(scope: str, name: str, reason: str, n: int, detail: str) -> dict[str, Any]:
    return {"step": "content", "scope": scope, "name": name, "reason": reason, "n": n, "detail": detail}


def _repeated(scope: str, part: Modality) -> list[dict[str, Any]]:
    several = part.patients[part.patients.duplicated(keep=False)]
    if several.empty:
        return []
    detail = f"{several.nunique()} patients have {len(several)} samples; averaged where one value per patient is needed"
    return [_row(scope, "samples", "several samples per patient", len(several), detail)]


def _constant(scope: str, frame: pd.DataFrame) -> list[dict[str, Any]]:
    if len(frame) < 2:
        return []
    constant = (frame.max() == frame.min()).to_numpy()
    return [_row(scope, str(name), "constant", 1, "one value in all samples") for name in frame.columns[constant]]


def _missing(scope: str, part: Modality) -> list[dict[str, Any]]:
    """Return one row for the table and one for each column with many missing values; absent is told from missing."""
    missing = part.frame.isna().to_numpy()
    if not missing.any():
        return []
    absent = np.zeros_like(missing)
    if "region" in part.features.columns:
        absent = absence_mask(part.frame, part.features).to_numpy() & missing
    told = f"{int((missing & ~absent).sum())} missing, {int(absent.sum())} absent with their region"
    told += f"; in {int(missing.any(axis=0).sum())} of {missing.shape[1]} columns"
    rows = [_row(scope, "values", "missing values", int(missing.sum()), told)]
    for i in np.flatnonzero(missing.mean(axis=0) > MANY):
        n, gone = int(missing[:, i].sum()), int(absent[:, i].sum())
        detail = f"{n - gone} missing, {gone} absent with their region, of {len(missing)} samples"
        rows.append(_row(scope, str(part.frame.columns[i]), f"over {MANY:.0%} missing", n, detail))
    return rows


def _missing_clinical(clinical: pd.DataFrame) -> list[dict[str, Any]]:
    counts = clinical.isna().sum()
    return [
        _row("clinical", str(name), "missing values", int(n), f"of {len(clinical)} patients")
        for name, n in counts.items()
        if n
    ]
