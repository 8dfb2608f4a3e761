"""One LASSO-Cox path of 100 lambdas: radassoc and R glmnet in turn on the same data.

Run ``python benchmarks/cox_path.py [patients features]``; needs Rscript with glmnet. Both walk the same lambdas on
standardised features with Breslow ties. The error is the largest violation of the optimality conditions as a share
of lambda (glmnet at ``thresh=1e-14`` would be a reference too, but takes minutes on the larger sizes).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from radassoc.kernels.cox_path import solve_path
from radassoc.kernels.cox_risk import risk_sets

REPEATS = 7
GLMNET = """
suppressMessages({library(glmnet); library(survival)})
a <- commandArgs(TRUE); n <- as.integer(a[2]); p <- as.integer(a[3])
read <- function(f, k) readBin(file.path(a[1], f), "double", k)
X <- matrix(read("X", n * p), n, p); y <- Surv(read("time", n), read("event", n)); lambda <- read("lambda", 100)
fit <- function(...) glmnet(X, y, family = "cox", lambda = lambda, ...)
seconds <- sapply(1:7, function(i) system.time(fit())[["elapsed"]])
writeBin(as.vector(as.matrix(fit()$beta)), file.path(a[1], "beta"))
cat(median(seconds))
"""


def simulate(n: int, p: int, block: int = 25) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blocks of correlated normal features, eight of which drive survival."""
    rng = np.random.default_rng(20240)
    shared = np.repeat(rng.standard_normal((n, -(-p // block))), block, axis=1)[:, :p]
    X = np.sqrt(0.7) * shared + np.sqrt(0.3) * rng.standard_normal((n, p))
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    eta = X[:, :: p // 8][:, :8] @ rng.standard_normal(8)
    death = rng.exponential(size=n) * np.exp(-0.9 * eta / eta.std())
    censored = rng.exponential(2.0, n)
    return np.asfortranarray(X), np.minimum(death, censored), death <= censored


def violation(X: np.ndarray, time: np.ndarray, event: np.ndarray, lambdas: np.ndarray, path: np.ndarray) -> float:
    """Return the largest violation of the optimality conditions along a path, as a share of lambda; no tied times."""
    latest_first = np.argsort(-time)
    X, event = X[latest_first], event[latest_first].astype(float)
    worst = 0.0
    for lam, beta in zip(lambdas, path, strict=False):
        relative = np.exp(X @ beta)
        hazard = np.cumsum((event / np.cumsum(relative))[::-1])[::-1]
        gradient = X.T @ (event - relative * hazard) / len(event)
        off = np.where(beta == 0, np.maximum(np.abs(gradient) - lam, 0.0), np.abs(gradient - lam * np.sign(beta)))
        worst = max(worst, float(off.max() / lam))
    return worst


def main() -> None:
    n, p = (int(x) for x in sys.argv[1:3]) if len(sys.argv) > 2 else (130, 2850)
    X, follow_up, event = simulate(n, p)
    risk = risk_sets(follow_up, event, ties="breslow")
    started = time.perf_counter()
    lambdas = solve_path(X, risk, lambda_min_ratio=0.05).lambdas
    first = time.perf_counter() - started
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        path = solve_path(X, risk, lambdas=lambdas)
        seconds.append(time.perf_counter() - started)
    with tempfile.TemporaryDirectory() as folder:
        for name, values in (("X", X), ("time", follow_up), ("event", event), ("lambda", lambdas)):
            np.asarray(values, float).ravel(order="F").tofile(Path(folder) / name)
        command = ["Rscript", "-e", GLMNET, folder, str(n), str(p)]
        theirs = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        beta = np.fromfile(Path(folder) / "beta").reshape(-1, p)
    ours = statistics.median(seconds)
    error, off = (violation(X, follow_up, event, lambdas, found) for found in (path.coefficients, beta))
    print(f"{n} x {p}: radassoc {ours:.3f} s (first call {first:.1f} s), error {error:.1e}")
    print(f"{n} x {p}: glmnet   {theirs:.3f} s at its default, error {off:.1e}; ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
