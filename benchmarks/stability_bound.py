"""Does stability selection keep its bound on the expected number of falsely stable clusters?

Studies of 100 patients and 50 features in blocks of five: independent, correlated at 0.5 (no clusters) and at 0.85
(blocks become clusters), without signal, with a signal in one feature of each of two blocks, and with age as a
covariate that drives survival. One row per scenario: the mean number of stable clusters of the blocks without signal,
its Monte Carlo error, the promised bound, whether mean - 2 errors is within it; also how many clusters of the true
blocks are stable beside the true feature's own (they carry its information, so the bound does not speak of them) and
how often the true ones are stable.

    python benchmarks/stability_bound.py [studies] [log]

writes benchmarks/stability_bound.csv (500 studies a scenario by default; about half an hour on one core).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from simulated import BLOCK, HERE, Truth, draw, go_on, origin

from radassoc.base.parallel import one_blas_thread
from radassoc.preparation.recipe import Preparation
from radassoc.survival._pipeline import Settings
from radassoc.survival.stability import select_stable

SEED, PATIENTS, FEATURES, PAIRS, BOUND = 1, 100, 50, 25, 1.0
SIGNAL = Truth(imaging=0.6)
#: name: (truth, correlation within blocks)
SCENARIOS = {
    "noise, independent features": (Truth(), 0.0),
    "noise, blocks at 0.5": (Truth(), 0.5),
    "noise, blocks at 0.85": (Truth(), 0.85),
    "age drives survival and is a covariate, blocks at 0.5": (Truth(age=0.8, covariate=True), 0.5),
    "signal, independent features": (SIGNAL, 0.0),
    "signal, blocks at 0.5": (SIGNAL, 0.5),
    "signal, blocks at 0.85": (SIGNAL, 0.85),
}


def study(name: str, number: int) -> dict[str, float]:
    """Return how many clusters are stable: false ones, neighbours of true ones, and true ones."""
    truth, correlation = SCENARIOS[name]
    data = draw(truth, PATIENTS, FEATURES, SEED, "stability", name, number, correlation=correlation)
    settings = Settings(Preparation(), seed=number)
    found = select_stable(data, settings, PAIRS, BOUND, ("stability",))
    planted = [0, BLOCK] if truth.imaging else []
    true = set(found.cluster[np.isin(found.columns, planted)])
    blocks = {column // BLOCK for column in planted} if correlation else set()
    near = set(found.cluster[np.isin(found.columns // BLOCK, list(blocks))]) - true
    stable = set(found.cluster[found.stable])
    return {
        "false": len(stable - true - near),
        "near": len(stable & near),
        "true": len(stable & true) / max(len(true), 1),
        "bound": found.expected_false,
        "clusters": found.n_clusters,
        "q": found.q,
    }


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per scenario."""
    rows = []
    for name, (truth, _) in SCENARIOS.items():
        found = pd.DataFrame([line["found"] for line in lines if line["task"][0] == name])
        if found.empty:
            continue
        mean, spread = found["false"].mean(), found["false"].std() / np.sqrt(len(found))
        rows.append(
            {
                "scenario": name,
                "false_clusters": mean,
                "error": spread,
                "bound": found["bound"].mean(),
                "within": bool(mean - 2 * spread <= found["bound"].mean()),
                "any_false": (found["false"] > 0).mean(),
                "neighbours_of_true": found["near"].mean() if truth.imaging else np.nan,
                "true_stable": found["true"].mean() if truth.imaging else np.nan,
                "mean_clusters": found["clusters"].mean(),
                "mean_q": found["q"].mean(),
                "studies": len(found),
            }
        )
    told = {"patients": PATIENTS, "features": FEATURES, "pairs_of_halves": PAIRS}
    return pd.DataFrame(rows).round(4).assign(**told, **origin(SEED))


def main(studies: int = 500, log: Path | None = None) -> pd.DataFrame:
    """Run the studies that the log does not hold and return the table."""
    tasks = [(name, number) for number in range(studies) for name in SCENARIOS]
    with one_blas_thread():
        return rates(go_on(log, tasks, study))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "stability_bound.log"
    answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, place)
    answer.to_csv(HERE / "stability_bound.csv", index=False, lineterminator="\n")
    print(answer.to_string())
