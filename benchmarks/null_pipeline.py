"""Does the permutation test of the whole risk-score pipeline keep its level, and what do the usual shortcuts claim?

Simulated studies in which imaging says nothing about survival: pure noise; age drives survival and is a covariate; age
drives survival, is a covariate and is in the imaging too. One row per scenario and test: the share of studies with p
at or below 0.01, 0.05 and 0.10, its Monte Carlo error, and the most that is accepted (level + two errors). The
pipeline's own test and the log-rank test of out-of-fold groups (cut at the inner median, or at the inner maximally
selected cut) against reruns must stay below; the ordinary log-rank tests of out-of-fold groups and of the score on its
own training patients are shown beside them, because papers print them.

Each study has 99 permutations, the verb's own arithmetic, and stops permuting as soon as every test's p is known to be
above 0.10: no decision at the three levels differs from that of all 99 (tests/benchmarks/test_honesty.py).

    python benchmarks/null_pipeline.py [studies] [log]

writes benchmarks/null_pipeline.csv (500 studies a scenario by default; about an hour on one core).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from simulated import HERE, Truth, draw, error, go_on, origin, two_errors

from radassoc.base.parallel import one_blas_thread
from radassoc.kernels.log_rank import log_rank
from radassoc.preparation.recipe import Preparation
from radassoc.resampling.permute import ResidualBlocks
from radassoc.survival import _nested
from radassoc.survival._cuts import group_codes, learn_cuts
from radassoc.survival._nested import Cutting, Nested
from radassoc.survival._pipeline import Arrays, Model, Settings, learn_model
from radassoc.survival._reruns import statistic

SEED, PATIENTS, FEATURES, PERMUTATIONS = 1, 80, 30, 99
OUTER_FOLDS = 3
LEVELS = (0.01, 0.05, 0.10)
SCENARIOS = {
    "noise": Truth(),
    "age drives survival and is a covariate": Truth(age=0.8, covariate=True),
    "age drives survival, is a covariate and is in imaging": Truth(age=0.8, covariate=True, confounded=1.0),
}
#: Tests against reruns, in the order of ``statistics``, and those that papers print.
RERUN_TESTS = (
    "whole pipeline, imaging permuted",
    "log-rank of out-of-fold groups (median), against reruns",
    "log-rank of out-of-fold groups (maximally selected cut), against reruns",
)
OTHER_TESTS = (
    "log-rank of out-of-fold groups (median), ordinary",
    "log-rank of out-of-fold groups (maximally selected cut), ordinary",
    "log-rank of the fitted score's halves (apparent)",
    "log-rank of the fitted score's best cut (apparent)",
)


def settings_of(study: int) -> Settings:
    """Return the pipeline with the study's own chance."""
    return Settings(Preparation(), n_folds=3, n_repeats=1, seed=study)


def run(data: Arrays, settings: Settings, n_outer_folds: int = OUTER_FOLDS) -> tuple[Nested, Nested]:
    """Return the nested run with groups cut at the median and at the maximally selected cut."""
    how = {"n_outer_folds": n_outer_folds, "n_outer_repeats": 1, "path": ("validation",)}
    learned: dict[tuple[int | str, ...], Model] = {}

    def once(rows: Arrays, chosen: Settings, path: tuple[int | str, ...]) -> Model:
        if path not in learned:
            learned[path] = learn_model(rows, chosen, path)
        return learned[path]

    # both kinds of groups come from the same models, which need not be learned twice
    with patch.object(_nested, "learn_model", once):
        median, maxstat = (
            _nested.nested(data, settings, **how, cutting=Cutting(method)) for method in ("median", "maxstat")
        )
    return median, maxstat


def statistics(data: Arrays, found: tuple[Nested, Nested]) -> np.ndarray:
    """Return added concordance and the log-rank of both kinds of groups (0: nobody is parted)."""
    return np.array([statistic(data, found[0], 1), *(_log_rank(data, each.groups[0])[0] for each in found)])


