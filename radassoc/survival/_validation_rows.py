"""The numbers of a validation as labelled tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.resampling.intervals import FEWEST_RESAMPLES, detectable_effect, percentile_interval, shifted_interval
from radassoc.survival._added_value import FULL
from radassoc.survival._contrasts import ORDER, Contrasts, limits
from radassoc.survival._cuts import group_labels
from radassoc.survival._nested import Nested
from radassoc.survival._optimism import MEASURES, Apparent, optimism_corrected, point_632_plus
from radassoc.survival._reruns import Reruns
from radassoc.survival._subjects import Subjects

__all__ = ["COLUMNS", "CORRECTED", "Secondary", "resample_frame", "sample_frame", "secondary", "table", "wide"]

COLUMNS = (
    "measure",
    "model",
    "time",
    "estimate",
    "ci_low",
    "ci_high",
    "detectable",
    "p_value",
    "interval",
    "n_patients",
    "n_events",
)
_RESAMPLES = ("resample", "index", "measure", "model", "time", "value")
#: The two secondary estimates of the full score.
CORRECTED = (f"{FULL} (optimism-corrected)", f"{FULL} (.632+)")


class Secondary(NamedTuple):
    """The pipeline's apparent values, and what each bootstrap model says of them: (B, 3, 2) as ``bootstrap_model``."""

    apparent: Apparent
    models: np.ndarray


def table(
    told: Contrasts,
    resampled: np.ndarray,
    tested: tuple[str, str, float],
    interval: str,
    *,
    share_empty: float,
    extra: Secondary | None,
    counts: dict[str, int],
) -> pd.DataFrame:
    """Return the rows of ``RiskValidation.table``; ``tested`` is the measure, the model and the p-value of its row."""
    rows = []
    for (measure, model, time), repeats, values in zip(told.labels, told.values.T, resampled.T, strict=True):
        estimate = float(repeats.mean())
        low, high = _interval(measure, estimate, values, interval)
        rows.append(
            {
                "measure": measure,
                "model": model,
                "time": time,
                "estimate": estimate,
                "ci_low": low,
                "ci_high": high,
                "detectable": detectable_effect(low, high) if measure.endswith("_difference") else np.nan,
                "p_value": tested[2] if (measure, model) == tested[:2] else np.nan,
                "interval": interval if np.isfinite(low) else "none",
            }
        )
    bare = [("share_empty", "outer models", share_empty), *(secondary(extra) if extra else ())]
    rows += [{"measure": m, "model": model, "estimate": value, "interval": "none"} for m, model, value in bare]
    place = {measure: i for i, measure in enumerate(ORDER)}
    rows.sort(key=lambda row: place.get(str(row["measure"]), len(place)))
    return tidy([{**row, **counts} for row in rows], COLUMNS)


def _interval(measure: str, estimate: float, values: np.ndarray, interval: str) -> tuple[float, float]:
    if np.isnan(estimate):
        return np.nan, np.nan
    if interval == "conditional":
        return percentile_interval(values)
    return shifted_interval(estimate, values, bounds=limits(measure))


def secondary(found: Secondary) -> Iterator[tuple[str, str, float]]:
    """Yield measure, model and value of the optimism-corrected and the .632+ estimates.

    With fewer than ``FEWEST_RESAMPLES`` usable bootstrap models there is none.
    """
    for i, measure in enumerate(MEASURES):
        on_sample, on_all, left_out = found.models[:, :, i].T
        usable = np.isfinite(on_sample) & np.isfinite(on_all) & np.isfinite(left_out)
        if usable.sum() < FEWEST_RESAMPLES:
            continue
        seen, blind = found.apparent.values[i], found.apparent.no_information[i]
        yield measure, CORRECTED[0], optimism_corrected(seen, on_sample[usable], on_all[usable])
        outside = float(left_out[usable].mean())
        if measure == "concordance":  # .632+ is a rule for errors
            yield measure, CORRECTED[1], 1 - point_632_plus(1 - seen, 1 - outside, 1 - blind)
        else:
            yield measure, CORRECTED[1], point_632_plus(seen, outside, blind)


def resample_frame(
    told: Contrasts, resampled: np.ndarray, reruns: Reruns, tested: tuple[str, str], extra: Secondary | None
) -> pd.DataFrame:
    """Return every resampled value, one a row."""
    parts = [
        _long("outer_repeat", told.values, told.labels),
        _long("bootstrap", resampled, told.labels),
        _long("permutation", reruns.statistics[:, None], ((*tested, np.nan),)),
    ]
    if extra is not None:
        labels = tuple((measure, FULL, np.nan) for measure in MEASURES)
        on_sample, on_all, left_out = extra.models.transpose(1, 0, 2)
        parts += [
            _long("apparent", extra.apparent.values[None], labels),
            _long("optimism", on_sample - on_all, labels),
            _long("left_out", left_out, labels),
        ]
    return tidy(pd.concat(parts), _RESAMPLES)


def _long(kind: str, values: np.ndarray, labels: tuple[tuple[str, str, float], ...]) -> pd.DataFrame:
    index = np.tile(np.arange(len(values)), len(labels))
    measure, model, time = (np.repeat(np.array(part), len(values)) for part in zip(*labels, strict=True))
    frame = pd.DataFrame(
        {"resample": kind, "index": index, "measure": measure, "model": model, "time": time, "value": values.T.ravel()}
    )
    return frame[np.isfinite(frame["value"])]


def sample_frame(subjects: Subjects, observed: Nested, n_groups: int) -> pd.DataFrame:
    """Return each patient's out-of-fold score and group of the first repeat."""
    return pd.DataFrame(
        {
            "patient": subjects.patients.to_numpy(dtype=object),
            "score": observed.total[0],
            "imaging_score": observed.imaging[0],
            "group": pd.Series(_named(observed.groups[0], n_groups), dtype=object),
        }
    )


def _named(codes: np.ndarray, n_groups: int) -> np.ndarray:
    labels = np.array([*group_labels(n_groups), None], dtype=object)
    return np.asarray(labels[np.where(np.isnan(codes), n_groups, codes).astype(int)])


def wide(values: np.ndarray | None, subjects: Subjects, n_groups: int | None = None) -> pd.DataFrame | None:
    """Return patients x permutations; codes of groups as their names."""
    if values is None:
        return None
    named: Any = values if n_groups is None else _named(values, n_groups)
    return pd.DataFrame(named.T, index=pd.Index(subjects.patients, name="patient"))
