"""Rows of the strata lined up on their keys, and tested against each other in the way that each kind allows."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.resampling.intervals import detectable_effect
from radassoc.strata._heterogeneity import Z_95, Z_POWER, heterogeneity
from radassoc.strata._levels import Levels
from radassoc.strata.stratified import HETEROGENEITY_COLUMNS

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["LEVEL", "heterogeneity_frame", "tested_by_enrichment", "tested_validation"]

LEVEL = 0.05
_DIFFERENCES = {"log": "ratio_of_{kind}s", "fisher_z": "difference_of_fisher_z", "identity": "difference_of_{kind}s"}
_CONDITIONAL = "intervals are conditional on a score that was learned from these patients"


def heterogeneity_frame(table: pd.DataFrame, keys: tuple[str, ...], strata: tuple[str, ...]) -> pd.DataFrame:
    """Return one row per key: Q, its p, of two strata the difference."""
    wide = _Wide(table, keys, strata)
    scale, kind = wide.first("effect_scale"), wide.first("estimate_kind")
    same = wide.same("estimate_kind")
    effect = np.where(same[:, None], wide.numbers("effect"), np.nan)
    found = heterogeneity(effect, wide.numbers("std_error"), wide.numbers("df"))
    withheld = wide.any_starts("interval", "conditional")
    p = np.where(withheld, np.nan, found.p)
    log = scale == "log"
    with np.errstate(over="ignore"):
        estimate, low, high = (np.where(log, np.exp(v), v) for v in (found.difference, found.low, found.high))
        reach = (Z_95 + Z_POWER) * found.std_error
        detectable = np.where(log, np.exp(reach), reach)
    frame = wide.index.assign(
        contrast_of_strata=_contrasts(strata, scale),
        estimate=estimate,
        estimate_kind=[_kind(s, k) for s, k in zip(scale, kind, strict=True)],
        ci_low=low,
        ci_high=high,
        detectable=detectable,
        statistic=found.statistic,
        df=found.df,
        p_value=p,
        n_strata=found.n_strata,
        significant_in=wide.significant(),
        interval=np.where(np.isnan(low), "none", np.where(withheld, "conditional on the score", "Wald")),
        reason=_reasons(found.n_strata, scale, same, withheld),
    )
    return _finished(frame, keys)


def _finished(frame: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Add the adjusted p, over the rows of one measure or model, and whether the strata differ by it."""
    group = [name for name in ("measure", "model") if name in keys]
    if "p_adjusted" not in frame.columns:
        parts = frame.groupby(group, sort=False)["p_value"] if group else None
        frame["p_adjusted"] = _adjusted(frame["p_value"]) if parts is None else parts.transform(_adjusted)
    frame["differs"] = frame["p_adjusted"] < LEVEL
    return tidy(frame, (*keys, *HETEROGENEITY_COLUMNS))


def _adjusted(p: pd.Series) -> pd.Series:
    return pd.Series(benjamini_hochberg(p.to_numpy()), index=p.index)


def _contrasts(strata: tuple[str, ...], scale: np.ndarray) -> list[str]:
    if len(strata) != 2:
        return ["all strata"] * len(scale)
    return [f"{strata[1]} / {strata[0]}" if s == "log" else f"{strata[1]} - {strata[0]}" for s in scale]


def _kind(scale: str, kind: str) -> str:
    return _DIFFERENCES[scale].format(kind=kind) if scale else ""


def _reasons(n: np.ndarray, scale: np.ndarray, same: np.ndarray, withheld: np.ndarray) -> list[str]:
    told = []
    for count, on, alike, conditional in zip(n, scale, same, withheld, strict=True):
        if not on:
            told.append("no scale on which estimates of this kind can be subtracted")
        elif not alike:
            told.append("other kinds of estimates in the strata")
        elif count < 2:
            told.append("fewer than two strata have an estimate with a standard error")
        else:
            told.append(_CONDITIONAL if conditional else "")
    return told


