"""Estimates of strata from results, tables or both, as rows x strata on a common scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.columns import DTYPES
from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.base.results import Result
from radassoc.strata._effects import EFFECT_COLUMNS, effects_of, scale_of
from radassoc.strata.interaction_result import Interactions
from radassoc.strata.stratified import StratifiedResult

__all__ = ["Parts", "read_parts"]

_LOGS = ("log_hazard_ratio", "log_odds_ratio")


class Parts(NamedTuple):
    """``rows``: the keys of each row; ``scale`` of each; ``strata``; ``effect`` and ``std_error`` (rows x strata)."""

    keys: tuple[str, ...]
    rows: pd.DataFrame
    scale: np.ndarray
    strata: tuple[str, ...]
    effect: np.ndarray
    std_error: np.ndarray


def read_parts(results: Any, keys: Sequence[str] | None) -> Parts:
    """Return the estimates of a stratified result, of several results, or of a table.

    Raises
    ------
    InputError
        Nothing that has estimates, a column that is missing, or a row that a stratum has twice.
    DesignError
        No estimate has a standard error on a scale on which it could be pooled, such as a normalised enrichment score.
    """
    found, frame = _long(results)
    if keys is not None:
        found = (keys,) if isinstance(keys, str) else tuple(keys)
        missing = [name for name in found if name not in frame.columns]
        if missing:
            raise InputError(f"keys names {name_some(missing)}, which the estimates do not have.")
    usable = np.isfinite(frame["effect"]) & (frame["std_error"] > 0) & (frame["effect_scale"] != "")
    if not usable.any():
        raise DesignError(
            "No estimate has a standard error that could be pooled.",
            wanted="effects with a standard error: hazard ratios, slopes, correlations with their interval",
            remedy="A normalised enrichment score has none and grows with n; pool the slopes instead."
            if (frame["effect_scale"] == "").any()
            else "",
        )
    frame = frame[usable]
    twice = frame.duplicated([*found, "stratum"])
    if twice.any():
        row = frame[twice].iloc[0]
        told = ", ".join(str(row[name]) for name in (*found, "stratum"))
        raise InputError(
            f"{int(twice.sum())} estimates come twice for the same row and stratum (first: {told}).",
            wanted="one estimate per row and stratum",
            remedy="Name the columns that tell rows apart with keys=.",
        )
    return _wide(found, frame)


def _long(results: Any) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Return keys, and a frame of the keys, stratum, effect, std_error, effect_scale."""
    if isinstance(results, StratifiedResult):
        return results.keys, results.table
    if isinstance(results, Interactions):
        if results.params.get("keep") != "all":
            raise InputError(
                "These rows were kept for their differences between strata: what they pool to, and Q, would be chosen.",
                wanted="all rows",
                remedy='interactions(..., keep="all").',
            )
        return results.keys, _of_table(results.effects)
    if isinstance(results, pd.DataFrame):
        frame = _of_table(results)
        return _text_columns(frame), frame
    if isinstance(results, Mapping):
        named = dict(results)
    elif isinstance(results, (list, tuple)):
        named = {f"study {i}": part for i, part in enumerate(results, 1)}
    else:
        raise InputError(
            f"A {type(results).__name__} holds no estimates of strata.",
            wanted="a stratified result, results by stratum, or a table with stratum, estimate and std_error",
        )
    if len(named) < 2:
        raise InputError(f"{len(named)} strata are given.", wanted="two or more")
    return _of_several(named)


def _of_several(named: Mapping[Any, Any]) -> tuple[tuple[str, ...], pd.DataFrame]:
    frames, keys = [], None
    for name, part in named.items():
        if isinstance(part, Result):
            own, rows = effects_of(part)
        elif isinstance(part, pd.DataFrame):
            rows = _of_table(part.assign(stratum=str(name)))
            own = _text_columns(rows)
        else:
            raise InputError(f"{name!r} is a {type(part).__name__}.", wanted="a result or a table of estimates")
        if keys is not None and own != keys:
            raise InputError(f"The strata hold different analyses: rows by {keys} and by {own}.", wanted="one analysis")
        keys = own
        frames.append(rows.assign(stratum=str(name)))
    assert keys is not None
    return keys, pd.concat(frames, ignore_index=True)


def _of_table(table: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in ("stratum", "estimate", "std_error") if name not in table.columns]
    if missing:
        raise InputError(f"The table has no column {name_some(missing)}.", wanted="stratum, estimate and std_error")
    kind = table["estimate_kind"] if "estimate_kind" in table.columns else pd.Series("", index=table.index)
    scale = ["log" if str(k).startswith(_LOGS) else (scale_of(str(k)) if k != "" else "identity") for k in kind]
    if set(scale) & {"log", "fisher_z"} and any(
        s != "identity" and not str(k).startswith(_LOGS) for s, k in zip(scale, kind, strict=True)
    ):
        raise InputError(
            f"The table holds {name_some(kind.unique())}, whose standard errors are on another scale.",
            wanted="log hazard ratios (estimate_kind log_hazard_ratio), Fisher z or slopes",
        )
    frame = table.assign(effect=table["estimate"].astype(float), std_error=table["std_error"].astype(float))
    return frame.assign(effect_scale=scale, stratum=table["stratum"].astype(str))


def _text_columns(frame: pd.DataFrame) -> tuple[str, ...]:
    known = {*EFFECT_COLUMNS, "stratum", "source"}
    return tuple(
        str(name) for name in frame.columns if DTYPES.get(str(name), "object") == "object" and name not in known
    )


def _wide(keys: tuple[str, ...], frame: pd.DataFrame) -> Parts:
    strata = tuple(dict.fromkeys(frame["stratum"].astype(str)))
    whole = frame[list(keys)].astype(str) if keys else pd.DataFrame({"": "all"}, index=frame.index)
    codes = whole.groupby(list(whole.columns), sort=False).ngroup().to_numpy()
    first = np.unique(codes, return_index=True)[1]
    column = frame["stratum"].map({name: j for j, name in enumerate(strata)}).to_numpy()
    effect, error = np.full((2, len(first), len(strata)), np.nan)
    effect[codes, column], error[codes, column] = frame["effect"], frame["std_error"]
    rows = frame[list(keys)].iloc[first].reset_index(drop=True)
    return Parts(keys, rows, frame["effect_scale"].to_numpy(dtype=object)[first], strata, effect, error)
