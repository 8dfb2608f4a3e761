"""With a planted signal, how often does the pipeline's permutation test find it, and are the true features selected?

Studies of 130 patients (about 70% with an event) and 30 features in blocks of five (correlation 0.5); one feature of
each of two blocks drives survival. One row per log hazard ratio (per SD, of each of the two; 0 is the null): power at
5% of the permutation test of the whole pipeline and of the log-rank tests of out-of-fold groups (cut at the median, at
the maximally selected cut) against the same reruns, mean nested C, the share of true features selected and of true
blocks met, and how many features of other blocks come along.

Each study has 39 permutations (the smallest p is 0.025) and stops as soon as all p-values are known to be above 0.05.

    python benchmarks/power_pipeline.py [studies] [log]

writes benchmarks/power_pipeline.csv (50 studies an effect by default; about half an hour on one core).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from null_pipeline import reaches, run, statistics
from simulated import BLOCK, HERE, Truth, draw, error, go_on, origin

from radassoc.base.parallel import one_blas_thread
from radassoc.preparation.recipe import Preparation
from radassoc.resampling.permute import ResidualBlocks
from radassoc.survival._pipeline import Arrays, Settings, learn_model

SEED, PATIENTS, FEATURES, PERMUTATIONS, LEVEL = 1, 130, 30, 39, 0.05
OUTER_FOLDS = 5
EFFECTS = (0.0, 0.2, 0.3, 0.5, 0.8)
TRUE = (0, BLOCK)


def study(effect: float, number: int) -> dict[str, Any]:
    """Return whether each test finds the signal, the nested C, and what a fit to all patients selects."""
    data = draw(Truth(imaging=effect), PATIENTS, FEATURES, SEED, "power", str(effect), number)
    settings = Settings(Preparation(), n_folds=3, n_repeats=1, seed=number)
    observed = statistics(data, run(data, settings, OUTER_FOLDS))
    model = learn_model(data, settings._replace(n_folds=10, n_repeats=5), ("fit",))
    selected = model.prepared.learned.columns[np.flatnonzero(model.chosen)]
    return {
        "rejected": rejected(data, settings, observed),
        "concordance": float(observed[0]),
        "features": float(np.isin(TRUE, selected).mean()),
        "blocks": float(np.isin([j // BLOCK for j in TRUE], selected // BLOCK).mean()),
        "others": int((selected >= 2 * BLOCK).sum()),
        "empty": bool(model.empty),
    }


def rejected(data: Arrays, settings: Settings, observed: np.ndarray) -> list[bool]:
    """Return whether p is at most 0.05 for the pipeline and for both kinds of groups."""
    lost = LEVEL * (PERMUTATIONS + 1)
    counts = np.where([True, *(observed[1:] > 0)], 0.0, lost)
    blocks = ResidualBlocks(data.X, data.Z, data.strata)
    for b in range(PERMUTATIONS):
        if (counts >= lost).all():
            break
        part = data._replace(X=blocks.permuted(seed=settings.seed, path=("permutation", b)))
        counts += reaches(statistics(part, run(part, settings, OUTER_FOLDS)), observed)
    return [bool(count < lost) for count in counts]


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per effect."""
    rows = []
    for effect in EFFECTS:
        found = pd.DataFrame([line["found"] for line in lines if line["task"][0] == effect])
        if found.empty:
            continue
        power, halves, best_cut = np.array(found["rejected"].tolist(), dtype=float).mean(axis=0)
        rows.append(
            {
                "log_hazard_ratio": effect,
                "power_pipeline": power,
                "error": error(power, len(found)),
                "power_median_groups": halves,
                "power_maxstat_groups": best_cut,
                "nested_concordance": found["concordance"].mean(),
                "sd_concordance": found["concordance"].std(),
                "true_features_selected": found["features"].mean(),
                "true_blocks_met": found["blocks"].mean(),
                "features_of_other_blocks": found["others"].mean(),
                "empty_fits": found["empty"].mean(),
                "studies": len(found),
            }
        )
    told = {"patients": PATIENTS, "features": FEATURES, "permutations": PERMUTATIONS}
    return pd.DataFrame(rows).round(4).assign(**told, **origin(SEED))


def main(studies: int = 50, log: Path | None = None) -> pd.DataFrame:
    """Run the studies that the log does not hold and return the rates."""
    tasks = [(effect, number) for number in range(studies) for effect in EFFECTS]
    with one_blas_thread():
        return rates(go_on(log, tasks, study))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "power_pipeline.log"
    answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, place)
    answer.to_csv(HERE / "power_pipeline.csv", index=False, lineterminator="\n")
    print(answer.to_string())
