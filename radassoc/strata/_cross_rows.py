"""The numbers of a cross-application as labelled tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.kernels.correction import step_down
from radassoc.resampling.intervals import detectable_effect, shifted_interval
from radassoc.resampling.permute import permutation_p
from radassoc.strata._cross_models import OTHER, OWN
from radassoc.strata._crossed import CONTRASTS, MODELS, SLOPE, C, Crossed, contrasts_of
from radassoc.strata.cross_application import COLUMNS, CONTRAST_COLUMNS, RESAMPLE_COLUMNS

__all__ = ["bootstrapped_contrasts", "contrast_frame", "matrix_frame", "resample_frame", "sample_frame", "told_name"]

_MEASURES = {C: "concordance", SLOPE: "calibration_slope"}
_LIMITS = {C: (0.0, 1.0), SLOPE: (-np.inf, np.inf)}


def told_name(model: str, levels: tuple[str, ...]) -> str:
    """Return what a model is called: that of a stratum by the stratum."""
    return {OWN: levels[0], OTHER: levels[1]}.get(model, model)


def matrix_frame(
    mean: np.ndarray, boots: np.ndarray, found: Crossed, event: np.ndarray, code: np.ndarray, levels: tuple[str, ...]
) -> pd.DataFrame:
    """Return a row per model, stratum and measure, with the location-shifted interval of the reruns."""
    used = found.folds >= 0
    rows: list[dict[str, Any]] = []
    for measure, name in _MEASURES.items():
        for m, model in enumerate(MODELS):
            for s, level in enumerate(levels):
                estimate = float(mean[measure, m, s])
                low, high = _interval(estimate, boots[:, measure, m, s], _LIMITS[measure])
                rows.append(
                    {
                        "trained_on": told_name(model, levels),
                        "tested_on": level,
                        "measure": name,
                        "estimate": estimate,
                        "ci_low": low,
                        "ci_high": high,
                        "interval": "rerun" if np.isfinite(low) else "none",
                        "train_events": found.train_events[m],
                        "n_patients": round(float((used & (code == s)).sum(axis=1).mean())),
                        "n_events": round(float((used & event & (code == s)).sum(axis=1).mean())),
                    }
                )
    return tidy(rows, COLUMNS)


def _interval(estimate: float, values: np.ndarray, bounds: tuple[float, float]) -> tuple[float, float]:
    if not np.isfinite(estimate):
        return np.nan, np.nan
    return shifted_interval(estimate, values, bounds=bounds)


def contrast_frame(
    mean: np.ndarray, tested: np.ndarray, boots: np.ndarray, null: np.ndarray, levels: tuple[str, ...]
) -> pd.DataFrame:
    """Return the contrasts with their intervals, and p-values of those that exchanged strata can test.

    ``mean`` are contrasts over all repeats, ``tested`` over as many repeats as the reruns have.
    """
    rows: list[dict[str, Any]] = []
    for i, contrast in enumerate(CONTRASTS):
        limit = 1.0 if contrast.measure == "concordance" else np.inf
        low, high = _interval(float(mean[i]), boots[:, i], (-limit, limit))
        rows.append(
            {
                "measure": contrast.measure,
                "contrast": contrast.contrast,
                "tested_on": "both" if contrast.tested_on is None else levels[contrast.tested_on],
                "estimate": mean[i],
                "ci_low": low,
                "ci_high": high,
                "detectable": detectable_effect(low, high),
                "p_value": _p(float(tested[i]), null[:, i], contrast.sides),
                "interval": "rerun" if np.isfinite(low) else "none",
            }
        )
        if contrast.contrast == "score x stratum":
            rows[-1]["tested_on"] = f"{levels[1]} - {levels[0]}"
    p = np.array([row["p_value"] for row in rows], dtype=float)
    adjusted = np.full(p.size, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    if known.size:
        order = known[np.argsort(p[known], kind="stable")]
        adjusted[order] = step_down(p[order], known.size)
    return tidy([row | {"p_adjusted": a} for row, a in zip(rows, adjusted, strict=True)], CONTRAST_COLUMNS)


def _p(observed: float, null: np.ndarray, sides: int) -> float:
    """Return the p of the reruns; one without this number (an empty model) counts as no difference."""
    if sides == 0 or not np.isfinite(observed):
        return np.nan
    values = np.where(np.isfinite(null), null, 0.0)
    return permutation_p(abs(observed), np.abs(values)) if sides == 2 else permutation_p(observed, values)


def resample_frame(boots: np.ndarray, null: np.ndarray, frame: pd.DataFrame) -> pd.DataFrame:
    """Return every rerun contrast, one a row."""
    parts = []
    for kind, values in (("bootstrap", boots), ("permutation", null)):
        for i, row in enumerate(frame.itertuples()):
            if kind == "permutation" and CONTRASTS[i].sides == 0:
                continue
            told = {"resample": kind, "measure": row.measure, "contrast": row.contrast, "tested_on": row.tested_on}
            parts.append(pd.DataFrame({"index": np.arange(len(values)), "value": values[:, i]}).assign(**told))
    return tidy(pd.concat(parts), RESAMPLE_COLUMNS)


def sample_frame(patients: pd.Index, code: np.ndarray, found: Crossed, levels: tuple[str, ...]) -> pd.DataFrame:
    """Return the out-of-fold scores of the first repeat; whoever was not drawn has none."""
    told = {"patient": patients.to_numpy(dtype=object), "stratum": np.array(levels, dtype=object)[code]}
    scores = {f"score: {told_name(m, levels)}": found.scores[0, :, i] for i, m in enumerate(found.models)}
    return pd.DataFrame({**told, "fold": found.folds[0], **scores})


def bootstrapped_contrasts(matrices: np.ndarray) -> np.ndarray:
    """Return the contrasts of bootstrapped matrices."""
    return contrasts_of(matrices, MODELS)
