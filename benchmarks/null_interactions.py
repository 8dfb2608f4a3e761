"""Do tests of a difference between strata hold 5%, and do they find a planted difference as often as is stated?

Studies of two strata (``interactions``' own scans, one feature or pair a study): with and without an effect that is
equal in both, with unequal sizes, main effects of the stratum (also one that fades with time), unequal variances, sex
confounded with age (age shifts with the stratum, the feature follows age, and age acts more strongly in one stratum),
and 20 or 30 events in the smaller stratum. One row per kind, scenario and test: the share of studies with p at or below
0.05 (and 0.01), its Monte Carlo error and the most that is accepted (0.05 plus two errors). The test "significant in
one, not in the other" is what papers claim a difference from: one of the two p-values within the strata is at or below
0.05 and the other is not. In the scenarios "planted" the difference is the one that ``detectable_interaction`` says is
found in 80%.

    python benchmarks/null_interactions.py [studies] [log]

writes benchmarks/null_interactions.csv (1,000 studies a scenario by default; about ten minutes on one core).
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special
from simulated import HERE, error, go_on, origin, two_errors

import radassoc as ra
from radassoc.base.seeds import generator
from radassoc.strata._interaction_estimates import Estimates
from radassoc.strata._interaction_inputs import Inputs, Table
from radassoc.strata._interaction_slopes import scan_slopes
from radassoc.strata._interaction_survival import Model, scan_survival
from radassoc.strata.power import Arm, detectable_gap

SEED, LEVELS = 1, (0.01, 0.05)
CLAIM = "significant in one, not in the other"


class Truth(NamedTuple):
    """``effect`` in the first stratum, ``gap``: how much more in the second (NaN: what is found in 80%).

    ``sizes`` of the strata; ``main`` effect of the second on the outcome; ``fades``: its hazard ratio changes with
    time; ``spread`` of the feature in the second, ``noise`` of the right column there; ``confounded``: age; ``skewed``:
    the feature is log-normal.
    """

    effect: float = 0.0
    gap: float = 0.0
    sizes: tuple[int, int] = (120, 60)
    main: float = 0.0
    fades: bool = False
    spread: float = 1.0
    noise: float = 1.0
    confounded: bool = False
    skewed: bool = False


SCENARIOS = {
    "survival": {
        "no effect": Truth(),
        "equal effects": Truth(0.5),
        "equal effects, 30 events in the smaller": Truth(0.5, sizes=(90, 43)),
        "equal effects, 20 events in the smaller": Truth(0.5, sizes=(60, 28)),
        "skewed feature, 20 events in the smaller": Truth(sizes=(60, 28), skewed=True),
        "main effect of the stratum": Truth(0.5, main=0.8),
        "main effect that fades": Truth(0.5, main=1.2, fades=True),
        "unequal spread": Truth(0.5, spread=2.0),
        "confounded with age": Truth(0.4, main=0.5, confounded=True),
        "planted": Truth(0.0, np.nan),
        "planted beside an effect": Truth(0.3, np.nan, sizes=(240, 160)),
    },
    "association": {
        "no effect": Truth(),
        "equal effects": Truth(0.5),
        "equal effects, 20 in the smaller": Truth(0.5, sizes=(60, 20)),
        "main effect of the stratum": Truth(0.5, main=1.0),
        "unequal variances": Truth(0.5, noise=3.0),
        "unequal variances, noisy larger": Truth(0.5, sizes=(60, 120), noise=3.0),
        "unequal spread": Truth(0.5, spread=2.0),
        "confounded with age": Truth(0.4, main=0.5, confounded=True),
        "planted": Truth(0.0, np.nan),
        "planted beside an effect": Truth(0.3, np.nan, sizes=(240, 160)),
    },
}
TESTS = {
    "survival": ("wald", "likelihood_ratio", "score", "common baseline and covariates", CLAIM),
    "association": ("unequal", "pooled", "hc3", "normal scores", CLAIM),
}


def draw(kind: str, name: str, study: int) -> tuple[Inputs, float]:
    """Return one study as the inputs of the scans, and the planted difference."""
    truth, rng = SCENARIOS[kind][name], generator(SEED, kind, name, study)
    group = np.repeat([0, 1], truth.sizes)
    second = group == 1
    gap = stated(kind, truth) if np.isnan(truth.gap) else truth.gap
    age = rng.normal(size=len(group)) + truth.confounded * second
    x = rng.normal(size=len(group)) * np.where(second, truth.spread, 1.0)
    if truth.skewed:
        x = np.exp(0.5 * x)
    if truth.confounded:
        x = 0.7 * x + 0.7 * age
    signal = (truth.effect + gap * second) * x + truth.main * second
    signal = signal + truth.confounded * age * np.where(second, 0.9, 0.3)
    time, event, frames = np.empty(0), np.empty(0, dtype=bool), [pd.DataFrame({"x": x})]
    if kind == "survival":
        time, event = survive(signal, second, fades=truth.fades, rng=rng)
    else:
        y = signal + rng.normal(size=len(x)) * np.where(second, truth.noise, 1.0)
        frames.append(pd.DataFrame({"y": y}))
    tables = tuple(Table(key, frame) for key, frame in zip(("feature", "gene"), frames, strict=False))
    Z = age[:, None] if truth.confounded else np.empty((len(x), 0))
    layers = np.zeros(len(x), dtype=np.int64)
    return Inputs("sex", tables, ("men", "women"), group, pd.DataFrame(), Z, layers, time, event, [], ()), gap


def survive(signal: np.ndarray, second: np.ndarray, *, fades: bool, rng: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return times and events, 30% of each stratum censored; ``fades``: another Weibull shape in the second."""
    time = (rng.exponential(size=len(signal)) / np.exp(signal)) ** np.where(second & fades, 0.5, 1.0)
    limit = rng.random(len(signal))
    for inside in (second, ~second):  # follow-up such that 70% of the stratum die within it
        limit[inside] *= _follow_up(time[inside], limit[inside])
    return np.minimum(time, limit), time <= limit


