"""The scan of a large map beside the bare matrix product, MatrixEQTL and the pandas way: seconds, memory, agreement.

    python benchmarks/association.py [--size 2850x20000x130] [--runs 5] [--out benchmarks/association.csv]

Five covariates, p-values and Benjamini-Hochberg at p below 1e-5; takes about two minutes on two quiet cores.

product
    The single-precision product of the same sizes, BLAS on two threads, into memory that is there already.
pearson, spearman
    The scan of ``associate`` from two tables and the covariates to pairs, p-values and adjusted p-values: ranks,
    residuals, product, counts of all p-values, the hits again in double precision.
verb
    ``associate`` from a cohort to the result, with its second scan without covariates and all frames.
MatrixEQTL
    ``Matrix_eQTL_engine`` on the same numbers, where R has the package; the table says where it has not.

Ours runs in a process of its own, whose peak resident set is printed, the inputs (23 MB in double precision) included.
Agreement: every hit of the scan against a plain double-precision computation of all pairs, chunk by chunk.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import radassoc as ra
from radassoc.association._found import Asked, found_in_large
from radassoc.association._groups import Tables
from radassoc.association._pair_scan import Settings
from radassoc.association._search import search
from radassoc.association._where import where
from radassoc.base.provenance import versions
from radassoc.kernels.correlation import midranks
from radassoc.kernels.tails import correlation_p

HERE = Path(__file__).resolve().parent
SEED, THRESHOLD, COVARIATES = 1, 1e-5, 5
#: Seconds between two runs: threads of BLAS spin on for a while after a product.
REST = 0.3


def simulate(features: int, genes: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, genes and covariates; every hundredth gene follows a feature."""
    rng = np.random.default_rng(SEED)
    X, Y, Z = rng.normal(size=(n, features)), rng.normal(size=(n, genes)), rng.normal(size=(n, COVARIATES))
    driven = np.arange(0, genes, 100)
    Y[:, driven] += 0.6 * X[:, driven % features]
    return X, Y, Z


def in_turn(functions: dict[str, Callable[[], Any]], runs: int) -> list[dict[str, Any]]:
    """Run all in turn, after one that compiles and loads: a machine that slows down slows all of them.

    Beside the seconds stands the median ratio to the first within a turn.
    """
    for function in functions.values():
        function()
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(runs):
        for name, function in functions.items():
            time.sleep(REST)
            start = time.perf_counter()
            function()
            taken[name].append(time.perf_counter() - start)
    base = np.array(next(iter(taken.values())))
    return [
        {"what": name, "seconds": min(own), "median": np.median(own), "times_the_product": np.median(own / base)}
        for name, own in taken.items()
    ]


def tables(X: np.ndarray, Y: np.ndarray, Z: np.ndarray, method: str) -> Tables:
    return Tables(X, Y, Z, ranked=method == "spearman")


def scanned(data: Tables) -> Any:
    return search(data, THRESHOLD, most=100_000, where=where(None))


def answered(data: Tables, method: str) -> Any:
    asked = Asked(method, "bh", 0.05, 0, 0, Settings(method == "spearman"))
    return found_in_large(data, asked, where(None))


def plain(data: Tables, rows: np.ndarray) -> np.ndarray:
    """Return p-values of some features with all genes in double precision, by least squares."""
    X, Y, Z = data.X[:, rows], data.Y, data.Z
    if data.ranked:
        X, Y, Z = midranks(X), midranks(Y), midranks(Z)
    D = np.column_stack([np.ones(len(Z)), Z])
    x, y = (part - D @ np.linalg.lstsq(D, part, rcond=None)[0] for part in (X, Y))
    r = (x / np.linalg.norm(x, axis=0)).T @ (y / np.linalg.norm(y, axis=0))
    return correlation_p(np.clip(r, -1, 1), len(Z) - 2.0 - Z.shape[1])


