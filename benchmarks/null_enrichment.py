"""Does sample-permutation enrichment keep its level on real co-expression?

Random scores on the expression of a published cohort, against sets of genes that move together. One row per scenario
and test: the share of p-values below 0.05, its Monte Carlo error (sets along one score are taken as one unit) and the
bound, 0.05 plus two errors.

    python benchmarks/null_enrichment.py [cohorts]

reads ``cohorts`` (default: RADASSOC_COHORTS, else ../shared/cohorts) and writes benchmarks/null_enrichment.csv.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from radassoc.base.provenance import versions
from radassoc.base.seeds import generator
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment import enrich

HERE = Path(__file__).resolve().parent
SEED, DRAWS, PERMUTATIONS, LEVEL = 1, 500, 199, 0.05
#: name: (how much of grade is in the score, arguments of enrich)
SCENARIOS = {
    "noise": (0.0, {}),
    "noise, age and sex as covariates": (0.0, {"covariates": ("age", "sex")}),
    "noise, grade as stratum": (0.0, {"strata": "grade"}),
    "noise, rank correlation": (0.0, {"statistic": "rank_correlation"}),
    "confounded by grade, adjusted": (1.0, {"covariates": ("grade", "age")}),
    "confounded by grade, not adjusted": (1.0, {}),
    "noise, random sets of genes as null": (0.0, {"null": "genes"}),
}


def read_freije(cohorts: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return expression (samples x genes) and age, sex, grade of high-grade glioma (GSE4412)."""
    expression = pd.read_csv(cohorts / "freije" / "expression.tsv.gz", sep="\t", index_col=0).T
    told = pd.read_csv(cohorts / "freije" / "clinical.csv", index_col=0)
    clinical = pd.DataFrame({"age": told["Age"], "sex": told["Gender"], "grade": told["Grade"]}).dropna()
    return expression.loc[expression.index.isin(clinical.index)], clinical


def coherent_sets(expression: pd.DataFrame, n_sets: int, size: int, seed: int) -> dict[str, list[str]]:
    """Return sets of a random gene and the genes that correlate with it most."""
    X = expression.to_numpy()
    Z = (X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1e-12)
    chosen = generator(seed, "sets").choice(Z.shape[1], n_sets, replace=False)
    nearest = np.argsort(-(Z.T @ Z[:, chosen]), axis=0)[:size]
    return {f"set{k}": expression.columns[nearest[:, k]].tolist() for k in range(n_sets)}


def null_p(
    expression: pd.DataFrame, clinical: pd.DataFrame, share: float, draws: int, **settings: object
) -> pd.DataFrame:
    """Return p-values of random scores, ``share`` of whose standard deviation is grade."""
    rng = generator(SEED, "scores", int(share * 100))
    high = (clinical["grade"] == "IV").astype(float).to_numpy()
    noise = rng.normal(size=(len(clinical), draws))
    scores = noise + share * (high / high.std())[:, None]
    columns = [f"score{i}" for i in range(draws)]
    cohort = Cohort.from_frames(
        expression=expression, clinical=clinical.join(pd.DataFrame(scores, index=clinical.index, columns=columns))
    )
    sets = coherent_sets(expression, 12, 25, SEED)
    return enrich(cohort, columns, sets, n_permutations=PERMUTATIONS, seed=SEED, **settings).table


def rate(p: pd.Series, by: pd.Series) -> dict[str, float]:
    """Return the share below the level, its error over scores, and the bound."""
    shares = (p < LEVEL).groupby(by, sort=False).mean()
    error = float(shares.std() / np.sqrt(len(shares)))
    return {"share": float(shares.mean()), "error": error, "bound": LEVEL + 2 * error}


def main(cohorts: Path) -> None:
    expression, clinical = read_freije(cohorts)
    rows = []
    for name, (share, settings) in SCENARIOS.items():
        table = null_p(expression, clinical, share, DRAWS, **settings)
        for test in ("p_value", "self_contained_p"):
            if table[test].notna().all():
                rows.append({"scenario": name, "test": test, **rate(table[test], table["by"])})
                print(rows[-1], flush=True)
    answer = pd.DataFrame(rows)
    answer["within"] = answer["share"] <= answer["bound"]
    told = {key: versions()[key] for key in ("radassoc", "python", "numpy")}
    answer = answer.assign(draws=DRAWS, sets=12, permutations=PERMUTATIONS, seed=SEED, **told)
    answer.round(4).to_csv(HERE / "null_enrichment.csv", index=False)


if __name__ == "__main__":
    default = os.environ.get("RADASSOC_COHORTS", HERE.parent.parent / "shared" / "cohorts")
    main(Path(sys.argv[1] if len(sys.argv) > 1 else default))
