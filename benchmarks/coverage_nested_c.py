"""Does the interval of the nested C hold its estimand in 95 of 100 studies?

Estimand: the expected C, in new patients, of the pipeline trained on n(1 - 1/K) patients. Its truth is the mean C of
many such training sets on a large independent set. Each simulated study gets the interval of ``validate_risk_score``
(the whole pipeline rerun on bootstrap samples of patients, moved onto the estimate), the quick one conditional on the
fitted models, and two others that the same reruns allow: estimate +- 1.96 standard deviations, and the percentiles
where they lie. One row per scenario, contrast and kind of interval: coverage with its Monte Carlo error, how often the
interval lies below and above the truth, its mean width, and what the spread of the estimates really is.

    python benchmarks/coverage_nested_c.py [studies] [log]

writes benchmarks/coverage_nested_c.csv (500 studies a scenario by default; some forty minutes a scenario on one core).
Each study is one line of the log, and a run that was cut off goes on where it ended.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from simulated import HERE, Truth, draw, error, go_on, origin

from radassoc.base.parallel import one_blas_thread
from radassoc.preparation.recipe import Preparation
from radassoc.resampling.intervals import percentile_interval, shifted_interval
from radassoc.resampling.metrics import harrell_c
from radassoc.resampling.permute import resample_rows
from radassoc.survival._nested import Nested, nested, nested_measures
from radassoc.survival._pipeline import Arrays, Settings, learn_model

SEED, PATIENTS, FEATURES = 1, 130, 30
OUTER_FOLDS, OUTER_REPEATS, INNER_FOLDS, BOOTSTRAPS, CONDITIONAL = 5, 3, 3, 40, 100
TRAINING_SETS, INDEPENDENT = 600, 4000
SCENARIOS = {
    "noise": Truth(),
    "signal": Truth(imaging=0.5),
    "weak signal": Truth(imaging=0.3),
    "signal and age, age is a covariate": Truth(imaging=0.35, age=0.6, covariate=True),
}
#: The task that finds a scenario's truth.
TRUTH = -1


def settings_of(study: int) -> Settings:
    """Return the pipeline, with the study's own chance."""
    return Settings(Preparation(), n_folds=INNER_FOLDS, n_repeats=1, seed=study)


def with_difference(columns: np.ndarray) -> np.ndarray:
    """Append to the C of full score and covariates (last axis) their difference; the full score may be alone."""
    return columns if columns.shape[-1] == 1 else np.append(columns, columns[..., :1] - columns[..., 1:2], axis=-1)


