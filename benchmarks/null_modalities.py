"""Do Mantel's test, RV, sparse CCA with a chosen penalty and PERMANOVA between centres hold 5% where nothing is there?

Studies of 40 patients with two tables of 30 columns in blocks of correlated ones, skewed as imaging features are, and
four centres. Designs: nothing shared; both tables (and the centres) depend on age, which the tests are given; the same
without telling them, which shows what a confounder does. One row a design and test: the share of studies with p at or
below 0.05 and 0.10, the Monte Carlo error, and the most that is accepted (level + two errors).

    python benchmarks/null_modalities.py [studies] [log]

writes benchmarks/null_modalities.csv (500 studies a design by default; about ten minutes on one core).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from simulated import HERE, error, go_on, origin, two_errors

import radassoc as ra
from radassoc.association.compare_modalities import compare_modalities
from radassoc.base.seeds import generator
from radassoc.exploration._centres import centre_effects

SEED, PATIENTS, COLUMNS, BLOCK, PERMUTATIONS = 1, 40, 30, 5, 99
PENALTIES = (0.2, 0.4, 0.7)
LEVELS = (0.05, 0.10)
DESIGNS = ("nothing shared", "age shared and given", "age shared and not given")
TESTS = ("mantel", "rv", "sparse_cca", "permanova")


def draw(design: str, study: int) -> ra.Cohort:
    """Return two tables that share nothing but age, where the design says so."""
    rng = generator(SEED, design, study)
    age = rng.normal(size=PATIENTS)
    shared = 0.0 if design == "nothing shared" else 0.7
    names = [f"p{i}" for i in range(PATIENTS)]
    centre = np.argsort(np.argsort(shared * age + rng.normal(size=PATIENTS))) * 4 // PATIENTS
    clinical = pd.DataFrame({"age": age, "centre": [f"c{code}" for code in centre]}, index=names)
    tables = {}
    for name in ("radiomics", "expression"):
        blocks = rng.normal(size=(PATIENTS, COLUMNS // BLOCK)) + shared * age[:, None]
        values = blocks.repeat(BLOCK, axis=1) + rng.normal(size=(PATIENTS, COLUMNS))
        tables[name] = pd.DataFrame(np.exp(values), index=names).add_prefix("f")
    return ra.Cohort.from_frames(**tables, clinical=clinical)


def tests(design: str, study: int) -> list[float]:
    """Return the p-values of one study in the order of ``TESTS``."""
    cohort = draw(design, study)
    given = ("age",) if design == "age shared and given" else ()
    settings: dict[str, Any] = {"covariates": given, "n_permutations": PERMUTATIONS, "seed": study}
    found = compare_modalities(cohort, "radiomics", "expression", penalties=PENALTIES, **settings)
    frame = cohort["radiomics"]
    centres = centre_effects(cohort, frame, frame, centre="centre", **settings)
    return [*found.table["p_value"].tolist(), centres.p_value]


def rates(lines: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per design and test."""
    rows = []
    for design in DESIGNS:
        p = np.array([line["found"] for line in lines if line["task"][0] == design], dtype=float)
        for place, test in enumerate(TESTS):
            if not len(p):
                continue
            row: dict[str, Any] = {"design": design, "test": test}
            for level in LEVELS:
                share = float((p[:, place] <= level + 1e-12).mean())
                row |= {f"p_at_most_{level:.2f}": share, f"accepted_{level:.2f}": two_errors(level, len(p))}
            row["error_0.05"] = error(row["p_at_most_0.05"], len(p))
            rows.append({**row, "studies": len(p)})
    shape = {"patients": PATIENTS, "columns": COLUMNS, "permutations": PERMUTATIONS}
    return pd.DataFrame(rows).round(4).assign(**shape, **origin(SEED))


def main(studies: int = 500, log: Path | None = None) -> pd.DataFrame:
    """Run the studies that the log does not hold and return the rates."""
    return rates(go_on(log, [(design, study) for design in DESIGNS for study in range(studies)], tests))


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with ra.options(n_jobs=1, progress=False):
        answer = main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, place)
    answer.to_csv(HERE / "null_modalities.csv", index=False, lineterminator="\n")
    print(answer.to_string())
