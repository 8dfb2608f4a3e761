"""From scanned pairs to the result: tables, notes, family of tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from radassoc.association._scan import FEW_PATIENTS, FEWEST_OUTSIDE, Scan, largest_tie
from radassoc.association._sides import Side, dropped_rows
from radassoc.association.result import DROPPED_COLUMNS, VALUE_COLUMNS, AssociationMap
from radassoc.base.columns import tidy
from radassoc.base.errors import name_some
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.kernels.correction import benjamini_hochberg, permutations_needed

__all__ = ["assemble"]

#: Rows of ``keep="top"``.
_TOP = 100
#: Columns that are expected to take few values.
_CODED = frozenset({"marker", "other_marker"})


def assemble(
    found: Scan,
    sides: list[Side],
    frames: tuple[pd.DataFrame, pd.DataFrame],
    *,
    same: bool,
    params: Mapping[str, Any],
    data: str,
) -> AssociationMap:
    """Return the result of a scan; ``same`` tells that both frames are one, each pair tested in one half only."""
    names = (sides[0].name, sides[1].name)
    left, right = (frame.columns.rename(name) for frame, name in zip(frames, names, strict=True))
    adjusted = benjamini_hochberg(found.p)
    n_tests = int(np.isfinite(found.p).sum())
    # a column is tested where any of its pairs has an estimate; one table needs telling once
    tested = np.isfinite(found.estimate)
    dropped = dropped_rows("left", frames[0], tested.any(axis=1))
    dropped += [] if same else dropped_rows("right", frames[1], tested.any(axis=0))
    notes = (*_notes(sides, found, n_tests, params["n_permutations"], params["level"]), *_tie_notes(sides, frames))
    kept = _kept(found, adjusted, params["keep"], params["level"])
    kind = f"partial_{params['method']}" if params["covariates"] else params["method"]
    whole = np.where(np.isnan(adjusted), adjusted.T, adjusted) if same else adjusted
    return AssociationMap(
        table=_table(found, adjusted, left, right, kind, kept),
        left_name=names[0],
        right_name=names[1],
        estimates=pd.DataFrame(found.estimate, index=left, columns=right),
        adjusted=pd.DataFrame(whole, index=left, columns=right),
        left_info=sides[0].info.reindex(frames[0].columns),
        right_info=sides[1].info.reindex(frames[1].columns),
        dropped=tidy(dropped, DROPPED_COLUMNS),
        notes=notes,
        status="ok" if n_tests else "not_estimable",
        reason="" if n_tests else "no pair varies in enough patients",
        families=(_family(sides, params["covariates"], n_tests),),
        params=params,
        provenance=provenance(data=data, seed=params["seed"], n_patients=len(frames[0]), n_tests=n_tests),
    )


def _kept(found: Scan, adjusted: np.ndarray, keep: str, level: float) -> np.ndarray:
    """Return flat positions of the rows to keep, smallest p first; pairs that could not be tested come last."""
    # log10 tells apart what underflows in p; NaN sorts last
    order = np.argsort(np.where(np.isnan(found.p), np.nan, found.log10_p).ravel(), kind="stable")
    if keep == "significant":
        return np.asarray(order[adjusted.ravel()[order] < level])
    return order[:_TOP] if keep == "top" else order


def _table(
    found: Scan, adjusted: np.ndarray, left: pd.Index, right: pd.Index, kind: str, kept: np.ndarray
) -> pd.DataFrame:
    i, j = np.unravel_index(kept, found.p.shape)
    frame = pd.DataFrame(
        {
            left.name: left.astype(str).to_numpy()[i],
            right.name: right.astype(str).to_numpy()[j],
            "estimate": found.estimate[i, j],
            "estimate_kind": kind,
            "n": found.n[i, j],
            "statistic": found.statistic[i, j],
            "p_value": found.p[i, j],
            "log10_p": found.log10_p[i, j],
            "p_adjusted": adjusted[i, j],
            "p_value_from": np.where(found.permuted[i, j], "permutation", "t"),
        }
    )
    return tidy(frame, [left.name, right.name, *VALUE_COLUMNS])


def _notes(sides: list[Side], found: Scan, n_tests: int, n_permutations: int, level: float) -> tuple[str, ...]:
    told = [note for side in sides for note in side.notes]
    permuted = int(found.permuted.sum())
    if permuted:
        told.append(
            f"{permuted} pairs have fewer than {FEW_PATIENTS} patients, or fewer than {FEWEST_OUTSIDE} who differ from "
            f"the most common value: their p-values come from {n_permutations} permutations."
        )
        if n_permutations < permutations_needed(n_tests, level):
            told.append(
                f"{n_permutations} permutations are too few for Benjamini-Hochberg to find one of {n_tests} tests "
                f"alone: that takes {permutations_needed(n_tests, level)}."
            )
    return tuple(dict.fromkeys(told))


def _tie_notes(sides: list[Side], frames: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[str, ...]:
    """Name columns of measurements that are one value in most patients: what they tell may be how they were made."""
    told = []
    for side, frame in zip(sides, frames, strict=True):
        X = frame.to_numpy(dtype=float)
        most = largest_tie(X)
        # a constant column is told among those that were dropped
        tied = (most > len(X) / 2) & (most < len(X)) & (side.name not in _CODED)
        if tied.any():
            told.append(
                f"{tied.sum()} of {X.shape[1]} columns of {side.modality or 'the frame'} have one value in more than "
                f"half of the patients (first: {name_some(frame.columns[tied])}); for genes that are not expressed, an "
                "association can reflect how batches were scaled."
            )
    return tuple(dict.fromkeys(told))


def _family(sides: list[Side], covariates: tuple[str, ...], n_tests: int) -> Family:
    given = f" given {', '.join(covariates)}" if covariates else ""
    tables = " and ".join(side.modality or "the given frame" for side in sides)
    return Family(
        hypothesis=f"No association of any pair of {tables}{given}", n_tests=n_tests, correction="Benjamini-Hochberg"
    )
