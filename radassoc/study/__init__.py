"""The study room: a study file, checked, run step by step, and resumed where it was stopped."""

from __future__ import annotations

from radassoc.study.check import StudyCheck, check_study
from radassoc.study.read import Study, read_study
from radassoc.study.run import StudyRun, run_study

__all__ = ["Study", "StudyCheck", "StudyRun", "check_study", "read_study", "run_study"]