def agreement(data: Tables) -> dict[str, float]:
    """Compare every hit, and every pair that is none."""
    hits = scanned(data).hits
    p = correlation_p(hits.r, hits.df.astype(float))
    worst, missed = 0.0, 0
    for start in range(0, data.X.shape[1], 150):
        rows = np.arange(start, min(start + 150, data.X.shape[1]))
        known = plain(data, rows)
        mine = (hits.i >= rows[0]) & (hits.i <= rows[-1])
        theirs = known[hits.i[mine] - start, hits.j[mine]]
        worst = max(worst, float(np.max(np.abs(p[mine] / theirs - 1), initial=0.0)))
        missed += abs(int((known <= THRESHOLD).sum()) - int(mine.sum()))
    return {"hits": len(p), "relative_difference_of_p": worst, "missed_or_added": missed}


def matrix_eqtl(X: np.ndarray, Y: np.ndarray, Z: np.ndarray) -> dict[str, Any]:
    """Return what R measured, or why it did not."""
    with tempfile.TemporaryDirectory() as folder:
        for name, values in (("X", X), ("Y", Y), ("Z", Z)):
            np.asfortranarray(values).T.tofile(Path(folder) / f"{name}.bin")
        sizes = [str(size) for size in (len(X), X.shape[1], Y.shape[1], Z.shape[1], THRESHOLD)]
        try:
            run = subprocess.run(
                ["Rscript", str(HERE / "association.R"), folder, *sizes], capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            return {"note": "no Rscript here"}
    lines = [line for line in run.stdout.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else {"note": "MatrixEQTL failed: " + run.stderr[-200:]}


def ours(size: tuple[int, int, int], runs: int) -> list[dict[str, Any]]:
    """Measure everything that runs in this process: first its memory, then the product and ours in turn."""
    from threadpoolctl import threadpool_limits

    X, Y, Z = simulate(*size)
    by_method = {method: tables(X, Y, Z, method) for method in ("pearson", "spearman")}
    peaks = {}
    for method, data in by_method.items():
        answered(data, method)
        peaks[f"{method}, five covariates"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    patients = [f"P{i:03d}" for i in range(len(X))]
    cohort = ra.Cohort.from_frames(
        radiomics=pd.DataFrame(X, index=patients).add_prefix("original_f"),
        expression=pd.DataFrame(Y, index=patients).add_prefix("g"),
        clinical=pd.DataFrame(Z, index=patients).add_prefix("z"),
    )
    asked = {"method": "pearson", "covariates": [f"z{k}" for k in range(COVARIATES)]}
    verb = "verb: associate(method='pearson')"
    ra.associate(cohort, "radiomics", "expression", **asked)
    peaks[verb] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    left, right = (np.ascontiguousarray(part.T, dtype=np.float32) for part in (X, Y))
    out = np.empty((len(left), len(right)), dtype=np.float32)

    def product() -> None:
        with threadpool_limits(2):
            np.matmul(left, right.T, out=out)

    functions: dict[str, Callable[[], Any]] = {"product in single precision": product}
    for method, data in by_method.items():
        functions[f"{method}, five covariates"] = partial(answered, data, method)
    functions[verb] = partial(ra.associate, cohort, "radiomics", "expression", **asked)
    rows = [{**row, "peak_mb": peaks.get(row["what"], float("nan"))} for row in in_turn(functions, runs)]
    rows += [{"what": f"{method}: agreement", **agreement(data)} for method, data in by_method.items()]
    return rows


def main(size: tuple[int, int, int], runs: int) -> pd.DataFrame:
    rows = ours(size, runs)
    rows.append({"what": "MatrixEQTL", **matrix_eqtl(*simulate(*size))})
    frame = pd.DataFrame(rows)
    told = {"size": "x".join(map(str, size)), "threshold": THRESHOLD, "seed": SEED, "cores": os.cpu_count()}
    made = {name: versions()[name] for name in ("radassoc", "python", "numpy")}
    return frame.assign(**told, machine=platform.machine(), **made)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="2850x20000x130")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with ra.options(progress=False):
        answer = main(tuple(int(part) for part in asked.size.split("x")), asked.runs)  # type: ignore[arg-type]
    if asked.out:
        answer.to_csv(asked.out, index=False, float_format="%.6g", lineterminator="\n")
    print(answer.to_string())
    sys.exit(0)
