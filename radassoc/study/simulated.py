"""A simulated study as files: what a user would have on disk, the truth that was planted, and a study file to run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from radassoc.base.errors import StudyError
from radassoc.report.export import write_atomic
from radassoc.study.writing import writing

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort
    from radassoc.cohort.simulate import SimulationTruth

__all__ = ["write_simulated_study"]

_STUDY = """# A simulated study: {n_patients} patients, seed {seed}. What was planted is in truth.json.
[study]
title = "Simulated radiogenomic study"
seed = {seed}
primary = "risk_score"

[cohort]
radiomics = {{ path = "radiomics.csv", sample = "sample", patient = "patient" }}
expression = "expression.tsv.gz"
clinical = "clinical.csv"
time = "{time}"
event = "{event}"
unit = "{unit}"

[risk_score]
n_repeats = 2

[validation]
n_outer_repeats = 2
n_bootstraps = 30
n_permutations = 50

[groups]
method = "median"

[pathways]
gene_sets = ["glioma"]

[association]
pairs = [["radiomics", "pathways"]]

[enrichment]
by = "risk_score"
"""


def write_simulated_study(folder: str | Path, *, n_patients: int = 160, seed: int = 0) -> Path:
    """Write the tables of a simulated cohort, its truth and a study file that analyses it.

    Parameters
    ----------
    folder
        A new or empty folder.
    n_patients, seed
        As in ``ra.simulate_cohort``.

    Returns
    -------
    Path
        The study file.

    Raises
    ------
    StudyError
        The folder holds something, or cannot be written.
    """
    from radassoc.cohort.simulate import simulate_cohort

    folder = Path(folder)
    with writing(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise StudyError(
                f"{folder} is not empty.", wanted="a new folder", remedy="Choose another folder with --out."
            )
        # before the simulation: nobody should wait for a folder that cannot be made
        folder.mkdir(parents=True, exist_ok=True)
    cohort, truth = simulate_cohort(n_patients=n_patients, seed=seed)
    with writing(folder):
        return _write(folder, cohort, truth, n_patients=n_patients, seed=seed)


def _write(folder: Path, cohort: Cohort, truth: SimulationTruth, *, n_patients: int, seed: int) -> Path:
    radiomics = cohort.radiomics.rename_axis("sample")
    radiomics.insert(0, "patient", cohort.sample_patients("radiomics"))
    radiomics.to_csv(folder / "radiomics.csv", lineterminator="\n")
    # no time stamp in the gzip header: the same seed gives the same bytes
    cohort.expression.rename_axis("gene", axis="columns").T.to_csv(
        folder / "expression.tsv.gz", sep="\t", lineterminator="\n", compression={"method": "gzip", "mtime": 0}
    )
    cohort.clinical.rename_axis("patient").to_csv(folder / "clinical.csv", lineterminator="\n")
    truth.save(folder / "truth.json")
    outcome = cohort.outcome
    assert outcome is not None
    study = _STUDY.format(
        n_patients=n_patients, seed=seed, time=outcome.time_name, event=outcome.event_name, unit=outcome.unit
    )
    return write_atomic(folder / "study.toml", study)
