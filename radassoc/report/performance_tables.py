"""The numbers of a validation or an evaluation, parted into the tables that a reader wants one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from radassoc.report.blocks import Block, note, table
from radassoc.report.wording import interval, number

__all__ = ["performance_tables"]

#: What is read first: ranking, its tests, and what imaging adds to it.
_FIRST = ("concordance", "concordance_difference", "likelihood_ratio", "log_rank", "share_empty")
_SECONDARY = "full ("
_COLUMNS = (
    "measure",
    "model",
    "time",
    "estimate",
    "ci_low",
    "ci_high",
    "p_value",
    "interval",
    "n_patients",
    "n_events",
)
_BARE = ("measure", "model", "estimate", "n_patients", "n_events")
_WORDS: Mapping[str, str] = {
    "concordance": "concordance (Harrell's C)",
    "concordance_difference": "change in C",
    "uno_concordance": "Uno's C",
    "uno_concordance_difference": "change in Uno's C",
    "auc": "AUC",
    "auc_difference": "change in AUC",
    "brier": "Brier score",
    "brier_difference": "change in Brier score",
    "integrated_brier": "integrated Brier score",
    "integrated_brier_difference": "change in integrated Brier score",
    "brier_skill": "Brier score below Kaplan-Meier (share)",
    "observed_expected": "observed / expected deaths",
    "share_empty": "share of empty models",
    "ici": "ICI",
    "e50": "E50",
    "e90": "E90",
    "nri": "NRI",
    "idi": "IDI",
}


def performance_tables(result: Any, caption: str, *, more: str) -> list[Block | None]:
    """Return the tables of one result: concordance, other measures, secondary estimates, each with its explanation.

    ``more`` is the file that holds all rows.
    """
    frame = result.table
    secondary = frame["model"].astype(str).str.startswith(_SECONDARY)
    first = frame["measure"].isin(_FIRST) & ~secondary
    changes = frame["measure"].astype(str).str.endswith("_difference")
    unit = getattr(result, "unit", "")
    names = {"time": f"time ({unit})" if unit else "time"}
    return [
        _shown(frame[first], caption, _COLUMNS, names, more),
        _wide(frame[~first & ~secondary & ~changes], "Discrimination, absolute risks and calibration", names, more),
        _wide(frame[~first & ~secondary & changes], "Changes of these against each rival", names, more),
        note(_explained(result, frame)),
        _shown(frame[secondary], "Secondary: bootstrap optimism and the .632+ rule", _BARE, names, more),
        note(
            "Secondary estimates judge the pipeline trained on all patients. Where features outnumber patients they "
            "lean on a large correction of a near-perfect apparent performance, and no valid interval is known."
            if secondary.any()
            else ""
        ),
    ]


def _shown(
    frame: pd.DataFrame, caption: str, columns: tuple[str, ...], names: dict[str, str], more: str
) -> Block | None:
    told = frame.assign(measure=frame["measure"].map(lambda name: _WORDS.get(name, name)))
    kept = [name for name in columns if name in told and not (name in ("time", "p_value") and told[name].isna().all())]
    return table(told, caption, columns=kept, names=names, most=80, more=more)


def _wide(frame: pd.DataFrame, caption: str, names: dict[str, str], more: str) -> Block | None:
    """Return a table with one row a measure and time and one column a model, each estimate with its interval."""
    if frame.empty:
        return None
    estimates = [
        _estimate(*values) for values in zip(frame["estimate"], frame["ci_low"], frame["ci_high"], strict=True)
    ]
    measure = frame["measure"].map(lambda name: _WORDS.get(name, str(name).replace("_", " ")))
    told = frame.assign(measure=measure, estimate=estimates)
    parts = [
        {"measure": measure, "time": time, **dict(zip(part["model"], part["estimate"], strict=True))}
        for (measure, time), part in told.groupby(["measure", "time"], sort=False, dropna=False)
    ]
    wide = pd.DataFrame(parts).fillna(dict.fromkeys(frame["model"].unique(), "–"))
    if wide["time"].isna().all():
        wide = wide.drop(columns="time")
    if frame[["n_patients", "n_events"]].drop_duplicates().shape[0] == 1:
        caption += f": {frame['n_patients'].iloc[0]} patients, {frame['n_events'].iloc[0]} events"
    return table(wide, f"{caption} (95% interval)", names=names, most=80, more=more)


def _estimate(value: float, low: float, high: float) -> str:
    """Return an estimate with its interval, to three decimals."""
    value, low, high = (round(float(part), 3) + 0.0 for part in (value, low, high))
    told = interval(low, high)
    return f"{number(value)} ({told})" if told else number(value)


def _explained(result: Any, frame: pd.DataFrame) -> str:
    told = []
    if frame["measure"].isin(["uno_concordance", "integrated_brier"]).any():
        tau = result.params.get("tau")
        end = f" up to {tau:.4g} {getattr(result, 'unit', '')}".rstrip() if tau else ""
        told.append(
            f"Uno's C and the integrated Brier score count the time{end}. Weights against censoring are Kaplan-Meier "
            "estimates of all patients together."
        )
    if frame["measure"].str.startswith(("brier", "integrated")).any():
        told.append("Brier scores are errors: a negative change is a gain.")
    return " ".join(told)
