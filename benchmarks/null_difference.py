"""Does the comparison of enrichment between two groups keep its level?

170 patients of a published cohort in two groups of 120 and 50, sets of genes that move together, and a random score
whose slope is the same in both groups. One row per scenario and test: the share of sets with p below 0.05, its Monte
Carlo error (the sets of a draw are taken as one unit) and the bound, 0.05 plus two errors. "any FDR < 0.05" is the
share of draws with any adjusted p-value below 0.05, of which at most 7% are accepted (349 permutations let one of eight
sets reach it alone); "outside" the share of sets whose difference of NES lies outside the interval that equal slopes
give; "labels permuted" is what the difference of ES gives when the labels of the groups are permuted.

    python benchmarks/null_difference.py [draws] [log] [cohorts]

reads ``cohorts`` (default: RADASSOC_COHORTS, else ../shared/cohorts) and writes benchmarks/null_difference.csv (500
draws a scenario by default; about a quarter of an hour on one core). The seed was used for the committed run only.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from simulated import HERE, go_on, origin

import radassoc as ra
from radassoc.base.seeds import generator
from radassoc.cohort.cohort import Cohort
from radassoc.kernels.enrichment import pack_sets, same_sign_p, walk_scores

SEED, PERMUTATIONS, LABELS, LEVEL = 20261121, 349, 99, 0.05
N, N_SETS, SIZE, N_GENES = (120, 50), 8, 20, 200
ANY = "any FDR < 0.05"
TESTS = ("p_value", "self_contained_p", ANY, "outside", "labels permuted")


class Truth(NamedTuple):
    """``slope`` of half of all genes; ``spread`` of the second group's genes and score; ``shift`` of its means."""

    slope: float = 0.0
    spread: float = 1.0
    shift: float = 0.0
    covariate: bool = False


SCENARIOS = {
    "no slope": Truth(),
    "equal slopes": Truth(slope=0.5),
    "unequal variances": Truth(spread=2.0),
    "group main effects": Truth(shift=1.0),
    "all three, and a covariate": Truth(0.5, 2.0, 1.0, covariate=True),
}


def default_cohorts() -> Path:
    """Return where the published cohorts are."""
    return Path(os.environ.get("RADASSOC_COHORTS", HERE.parent.parent / "shared" / "cohorts"))


@cache
def read_genes(cohorts: Path) -> tuple[np.ndarray, tuple[tuple[int, ...], ...]]:
    """Return 200 standardised genes of diffuse glioma (patients x genes) and eight sets of genes that move together."""
    table = pd.read_csv(cohorts / "glioma" / "expression.tsv.gz", sep="\t", index_col=0).T.dropna(axis=1)
    Z = table.to_numpy(dtype=float)
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    rng = generator(SEED, "genes")
    centres = rng.choice(Z.shape[1], N_SETS, replace=False)
    near = np.argsort(-(Z.T @ Z[:, centres]), axis=0)[:SIZE]
    used = np.unique(near)
    spare = rng.permutation(np.setdiff1d(np.arange(Z.shape[1]), used))[: N_GENES - len(used)]
    kept = np.concatenate([used, spare])
    place = {gene: i for i, gene in enumerate(kept)}
    return Z[:, kept], tuple(tuple(place[gene] for gene in column) for column in near.T)


