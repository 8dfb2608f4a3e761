"""Patients with all their tables: the cohort, its audit, and how analyses get aligned arrays from it."""

from radassoc.cohort.align import Aligned, align
from radassoc.cohort.audit import Audit
from radassoc.cohort.cohort import Cohort
from radassoc.cohort.read import read_cohort

__all__ = ["Aligned", "Audit", "Cohort", "align", "read_cohort"]
