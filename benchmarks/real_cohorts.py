"""Real cohorts: what radassoc prints, beside a plain nested cv.glmnet by R on the same patients and features.

    RADASSOC_COHORTS=... python benchmarks/real_cohorts.py [--reruns 100 --bootstraps 50]

prints one row for each cohort, measure and model. Needs the published cohorts (see tests/conftest.py) and Rscript with
glmnet and survival. Folds and grids differ between the two: agreement to a few hundredths is all to be expected.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

import pandas as pd

import radassoc as ra

HERE = Path(__file__).resolve().parent
COHORTS = Path(os.environ.get("RADASSOC_COHORTS", HERE.parent.parent / "shared" / "cohorts"))
GRADES = {"GBM": "4", "AASTR": "3", "AOAST": "3", "ASTR": "2", "OAST": "2", "ODG": "2"}
EXTERNAL = {"time": "overall_survival_in_days", "event": "event_overall_survival", "unit": "days"}


def read_lung(name: str, **outcome: str) -> ra.Cohort:
    folder = COHORTS / name
    return ra.read_cohort(radiomics=folder / "radiomics.csv.gz", clinical=folder / "clinical.csv", **outcome)


def read_glioma() -> ra.Cohort:
    folder = COHORTS / "glioma"
    return ra.read_cohort(
        radiomics=folder / "radiomics.csv",
        clinical=folder / "clinical.csv",
        time="os_months",
        event="os_event",
        unit="months",
        derive={"grade": {"from": "oncotree_code", "map": GRADES}},
    )


def by_r(train: ra.Cohort, volume: str, covariates: tuple[str, ...], external: ra.Cohort | None) -> pd.DataFrame:
    """Return what the R script prints; the same patients, features and covariates."""
    with tempfile.TemporaryDirectory() as folder:
        _export(train, volume, covariates).to_csv(Path(folder) / "train.csv", index=False)
        if external is not None:
            _export(external, volume, covariates).to_csv(Path(folder) / "external.csv", index=False)
        command = ["Rscript", str(HERE / "real_cohorts.R"), folder]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [line.split(",") for line in printed.splitlines()]
    return pd.DataFrame(rows, columns=["measure", "model", "by_r"]).astype({"by_r": float})


def _export(cohort: ra.Cohort, volume: str, covariates: tuple[str, ...]) -> pd.DataFrame:
    features = cohort.patient_frame("radiomics").add_prefix("x_")
    outcome = cohort.outcome.table[["time", "event"]].astype(float)
    coded = [pd.get_dummies(cohort.column(name), drop_first=True, dtype=float, dummy_na=False) for name in covariates]
    for name, part in zip(covariates, coded, strict=True):
        known = cohort.column(name).notna().to_numpy()
        part.columns = [f"z_{name}_{level}" for level in part.columns]
        part.loc[~known] = float("nan")
    # a number comes out of get_dummies as indicators: take it as it is
    for i, name in enumerate(covariates):
        column = cohort.column(name)
        if pd.api.types.is_numeric_dtype(column.dtype):
            coded[i] = column.astype(float).to_frame(f"z_{name}")
    joined = pd.concat([outcome, *coded], axis=1).dropna().join(features, how="inner")
    return joined.assign(volume=joined[f"x_{volume}"])


def ours(
    train: ra.Cohort, covariates: tuple[str, ...], external: ra.Cohort | None, reruns: int, bootstraps: int
) -> tuple[pd.DataFrame, str]:
    started = time.perf_counter()
    validation = ra.validate_risk_score(
        train, covariates=covariates, n_outer_repeats=3, n_bootstraps=bootstraps, n_permutations=reruns, seed=1
    )
    wanted = validation.table["measure"].isin(["concordance", "concordance_difference"])
    nested = validation.table[wanted].assign(measure=lambda t: "nested " + t["measure"])
    tables = [nested]
    if external is not None:
        score = ra.fit_risk_score(train, covariates=covariates, seed=1)
        outside = ra.evaluate_risk_score(external, score, seed=1).table
        outside = outside[outside["measure"].isin(["concordance", "concordance_difference"])]
        outside = outside.assign(
            measure=lambda t: "external " + t["measure"],
            model=lambda t: t["model"].str.replace("score", "full", regex=False),
        )
        tables.append(outside)
    told = pd.concat(tables, ignore_index=True)
    told["seconds"] = round(time.perf_counter() - started, 1)
    return told, validation.volume


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--reruns", type=int, default=100)
    parser.add_argument("--bootstraps", type=int, default=50)
    asked = parser.parse_args()
    lung1 = read_lung("lung1", time="Survival.time", event="deadstatus.event", unit="days")
    hn1 = read_lung("hn1", **EXTERNAL)
    studies = {
        "lung1, hn1": (lung1, (), hn1),
        "glioma": (read_glioma(), ("age", "idh_status", "grade"), None),
    }
    columns = ["measure", "model", "estimate", "ci_low", "ci_high", "detectable", "p_value", "n_patients", "n_events"]
    for name, (train, covariates, external) in studies.items():
        found, volume = ours(train, covariates, external, asked.reruns, asked.bootstraps)
        table = found[[*columns, "seconds"]].merge(
            by_r(train, volume, covariates, external), on=["measure", "model"], how="left"
        )
        print(f"\n{name}, volume: {volume}")
        print(table.round(3).to_string(index=False))


if __name__ == "__main__":
    main()
