"""Do the exchange p-values of ``cross_apply`` hold 5%, and do they find a planted difference?

Whole studies of 110 patients in two strata with six features: nothing to find, equal slopes in both strata, main
effects of the stratum on hazard and features with unequal sizes, sex confounded with age (strata are exchanged within
thirds of age), features that vary more in one stratum (where the test is not promised to be exact), and a planted
difference (another feature matters in each stratum). One row per scenario and statistic: the share of all studies with
p at or below 0.05, its Monte Carlo error and the most that is accepted (0.05 plus two errors). A study whose models
select no feature has no slope and no such p (``with_p`` counts those that have one); it claims nothing, and exchanged
reruns without a slope count as no difference.

    python benchmarks/null_cross.py [studies] [log]

writes benchmarks/null_cross.csv (300 studies a scenario by default; two hours of a core).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from simulated import HERE, error, go_on, origin, two_errors

import radassoc as ra
from radassoc.base.seeds import generator

SEED, N, N_FEATURES = 1, 110, 6
#: Statistics with a p-value in the order of ``contrasts``, then the similarity of the selected features.
STATISTICS = (
    "C, own - other model",
    "C, own - other model, first stratum",
    "C, own - other model, second stratum",
    "slope, own - other model",
    "slope, score x stratum",
    "similarity of selected features",
)


class Truth(NamedTuple):
    """``slopes`` of the first two features in the first and in the second stratum; ``share`` in the second.

    ``main``: log hazard ratio of the second stratum and, in SD, its shift of half of the features; ``spread``: SD of
    the features in the second; ``confounded``: age shifts with the stratum, and acts on features and hazard.
    """

    slopes: tuple[tuple[float, float], tuple[float, float]] = ((0.7, 0.0), (0.7, 0.0))
    share: float = 0.5
    main: float = 0.0
    spread: float = 1.0
    confounded: bool = False


SCENARIOS = {
    "no effect": Truth(slopes=((0.0, 0.0), (0.0, 0.0))),
    "equal slopes": Truth(),
    "main effects, unequal sizes": Truth(share=0.65, main=0.6),
    "confounded with age": Truth(share=0.6, confounded=True),
    "unequal spread": Truth(share=0.6, spread=1.4),
    "planted": Truth(slopes=((0.9, 0.0), (0.0, 0.9))),
}
#: The null hypothesis holds there, so that 5% is promised.
PROMISED = ("no effect", "equal slopes", "main effects, unequal sizes", "confounded with age")


def draw(name: str, study: int) -> ra.Cohort:
    """Return one study."""
    truth, rng = SCENARIOS[name], generator(SEED, "cross", name, study)
    second = np.arange(N) < truth.share * N
    age = rng.normal(size=N) + truth.confounded * second
    X = rng.normal(size=(N, N_FEATURES)) * np.where(second, truth.spread, 1.0)[:, None]
    X[:, ::2] += truth.main * second[:, None] + 0.7 * truth.confounded * age[:, None]
    slopes = np.array(truth.slopes)[second.astype(int)]
    hazard = np.exp((slopes * X[:, :2]).sum(axis=1) + truth.main * second + 0.5 * truth.confounded * age)
    time, limit = rng.exponential(size=N) / hazard, rng.exponential(2.5, size=N)
    patients = [f"P{i}" for i in range(N)]
    clinical = {"sex": np.where(second, "male", "female"), "age": age}
    clinical |= {"time": np.minimum(time, limit) + 1e-3, "event": time <= limit}
    return ra.Cohort.from_frames(
        radiomics=pd.DataFrame(X, patients, [f"feature_{j}" for j in range(N_FEATURES)]),
        clinical=pd.DataFrame(clinical, patients),
        time="time",
        event="event",
        unit="months",
    )


def tests(name: str, study: int) -> list[float]:
    """Return the p-values of one study in the order of ``STATISTICS``."""
    found = ra.cross_apply(
        draw(name, study),
        "sex",
        within="age" if SCENARIOS[name].confounded else (),
        n_folds=3,
        n_outer_folds=3,
        n_outer_repeats=1,
        n_bootstraps=0,
        n_permutations=19,
        seed=study,
    )
    alike = found.overlap.loc[found.overlap["level"] == "feature", "p_exchangeable"].astype(float)
    return [*found.contrasts["p_value"].iloc[: len(STATISTICS) - 1].tolist(), float(alike.iloc[0])]


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per scenario and statistic."""
    rows = []
    for name in SCENARIOS:
        p = np.array([line["found"] for line in lines if line["task"][0] == name], dtype=float)
        for place, statistic in enumerate(STATISTICS if len(p) else ()):
            rate = float((p[:, place] <= 0.05).mean())
            row = {"scenario": name, "statistic": statistic, "promised": name in PROMISED, "p_at_most_0.05": rate}
            row |= {"error": error(rate, len(p)), "accepted": two_errors(0.05, len(p)), "studies": len(p)}
            row |= {"with_p": int((~np.isnan(p[:, place])).sum())}
            rows.append(row)
    return pd.DataFrame(rows).round(4).assign(**origin(SEED))


def main(studies: int = 300, log: Path | None = None) -> pd.DataFrame:
    """Run the studies that the log does not hold and return the rates."""
    tasks = [(name, study) for study in range(studies) for name in SCENARIOS]
    return rates(go_on(log, tasks, tests))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with ra.options(n_jobs=1, progress=False):
        answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, place)
    answer.to_csv(HERE / "null_cross.csv", index=False, lineterminator="\n")
    print(answer.to_string())
