"""A small cohort with a planted signal, made without the simulator so that a failure here is the room's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort

ORACLES = Path(__file__).resolve().parent.parent / "oracles"


def _planted(n: int = 90, p: int = 25, *, effect: float = 1.0, seed: int = 0, prefix: str = "P") -> Cohort:
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, p)), columns=[f"original_firstorder_F{j}" for j in range(p)])
    X["original_shape_MeshVolume"] = np.exp(X.iloc[:, 1]) * 1000
    X.index = [f"{prefix}{i:03d}" for i in range(n)]
    age = rng.normal(60, 10, n).round(1)
    risk = effect * (X.iloc[:, 0] - X.iloc[:, 2]).to_numpy() + 0.03 * (age - 60)
    death = rng.exponential(20 * np.exp(-risk))
    censor = rng.uniform(5, 60, n)
    clinical = pd.DataFrame(
        {
            "age": age,
            "sex": rng.choice(["female", "male"], n),
            "site": rng.choice(["a", "b"], n),
            "os_months": np.minimum(death, censor).round(1) + 0.1,
            "os_event": (death <= censor).astype(int),
        },
        index=X.index,
    )
    X = X.mask(rng.random(X.shape) < 0.03)
    return Cohort.from_frames(radiomics=X, clinical=clinical, time="os_months", event="os_event", unit="months")


@pytest.fixture(scope="session")
def planted() -> Callable[..., Cohort]:
    """Return the maker: two features and age drive survival; ``effect=0`` leaves age alone."""
    return _planted


@pytest.fixture(scope="session")
def planted_cohort() -> Cohort:
    return _planted()


@pytest.fixture(scope="session")
def glioma(cohorts: Path) -> Cohort:
    """Return the published glioma cohort with grade derived from the tumour type."""
    imaging = pd.read_csv(cohorts / "glioma" / "radiomics.csv", index_col=0).drop(columns="Date")
    imaging = imaging.apply(pd.to_numeric, errors="coerce").replace([np.inf, -np.inf], np.nan)
    clinical = pd.read_csv(cohorts / "glioma" / "clinical.csv", index_col=0)
    grades = {"GBM": "4", "AASTR": "3", "AOAST": "3", "ASTR": "2", "OAST": "2", "ODG": "2"}
    clinical["grade"] = clinical["oncotree_code"].map(grades)
    imaging.index, clinical.index = imaging.index.str[:12], clinical.index.str[:12]
    clinical = clinical[clinical["os_months"] > 0]
    return Cohort.from_frames(radiomics=imaging, clinical=clinical, time="os_months", event="os_event", unit="months")


@pytest.fixture(scope="session")
def lung_pair(cohorts: Path) -> tuple[Cohort, Cohort]:
    """Return lung1 and hn1, which share their features."""
    made = []
    for name in ("lung1", "hn1"):
        imaging = pd.read_csv(cohorts / name / "radiomics.csv.gz", index_col=0)
        clinical = pd.read_csv(cohorts / name / "clinical.csv", index_col=0)
        time, event = _survival_columns(clinical)
        clinical = clinical[(clinical[time] > 0) & clinical[event].notna()]
        made.append(Cohort.from_frames(radiomics=imaging, clinical=clinical, time=time, event=event, unit="days"))
    return made[0], made[1]


def _survival_columns(clinical: pd.DataFrame) -> tuple[str, str]:
    if "Survival.time" in clinical:
        return "Survival.time", "deadstatus.event"
    return "overall_survival_in_days", "event_overall_survival"


@pytest.fixture(scope="session")
def clinical_cohort() -> Cohort:
    """Return the simulated patients of ``oracles/clinical_cox.R``."""
    frame = pd.read_csv(ORACLES / "clinical_cox.csv", index_col="patient", dtype={"grade": object})
    return Cohort.from_frames(clinical=frame, time="time", event="event", unit="months")


@pytest.fixture(scope="session")
def clinical_told() -> dict[str, Any]:
    """Return what R says of them."""
    return json.loads((ORACLES / "clinical_cox.json").read_text())