class _Wide:
    """The table with one row per key and one column per stratum; keys in the order of their first appearance."""

    def __init__(self, table: pd.DataFrame, keys: tuple[str, ...], strata: tuple[str, ...]) -> None:
        columns = list(keys)
        code = (
            table.groupby(columns, sort=False, dropna=False).ngroup().to_numpy()
            if columns
            else np.zeros(len(table), int)
        )
        place = {name: i for i, name in enumerate(strata)}
        self._table, self._rows, self._n = table, code, int(code.max(initial=-1)) + 1
        self._columns = table["stratum"].map(place).to_numpy(dtype=int)
        self._shape = (self._n, len(strata))
        self._strata = strata
        _, first = np.unique(code, return_index=True)
        self.index = table.loc[first, columns].reset_index(drop=True)

    def numbers(self, name: str) -> np.ndarray:
        found = np.full(self._shape, np.nan)
        found[self._rows, self._columns] = self._table[name].to_numpy(dtype=float)
        return found

    def texts(self, name: str) -> np.ndarray:
        found = np.full(self._shape, "", dtype=object)
        found[self._rows, self._columns] = self._table[name].fillna("").to_numpy(dtype=object)
        return found

    def first(self, name: str) -> np.ndarray:
        """Return the first text that is not empty."""
        texts = self.texts(name)
        return np.array([next((t for t in row if t), "") for row in texts], dtype=object)

    def same(self, name: str) -> np.ndarray:
        """Tell whether all strata that have a text have the same."""
        return np.array([len({t for t in row if t}) < 2 for row in self.texts(name)], dtype=bool)

    def any_starts(self, name: str, start: str) -> np.ndarray:
        return np.array([any(str(t).startswith(start) for t in row) for row in self.texts(name)], dtype=bool)

    def significant(self) -> list[str]:
        """Name the strata whose own p-value, adjusted where it is, lies below the level."""
        adjusted, plain = self.numbers("p_adjusted"), self.numbers("p_value")
        below = np.where(np.isfinite(adjusted), adjusted, plain) < LEVEL
        return [", ".join(name for name, here in zip(self._strata, row, strict=True) if here) for row in below]


# ---- enrichment
def tested_by_enrichment(
    frame: pd.DataFrame,
    keys: tuple[str, ...],
    parts: Levels,
    settings: Mapping[str, Any],
    strata: tuple[str, ...],
    cohort: Cohort,
) -> tuple[pd.DataFrame, Any]:
    """Replace the rows' test by that of ``compare_enrichment``, where it can answer."""
    from radassoc.enrichment.compare_enrichment import compare_enrichment

    frame = frame.drop(columns="p_adjusted")
    by, why = settings.get("by"), ""
    if len(strata) != 2:
        why = f"compare_enrichment compares two groups, and these are {len(strata)}; choose two with levels="
    elif (isinstance(by, str) and by == "survival") or settings.get("statistic") in ("t", "cox"):
        why = "compare_enrichment compares slopes on a value, and this is no such statistic"
    elif len(set(frame["by"])) > 1:
        why = "compare_enrichment takes one value at a time"
    if why:
        frame = frame.assign(reason=why, contrast_of_strata="")
        return _finished(frame, keys), None
    known = inspect.signature(compare_enrichment).parameters
    own = {key: value for key, value in settings.items() if key in known}
    own["levels"] = strata
    # labels as they were read, so that both verbs mean the same patients
    found = compare_enrichment(cohort, groups=parts.labels.rename(parts.name), **own)
    told = found.table.set_index("pathway")
    place = told.reindex(frame["pathway"])
    lacking = "compare_enrichment left this set out" if found.table["p_value"].notna().any() else found.reason
    frame = frame.assign(
        contrast_of_strata=f"{strata[1]} - {strata[0]}",
        estimate=place["nes_difference"].to_numpy(),
        estimate_kind="nes_difference",
        statistic=place["nes"].to_numpy(),
        df=np.nan,
        n_strata=2,
        p_value=place["p_value"].to_numpy(),
        p_adjusted=place["p_adjusted"].to_numpy(),
        reason=np.where(place["p_value"].notna(), "", lacking),
    )
    return _finished(frame, keys), found


# ---- nested concordance
def tested_validation(
    frame: pd.DataFrame, table: pd.DataFrame, results: Mapping[str, Any], strata: tuple[str, ...]
) -> pd.DataFrame:
    """Give two strata the difference of each measure with an interval (MOVER), and no p-value."""
    keys = ("measure", "model")
    why = "a larger stratum trains a better score, so that equal biology does not make the measures equal"
    frame = frame.assign(reason=why, estimate_kind="difference_of_" + frame["measure"])
    if len(strata) == 2:
        first, second = (table[table["stratum"] == name].set_index(list(keys)) for name in strata)
        place = pd.MultiIndex.from_frame(frame[list(keys)])
        a, b = (part.reindex(place)[["estimate", "ci_low", "ci_high"]].to_numpy().T for part in (first, second))
        difference = b[0] - a[0]
        low = difference - np.hypot(b[0] - b[1], a[2] - a[0])
        high = difference + np.hypot(b[2] - b[0], a[0] - a[1])
        kinds = {str(result.params.get("interval", "")) for result in results.values()}
        kind = kinds.pop() if len(kinds) == 1 else "rerun"
        frame = frame.assign(
            estimate=difference,
            ci_low=low,
            ci_high=high,
            detectable=[detectable_effect(*ends) for ends in zip(low, high, strict=True)],
            interval=np.where(np.isnan(low), "none", f"MOVER, {kind}"),
            n_strata=2,
        )
    return _finished(frame.drop(columns="p_adjusted"), keys)
