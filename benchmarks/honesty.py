"""Remake every table of this folder that shows whether p-values, intervals and bounds hold.

    python benchmarks/honesty.py [--small] [folder]

Each simulation keeps a log in ``folder`` (default: ``honesty`` in the working directory) and goes
on where it was cut off; its table is written beside the scripts at the end. ``--small`` makes a few studies of each,
writes no table and takes some minutes; the whole takes several hours on one core.
"""

from __future__ import annotations

import sys
from pathlib import Path

import coverage_nested_c
import null_association
import null_enrichment
import null_interactions
import null_maxstat
import null_modalities
import null_pairings
import null_pipeline
import power_pipeline
import stability_bound
from simulated import HERE

import radassoc as ra

#: simulation: (studies, studies with --small)
TABLES = {
    null_association: (2000, 3),
    null_enrichment: (500, 25),
    null_interactions: (1000, 3),
    null_maxstat: (2000, 40),
    null_modalities: (500, 10),
    null_pairings: (500, 3),
    stability_bound: (500, 10),
    null_pipeline: (500, 4),
    power_pipeline: (50, 3),
    coverage_nested_c: (500, 3),
}


def main(folder: Path, *, small: bool) -> None:
    """Run all and print the tables; with ``small`` nothing is written but the logs."""
    folder.mkdir(parents=True, exist_ok=True)
    for simulation, (whole, few) in TABLES.items():
        name = simulation.__name__
        table = simulation.main(few if small else whole, folder / f"{name}.log")
        if not small:
            table.to_csv(HERE / f"{name}.csv", index=False, lineterminator="\n")
        print(f"\n{name}\n{table.to_string()}", flush=True)


if __name__ == "__main__":
    places = [argument for argument in sys.argv[1:] if argument != "--small"]
    with ra.options(n_jobs=1, progress=False):
        main(Path(places[0] if places else "honesty"), small="--small" in sys.argv)
