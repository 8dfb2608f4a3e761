"""The families of tests of a study: what was tested, how often, how it was corrected, and what was primary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from radassoc.base.columns import tidy
from radassoc.report.description import StudyDescription

__all__ = ["COLUMNS", "family_table"]

COLUMNS = ("result", "hypothesis", "n_tests", "correction", "role")
#: Results of a section by the beginning of their names.
_SECTIONS = {"risk_score": "validation", "groups": "survival", "association": "association", "enrichment": "enrichment"}


def family_table(results: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row per family; all but the primary hypothesis is exploratory."""
    study = results.get("study")
    primary = study.primary if isinstance(study, StudyDescription) else ""
    rows = [
        {
            "result": name,
            "hypothesis": family.hypothesis,
            "n_tests": family.n_tests,
            "correction": family.correction,
            "role": "exploratory",
        }
        for name, result in results.items()
        for family in getattr(result, "families", ())
    ]
    for row in rows:  # one hypothesis is primary: the first family of the section that the study names
        if primary and str(row["result"]).startswith(_SECTIONS.get(primary, primary)):
            row["role"] = "primary"
            break
    return tidy(rows, COLUMNS)
