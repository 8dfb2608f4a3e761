"""Do the p-values of the best cut hold 5% where a variable says nothing about survival?

Each method of ``radassoc.survival.maxstat`` in studies of 40, 100 and 200 patients, with and without ties in values
and times, beside the ordinary log-rank test of the best of all cuts and of the best of seven deciles (the second to
the eighth), which papers report. One row a design and test: the share of studies with p at or below 0.01 and 0.05, the
Monte Carlo error, and the most that is accepted (level + two errors). Methods that are approximations or refuse so many
patients show what they do; ``auto``, the default, must hold.

    python benchmarks/null_maxstat.py [studies] [log]

writes benchmarks/null_maxstat.csv (2,000 studies a design by default; about ten minutes on one core).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import erfc
from simulated import HERE, error, go_on, origin, two_errors

from radassoc.base.seeds import generator
from radassoc.survival._maxstat_methods import METHODS, is_tied, p_values, select

SEED, MIN_SHARE, RESAMPLES = 1, 0.1, 999
LEVELS = (0.01, 0.05)
DESIGNS = [(n, ties) for n in (40, 100, 200) for ties in ("none", "values and times")]
TESTS = ("auto", *METHODS, "best of all cuts, ordinary log-rank", "best of seven deciles, ordinary log-rank")


def draw(n: int, ties: str, study: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return values and an outcome (about 30% censored) that have nothing to do with each other."""
    rng = generator(SEED, n, ties, study)
    x, time, censored = rng.normal(size=n), rng.exponential(20, size=n), rng.uniform(5, 60, size=n)
    event, time = time <= censored, np.minimum(time, censored)
    if ties == "none":
        return x, time, event
    return np.round(2 * x), np.ceil(time / 3), event  # about ten distinct values, quarters of a year


def tests(n: int, ties: str, study: int) -> list[float]:
    """Return the p-values of one study in the order of ``TESTS`` (NaN where a method refuses)."""
    x, time, event = draw(n, ties, study)
    found = select(time, event, x, MIN_SHARE)
    primary = "monte_carlo" if n < 100 or is_tied(x, time, event) else "lau94"
    rng = generator(SEED, "resamples", n, ties, study)
    rows, _ = p_values(found, "none", min_share=MIN_SHARE, n_resamples=RESAMPLES, rng=rng)
    by_method = {row["method"]: float(row["p_value"]) for row in rows}
    curve = found.curve["statistic"].abs().to_numpy()
    deciles = np.quantile(x, np.arange(2, 9) / 10)
    near = [int(np.argmin(np.abs(found.curve["cut"] - decile))) for decile in deciles]
    return [by_method[primary], *by_method.values(), _two_sided(curve.max()), _two_sided(curve[near].max())]


def _two_sided(z: float) -> float:
    return float(erfc(z / np.sqrt(2)))


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per design and test."""
    rows = []
    for n, ties in DESIGNS:
        p = np.array([line["found"] for line in lines if line["task"][:2] == [n, ties]], dtype=float)
        for place, test in enumerate(TESTS):
            if not len(p) or np.isnan(p[:, place]).all():
                continue
            row: dict[str, Any] = {"patients": n, "ties": ties, "test": test}
            for level in LEVELS:
                share = float((p[:, place] <= level + 1e-12).mean())
                row |= {f"p_at_most_{level:.2f}": share, f"accepted_{level:.2f}": two_errors(level, len(p))}
            row["error_0.05"] = error(row["p_at_most_0.05"], len(p))
            rows.append({**row, "studies": len(p)})
    return pd.DataFrame(rows).round(4).assign(min_share=MIN_SHARE, resamples=RESAMPLES, **origin(SEED))


def main(studies: int = 2000, log: Path | None = None) -> pd.DataFrame:
    """Run the studies that the log does not hold and return the rates."""
    return rates(go_on(log, [(*design, study) for design in DESIGNS for study in range(studies)], tests))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, place)
    answer.to_csv(HERE / "null_maxstat.csv", index=False, lineterminator="\n")
    print(answer.to_string())
