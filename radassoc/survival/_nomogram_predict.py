"""Applying a frozen nomogram to patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.apparent import mark_apparent, refuse_apparent
from radassoc.base.errors import ClinicalError, InputError, name_some
from radassoc.cohort.align import Aligned, align, check_cohort
from radassoc.survival._cox_terms import level_text
from radassoc.survival._predict import training_overlap
from radassoc.survival.nomogram_model import POOLED, Nomogram
from radassoc.survival.training import hash_patients

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["points_of", "predict", "predict_survival"]

NAME = "nomogram"


def predict(nomogram: Nomogram, cohort: Cohort, values: Mapping[str, pd.Series] | None) -> pd.Series:
    """See ``Nomogram.predict``."""
    return _marked(nomogram, _predictor(nomogram, _aligned(nomogram, cohort, values, ())))


def predict_survival(
    nomogram: Nomogram,
    cohort: Cohort,
    times: Sequence[float] | float | None,
    values: Mapping[str, pd.Series] | None,
) -> pd.DataFrame:
    """See ``Nomogram.predict_survival``."""
    asked = _times(nomogram, times)
    aligned = _aligned(nomogram, cohort, values, tuple(nomogram.params["strata"]))
    relative = np.exp(_predictor(nomogram, aligned).to_numpy())
    labels = np.array(aligned.strata_labels, dtype=object)[aligned.strata]
    out = np.empty((len(relative), asked.size))
    for label, part in nomogram.baseline.groupby("stratum", sort=False):
        last = part["time"].max()
        steps = np.append(0.0, part["cumulative_hazard"])[np.searchsorted(part["time"], asked, side="right")]
        own = labels == label
        if label == POOLED:
            own = ~np.isin(labels, nomogram.baseline["stratum"].unique())
        out[own] = np.exp(-np.where(asked > last, np.nan, steps) * relative[own, None])
    return pd.DataFrame(out, index=aligned.patients, columns=pd.Index(asked, name="time"))


def points_of(nomogram: Nomogram, variable: str, value: float | str) -> float:
    """See ``Nomogram.points``."""
    part = nomogram.table[nomogram.table["variable"] == variable]
    if part.empty:
        raise InputError(
            f"{variable!r} is no variable of this nomogram.",
            wanted=f"one of {name_some(nomogram.table['variable'].unique(), most=10)}",
        )
    if (part["level"] != "").any():
        level = level_text(value)
        known = part.set_index("level")["points"]
        if level not in known.index:
            raise InputError(
                f"{variable!r} has no level {level!r}.", wanted=f"one of {name_some(known.index, most=15)}"
            )
        return float(known[level])
    try:
        number = float(value)
    except ValueError as error:
        raise InputError(f"{variable}={value!r} is no number.") from error
    first, last = part.iloc[0], part.iloc[-1]
    slope = (last["points"] - first["points"]) / (last["value"] - first["value"])
    return float(first["points"] + slope * (number - first["value"]))


# ---- parts
def _times(nomogram: Nomogram, times: Sequence[float] | float | None) -> np.ndarray:
    try:
        asked = np.atleast_1d(np.asarray(nomogram.times if times is None else times, dtype=float))
    except (TypeError, ValueError) as error:
        raise InputError(f"times={times!r} are no numbers.", wanted="times above 0") from error
    if asked.ndim != 1 or not (np.isfinite(asked) & (asked >= 0)).all():
        raise InputError(f"times={times!r} are out of range.", wanted="finite times from 0 on")
    return asked


def _aligned(
    nomogram: Nomogram, cohort: Cohort, values: Mapping[str, pd.Series] | None, strata: tuple[str, ...]
) -> Aligned:
    """Return the patients in whom every variable is known."""
    check_cohort(cohort)
    given = dict(values or {})
    names = list(dict.fromkeys(nomogram.coding["variable"]))
    unknown = [name for name in given if name not in names]
    if unknown:
        raise InputError(f"values names {name_some(unknown)}.", wanted=f"variables: {name_some(names, most=10)}")
    return align(cohort, values={name: _values(nomogram, cohort, name, given) for name in names}, strata=strata)


def _values(nomogram: Nomogram, cohort: Cohort, name: str, given: Mapping[str, pd.Series]) -> pd.Series:
    if name in given:
        refuse_apparent(given[name])
        return given[name]
    if name in nomogram.scores:
        score = nomogram.scores[name]
        ours = training_overlap(score, cohort.patients).any()
        return score.out_of_fold(cohort) if ours else score.predict(cohort)
    if name in nomogram.columns:
        return cohort.column(nomogram.columns[name])
    raise InputError(
        f"The values of {name!r} were given as a Series, which the nomogram does not keep.",
        wanted="the values of these patients",
        remedy=f"Call it with values={{{name!r}: ...}}.",
    )


def _predictor(nomogram: Nomogram, aligned: Aligned) -> pd.Series:
    total = np.zeros(len(aligned.patients))
    for variable, part in nomogram.coding.groupby("variable", sort=False):
        values = aligned.values[str(variable)]
        for row in part.itertuples():
            column = _number(values, variable) if row.level == "" else _indicator(values, variable, part, row.level)
            total += row.coefficient * (column - row.center)
    return pd.Series(total, index=aligned.patients, name=NAME)


def _number(values: pd.Series, variable: Any) -> np.ndarray:
    try:
        return values.to_numpy(dtype=float)
    except (TypeError, ValueError) as error:
        raise ClinicalError(f"{variable!r} holds text.", wanted="numbers, as in the training patients") from error


def _indicator(values: pd.Series, variable: Any, part: pd.DataFrame, level: str) -> np.ndarray:
    texts = values.map(level_text).to_numpy(dtype=object)
    known = {*part["level"], *part["reference"]}
    new = sorted(set(texts) - known)
    if new:
        raise ClinicalError(
            f"{variable!r} holds {name_some(new)}, which no training patient has.",
            wanted=f"one of {name_some(sorted(known), most=15)}",
            remedy="Recode the column, or make the value missing.",
        )
    return np.asarray(texts == level, dtype=float)


def _marked(nomogram: Nomogram, values: pd.Series) -> pd.Series:
    known = set(nomogram.training)
    return mark_apparent(values, sum(code in known for code in hash_patients(values.index, nomogram.salt)))
