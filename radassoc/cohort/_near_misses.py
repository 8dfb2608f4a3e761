"""Patients who may be the same person under two spellings: told in the audit, never joined."""

from __future__ import annotations

import re
from typing import NamedTuple

import pandas as pd

from radassoc.cohort.parts import Parts

__all__ = ["NearMiss", "near_misses"]

IGNORED = "upper and lower case, punctuation, leading zeros, or what follows a TCGA patient"


class NearMiss(NamedTuple):
    """A patient of one table who is in no other, and whom other tables may spell otherwise."""

    table: str
    patient: str
    other: str


def near_misses(parts: Parts) -> list[NearMiss]:
    """Return the patients of one table only whose name differs from that of an absent patient in what people vary."""
    tables = {name: pd.Index(part.patients.unique()) for name, part in parts.modalities.items()}
    if len(parts.clinical):
        tables["clinical"] = parts.clinical.index
    found = []
    for name, patients in tables.items():
        others = [patient for other, listed in tables.items() if other != name for patient in listed]
        alone = patients[~patients.isin(others)]
        if alone.empty:
            continue
        absent = {_plain(patient): patient for patient in pd.unique(pd.Series(others, dtype=object))}
        absent = {key: patient for key, patient in absent.items() if patient not in patients}
        found += [NearMiss(name, patient, absent[_plain(patient)]) for patient in alone if _plain(patient) in absent]
    return found


def _plain(name: str) -> str:
    """Return a name without what people write differently.

    Examples
    --------
    >>> _plain("LUNG1-007") == _plain("lung1_7")
    True
    >>> _plain("TCGA-02-0047-01A")
    'tcga_2_47'
    """
    text = name.lower()
    text = text[:12] if text.startswith("tcga") else text
    words = re.findall(r"\d+|[^\W\d_]+", text)
    return "_".join(str(int(word)) if word.isdecimal() else word for word in words)
