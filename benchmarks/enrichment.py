"""How long enrichment takes: permuting patients and random sets of genes, beside gseapy and the bare arithmetic.

20,000 genes x 130 patients, five covariates, 1,000 permutations; 50 and 5,000 sets of 10 to 500 genes. In turns, in
one process on two threads: ``enrich`` as a whole, its permutations alone, the matrix product and sort of the same sizes
(what no method can leave out), gseapy's prerank of one ranking, ``preranked`` of 100 rankings, and fgsea's simple
method where R has it (called through enrichment.R).

    python benchmarks/enrichment.py [repeats]

writes benchmarks/enrichment.csv, each time beside gseapy's and beside the bare product and sort. Compare rows of one
run only; times of another day or machine do not carry over.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from simulated import HERE, origin

import radassoc as ra
from radassoc.base.parallel import one_blas_thread
from radassoc.base.seeds import generator
from radassoc.enrichment import enrich
from radassoc.enrichment._null import make_design, permuted_values, sample_null, unit_values
from radassoc.enrichment._rankings import Correlations
from radassoc.enrichment.preranked import preranked
from radassoc.kernels.enrichment import pack_sets

BARE = "matrix product and sort alone"
SEED, GENES, PATIENTS, PERMUTATIONS, RANKINGS = 1, 20_000, 130, 1_000, 100


def make() -> tuple[pd.DataFrame, pd.DataFrame, dict[int, dict[str, list[str]]]]:
    """Return expression, clinical columns and the two lists of gene sets."""
    rng = generator(SEED, "enrichment")
    names = np.array([f"G{i}" for i in range(GENES)])
    patients = [f"P{i:03d}" for i in range(PATIENTS)]
    shared = rng.normal(size=(PATIENTS, 50)) @ rng.normal(size=(50, GENES)) / 10
    expression = pd.DataFrame(shared + rng.normal(size=(PATIENTS, GENES)), index=patients, columns=names)
    clinical = pd.DataFrame(rng.normal(size=(PATIENTS, 6)), index=patients, columns=["score", *"abcde"])
    sets = {}
    for k in (50, 5000):
        sizes = np.exp(rng.uniform(np.log(10), np.log(500), k)).astype(int)
        sets[k] = {f"S{i}": names[rng.choice(GENES, size, replace=False)].tolist() for i, size in enumerate(sizes)}
    return expression, clinical, sets


def clock(function: Callable[[], Any], repeats: int) -> float:
    """Return the median of some runs in seconds."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def floor(genes: np.ndarray, values: np.ndarray) -> None:
    """Multiply and sort, in single precision on two threads: what every permutation needs."""
    genes, values = genes.astype(np.float32), values.astype(np.float32)
    with one_blas_thread(), ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda i: np.argsort(values[i : i + 25] @ genes, axis=1), range(0, len(values), 25)))


def ours(expression: pd.DataFrame, clinical: pd.DataFrame, sets: dict[int, dict[str, list[str]]], repeats: int) -> Any:
    """Yield what was timed, number of sets, number of rankings and seconds."""
    cohort = ra.Cohort.from_frames(expression=expression, clinical=clinical)
    X, Z = expression.to_numpy(), clinical[list("abcde")].to_numpy()
    strata = np.zeros(PATIENTS, dtype=int)
    for k, chosen in sets.items():

        def whole(chosen: dict[str, list[str]] = chosen, n: int = PERMUTATIONS) -> Any:
            return enrich(cohort, "score", chosen, covariates=list("abcde"), n_permutations=n, seed=SEED)

        packed = pack_sets([expression.columns.get_indexer(genes) for genes in chosen.values()], GENES)

        def permutations(packed: Any = packed) -> None:
            design = make_design(X, Z, strata, ranked=False)
            unit = unit_values(clinical[["score"]].to_numpy(), design)[:, 0]
            values = permuted_values(unit, design, n_permutations=PERMUTATIONS, seed=SEED)
            sample_null(Correlations(unit, design), values, packed, weight=1.0)

        whole(n=20)
        yield "enrich, 5 covariates", k, 1, clock(whole, repeats if k == 50 else 1)
        yield "its permutations, with design", k, 1, clock(permutations, repeats if k == 50 else 1)
    design = make_design(X, Z, strata, ranked=False)
    values = generator(SEED, "floor").normal(size=(PERMUTATIONS, PATIENTS))
    yield BARE, 0, 1, clock(lambda: floor(design.genes, values), repeats)
    rankings = rankings_of(expression)
    preranked(rankings.iloc[:, :1], sets[50], n_permutations=10)
    yield "preranked", 50, 1, clock(lambda: preranked(rankings.iloc[:, :1], sets[50]), repeats)
    yield "preranked", 50, RANKINGS, clock(lambda: preranked(rankings, sets[50]), 1)


