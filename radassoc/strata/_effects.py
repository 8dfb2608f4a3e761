"""The estimates of any verb's answer as rows with keys, on the scale on which strata may be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.columns import DTYPES
from radassoc.strata._heterogeneity import Z_95

__all__ = ["EFFECT_COLUMNS", "Effects", "effects_of"]

#: What follows the keys in the table of a stratified result.
EFFECT_COLUMNS = (
    "estimate",
    "estimate_kind",
    "ci_low",
    "ci_high",
    "p_value",
    "p_adjusted",
    "effect",
    "std_error",
    "effect_scale",
    "df",
    "n_patients",
    "n_events",
    "interval",
    "reason",
)
_RATIOS = frozenset({"hazard_ratio", "adjusted_hazard_ratio", "odds_ratio"})
_CORRELATIONS = frozenset({"spearman", "pearson", "partial_spearman", "partial_pearson"})
#: Sizes of effects without direction or without a standard error: nothing that could be subtracted.
_WITHOUT_SCALE = ("epsilon_squared", "cramers_v", "score_of_categories", "concordance", "nes", "")


class Effects(NamedTuple):
    """Rows of one stratum: the key columns, then ``EFFECT_COLUMNS``."""

    keys: tuple[str, ...]
    rows: pd.DataFrame


def effects_of(result: Any) -> Effects:
    """Return the estimates of a result, by what kind it is; one of another kind by its columns."""
    reader = _READERS.get(getattr(type(result), "kind", ""), _of_any)
    keys, frame = reader(result)
    frame = frame.reset_index(drop=True)
    for name, default in _DEFAULTS.items():
        if name not in frame.columns:
            frame[name] = default
    scaled = _on_scale(frame)
    return Effects(keys, scaled[[*keys, *EFFECT_COLUMNS]])


_DEFAULTS: Mapping[str, Any] = {
    "ci_low": np.nan,
    "ci_high": np.nan,
    "p_value": np.nan,
    "p_adjusted": np.nan,
    "std_error": np.nan,
    "df": np.nan,
    "n_patients": 0,
    "n_events": 0,
    "interval": "",
    "reason": "",
}


def scale_of(kind: str) -> str:
    """Return on which scale estimates of a kind are compared; empty where they are not.

    Examples
    --------
    >>> scale_of("hazard_ratio"), scale_of("partial_spearman"), scale_of("adjusted_slope"), scale_of("cramers_v")
    ('log', 'fisher_z', 'identity', '')
    """
    if kind in _RATIOS:
        return "log"
    if kind in _CORRELATIONS:
        return "fisher_z"
    return "" if kind.removeprefix("partial_") in _WITHOUT_SCALE else "identity"


def _on_scale(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the effect on its scale; a ratio and a correlation take their standard error from the 95% interval."""
    frame = frame.assign(effect_scale=[scale_of(str(kind)) for kind in frame["estimate_kind"]])
    scale = frame["effect_scale"].to_numpy()
    value, low, high, error = (frame[c].to_numpy(dtype=float) for c in ("estimate", "ci_low", "ci_high", "std_error"))
    effect, spread = np.where(scale == "identity", value, np.nan), np.where(scale == "identity", error, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, turn in (("log", np.log), ("fisher_z", np.arctanh)):
            here = scale == name
            effect[here] = turn(value[here])
            spread[here] = (turn(high[here]) - turn(low[here])) / (2 * Z_95)
    spread[~(np.isfinite(spread) & (spread > 0))] = np.nan
    df = np.where(scale == "identity", frame["df"].to_numpy(dtype=float), np.nan)
    return frame.assign(effect=effect, std_error=spread, df=df)


# ---- by kind of result
def _of_survival(result: Any) -> tuple[tuple[str, ...], pd.DataFrame]:
    table, rmst = result.table, result.rmst
    ratios = table[table["measure"].isin(_RATIOS)].drop(columns=["df"])
    means = rmst[rmst["measure"] == "rmst_difference"]
    rows = pd.concat([part for part in (ratios, means) if len(part)] or [ratios])
    return ("contrast", "measure"), rows.assign(estimate_kind=rows["measure"])


def _of_cox(result: Any) -> tuple[tuple[str, ...], pd.DataFrame]:
    table = result.table
    reference = table[table["is_reference"]].groupby(["model", "variable"])["level"].first()
    rows = table[~table["is_reference"]]
    against = [reference.get((row.model, row.variable), "") for row in rows.itertuples()]
    contrast = [f"{a} vs {b}" if b else a for a, b in zip(rows["level"], against, strict=True)]
    rows = rows.assign(contrast=contrast, estimate=rows["hazard_ratio"], estimate_kind="hazard_ratio")
    return ("model", "variable", "contrast"), rows.drop(columns=["df", "std_error"])


def _of_association(result: Any) -> tuple[tuple[str, ...], pd.DataFrame]:
    return (result.left_name, result.right_name), result.table


def _of_enrichment(result: Any) -> tuple[tuple[str, ...], pd.DataFrame]:
    return ("by", "pathway"), result.table.assign(estimate=result.table["nes"], estimate_kind="nes")


def _of_validation(result: Any) -> tuple[tuple[str, ...], pd.DataFrame]:
    table = result.table
    told = table["measure"].isin(["concordance", "concordance_difference", "uno_concordance", "calibration_slope"])
    rows = table[told & ~table["model"].str.startswith("full (")]
    return ("measure", "model"), rows.assign(estimate_kind="concordance")


_READERS: Mapping[str, Callable[[Any], tuple[tuple[str, ...], pd.DataFrame]]] = {
    "survival_comparison": _of_survival,
    "cox_table": _of_cox,
    "association_map": _of_association,
    "enrichment": _of_enrichment,
    "risk_validation": _of_validation,
}


def _of_any(result: Any) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Take the columns of text as keys, in their order; ``hazard_ratio`` stands in for a missing estimate."""
    table = result.table
    if "estimate" not in table.columns:
        name = "hazard_ratio" if "hazard_ratio" in table.columns else ""
        table = table.assign(estimate=table[name] if name else np.nan, std_error=np.nan)
        table = table.assign(estimate_kind=name or "")
    if "estimate_kind" not in table.columns:
        kind = table["measure"] if "measure" in table.columns else "estimate"
        table = table.assign(estimate_kind=kind)
    known = {*EFFECT_COLUMNS, "source"}
    keys = [name for name in table.columns if DTYPES.get(str(name), "object") == "object" and name not in known]
    return tuple(str(name) for name in keys), table
