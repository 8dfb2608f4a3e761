"""Absolute survival from a frozen score and its baseline hazards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.apparent import mark_apparent
from radassoc.base.errors import IdentifierError, InputError
from radassoc.survival._predict import predict, training_overlap
from radassoc.survival.score import POOLED_LABEL

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort
    from radassoc.survival.score import RiskScore

__all__ = ["predict_survival", "stratum_labels"]


def predict_survival(score: RiskScore, cohort: Cohort, times: float | Sequence[float]) -> pd.DataFrame:
    """See ``RiskScore.predict_survival``."""
    asked = _checked(times)
    values = predict(score, cohort, "total")
    base = score.baseline
    base = base[base["model"] == "score"]
    labels, unknown = _hazards(score, cohort, values.index, base)
    survival = np.full((len(values), asked.size), np.nan)
    for label in np.unique(labels):
        own = base[base["stratum"] == label]
        time, hazard = own["time"].to_numpy(), np.append(0.0, own["cumulative_hazard"].to_numpy())
        rows = np.flatnonzero(labels == label)
        steps = hazard[np.searchsorted(time, asked, side="right")]
        survival[rows] = np.exp(-steps * np.exp(values.to_numpy()[rows, None]))
        survival[np.ix_(rows, asked > time.max())] = np.nan
    frame = pd.DataFrame(survival, index=values.index, columns=pd.Index(asked, name="time"))
    n_training = int(training_overlap(score, values.index).sum())
    frame.attrs["notes"] = _notes(survival, asked, unknown, n_training, score)
    return _marked(frame, n_training)


def stratum_labels(cohort: Cohort, strata: Sequence[str], patients: pd.Index) -> np.ndarray:
    """Return the label of each patient's stratum as training wrote it; ``""`` where a column or a value is missing."""
    texts = []
    for name in strata:
        try:
            column = cohort.column(name).reindex(patients)
        except IdentifierError:
            return np.full(len(patients), "", dtype=object)
        texts.append([None if pd.isna(value) else _label(value) for value in column])
    joined = [", ".join(parts) if all(part is not None for part in parts) else "" for parts in zip(*texts, strict=True)]
    return np.array(joined, dtype=object)


def _hazards(score: RiskScore, cohort: Cohort, patients: pd.Index, base: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the label of the baseline that each patient gets, and who gets the pooled one."""
    known = base["stratum"].unique()
    if POOLED_LABEL not in known:  # one stratum for all
        return np.full(len(patients), known[0], dtype=object), np.zeros(len(patients), dtype=bool)
    labels = stratum_labels(cohort, score.params["strata"], patients)
    unknown = ~np.isin(labels, known)
    labels[unknown] = POOLED_LABEL
    return labels, unknown


def _checked(times: Any) -> np.ndarray:
    try:
        asked = np.atleast_1d(np.asarray(times, dtype=float))
    except (TypeError, ValueError):
        asked = np.array([np.nan])
    if asked.ndim != 1 or not asked.size or not np.isfinite(asked).all() or (asked < 0).any():
        raise InputError(f"times={times!r} are no times.", wanted="one or more numbers from 0 up, such as [12, 24, 36]")
    return asked


def _notes(
    survival: np.ndarray, asked: np.ndarray, unknown: np.ndarray, n_training: int, score: RiskScore
) -> tuple[str, ...]:
    told = []
    if n_training:
        told.append(f"{n_training} of {len(unknown)} patients trained the score: apparent, and too certain")
    if unknown.any():
        columns = ", ".join(score.params["strata"])
        told.append(
            f"{int(unknown.sum())} of {len(unknown)} patients are in no stratum ({columns}) of the training patients: "
            "pooled baseline hazard"
        )
    if (missing := np.isnan(survival)).any():
        late = asked[missing.any(axis=0)].min()
        count = f"{int(missing.any(axis=1).sum())} of {len(survival)} patients"
        told.append(f"survival from time {late:g} on lies beyond the training follow-up for {count}: not extrapolated")
    return tuple(told)


def _marked(frame: Any, n_training: int) -> pd.DataFrame:
    marked: pd.DataFrame = mark_apparent(frame, n_training)
    return marked


def _label(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