def truth(name: str) -> dict[str, list[float]]:
    """Return the expected C's of the pipeline trained on n(1 - 1/K) patients, and their standard errors."""
    new = draw(SCENARIOS[name], INDEPENDENT, FEATURES, SEED, "independent", name)
    values = []
    for i in range(TRAINING_SETS):
        train = draw(SCENARIOS[name], PATIENTS - PATIENTS // OUTER_FOLDS, FEATURES, SEED, "training", name, i)
        model = learn_model(train, settings_of(i), ("truth",))
        scores = [model.imaging(new.X) + model.clinical(new.Z)]
        scores += [model.clinical(new.Z, alone=True)] if new.Z.shape[1] else []
        values.append(with_difference(harrell_c(new.time, new.event, np.column_stack(scores))))
    found = np.array(values)
    return {"mean": found.mean(axis=0).tolist(), "error": (found.std(axis=0) / np.sqrt(len(found))).tolist()}


def simulate(name: str, study: int) -> dict[str, Any]:
    """Return the truth, or one study's outer repeats, reruns and conditional bootstraps (rows x contrasts)."""
    if study == TRUTH:
        return truth(name)
    data = draw(SCENARIOS[name], PATIENTS, FEATURES, SEED, "study", name, study)
    settings = settings_of(study)
    outer = {"n_outer_folds": OUTER_FOLDS}
    observed = nested(data, settings, **outer, n_outer_repeats=OUTER_REPEATS, path=("validation",))
    reruns = []
    for b in range(BOOTSTRAPS):
        rows = resample_rows(data.strata, seed=settings.seed, path=("bootstrap", b))
        part = data.take(rows)._replace(copies=rows)
        found = nested(part, settings, **outer, n_outer_repeats=1, path=("bootstrap", b))
        reruns.append(with_difference(nested_measures(part, found)[0]).tolist())
    return {
        "events": int(data.event.sum()),
        "empty": float(observed.empty.mean()),
        "repeats": with_difference(nested_measures(data, observed)).tolist(),
        "bootstraps": reruns,
        "conditional": conditional(data, observed, study).tolist(),
    }


def conditional(data: Arrays, observed: Nested, seed: int) -> np.ndarray:
    """Return bootstraps x contrasts with the out-of-fold scores as they are."""
    n = len(data.time)
    drawn = [resample_rows(data.strata, seed=seed, path=("conditional", b)) for b in range(CONDITIONAL)]
    weights = np.stack([np.bincount(rows, minlength=n) for rows in drawn], axis=1).astype(float)
    columns = [
        np.mean(
            [
                harrell_c(data.time, data.event, observed.scores[r, :, m], groups=folds, weights=weights).reshape(-1)
                for r, folds in enumerate(observed.folds)
            ],
            axis=0,
        )
        for m in range(observed.scores.shape[2])
    ]
    return with_difference(np.column_stack(columns))


def intervals(found: dict[str, Any], column: int) -> dict[str, tuple[float, float]]:
    """Return each kind of interval of one contrast in one study."""
    estimate = float(np.mean(np.array(found["repeats"])[:, column]))
    reruns = np.array(found["bootstraps"])[:, column]
    spread = 1.959964 * float(np.std(reruns, ddof=1))
    return {
        "rerun, shifted": shifted_interval(estimate, reruns),
        "rerun, normal": (estimate - spread, estimate + spread),
        "rerun, percentile (not shifted)": percentile_interval(reruns),
        "conditional on the models": percentile_interval(np.array(found["conditional"])[:, column]),
    }


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return coverage and mean width of each kind of interval, for each contrast of each scenario."""
    rows = []
    for name in SCENARIOS:
        found = {line["task"][1]: line["found"] for line in lines if line["task"][0] == name}
        true = found.pop(TRUTH, None)
        if true is None or not found:
            continue
        for column, target in enumerate(true["mean"]):
            contrast = ("full", "covariates", "full - covariates")[column]
            told = {"scenario": name, "contrast": contrast, "truth": target, "truth_error": true["error"][column]}
            rows += [{**told, **row} for row in _of_contrast(list(found.values()), column, target)]
    sizes = {"patients": PATIENTS, "features": FEATURES, "outer_folds": OUTER_FOLDS, "outer_repeats": OUTER_REPEATS}
    sizes |= {"bootstraps": BOOTSTRAPS, "training_sets": TRAINING_SETS}
    return pd.DataFrame(rows).round(4).assign(**sizes, **origin(SEED))


def _of_contrast(studies: list[dict[str, Any]], column: int, target: float) -> list[dict[str, Any]]:
    estimates = np.array([np.mean(np.array(found["repeats"])[:, column]) for found in studies])
    reruns = np.array([np.array(found["bootstraps"])[:, column].std(ddof=1) for found in studies])
    # where every model of a study is empty the estimate is 0.5, which is the truth of noise: nothing can miss
    told = {
        "mean_estimate": estimates.mean(),
        "sd_estimate": estimates.std(ddof=1),
        "sd_reruns": np.sqrt((reruns**2).mean()),
        "all_models_empty": np.mean([found["empty"] == 1 for found in studies]),
        "studies": len(studies),
    }
    rows = []
    per_study = [intervals(found, column) for found in studies]
    for kind in per_study[0]:
        low, high = np.array([each[kind] for each in per_study]).T
        held = (low <= target) & (target <= high)
        rows.append(
            {
                "interval": kind,
                "coverage": held.mean(),
                "error": error(held.mean(), len(held)),
                "too_low": (high < target).mean(),
                "too_high": (low > target).mean(),
                "mean_width": (high - low).mean(),
                **told,
            }
        )
    return rows


def main(studies: int = 500, log: Path | None = None) -> pd.DataFrame:
    """Run what the log does not hold, the scenarios in turn, and return the table."""
    tasks = [(name, TRUTH) for name in SCENARIOS]
    tasks += [(name, study) for study in range(studies) for name in SCENARIOS]
    with one_blas_thread():
        return rates(go_on(log, tasks, simulate))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "coverage_nested_c.log"
    answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, place)
    answer.to_csv(HERE / "coverage_nested_c.csv", index=False, lineterminator="\n")
    print(answer.to_string())
