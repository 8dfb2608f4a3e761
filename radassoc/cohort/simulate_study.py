"""The bundled example: a simulated glioma study as the untidy files that a user has."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.seeds import generator
from radassoc.cohort._example_texts import README, STUDY
from radassoc.cohort._simulated_plan import Design
from radassoc.cohort.simulate import Frames, SimulationTruth, simulate_frames

__all__ = ["EXAMPLE_SEED", "example_design", "write_example_study"]

EXAMPLE_SEED = 1

_DESIGN: dict[str, Any] = {
    "n_patients": 171,
    "n_features": 149,
    "n_genes": 1500,
    "gene_sets": "glioma",
    "hazard_ratios": {
        "TC_original_shape_MeshVolume": 1.3,
        "TC_original_shape_Sphericity": 0.6,
        "T1c_TC_original_glcm_JointEntropy": 1.85,
        "age": 1.25,
        "idh": 0.45,
    },
    "sex_hazard_ratios": {"T1c_TC_original_firstorder_Skewness": (0.75, 1.40)},
    "pathway_correlations": {
        "HYPOXIA_BUFFA": ("risk", 0.6),
        "HALLMARK_HYPOXIA": ("risk", 0.6),
        "CORE_RTK_RAS_PI3K": ("FLAIR_WT_original_glcm_Contrast", 0.6),
    },
    "n_centres": 2,
    "centre_shift": 0.3,
    "samples_per_patient": 1,
    "missing": 0.015,
    "censored": 0.28,
    "median_survival": 18.0,
}
#: How many patients lack a table, and how many have two tissue samples.
_WITHOUT = {"radiomics": 4, "expression": 6, "clinical": 1, "survival": 2}
_TWO_SAMPLES = 5


def write_example_study(folder: str | Path, *, seed: int = EXAMPLE_SEED) -> Path:
    """Write the example study: radiomics.csv, expression.tsv.gz, clinical.csv, study.toml and README.md.

    Parameters
    ----------
    folder
        Where the files go; it is made if it is not there, and files of the same names are replaced.
    seed
        The bundled example has the default.

    Returns
    -------
    Path
        The study file.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    frames, truth = simulate_frames(example_design(seed=seed))
    names = {old: f"GL-{old[1:]}" for old in frames.clinical.index}
    lacking = _lacking(list(names.values()), seed)
    radiomics = _radiomics(frames, names, lacking["radiomics"])
    expression = _expression(frames, names, lacking["expression"], seed)
    clinical = _clinical(frames, names, lacking)
    _write(folder / "radiomics.csv", radiomics.to_csv(index=False, lineterminator="\n"))
    packed = expression.to_csv(sep="\t", float_format="%.2f", lineterminator="\n").encode()
    (folder / "expression.tsv.gz").write_bytes(gzip.compress(packed, mtime=0))
    _write(folder / "clinical.csv", clinical.to_csv(index=False, lineterminator="\n"))
    _write(folder / "README.md", _readme(radiomics, expression, clinical, truth))
    _write(folder / "study.toml", STUDY)
    return folder / "study.toml"


def example_design(*, seed: int = EXAMPLE_SEED) -> Design:
    """Return what is planted in the example study."""
    return Design(**_DESIGN, seed=seed)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _lacking(patients: list[str], seed: int) -> dict[str, set[str]]:
    """Choose who lacks which table; nobody lacks two."""
    order = generator(seed, "lacking").permutation(len(patients))
    found, start = {}, 0
    for table, count in _WITHOUT.items():
        found[table] = {patients[i] for i in order[start : start + count]}
        start += count
    return found


