"""Do the p-values of ``associate`` hold their level, and what do its corrections find where there is nothing?

Each study has 12 features that have nothing to do with 400 genes. The genes are co-expressed as they come: columns of a
factor structure with five factors (``factors``), or 400 columns of the glioma expression, its patients drawn with
replacement and noise of a fifth of a standard deviation added (``glioma``: only where the published cohorts are, see
CONTRIBUTING). Half of the features follow age, and so do genes, where age is a covariate.

level
    The share of pairs with p at or below 0.05 and 0.001, averaged over studies, and the Monte Carlo error between
    studies: pairs of one study are not independent.
corrections
    Benjamini-Hochberg: the share of studies with any false hit (with nothing to find, its false discovery rate), with
    more than ten, and the largest number; the same of Benjamini-Yekutieli, Holm, q-values, the two levels and the
    largest statistic, whose share of studies with any false hit is the familywise error.

    python benchmarks/null_association.py [studies] [log]

writes benchmarks/null_association.csv (2,000 studies a design by default; some forty minutes on one core).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from simulated import HERE, error, go_on, origin, two_errors

import radassoc as ra
from radassoc.association._correct import correct
from radassoc.association._estimates import kind_of_estimate
from radassoc.association._groups import Tables
from radassoc.association._max_statistic import familywise, smallest_p
from radassoc.association._pair_scan import Settings
from radassoc.association._scan import scan
from radassoc.base.seeds import generator
from radassoc.kernels.correction import two_level

SEED, N, FEATURES, GENES, FACTORS = 1, 60, 12, 400, 5
PERMUTATIONS = 99
LEVELS = (0.05, 0.001)
CORRECTIONS = ("bh", "by", "holm", "storey", "two_level", "max_statistic")
COHORTS = Path(os.environ.get("RADASSOC_COHORTS", HERE.parent.parent / "shared" / "cohorts"))
METHODS = ("spearman", "pearson", "linear")
#: method, covariate, share of values missing in two of three features, co-expression
DESIGNS = [
    *[(method, covariate, 0.0, "factors") for method in METHODS for covariate in (False, True)],
    *[(method, True, 0.15, "factors") for method in METHODS],
    ("spearman", True, 0.0, "glioma"),
    ("pearson", False, 0.0, "glioma"),
]
_known: dict[str, np.ndarray] = {}


def designs() -> list[tuple[str, bool, float, str]]:
    """Return those that can be simulated here."""
    return [design for design in DESIGNS if design[3] != "glioma" or COHORTS.is_dir()]


def draw(covariate: bool, missing: float, structure: str, rng: np.random.Generator) -> Tables:
    """Return features and genes that have nothing to do with one another given age."""
    age = rng.normal(size=(N, 1))
    X = rng.normal(size=(N, FEATURES))
    if structure == "glioma":
        genes = _glioma()
        chosen = rng.choice(genes.shape[1], GENES, replace=False)
        Y = genes[np.ix_(rng.choice(len(genes), N), chosen)] + 0.2 * rng.normal(size=(N, GENES))
    else:
        load = rng.normal(size=(FACTORS, GENES)) / np.sqrt(FACTORS)
        Y = rng.normal(size=(N, FACTORS)) @ load * 1.5 + rng.normal(size=(N, GENES))
    if covariate:
        X[:, ::2] += age
        Y = Y + 0.7 * age
    if missing:
        holes = rng.random((N, 3)) < missing  # three patterns
        for j in range(FEATURES):
            if j % 3:
                X[holes[:, j % 3], j] = np.nan
    return Tables(X, Y, age if covariate else age[:, :0], ranked=False)


def _glioma() -> np.ndarray:
    if "glioma" not in _known:
        frame = pd.read_csv(COHORTS / "glioma" / "expression.tsv.gz", sep="\t", index_col=0)
        values = frame.select_dtypes("number").dropna().to_numpy(dtype=float).T
        _known["glioma"] = (values - values.mean(axis=0)) / values.std(axis=0)
    return _known["glioma"]


def tests(method: str, covariate: bool, missing: float, structure: str, study: int) -> list[float]:
    """Return the shares of p-values up to each level, then the number of hits of each correction."""
    rng = generator(SEED, method, int(covariate), int(100 * missing), structure, study)
    data = draw(covariate, missing, structure, rng)
    data = Tables(data.X, data.Y, data.Z, ranked=method == "spearman")
    found = scan(data, method, Settings(method == "spearman", n_permutations=PERMUTATIONS, seed=study))
    assert found.estimate_kind[0, 0] == kind_of_estimate(method, adjusted=covariate)
    p = found.p.ravel()
    hits = [int((correct(p, p.size, name).at(p) < 0.05).sum()) for name in CORRECTIONS[:4]]
    family = np.repeat(np.arange(FEATURES), GENES)
    hits.append(int((two_level(p, family, np.full(FEATURES, GENES), 0.05)[0] < 0.05).sum()))
    smallest = smallest_p(data, PERMUTATIONS, study)
    # with 99 permutations, 0.05 can be reached: at most 5 of 100 reach it
    hits.append(int((familywise(found.log10_p.ravel(), smallest) <= 0.05).sum()))
    return [*(float((p <= level).mean()) for level in LEVELS), *map(float, hits)]


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per design and question."""
    rows = []
    for design in designs():
        found = np.array([line["found"] for line in lines if tuple(line["task"][:4]) == design], dtype=float)
        if not len(found):
            continue
        told = dict(zip(("method", "age_is_a_covariate", "missing", "co_expression"), design, strict=True))
        for place, level in enumerate(LEVELS):
            shares = found[:, place]
            spread = float(shares.std(ddof=1) / np.sqrt(len(shares))) if len(shares) > 1 else float("nan")
            row = {**told, "question": f"p at most {level:g}", "rate": shares.mean(), "error": spread}
            rows.append({**row, "accepted": level + 2 * spread})
        for place, name in enumerate(CORRECTIONS, start=len(LEVELS)):
            hits, n = found[:, place], len(found)
            share = float((hits > 0).mean())
            row = {**told, "question": f"any false hit: {name}", "rate": share, "error": error(share, n)}
            more = {"more_than_10": float((hits > 10).mean()), "most_hits": hits.max()}
            rows.append({**row, "accepted": two_errors(0.05, n), **more})
        for row in rows[-len(LEVELS) - len(CORRECTIONS) :]:
            row["studies"] = len(found)
    return pd.DataFrame(rows).round(5).assign(patients=N, pairs=FEATURES * GENES, **origin(SEED))


def main(studies: int = 2000, log: Path | None = None) -> pd.DataFrame:
    """Run the studies that the log does not hold and return the rates."""
    return rates(go_on(log, [(*design, study) for design in designs() for study in range(studies)], tests))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with ra.options(n_jobs=1, progress=False):
        answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, place)
    answer.to_csv(HERE / "null_association.csv", index=False, lineterminator="\n")
    print(answer.to_string())
