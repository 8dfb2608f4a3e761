"""Patients with all their tables: the cohort, its audit, and how analyses get aligned arrays from it."""

from radassoc.cohort.align import Aligned, align
from radassoc.cohort.audit import Audit
from radassoc.cohort.cohort import Cohort
from radassoc.cohort.datasets import example_cohort, example_study_path
from radassoc.cohort.read import read_cohort
from radassoc.cohort.simulate import Simulation, SimulationTruth, simulate_cohort

__all__ = [
    "Aligned",
    "Audit",
    "Cohort",
    "Simulation",
    "SimulationTruth",
    "align",
    "example_cohort",
    "example_study_path",
    "read_cohort",
    "simulate_cohort",
]