# ---- the tables, as their makers write them
def _radiomics(frames: Frames, names: dict[str, str], lacking: set[str]) -> pd.DataFrame:
    """Return what PyRadiomics' batch mode writes: paths, diagnostics, features with six digits."""
    cases = pd.Index([names[old] for old in frames.radiomics.index])
    volume = frames.radiomics["TC_original_shape_VoxelVolume"]
    head = pd.DataFrame(
        {
            "Case": cases,
            "Image": [f"images/{case}_T1c.nii.gz" for case in cases],
            "Mask": [f"masks/{case}_TC.nii.gz" for case in cases],
            "diagnostics_Versions_PyRadiomics": "v3.1.0",
            "diagnostics_Configuration_EnabledImageTypes": "{'Original': {}}",
            "diagnostics_Image-original_Spacing": "(1.0, 1.0, 1.0)",
            "diagnostics_Mask-original_VoxelNum": [f"{value:.0f}" if value == value else "" for value in volume],
        }
    )
    digits = frames.radiomics.reset_index(drop=True).map(lambda value: f"{value:.6g}" if value == value else "")
    table = pd.concat([head, digits], axis=1)
    return table[~table["Case"].isin(lacking)]


def _expression(frames: Frames, names: dict[str, str], lacking: set[str], seed: int) -> pd.DataFrame:
    """Return genes x samples; the second sample of a patient is near the first."""
    table = frames.expression.rename(index=names).drop(index=sorted(lacking))
    draw = generator(seed, "second samples")
    twice = sorted(draw.choice(table.index.to_numpy(), _TWO_SAMPLES, replace=False))
    second = np.maximum(table.loc[twice] + 0.3 * draw.standard_normal((len(twice), table.shape[1])), 0.0)
    both = pd.concat([table.rename(index=lambda name: f"{name}-T1"), second.rename(index=lambda name: f"{name}-T2")])
    return both.sort_index().T.sort_index().rename_axis("gene")


def _clinical(frames: Frames, names: dict[str, str], lacking: dict[str, set[str]]) -> pd.DataFrame:
    table = frames.clinical.rename(index=names)
    unknown = table.index.isin(lacking["survival"])
    status = table["os_event"].map({1.0: "1:DECEASED", 0.0: "0:LIVING"})
    told = pd.DataFrame(
        {
            "patient_id": table.index,
            "sex": table["sex"].str.capitalize(),
            "age": table["age"].astype(int),
            "idh": table["idh"],
            "mgmt": table["mgmt"],
            "centre": table["centre"].map({"C1": "North", "C2": "South"}),
            "os_months": table["os_months"].map("{:.1f}".format).mask(unknown),
            "os_status": status.mask(unknown),
        }
    )
    return told[~told["patient_id"].isin(lacking["clinical"])]


def _readme(radiomics: pd.DataFrame, expression: pd.DataFrame, clinical: pd.DataFrame, truth: SimulationTruth) -> str:
    features = radiomics.loc[:, truth.features.index]
    tissue = {sample[:6] for sample in expression.columns}
    known = set(clinical.loc[clinical["os_status"].notna(), "patient_id"])
    linked = truth.pathways[truth.pathways["source"] != ""]
    return README.format(
        n_imaging=len(radiomics),
        n_features=features.shape[1],
        n_missing=int(features.eq("").to_numpy().sum()),
        n_genes=len(expression),
        n_samples=expression.shape[1],
        n_expression=len(tissue),
        n_clinical=len(clinical),
        n_unknown=len(clinical) - len(known),
        n_all=len(set(radiomics["Case"]) & tissue & known),
        shift=_DESIGN["centre_shift"],
        survival="\n".join(
            f"| `{row.variable}` | {row.sex} | {row.unit} | {row.hazard_ratio:g} |"
            for row in truth.survival.itertuples()
        ),
        pathways="\n".join(
            f"| `{row.pathway}` | {_source(row.source)} | {row.correlation:g} |" for row in linked.itertuples()
        ),
    )


def _source(name: str) -> str:
    return "the imaging part of the risk" if name == "risk" else f"`{name}`"


if __name__ == "__main__":
    print(write_example_study(sys.argv[1]))
