"""A study looked at before it is run: every problem at once, and nothing computed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radassoc.base.errors import DesignError, Problems, RadassocError, StudyError
from radassoc.study.cohorts import StudyCohorts, digests, read_cohorts
from radassoc.study.read import Study, read_study
from radassoc.study.requirements import absent_data, available, runs

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["StudyCheck", "check_study", "find_problems"]

#: Results that [study] primary can name: those that test a hypothesis.
TESTING = ("risk_score", "groups", "association", "enrichment")


@dataclass(frozen=True)
class StudyCheck:
    """What ``radassoc check`` found: problems, sections that will be left out, and counts of each cohort."""

    problems: tuple[RadassocError, ...]
    left_out: dict[str, str]
    counts: dict[str, dict[str, int]]

    @property
    def exit_code(self) -> int:
        """0 without problems; otherwise that of the gravest problem (input before design)."""
        return min((problem.exit_code for problem in self.problems), default=0)

    def as_json(self) -> dict[str, Any]:
        """Return the findings as plain values."""
        problems = [
            {"error": type(p).__name__, "found": p.found, "wanted": p.wanted, "remedy": p.remedy}
            for p in self.problems
        ]
        return {"ok": not problems, "problems": problems, "left_out": self.left_out, "cohorts": self.counts}


def check_study(path: str | Path) -> StudyCheck:
    """Read a study file and its data, and list every problem that would stop a run; nothing is computed.

    Parameters
    ----------
    path
        The study file.

    Returns
    -------
    StudyCheck
    """
    problems = Problems()
    left_out: dict[str, str] = {}
    counts: dict[str, dict[str, int]] = {}
    try:
        study = read_study(path)
        left_out = {name: why for name, why in absent_data(study).items() if _optional(study, name)}
        for error in file_problems(study):
            problems.add(error)
        digests(study)
        cohorts = read_cohorts(study)
        counts = {name: _counts(cohort) for name, cohort in {"cohort": cohorts.main, **cohorts.tests}.items()}
        for error in find_problems(study, cohorts):
            problems.add(error)
    except RadassocError as error:
        problems.add(error)
    unique = {str(problem): problem for problem in problems}
    return StudyCheck(tuple(unique.values()), left_out, counts)


def _counts(cohort: Cohort) -> dict[str, int]:
    counts = {"patients": len(cohort.patients)}
    for modality in cohort.modalities:
        counts[f"{modality}_patients"] = int(cohort.sample_patients(modality).nunique())
        counts[f"{modality}_columns"] = int(cohort[modality].shape[1])
    if cohort.outcome is not None:
        counts["events"] = int(cohort.outcome.table["event"].sum())
    return counts


def _optional(study: Study, name: str) -> bool:
    return bool(getattr(getattr(study.file, name), "optional", False))


def file_problems(study: Study) -> Problems:
    """Return what is wrong with the sections among themselves, whatever the data hold."""
    problems = Problems()
    for name, why in absent_data(study).items():
        if not _optional(study, name):
            problems.add(
                StudyError(
                    f"The section [{name}] cannot run: {why}.",
                    remedy=f"Add what is missing, remove [{name}], or set optional = true in it."
                    if name not in ("validation", "groups")
                    else f"Add [risk_score], or remove [{name}].",
                )
            )
    primary = study.file.study.primary
    testing = [name for name in TESTING if getattr(study.file, name) is not None]
    if primary is not None and primary not in testing:
        problems.add(
            StudyError(
                f"primary in [study] is {primary!r}.",
                wanted="the section that tests the primary hypothesis: " + (", ".join(testing) or "none is there"),
            )
        )
    return problems


def find_problems(study: Study, cohorts: StudyCohorts) -> Problems:
    """Return every problem of a study whose files could be read."""
    problems = file_problems(study)
    for section, reference in _references(study):
        cohort = _scored(study, cohorts.main)
        if reference.startswith("pathways:") and "pathways" in available(study):
            continue  # the scores are not there yet
        try:
            cohort.column(reference)
        except RadassocError as error:
            told = StudyError(f"[{section}]: {error.found}", wanted=error.wanted, remedy=error.remedy)
            problems.add(told)
    for error in _gene_set_problems(study):
        problems.add(error)
    for error in _event_problems(study, cohorts):
        problems.add(error)
    return problems


def _scored(study: Study, cohort: Cohort) -> Cohort:
    del study
    return cohort
