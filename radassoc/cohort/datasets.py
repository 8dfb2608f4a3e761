"""The bundled example study."""

from __future__ import annotations

from pathlib import Path

from radassoc.base.data import data_path
from radassoc.cohort.cohort import Cohort
from radassoc.cohort.read import read_cohort
from radassoc.tables.table import Table

__all__ = ["example_cohort", "example_study_path"]


def example_study_path() -> Path:
    """Return the path of the bundled study file, which ``radassoc demo`` runs."""
    return data_path("example_study", "study.toml")


def example_cohort() -> Cohort:
    """Return the bundled example: a simulated glioma study of about 160 patients.

    The files are read as a user's own would be, by the rules that the bundled ``study.toml`` states. What was planted
    is told in the README beside it.

    Returns
    -------
    Cohort
        ``radiomics`` (149 features), ``expression`` (1,500 genes), ``clinical`` (sex, age, idh, mgmt, centre,
        os_months, os_status) and overall survival in months.

    Examples
    --------
    >>> cohort = example_cohort()
    >>> cohort.modalities
    ('radiomics', 'expression')
    """
    folder = example_study_path().parent
    return read_cohort(
        radiomics=folder / "radiomics.csv",
        expression=Table(folder / "expression.tsv.gz", patient_pattern=r"GL-\d{3}"),
        clinical=folder / "clinical.csv",
        time="os_months",
        event="os_status",
        unit="months",
    )
