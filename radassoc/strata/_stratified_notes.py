"""What a reader must know of strata beside each other: above all that two p-values prove no difference."""

from __future__ import annotations

from typing import Any

import pandas as pd

from radassoc.strata._levels import Levels
from radassoc.strata._lined_up import LEVEL

__all__ = ["notes_of"]

_NAMED = 3


def notes_of(
    parts: Levels, strata: pd.DataFrame, tested: pd.DataFrame, keys: tuple[str, ...], table: pd.DataFrame, analysis: Any
) -> tuple[str, ...]:
    """Return the notes; the first is about differences."""
    notes = [_about_differences(tested, keys, strata), *analysis.notes]
    refused = strata[strata["status"] == "not_estimable"]
    notes += [f"{parts.name} {row.stratum}: not analysed ({row.reason})." for row in refused.itertuples()]
    if parts.n_missing:
        notes.append(f"Left out, without known {parts.name}: {parts.n_missing}.")
    reasons = tested.loc[tested["p_value"].isna(), "reason"].value_counts()
    notes += [f"{n} rows have no test of heterogeneity: {why}." for why, n in reasons.items() if why]
    if table["estimate_kind"].astype(str).str.endswith("per_sd").any():
        notes.append("Effects per standard deviation take that of the stratum: where spreads differ, so do the steps.")
    return tuple(notes)


def _about_differences(tested: pd.DataFrame, keys: tuple[str, ...], strata: pd.DataFrame) -> str:
    n_strata = int((strata["status"] != "not_estimable").sum())
    n_in = tested["significant_in"].map(lambda names: len(names.split(", ")) if names else 0)
    partly = tested[(n_in > 0) & (n_in < n_strata)]
    known = tested[tested["p_value"].notna()]
    if partly.empty:
        return _summary(known)
    plural, verb = "" if len(tested) == 1 else "s", "is" if len(partly) == 1 else "are"
    told = f"{len(partly)} of {len(tested)} row{plural} {verb} significant in some strata and not in others"
    differing = int(partly["differs"].sum())
    told += "; that is no evidence of a difference. By the test of heterogeneity "
    told += f"{differing} differ{'s' if differing == 1 else ''} (adjusted p < {LEVEL:g})"
    named = [
        f"{_name(row, keys)}: p of heterogeneity {_p(row['p_value'])}" for _, row in partly.head(_NAMED).iterrows()
    ]
    more = "; and more" if len(partly) > _NAMED else ""
    return f"{told}. {'; '.join(named)}{more}."


def _summary(known: pd.DataFrame) -> str:
    if known.empty:
        return "No test of heterogeneity; estimates that lie apart are no evidence of a difference."
    if len(known) == 1:
        return f"Test of heterogeneity: {_p(known['p_value'].iloc[0], equal=True)}."
    found = int(known["differs"].sum())
    return f"{len(known)} tests of heterogeneity, {found} with adjusted p < {LEVEL:g}."


def _name(row: pd.Series, keys: tuple[str, ...]) -> str:
    return " ".join(str(row[key]) for key in keys if str(row[key]))


def _p(p: float, *, equal: bool = False) -> str:
    if p != p:
        return "not given"
    told = "< 0.001" if p < 0.001 else f"{p:.2g}"
    return f"p {'= ' if equal and p >= 0.001 else ''}{told}" if equal else told
