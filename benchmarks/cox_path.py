"""The penalised Cox engine beside R glmnet on the same data: seconds, memory and agreement, in one run.

    python benchmarks/cox_path.py [--sizes 130x2850 600x5000 200x20000] [--parts path cv repeats agreement]
                                  [--runs 5] [--out benchmarks/cox_path.csv]

needs Rscript with glmnet and takes about ten minutes on two quiet cores; a part or a size alone takes less and then
prints only, unless ``--out`` is given. All parts have Breslow ties, which are glmnet's, and 100 lambdas down to 0.05 of
the first.

path
    ``solve_path`` beside ``glmnet(family = "cox")`` at its default tolerance, one thread each.
cv
    One 10-fold cross-validation, ``solve_folds`` beside ``cv.glmnet``, which standardises anew in every fold; so do we,
    and the time of that is counted. Ours ends 15 lambdas behind the minimum of the curve, as the risk score does
    ("whole": the path to its end). Ours uses all cores, cv.glmnet has one.
repeats
    The same with 100 repeats of 10 folds, 1,000 fits, beside one single cv.glmnet.
agreement
    The curve beside ``cv.glmnet(grouped = TRUE, thresh = 1e-14)`` on the lambdas that ours walked, and the path beside
    ``glmnet(thresh = 1e-14)`` there; the largest violation of the optimality conditions as a share of lambda over all
    100 lambdas, by code that shares nothing with the solver, for both.

Each program runs in a process of its own for each part. Seconds are the least of ``--runs`` (glmnet's long ones are run
once), compilation and reading excluded. Memory is the peak of the resident set during the first run, less the resident
set after data were read and a small fit had loaded the code; the whole peak is in the note.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import radassoc as ra
from radassoc.kernels.cox_folds import solve_folds
from radassoc.kernels.cox_path import solve_path
from radassoc.kernels.cox_risk import risk_sets

HERE = Path(__file__).resolve().parent
SIZES, PARTS = ("130x2850", "600x5000", "200x20000"), ("path", "cv", "repeats", "agreement")
SEED, LAMBDAS, RATIO, FOLDS, REPEATS, PATIENCE = 20240, 100, 0.05, 10, 100, 15
LONG = 20.0  # a run of glmnet that takes so many seconds is not repeated


# ---- data
def simulate(n: int, p: int, block: int = 25) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blocks of correlated normal features, eight of which drive survival."""
    rng = np.random.default_rng(SEED)
    shared = np.repeat(rng.standard_normal((n, -(-p // block))), block, axis=1)[:, :p]
    X = np.sqrt(0.7) * shared + np.sqrt(0.3) * rng.standard_normal((n, p))
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    eta = X[:, :: p // 8][:, :8] @ rng.standard_normal(8)
    death = rng.exponential(size=n) * np.exp(-0.9 * eta / eta.std())
    censored = rng.exponential(2.0, n)
    return np.asfortranarray(X), np.minimum(death, censored), death <= censored


def prepare(folder: Path, n: int, p: int) -> None:
    """Write the data, folds and lambdas of one size for both programs."""
    X, follow_up, event = simulate(n, p)
    lambdas = solve_path(X, risk_sets(follow_up, event, ties="breslow"), lambda_min_ratio=RATIO).lambdas
    rng = np.random.default_rng(SEED + 1)
    folds = np.array([rng.permutation(np.arange(n) % FOLDS) for _ in range(REPEATS)])
    parts = {"X": X, "time": follow_up, "event": event, "lambda": lambdas, "fold": folds[0] + 1, "folds": folds.T}
    for name, values in parts.items():
        np.asarray(values, float).ravel(order="F").tofile(folder / name)


def read(folder: Path, n: int) -> dict[str, np.ndarray]:
    data = {name: np.fromfile(folder / name) for name in ("X", "time", "event", "lambda", "folds")}
    data["X"] = data["X"].reshape(n, -1, order="F")
    data["folds"] = data["folds"].reshape(REPEATS, n)
    return data


# ---- ours, in a process of its own
def path_of(data: dict[str, np.ndarray]) -> np.ndarray:
    risk = risk_sets(data["time"], data["event"], ties="breslow")
    return solve_path(data["X"], risk, lambdas=data["lambda"]).coefficients


def curve_of(data: dict[str, np.ndarray], n_repeats: int, patience: int | None) -> np.ndarray:
    """Cross-validate with each fold standardised on its own training part."""
    X = data["X"]
    train = (data["folds"][:n_repeats, None, :] != np.arange(FOLDS)[None, :, None]).reshape(-1, len(X))
    given = {"lambdas": data["lambda"], "ties": "breslow", "scale": "training", "patience": patience}
    return solve_folds(X, data["time"], data["event"], train, **given).curve


TASKS: dict[str, Callable[[dict[str, np.ndarray]], np.ndarray]] = {
    "path": path_of,
    "cv": lambda data: curve_of(data, 1, PATIENCE),
    "whole": lambda data: curve_of(data, 1, None),
    "repeats": lambda data: curve_of(data, REPEATS, PATIENCE),
}


def child(task: str, folder: Path, n: int, runs: int) -> None:
    """Run one task and print seconds, memory before and at the peak, in MB; write its answer."""
    data = read(folder, n)
    small = {**data, "X": np.asfortranarray(data["X"][:, :20]), "lambda": data["lambda"][:3]}
    TASKS["path" if task == "path" else "cv"](small)  # loads the compiled code
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before = resident("VmRSS")
    seconds, peak = [], 0.0
    for run in range(runs):
        started = time.perf_counter()
        answer = TASKS[task](data)
        seconds.append(time.perf_counter() - started)
        peak = peak if run else resident("VmHWM")
    answer.ravel().tofile(folder / f"our_{task}")
    print(json.dumps({"seconds": min(seconds), "before": before, "peak": peak}))


def resident(key: str) -> float:
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith(key))
    return int(line.split()[1]) / 1024


# ---- both, side by side
def ours(task: str, folder: Path, n: int, runs: int) -> dict[str, Any]:
    return answer([sys.executable, __file__, "--child", task, str(folder), str(n), str(runs)])


def glmnet(task: str, folder: Path, n: int, p: int, runs: int, *more: int) -> dict[str, Any]:
    return answer(["Rscript", str(HERE / "cox_path.R"), task, str(folder), *map(str, (n, p, runs, *more))])


def answer(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def violation(data: dict[str, np.ndarray], path: np.ndarray) -> float:
    """Return the largest violation of the optimality conditions along a path, as a share of lambda; no tied times."""
    latest_first = np.argsort(-data["time"])
    X, event = data["X"][latest_first], data["event"][latest_first]
    worst = 0.0
    for lam, beta in zip(data["lambda"], path, strict=False):
        relative = np.exp(X @ beta)
        hazard = np.cumsum((event / np.cumsum(relative))[::-1])[::-1]
        gradient = X.T @ (event - relative * hazard) / len(event)
        off = np.where(beta == 0, np.maximum(np.abs(gradient) - lam, 0.0), np.abs(gradient - lam * np.sign(beta)))
        worst = max(worst, float(off.max() / lam))
    return worst


class Table:
    """Rows of the answer, printed as they come."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.peers = ""

    def add(self, size: str, part: str, measure: str, our: float, their: float, target: str, note: str = "") -> None:
        """Add a row; a target is "ratio >= 3", "ratio <= 1.5" (ours over theirs) or "ours <= 1e-6"."""
        what, sign, bound = target.split() if target else ("", "", "nan")
        faster = what == "faster"
        ratio = their / our if faster or not what else our / their if their else float("nan")
        value = our if what == "ours" else ratio
        met = (
            "" if not target else "yes" if (value >= float(bound) if sign == ">=" else value <= float(bound)) else "NO"
        )
        self.rows.append(
            {
                "size": size,
                "part": part,
                "measure": measure,
                "radassoc": our,
                "glmnet": their,
                "ratio": ratio,
                "target": target,
                "met": met,
                "note": note,
            }
        )
        print(
            f"{size:>10} {part:<9} {measure:<28} ours {our:<10.4g} glmnet {their:<10.4g} ratio {ratio:<8.3g} "
            f"{target:<15} {met:<4} {note}",
            flush=True,
        )

    def memory(self, size: str, part: str, our: dict[str, Any], their: dict[str, Any]) -> None:
        """Add the rows of the peaks."""
        extra = [one["peak"] - one["before"] for one in (our, their)]
        note = f"whole peak {our['peak']:.0f} and {their['peak']:.0f} MB"
        self.add(size, part, "peak memory, MB", *extra, "slower <= 1", note)


def compare(size: str, parts: list[str], runs: int, table: Table, folder: Path) -> None:
    """Fill the table with one size."""
    n, p = map(int, size.split("x"))
    prepare(folder, n, p)
    data = read(folder, n)
    if "path" in parts:
        our, their = ours("path", folder, n, runs), glmnet("path", folder, n, p, runs)
        table.peers = their["versions"]
        table.add(size, "path", "100 lambdas, s", our["seconds"], their["seconds"], "faster >= 3")
        table.memory(size, "path", our, their)
        found = np.fromfile(folder / "our_path").reshape(-1, p), np.fromfile(folder / "glmnet_path").reshape(-1, p)
        off = violation(data, found[0]), violation(data, found[1])
        table.add(size, "path", "optimality, of lambda", *off, "ours <= 1e-6")
    if {"cv", "repeats"} & set(parts):
        their = glmnet("cv", folder, n, p, 1)
        table.peers = their["versions"]
        if their["seconds"] < LONG:
            their["seconds"] = min(their["seconds"], glmnet("cv", folder, n, p, runs)["seconds"])
        if "cv" in parts:
            our, whole = ours("cv", folder, n, runs), ours("whole", folder, n, 1)
            goal = "faster >= 10" if size == "600x5000" else ""
            walked = len(np.fromfile(folder / "our_cv"))
            table.add(size, "cv", "10 folds, s", our["seconds"], their["seconds"], goal, f"{walked} lambdas walked")
            table.memory(size, "cv", our, their)
            table.add(size, "cv", "10 folds, whole path, s", whole["seconds"], their["seconds"], goal)
            table.memory(size, "cv whole", whole, their)
        if "repeats" in parts:
            our = ours("repeats", folder, n, 1)
            walked = len(np.fromfile(folder / "our_repeats"))
            note = f"{walked} lambdas walked; glmnet: one single 10-fold CV"
            table.add(size, "repeats", "1,000 fits, s", our["seconds"], their["seconds"], "slower <= 1.5", note)
            table.memory(size, "repeats", our, their)
    if "agreement" in parts:
        agree(size, table, folder, data)


def agree(size: str, table: Table, folder: Path, data: dict[str, np.ndarray]) -> None:
    """Compare curve and path with those of glmnet as far converged as it goes."""
    n, p = data["X"].shape
    ours("cv", folder, n, 1)
    curve = np.fromfile(folder / "our_cv")
    table.peers = glmnet("tight", folder, n, p, 1, len(curve))["versions"]
    their_curve = np.fromfile(folder / "glmnet_tight_curve")
    gap = float(np.abs(curve - their_curve).max())
    table.add(size, "agreement", "CV curve, largest gap", gap, 0.0, "ours <= 5e-4", f"{len(curve)} lambdas")
    best = [int(np.argmin(each)) + 1 for each in (curve, their_curve)]
    table.add(size, "agreement", "lambda of its minimum", best[0], best[1], f"ours <= {best[1]}", "number in the list")
    theirs = np.fromfile(folder / "glmnet_tight_path").reshape(-1, p)
    found = path_of({**data, "lambda": data["lambda"][: len(theirs)]})
    gap = float(np.abs(found - theirs).max())
    note = f"{len(theirs)} lambdas; optimality of glmnet there {violation(data, theirs):.1e} of lambda"
    table.add(size, "agreement", "path, largest gap", gap, 0.0, "", note)


def machine() -> str:
    """Return processor, cores, memory and load when the run began."""
    words = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    name = words[0].split(":")[1].strip() if words else platform.processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GB, load {os.getloadavg()[0]:.1f} at the start"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=list(SIZES))
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    whole = tuple(chosen.sizes) == SIZES and tuple(chosen.parts) == PARTS
    out = chosen.out or (HERE / "cox_path.csv" if whole else None)
    table, where, started = Table(), machine(), time.perf_counter()
    print(where, flush=True)
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory() as folder:
            compare(size, chosen.parts, chosen.runs, table, Path(folder))
    versions = f"radassoc {ra.__version__}, numpy {np.__version__}, numba {version('numba')}"
    versions += f", Python {platform.python_version()}, {table.peers}"
    print(f"{versions}; {time.perf_counter() - started:.0f} s in all")
    if out:
        origin = {"versions": versions, "machine": where, "seed": SEED, "runs": chosen.runs}
        pd.DataFrame(table.rows).assign(**origin).to_csv(out, index=False, lineterminator="\n", float_format="%.6g")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    else:
        main()