def _follow_up(time: np.ndarray, limit: np.ndarray) -> float:
    ratio = np.sort(time / limit)
    return float(ratio[int(np.ceil(0.7 * len(ratio))) - 1])


@cache
def stated(kind: str, truth: Truth) -> float:
    """Return the difference that ``detectable_interaction`` says is found with a power of 80%."""
    deaths = [int(np.ceil(0.7 * n)) if kind == "survival" else 0 for n in truth.sizes]
    arms = [Arm(n, d, float(d - 1 if d else n - 2)) for n, d in zip(truth.sizes, deaths, strict=True)]
    return detectable_gap((arms[0], arms[1]), truth.effect, 0.0, 0.05, 0.8)


def tests(kind: str, name: str, study: int) -> list[float]:
    """Return the p-values of one study in the order of ``TESTS``; of the claim 0 where it is made, else 1."""
    inputs, _ = draw(kind, name, study)
    if kind == "survival":
        models = [Model(True, True, test) for test in ("wald", "likelihood_ratio", "score")]
        found = [scan_survival(inputs, model)[1] for model in (*models, Model(False, False, "wald"))]
    else:
        rng = np.random.default_rng(0)
        asked = [("unequal", "units"), ("pooled", "units"), ("hc3", "units"), ("unequal", "normal_scores")]
        found = [scan_slopes(inputs, v, scale=s, level=0.05, rng=rng).estimates for v, s in asked]  # type: ignore[arg-type]
    return [*(float(one.overall_p[0]) if len(one.overall_p) else np.nan for one in found), claim(found[0])]


def claim(found: Estimates) -> float:
    """Return 0 where one stratum's effect has p at or below 0.05 and the other's has not, else 1."""
    if not len(found.slopes):
        return np.nan
    p = 2 * special.stdtr(found.df[0], -np.abs(found.slopes[0]) / np.sqrt(found.variances[0]))
    return float((p <= 0.05).sum() != 1)


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per kind, scenario and test."""
    rows = []
    for kind, scenarios in SCENARIOS.items():
        for name, truth in scenarios.items():
            p = np.array([line["found"] for line in lines if line["task"][:2] == [kind, name]], dtype=float)
            for place, test in enumerate(TESTS[kind] if len(p) else ()):
                known = p[~np.isnan(p[:, place]), place]
                row: dict[str, Any] = {"kind": kind, "scenario": name, "n_1": truth.sizes[0], "n_2": truth.sizes[1]}
                row |= {"test": test, "stated_power": 0.8 if np.isnan(truth.gap) else np.nan}
                for level in LEVELS:
                    row[f"p_at_most_{level:.2f}"] = float((known <= level).mean())
                row |= {"error_0.05": error(row["p_at_most_0.05"], len(known))}
                row |= {"accepted_0.05": two_errors(0.05, len(known)), "studies": len(known)}
                rows.append(row)
    return pd.DataFrame(rows).round(4).assign(**origin(SEED))


def main(studies: int = 1000, log: Path | None = None) -> pd.DataFrame:
    """Run the studies that the log does not hold and return the rates."""
    tasks = [(kind, name, study) for kind in SCENARIOS for name in SCENARIOS[kind] for study in range(studies)]
    return rates(go_on(log, tasks, tests))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with ra.options(n_jobs=1, progress=False):
        answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, place)
    answer.to_csv(HERE / "null_interactions.csv", index=False, lineterminator="\n")
    print(answer.to_string())