def reaches(null: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Return which statistics of a rerun are as large as those observed, with the package's own rules for ties."""
    return np.array([round(null[0], 12) >= round(observed[0], 12), *(null[1:] >= observed[1:] * (1 - 1e-12))])


def p_values(name: str, study: int) -> list[float]:
    """Return the p-value of each test in one study; 1 where a pipeline finds nothing to test."""
    data = draw(SCENARIOS[name], PATIENTS, FEATURES, SEED, name, study)
    settings = settings_of(study)
    own = run(data, settings)
    exceeded = rerun_counts(data, settings, statistics(data, own))
    imaging = learn_model(data, settings, ("apparent",)).imaging(data.X)
    cuts = [
        learn_cuts(imaging, data.time, data.event, method=method) for method in ("median", "maxstat") if imaging.any()
    ]
    apparent = [_log_rank(data, group_codes(imaging, cut))[1] for cut in cuts] or [1.0, 1.0]
    ordinary = [_log_rank(data, found.groups[0])[1] for found in own]
    return [*((exceeded + 1) / (PERMUTATIONS + 1)).tolist(), *ordinary, *apparent]


def rerun_counts(data: Arrays, settings: Settings, observed: np.ndarray, *, stop: bool = True) -> np.ndarray:
    """Return how many of the permutations reach each statistic, counted until no level can be kept any more."""
    # a test of groups that do not exist has p = 1
    tested = np.array([True, *(observed[1:] > 0)])
    counts = np.where(tested, 0, PERMUTATIONS)
    lost = LEVELS[-1] * (PERMUTATIONS + 1)
    blocks = ResidualBlocks(data.X, data.Z, data.strata)
    for b in range(PERMUTATIONS):
        if stop and (counts >= lost).all():
            break
        part = data._replace(X=blocks.permuted(seed=settings.seed, path=("permutation", b)))
        counts += reaches(statistics(part, run(part, settings)), observed) & tested
    return counts


def _log_rank(data: Arrays, high: np.ndarray) -> tuple[float, float]:
    """Return chi-square and the ordinary p; 0 and 1 where there are no two groups."""
    from scipy.special import gammaincc

    known = np.isfinite(high)
    if len(np.unique(high[known])) < 2:
        return 0.0, 1.0
    chi = float(log_rank(data.time[known], data.event[known], high[known].astype(int), 2).statistic)
    return (chi, float(gammaincc(0.5, chi / 2))) if np.isfinite(chi) else (0.0, 1.0)


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per scenario and test."""
    rows = []
    for name in SCENARIOS:
        p = np.array([line["found"] for line in lines if line["task"][0] == name])
        if not len(p):
            continue
        for test, values in zip((*RERUN_TESTS, *OTHER_TESTS), p.T, strict=True):
            row: dict[str, Any] = {"scenario": name, "test": test}
            for level in LEVELS:
                share = float((values <= level + 1e-12).mean())
                row |= {f"p_at_most_{level:.2f}": share, f"accepted_{level:.2f}": two_errors(level, len(p))}
            row["error_0.05"] = error(row["p_at_most_0.05"], len(p))
            rows.append({**row, "studies": len(p)})
    told = {"patients": PATIENTS, "features": FEATURES, "permutations": PERMUTATIONS, **origin(SEED)}
    return pd.DataFrame(rows).round(4).assign(**told)


def main(studies: int = 500, log: Path | None = None) -> pd.DataFrame:
    """Run the studies that the log does not hold and return the rates."""
    tasks = [(name, study) for study in range(studies) for name in SCENARIOS]
    with one_blas_thread():
        return rates(go_on(log, tasks, p_values))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "null_pipeline.log"
    answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, place)
    answer.to_csv(HERE / "null_pipeline.csv", index=False, lineterminator="\n")
    print(answer.to_string())