def rankings_of(expression: pd.DataFrame) -> pd.DataFrame:
    """Return correlations of all genes with random values of the patients."""
    X = expression.to_numpy() - expression.to_numpy().mean(axis=0)
    values = generator(SEED, "rankings").normal(size=(PATIENTS, RANKINGS))
    r = (X / np.linalg.norm(X, axis=0)).T @ (values / np.linalg.norm(values, axis=0))
    return pd.DataFrame(r, index=expression.columns, columns=[f"R{i}" for i in range(RANKINGS)])


def peers(expression: pd.DataFrame, sets: dict[int, dict[str, list[str]]]) -> Any:
    """Yield the times of gseapy's prerank, and of fgsea where R has it."""
    import gseapy

    ranking = rankings_of(expression)

    def theirs() -> None:
        gseapy.prerank(
            ranking.iloc[:, 0], sets[50], permutation_num=PERMUTATIONS, min_size=1, max_size=1000, outdir=None, seed=1,
            threads=2,
        )  # fmt: skip

    yield "gseapy.prerank, 2 threads", 50, 1, clock(theirs, 1)
    if shutil.which("Rscript"):
        with tempfile.TemporaryDirectory() as folder:
            ranking.iloc[:, :3].to_csv(Path(folder) / "rankings.csv")
            for k, chosen in sets.items():
                lines = ["\t".join([name, "", *genes]) for name, genes in chosen.items()]
                (Path(folder) / f"sets{k}.gmt").write_text("\n".join(lines) + "\n")
            said = subprocess.run(
                ["Rscript", HERE / "enrichment.R", folder], capture_output=True, text=True, check=True
            )
        for k, seconds in json.loads(said.stdout.splitlines()[-1]).items():
            yield "fgsea simple", int(k), 1, seconds


def main(repeats: int = 3) -> pd.DataFrame:
    """Time all of it and return one row each."""
    expression, clinical, sets = make()
    rows = []
    with ra.options(n_jobs=2, progress=False):
        for what, n_sets, n_rankings, seconds in (
            *ours(expression, clinical, sets, repeats),
            *peers(expression, sets),
        ):
            rows.append({"what": what, "sets": n_sets, "rankings": n_rankings, "seconds": round(seconds, 3)})
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    gseapy = table.loc[table["what"].str.startswith("gseapy"), "seconds"].iloc[0]
    table["times_faster_than_gseapy"] = (gseapy * table["rankings"] / table["seconds"]).round(1)
    bare = table.loc[table["what"] == BARE, "seconds"].iloc[0]
    table["times_product_and_sort"] = (table["seconds"] / bare).round(2)
    table["fgsea"] = "measured" if table["what"].str.startswith("fgsea").any() else "not installed in R"
    return table.assign(genes=GENES, patients=PATIENTS, permutations=PERMUTATIONS, **origin(SEED))


if __name__ == "__main__":
    answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    answer.to_csv(HERE / "enrichment.csv", index=False, lineterminator="\n")
    print(answer.to_string())
