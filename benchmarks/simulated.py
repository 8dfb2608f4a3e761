"""Simulated studies for the tables of this folder, and runs that go on where they were cut off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from radassoc.base.provenance import versions
from radassoc.base.seeds import generator
from radassoc.survival._pipeline import Arrays

HERE = Path(__file__).resolve().parent
BLOCK = 5


class Truth(NamedTuple):
    """What drives survival and imaging.

    ``imaging`` is the log hazard ratio per SD of each of two features (one harmful, one protective), ``age`` that of
    age; ``covariate``: the pipeline is told age; ``confounded``: how much of age is in every block of features.
    """

    imaging: float = 0.0
    age: float = 0.0
    covariate: bool = False
    confounded: float = 0.0


def draw(truth: Truth, n: int, n_features: int, seed: int, *path: int | str, correlation: float = 0.5) -> Arrays:
    """Return ``n`` patients: blocks of five correlated features, about 30% censored, times on a fine scale.

    The two true features are the first ones of the first two blocks.
    """
    rng = generator(seed, *path)
    blocks = rng.normal(size=(n, n_features // BLOCK)).repeat(BLOCK, axis=1)
    own = rng.normal(size=(n, n_features))
    age = rng.normal(size=(n, 1))
    shared = (blocks + truth.confounded * age) / np.sqrt(1 + truth.confounded**2)
    X = np.sqrt(1 - correlation) * (np.sqrt(correlation / (1 - correlation)) * shared + own)
    hazard = np.exp(truth.imaging * (X[:, 0] - X[:, BLOCK]) + truth.age * age[:, 0])
    time, censored = rng.exponential(size=n) / hazard * 20, rng.uniform(5, 60, size=n)
    Z = age if truth.covariate else age[:, :0]
    rest = (np.zeros(n, dtype=np.int64), np.full(n, np.nan), np.arange(n))
    return Arrays(X, Z, np.minimum(time, censored), time <= censored, *rest)


def go_on(log: Path | None, tasks: list[tuple[Any, ...]], function: Callable[..., Any]) -> list[dict[str, Any]]:
    """Run the tasks that the log does not hold yet, one line each, and return all lines: task and found."""
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log and log.exists() else []
    done = {tuple(line["task"]) for line in lines}
    for task in tasks:
        if task in done:
            continue
        lines.append({"task": list(task), "found": function(*task)})
        if log:
            with log.open("a") as file:
                print(json.dumps(lines[-1]), file=file)
    wanted = set(tasks)
    return [line for line in lines if tuple(line["task"]) in wanted]


def two_errors(level: float, n: int) -> float:
    """Return the largest rate that ``n`` simulations may show where ``level`` is promised."""
    return float(level + 2 * np.sqrt(level * (1 - level) / n))


def error(rate: float, n: int) -> float:
    """Return the Monte Carlo standard error of a rate."""
    return float(np.sqrt(rate * (1 - rate) / n))


def origin(seed: int) -> dict[str, Any]:
    """Return what every row of a table tells about its making."""
    return {"seed": seed, **{name: versions()[name] for name in ("radassoc", "python", "numpy")}}
