"""The frames of a fitted score: names put to what was learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.preparation.arrays import Learned
from radassoc.preparation.fitted import FittedPreparation
from radassoc.preparation.steps import describe
from radassoc.survival._baseline import POOLED, baseline_hazard
from radassoc.survival._inner import concordance_measure
from radassoc.survival._outlying import note_outlying
from radassoc.survival._pipeline import Model, Settings, VolumeModel, resampled_coefficients
from radassoc.survival._settings import Begun
from radassoc.survival._subjects import Subjects
from radassoc.survival.score import POOLED_LABEL, RiskScore
from radassoc.survival.split_inference import SplitInference
from radassoc.survival.stability import Stability
from radassoc.survival.training import hash_patients, make_salt

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Learnt", "labelled"]

_TABLE = (
    "feature",
    "modality",
    "coefficient",
    "hazard_ratio",
    "per",
    "resample_low",
    "resample_high",
    "selection_frequency",
    "stability_frequency",
    "stable",
    "p_value",
    "p_adjusted",
)
_STABILITY = ("feature", "modality", "cluster", "size", "feature_frequency", "stability_frequency", "stable")


class Learnt(NamedTuple):
    """Everything that was learned; the inference only where it was asked for."""

    model: Model
    volume: VolumeModel
    settings: Settings
    stability: Stability | None
    splits: SplitInference | None


def labelled(cohort: Cohort, begun: Begun, learnt: Learnt, told: Mapping[str, Any]) -> RiskScore:
    """Return the score with names, counts and provenance."""
    subjects, model = begun.subjects, learnt.model
    origin = _origin(cohort, begun, learnt)
    params = {**begun.params, **told, "n_folds_used": model.n_folds, **_inference(learnt)}
    params["events_per_candidate"] = origin["counts"]["n_events"] / max(origin["counts"]["n_candidates"], 1)
    salt = make_salt(cohort.fingerprint, learnt.settings.seed)
    fitted = _preparations(subjects, learnt, origin)
    volume = {}
    if subjects.volume:
        volume = {"modality": subjects.volume_modality, "feature": subjects.volume, **learnt.volume._asdict()}
    return RiskScore(
        table=_table(subjects, learnt),
        status="no_signal" if model.empty else "ok",
        reason="cross-validation selects no feature" if model.empty else "",
        params=params,
        provenance=origin,
        cv=_cv(subjects, model),
        path=_path(subjects, model),
        chosen_lambda=float(model.lambdas[model.place]),
        baseline=_baseline(subjects, learnt),
        preparation=fitted[0],
        further=tuple(fitted[1:]),
        coding=subjects.coding.assign(center=model.prepared.center.astype(float)),
        training=tuple(sorted(hash_patients(subjects.patients, salt))),
        salt=salt,
        volume_model=volume,
        stability=_stability(subjects, learnt.stability),
    )


def _origin(cohort: Cohort, begun: Begun, learnt: Learnt) -> dict[str, Any]:
    """Events per variable counts candidates: every feature that the preparation kept, and the covariates."""
    subjects, model = begun.subjects, learnt.model
    origin = subjects.origin(cohort, begun.settings.seed)
    outlying = note_outlying(model, subjects.data, begun.settings, subjects.features)
    origin["notes"] = (*origin["notes"], *outlying)
    n_candidates = len(model.prepared.whole.columns) + model.n_covariates
    n_selected = int(np.count_nonzero(model.chosen[model.n_covariates :]))
    origin["counts"] = {**origin["counts"], "n_candidates": n_candidates, "n_selected": n_selected}
    return origin


def _inference(learnt: Learnt) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if learnt.stability is not None:
        told["stability_selection"] = dict(learnt.stability.told())
    if learnt.splits is not None:
        told["p_adjustment"] = "Bonferroni over the features that each split selected (family-wise)"
        told["mean_selected_per_split"] = float(learnt.splits.n_selected.mean())
    return told


def _preparations(subjects: Subjects, learnt: Learnt, origin: Mapping[str, Any]) -> list[FittedPreparation]:
    """Return each table's own preparation, under the table's own names."""
    whole = learnt.model.prepared.whole
    blocks = learnt.settings.blocks_of(len(subjects.features))
    found, start = [], 0
    for table, block in zip(subjects.tables, blocks, strict=True):
        part = _slice(whole, start, start + block.width)
        n = len(subjects.patients)
        found.append(describe(part, block.recipe, table.features, n, modality=table.name, provenance=dict(origin)))
        start += block.width
    return found


def _slice(learned: Learned, start: int, stop: int) -> Learned:
    inside = (learned.columns >= start) & (learned.columns < stop)
    stands = learned.representative[start:stop]
    return Learned(
        columns=learned.columns[inside] - start,
        fill=learned.fill[inside],
        center=learned.center[inside],
        scale=learned.scale[inside],
        outcome=learned.outcome[start:stop],
        n_missing=learned.n_missing[start:stop],
        representative=np.where(stands >= 0, stands - start, -1),
        correlation=learned.correlation[start:stop],
    )


def _table(subjects: Subjects, learnt: Learnt) -> pd.DataFrame:
    """Covariates first, then features that the score, a refit or the inference singled out, the largest first."""
    model, q, p = learnt.model, learnt.model.n_covariates, len(subjects.features)
    clinical, columns, values = resampled_coefficients(model, subjects.data, learnt.settings)
    resampled = np.hstack([clinical, values])
    low, high, frequency = np.zeros((3, q + p))
    place = np.append(np.arange(q), q + columns)
    low[place], high[place] = np.quantile(resampled, [0.025, 0.975], axis=0)
    frequency[place] = (resampled != 0).mean(axis=0)
    coefficient = np.zeros(q + p)
    coefficient[:q] = model.chosen[:q] / model.prepared.scale
    coefficient[q + model.prepared.learned.columns] = model.chosen[q:]
    inferred = _inferred(learnt, p)
    shown = (coefficient[q:] != 0) | (frequency[q:] > 0) | (inferred["p_value"] < 1) | (inferred["stable"] == 1)
    features = q + np.flatnonzero(shown)
    features = features[np.lexsort((features, -frequency[features], -np.abs(coefficient[features])))]
    order = np.append(np.arange(q), features).astype(np.int64)
    names = np.array([*subjects.coding["name"], *subjects.features], dtype=object)
    modality = np.array(["clinical"] * q + subjects.modalities, dtype=object)
    frame = {
        "feature": names[order],
        "modality": modality[order],
        "coefficient": coefficient[order],
        "hazard_ratio": np.exp(coefficient[order]),
        "per": np.array(["unit"] * q + _steps(learnt.settings, p), dtype=object)[order],
        "resample_low": low[order],
        "resample_high": high[order],
        "selection_frequency": frequency[order],
    }
    for name, column in inferred.items():
        frame[name] = np.append(np.full(q, np.nan), column)[order]
    return tidy(pd.DataFrame(frame), _TABLE)


def _steps(settings: Settings, p: int) -> list[str]:
    """Return what a coefficient of each feature belongs to: a standard deviation, or a unit where nothing is scaled."""
    steps = {"standard": "SD", "none": "unit"}
    return [steps[block.recipe.scale] for block in settings.blocks_of(p) for _ in range(block.width)]


def _inferred(learnt: Learnt, p: int) -> dict[str, np.ndarray]:
    """Return the columns of stability and splits, for every feature; NaN where not asked for or not a candidate."""
    found = {name: np.full(p, np.nan) for name in ("stability_frequency", "stable", "p_value", "p_adjusted")}
    if learnt.stability is not None:
        found["stability_frequency"][learnt.stability.columns] = learnt.stability.frequency
        found["stable"][learnt.stability.columns] = learnt.stability.stable
    if learnt.splits is not None:
        found["p_value"], found["p_adjusted"] = learnt.splits.p_value, learnt.splits.p_adjusted
    return found


def _stability(subjects: Subjects, found: Stability | None) -> pd.DataFrame:
    if found is None:
        return tidy([], _STABILITY)
    columns = {
        "feature": np.array(subjects.features, dtype=object)[found.columns],
        "modality": np.array(subjects.modalities, dtype=object)[found.columns],
        "cluster": found.cluster,
        "size": np.bincount(found.cluster)[found.cluster] if found.cluster.size else found.cluster,
        "feature_frequency": found.own,
        "stability_frequency": found.frequency,
        "stable": found.stable,
    }
    order = np.lexsort((-found.own, found.cluster, -found.frequency))
    return tidy(pd.DataFrame(columns).iloc[order], _STABILITY)


def _cv(subjects: Subjects, model: Model) -> pd.DataFrame:
    columns: dict[str, Any] = {"lambda": model.lambdas}
    measures = {"deviance": model.curve.measure, "concordance": concordance_measure(subjects.data, model.curve)}
    for name, measure in measures.items():
        low, high = np.quantile(measure.repeats, [0.05, 0.95], axis=0)
        columns[name] = measure.mean
        columns["std_error" if name == "deviance" else "concordance_std_error"] = measure.std_error
        columns[f"{name}_low"], columns[f"{name}_high"] = low, high
    columns["n_nonzero"] = np.count_nonzero(model.coefficients[:, model.n_covariates :], axis=1)
    return tidy(pd.DataFrame(columns), list(columns))


def _path(subjects: Subjects, model: Model) -> pd.DataFrame:
    kept = model.prepared.learned.columns
    coefficients = model.coefficients[:, model.n_covariates :]
    enters = np.flatnonzero(coefficients.any(axis=0))
    names, modalities = (
        np.array(part, dtype=object)[kept[enters]] for part in (subjects.features, subjects.modalities)
    )
    columns = {
        "feature": np.repeat(names, len(model.lambdas)),
        "modality": np.repeat(modalities, len(model.lambdas)),
        "lambda": np.tile(model.lambdas, enters.size),
        "coefficient": coefficients[:, enters].T.ravel(),
    }
    return tidy(pd.DataFrame(columns), list(columns))


def _baseline(subjects: Subjects, learnt: Learnt) -> pd.DataFrame:
    """Return the cumulative hazards of score, covariates' part and volume alone, by stratum and pooled."""
    data, model = subjects.data, learnt.model
    clinical = model.clinical(data.Z)
    scores = {"score": model.imaging(data.X) + clinical}
    if model.n_covariates:
        scores["covariates"] = clinical
    if subjects.volume:
        scores["volume"] = learnt.volume.score(data.volume)
    labels = dict(enumerate(subjects.strata_labels or ("all",)))
    parts = []
    for name, score in scores.items():
        found = baseline_hazard(score, data)
        frame = pd.DataFrame({"stratum": found.stratum, "time": found.time, "cumulative_hazard": found.hazard})
        if len(labels) == 1:
            frame = frame[frame["stratum"] != POOLED]
        frame["stratum"] = frame["stratum"].map({**labels, POOLED: POOLED_LABEL})
        parts.append(frame.assign(model=name))
    return tidy(pd.concat(parts), ["model", "stratum", "time", "cumulative_hazard"])
