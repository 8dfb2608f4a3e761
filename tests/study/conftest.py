"""A small study of real files, written anew for each test that asks for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

STUDY = """
[study]
title = "Small <b>study</b>"
seed = 3
primary = "risk_score"

[cohort]
radiomics = "radiomics.csv"
expression = "expression.tsv"
clinical = "clinical.csv"
time = "os_months"
event = "os_event"
unit = "months"

[risk_score]
n_folds = 4
n_repeats = 1

[validation]
n_outer_folds = 3
n_outer_repeats = 1
n_bootstraps = 4
n_permutations = 4

[groups]
method = "median"

[pathways]
gene_sets = "sets.gmt"

[association]
pairs = [["radiomics", "pathways"]]

[enrichment]
by = ["risk_score", "radiomics:VOLUME_TC"]
covariates = ["age"]
n_permutations = 40
"""


def write_tables(folder: Path, *, n: int = 60, seed: int = 5) -> None:
    """Write imaging, expression and clinical tables with one feature that shortens survival and moves one gene set."""
    rng = np.random.default_rng(seed)
    ids = [f"PAT-{i:03d}-QZ" for i in range(n)]
    signal = rng.normal(size=n)
    features = {f"feature{i}": rng.normal(size=n) for i in range(6)}
    radiomics = pd.DataFrame(
        {"VOLUME_TC": np.exp(signal) * 1000, "texture": signal + 0.2 * rng.normal(size=n), **features}
    )
    radiomics.insert(0, "ID", ids)
    radiomics.round(6).to_csv(folder / "radiomics.csv", index=False)
    genes = {f"GENE{i}": rng.normal(size=n) + (signal if i < 12 else 0) for i in range(40)}
    expression = pd.DataFrame(genes, index=pd.Index(ids, name="gene")).T.round(5)
    expression.to_csv(folder / "expression.tsv", sep="\t")
    time = rng.exponential(np.exp(-signal)) * 20 + 0.1
    clinical = pd.DataFrame(
        {
            "patient": ids,
            "age": rng.integers(30, 80, n),
            "sex": rng.choice(["male", "female"], n),
            "os_months": np.minimum(time, 30).round(3),
            "os_event": (time < 30).astype(int),
        }
    )
    clinical.to_csv(folder / "clinical.csv", index=False)
    names = [f"GENE{i}" for i in range(40)]
    sets = {"LOW_GENES": names[:12], "OTHER_GENES": names[20:32]}
    lines = [f"{name}\tmade up\t" + "\t".join(members) for name, members in sets.items()]
    (folder / "sets.gmt").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="session")
def make_study():
    """Return a function that writes the small study into a folder and returns the path of its study file."""

    def make(folder: Path) -> Path:
        write_tables(folder)
        (folder / "study.toml").write_text(STUDY)
        return folder / "study.toml"

    return make


@pytest.fixture
def small_study(tmp_path: Path, make_study) -> Path:
    """Return the path of a study file beside its tables."""
    (tmp_path / "study").mkdir()
    return make_study(tmp_path / "study")


@pytest.fixture
def write_study(tmp_path: Path):
    """Return a function that writes a study file and returns its path; no table is beside it."""

    def write(text: str) -> Path:
        path = tmp_path / "study.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