def draw(cohorts: Path, name: str, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return genes, score, group (0, 1) and covariate of one draw."""
    truth, (Z, _) = SCENARIOS[name], read_genes(cohorts)
    rng = generator(SEED, name, number)
    group = np.repeat([0, 1], N)
    second = group == 1
    genes = Z[rng.choice(len(Z), len(group), replace=False)]
    score, covariate = rng.normal(size=len(group)), rng.normal(size=len(group))
    score, genes = np.where(second, truth.spread * score, score), np.where(second[:, None], truth.spread, 1.0) * genes
    half = rng.random(genes.shape[1]) < 0.5
    score = score + truth.shift * second
    genes = genes + np.outer(truth.shift * second, half) + np.outer(truth.slope * score, rng.permutation(half))
    if truth.covariate:
        score, genes = score + covariate, genes + np.outer(covariate, rng.permutation(half))
    return genes, score, group, covariate


def tests(cohorts: Path, name: str, number: int) -> list[float]:
    """Return the share of sets (or whether any) that each of ``TESTS`` calls different in one draw."""
    genes, score, group, covariate = draw(cohorts, name, number)
    _, members = read_genes(cohorts)
    patients = [f"P{i}" for i in range(len(group))]
    names = [f"G{i}" for i in range(genes.shape[1])]
    cohort = Cohort.from_frames(
        expression=pd.DataFrame(genes, patients, names),
        clinical=pd.DataFrame({"score": score, "sex": np.array(["f", "m"])[group], "age": covariate}, patients),
    )
    sets = {f"S{k}": [names[i] for i in item] for k, item in enumerate(members)}
    adjust = ("age",) if SCENARIOS[name].covariate else ()
    settings: dict[str, Any] = {"covariates": adjust, "n_permutations": PERMUTATIONS, "seed": number}
    table = ra.compare_enrichment(cohort, "score", sets, groups="sex", **settings).table
    shifted = SCENARIOS[name].shift > 0
    between = table["nes_difference"].between(table["null_low"], table["null_high"])
    return [
        float((table["p_value"] < LEVEL).mean()),
        float((table["self_contained_p"] < LEVEL).mean()),
        float((table["p_adjusted"] < LEVEL).any()),
        float((~between).mean()),
        float((permuted_labels(genes, score, group, members, number) < LEVEL).mean()) if shifted else float("nan"),
    ]


def permuted_labels(genes: np.ndarray, score: np.ndarray, group: np.ndarray, members: Any, number: int) -> np.ndarray:
    """Return p-values of the difference of ES between the groups from permuted labels of the groups."""
    sets = pack_sets([np.array(item) for item in members], genes.shape[1])
    rng = generator(SEED, "labels", number)
    labels = np.array([group, *(rng.permutation(group) for _ in range(LABELS))])
    found = []
    for side in (0, 1):
        r = []
        for row in labels == side:
            X, s = genes[row] - genes[row].mean(axis=0), score[row] - score[row].mean()
            r.append(s @ X / (np.linalg.norm(s) * np.linalg.norm(X, axis=0)))
        found.append(walk_scores(np.array(r), sets))
    difference = found[1] - found[0]
    return same_sign_p(difference[0], difference[1:])


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per scenario and test."""
    rows = []
    for name in SCENARIOS:
        found = np.array([line["found"] for line in lines if line["task"][0] == name], dtype=float)
        for place, test in enumerate(TESTS if len(found) else ()):
            if np.isnan(found[:, place]).all():
                continue
            error = float(found[:, place].std(ddof=1) / np.sqrt(len(found)))
            share = float(found[:, place].mean())
            bound = 0.07 if test == ANY else LEVEL + 2 * error
            rows.append(
                {"scenario": name, "test": test, "share": share, "error": error, "bound": bound}
                | {"within": share <= bound, "draws": len(found)}
            )
    told = {"sets": N_SETS, "permutations": PERMUTATIONS, "n_1": N[0], "n_2": N[1]}
    return pd.DataFrame(rows).round(4).assign(**told, **origin(SEED))


def main(draws: int = 500, log: Path | None = None, cohorts: Path | None = None) -> pd.DataFrame:
    """Run the draws that the log does not hold and return the rates."""
    place = cohorts or default_cohorts()
    tasks = [(name, number) for name in SCENARIOS for number in range(draws)]
    return rates(go_on(log, tasks, lambda name, number: tests(place, name, number)))


if __name__ == "__main__":
    given = sys.argv[1:]
    with ra.options(n_jobs=1, progress=False):
        answer = main(
            int(given[0]) if given else 500,
            Path(given[1]) if len(given) > 1 else None,
            Path(given[2]) if len(given) > 2 else None,
        )
    answer.to_csv(HERE / "null_difference.csv", index=False, lineterminator="\n")
    print(answer.to_string())
