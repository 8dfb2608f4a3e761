"""Do the tests of every pairing, and of several samples of a patient, hold 5% where nothing is associated?

Patients: 80, with skewed features against two classes (30% or 8% of the patients), four unbalanced categories, and
survival (about 65% or 20% of the patients have the event); without covariates, given a covariate that drives both sides
(and not given it, for comparison), and with 15% of the values missing. Samples: 13, 30 and 61 patients with one to ten
samples each and an intraclass correlation of 0.5, against columns that vary between samples, between patients only,
or mark some samples of few patients; beside what radassoc does stand the test that takes samples for patients
(naive), the usual cluster-robust one (CR1, t with patients - 1) and CR2 with Satterthwaite's degrees of freedom
without bootstrap.

Each study tests 10 pairs (20 of samples); the rate is their share with p at or below 0.05, its error the standard error
of the mean over studies (pairs of one study share an outcome). ``interval_excludes_null``: how often the 95% interval
leaves out no effect. Accepted: 0.05 + two errors; of samples 0.035 to 0.065.

    python benchmarks/null_pairings.py [studies] [log]

writes benchmarks/null_pairings.csv (500 studies a design by default; about ten minutes on one core).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from simulated import HERE, go_on, origin

from radassoc.association._columns import Columns
from radassoc.association._pair_scan import PairScan, Settings
from radassoc.association._pairing import scan_pairs
from radassoc.association._repeats import scan_repeats
from radassoc.association._survival_scan import scan_survival
from radassoc.base.parallel import one_blas_thread
from radassoc.base.seeds import generator
from radassoc.kernels.cluster_robust import cluster_fit, design_of
from radassoc.kernels.correlation import basis, midranks
from radassoc.kernels.tails import t_tails

SEED, PATIENTS, PAIRS, LEVEL = 1, 80, 10, 0.05
SETTINGS = Settings(n_permutations=999)
PAIRINGS = (
    "two classes, 30%",
    "two classes, 8%",
    "two classes twice",
    "four categories",
    "survival",
    "survival, few events",
)
GIVEN = (
    "none",
    "none, 15% missing",
    "confounder, adjusted",
    "confounder, adjusted, 15% missing",
    "confounder, not adjusted",
)
CLUSTERS, VARIES = (13, 30, 61), ("between samples", "between patients", "marks samples of few patients")
GIVEN_SAMPLES = {VARIES[0]: ("none", "covariate"), VARIES[1]: ("none", "covariate"), VARIES[2]: ("none",)}
REPEATS_TESTS = ("cluster_robust", "mixed", "CR2, t", "CR1, t with patients - 1", "naive, samples as patients")


# ---- one row a patient
def study_of_patients(pairing: str, given: str, study: int) -> list[tuple[float, float]]:
    """Return the share of small p-values and of intervals without the null value of one study."""
    rng = generator(SEED, pairing, given, study)
    Z = rng.normal(size=(PATIENTS, 1))
    pull = 0.7 if given.startswith("confounder") else 0.0
    X = np.exp(0.7 * (rng.normal(size=(PATIENTS, PAIRS)) + pull * Z))  # skewed, as texture features are
    noise = 0.0 if pairing.startswith("survival") else 1.0  # exponential times bring their own
    latent = pull * Z[:, 0] + noise * rng.normal(size=PATIENTS)
    if "missing" in given:
        X[rng.random(X.shape) < 0.15] = np.nan
    used = Z if "adjusted" in given and "not" not in given else Z[:, :0]
    if pairing == "two classes twice":
        X = np.where(np.isnan(X), np.nan, np.nanquantile(X, 0.6, axis=0) < X)
    left = columns(X, "binary" if pairing == "two classes twice" else "continuous")
    if pairing.startswith("survival"):
        late, rate = (3.0, 0.3) if pairing == "survival" else (0.5, 2.5)
        time, end = rng.exponential(np.exp(-latent)), rng.uniform(rate / 10, late, size=PATIENTS)
        found = scan_survival(
            left, np.minimum(time, end), time <= end, used, np.zeros(PATIENTS, dtype=np.int64), SETTINGS
        )
    elif pairing == "four categories":
        groups = np.searchsorted(np.quantile(latent, [0.45, 0.75, 0.9]), latent).astype(float)
        found = scan_pairs(left, columns(groups[:, None], "categorical"), used, SETTINGS)
    else:
        marked = latent > np.quantile(latent, 0.92 if "8%" in pairing else 0.7)
        found = scan_pairs(left, columns(marked[:, None] * 1.0, "binary"), used, SETTINGS)
    return [shares(found)]


def columns(values: np.ndarray, kind: str) -> Columns:
    """Return columns that are all of one kind."""
    return Columns(values, pd.RangeIndex(values.shape[1]), np.full(values.shape[1], kind, dtype=object))


def shares(found: PairScan) -> tuple[float, float]:
    """Return the share of p at or below the level, and of intervals that leave the null value out (NaN: none given)."""
    tested = np.isfinite(found.p)
    null = np.where(found.estimate_kind == "auc", 0.5, 0.0)
    given = tested & np.isfinite(found.ci_low) & ~np.isin(found.estimate_kind, list(SQUARES))
    outside = (found.ci_low > null) | (found.ci_high < null)
    return float((found.p[tested] <= LEVEL).mean()), float(outside[given].mean()) if given.any() else float("nan")


#: Estimates that are never below zero: their interval may touch it.
SQUARES = ("epsilon_squared", "partial_epsilon_squared", "cramers_v", "partial_cramers_v")


# ---- several samples a patient
def study_of_samples(patients: int, varies: str, given: str, study: int) -> list[tuple[float, float]]:
    """Return the shares of each of ``REPEATS_TESTS``."""
    rng = generator(SEED, "samples", patients, varies, given, study)
    sizes = np.minimum(1 + rng.geometric(0.25, size=patients), 10)
    codes = np.repeat(np.arange(patients), sizes)
    n = len(codes)
    Z = rng.normal(size=(patients, 1))[codes] + rng.normal(size=(n, 1))
    y = np.exp(0.5 * (rng.normal(size=(patients, 4))[codes] + rng.normal(size=(n, 4)) + (given != "none") * Z))
    between, within = rng.normal(size=(patients, 5))[codes], rng.normal(size=(n, 5))
    if varies == "marks samples of few patients":
        few = np.stack([rng.permutation(patients) for _ in range(5)], axis=1)[codes] < max(6, patients // 4)
        x, kind = (few & (within > -0.5)) * 1.0, "binary"
    else:
        x, kind = between + (within if varies == "between samples" else 0.0), "continuous"
    left, right = columns(x, kind), columns(y, "continuous")
    Z = Z if given == "covariate" else Z[:, :0]
    answers = []
    for how in ("cluster_robust", "mixed"):
        found = scan_repeats(left, right, Z, codes, how=how, scale="rank", settings=SETTINGS)  # type: ignore[arg-type]
        answers.append(shares(found))
    return [*answers, *peers(x if kind == "binary" else midranks(x), midranks(y), midranks(Z) if Z.size else Z, codes)]


def peers(X: np.ndarray, Y: np.ndarray, Z: np.ndarray, codes: np.ndarray) -> list[tuple[float, float]]:
    """Return CR2 with t, CR1 and the naive regression of the same ranks."""
    Q = basis(Z)
    design = design_of(X, Q, codes)
    fit = cluster_fit(design, Y)
    left = Y - Q @ (Q.T @ Y)
    n, k, G = len(X), Q.shape[1] + 1, len(design.bounds) - 1
    naive, cr1 = np.empty(fit.slope.shape), np.empty(fit.slope.shape)
    for i in range(X.shape[1]):
        unit = design.units[:, i : i + 1]
        rest = left - unit @ (unit.T @ left)
        naive[i] = np.sqrt((rest**2).sum(axis=0) / (n - k)) / design.length[i]
        scores = np.add.reduceat(unit * rest, design.bounds[:-1], axis=0)
        cr1[i] = np.sqrt((scores**2).sum(axis=0) * G / (G - 1) * (n - 1) / (n - k)) / design.length[i]
    tests = ((fit.std_error, design.df[:, None]), (cr1, float(G - 1)), (naive, float(n - k)))
    return [two(fit.slope / error, df) for error, df in tests]


def two(t: np.ndarray, df: Any) -> tuple[float, float]:
    """Return the share of small p-values of t; its interval says the same."""
    tested = np.isfinite(t)
    share = float((t_tails(t, df)[0][tested] <= LEVEL).mean()) if tested.any() else float("nan")
    return share, share


# ---- the table
def tasks(studies: int) -> list[tuple[Any, ...]]:
    """Return every study of every design."""
    patients = [("patients", pairing, given) for pairing in PAIRINGS for given in GIVEN]
    samples = [(count, varies, given) for count in CLUSTERS for varies in VARIES for given in GIVEN_SAMPLES[varies]]
    return [(*design, study) for design in (*samples, *patients) for study in range(studies)]


def run(what: str | int, *design: Any) -> list[tuple[float, float]]:
    """Run one study."""
    with one_blas_thread():
        return study_of_patients(*design) if what == "patients" else study_of_samples(int(what), *design)


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per design and test."""
    by_design: dict[tuple[Any, ...], list[Any]] = {}
    for line in lines:
        by_design.setdefault(tuple(line["task"][:-1]), []).append(line["found"])
    rows = []
    for (what, pairing, given), found in by_design.items():
        values = np.array(found, dtype=float)  # studies x tests x 2
        names = ("radassoc",) if what == "patients" else REPEATS_TESTS
        for place, test in enumerate(names):
            share = values[:, place, 0][np.isfinite(values[:, place, 0])]
            outside = values[:, place, 1][np.isfinite(values[:, place, 1])]
            rate, error = share.mean(), share.std(ddof=1) / np.sqrt(share.size)
            rows.append(
                {
                    "patients": PATIENTS if what == "patients" else what,
                    "samples": "one a patient" if what == "patients" else "1 to 10 a patient",
                    "pairing": pairing,
                    "given": given,
                    "test": test,
                    "p_at_most_0.05": rate,
                    "error": error,
                    "accepted": LEVEL + 2 * error,
                    "interval_excludes_null": outside.mean() if outside.size else np.nan,
                    "studies": share.size,
                }
            )
    return pd.DataFrame(rows).round(4).assign(permutations=SETTINGS.n_permutations, **origin(SEED))


def main(studies: int = 500, log: Path | None = None) -> pd.DataFrame:
    """Run the studies that the log does not hold and return the rates."""
    return rates(go_on(log, tasks(studies), run))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, place)
    answer.to_csv(HERE / "null_pairings.csv", index=False, lineterminator="\n")
    print(answer.to_string())
