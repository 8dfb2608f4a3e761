"""The main numbers in one table: nested concordance with its test, and each pathway before and after adjustment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from radassoc.report.adjustment import side_by_side
from radassoc.report.headline import subject_name
from radassoc.report.kinds import kind_of
from radassoc.report.wording import interval

__all__ = ["key_table"]

_MODELS = {
    "full": "full model",
    "covariates": "covariates alone",
    "volume": "tumour volume alone",
    "covariates + volume": "covariates and tumour volume",
    "(covariates + volume)": "covariates and tumour volume",
}


def _model(name: str) -> str:
    """Return what a model or a difference of two is called.

    Examples
    --------
    >>> _model("full - volume")
    'full model − tumour volume alone'
    """
    return " − ".join(_MODELS.get(part, part) for part in name.split(" - "))


def key_table(results: Mapping[str, Any]) -> pd.DataFrame:
    """Return concordance and its permutation test, and each pathway before and after adjustment, in one table."""
    rows = []
    for result in results.values():
        if kind_of(result) == "risk_validation":
            for row in result.table.itertuples():
                # secondary estimates, such as "full (.632+)", are no nested C
                if row.measure in ("concordance", "concordance_difference") and not row.model.startswith("full ("):
                    told = {
                        "question": f"nested C: {_model(row.model)}",
                        "estimate": row.estimate,
                        "p_value": row.p_value,
                    }
                    rows.append({**told, "interval_95": interval(row.ci_low, row.ci_high)})
    for row in side_by_side(results).itertuples():
        rows.append(
            {
                "question": f"{row.pathway} along {subject_name(row.by)}",
                "estimate": row.nes,
                "interval_95": "",
                "p_value": row.p_value,
                "p_adjusted": row.p_adjusted,
                "estimate_after": row.nes_after,
                "p_after": row.p_value_after,
                "p_adjusted_after": row.p_adjusted_after,
            }
        )
    columns = [
        "question",
        "estimate",
        "interval_95",
        "p_value",
        "p_adjusted",
        "estimate_after",
        "p_after",
        "p_adjusted_after",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame if frame["estimate_after"].notna().any() else frame[columns[:5]]
