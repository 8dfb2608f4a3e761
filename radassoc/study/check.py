"""A study looked at before it is run: every problem at once, and nothing computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radassoc.base.errors import DesignError, Problems, RadassocError, StudyError
from radassoc.study.cohorts import StudyCohorts, digests, read_cohorts
from radassoc.study.gene_set_files import gene_set_source, listed
from radassoc.study.read import Study, read_study
from radassoc.study.requirements import absent_data, available, runs

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["StudyCheck", "check_study", "find_problems"]

#: Results that [study] primary can name: those that test a hypothesis.
TESTING = ("risk_score", "groups", "association", "enrichment")
#: A penalised Cox model with fewer is refused unless forced.
FEWEST_EVENTS = 10


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
            {"error": type(p).__name__, "found": p.found, "wanted": p.wanted, "remedy": p.remedy} for p in self.problems
        ]
        return {"ok": not problems, "problems": problems, "left_out": self.left_out, "cohorts": self.counts}

    def told(self) -> str:
        """Return the findings as text for a person."""
        if self.problems:
            head = f"{len(self.problems)} problem{'s' if len(self.problems) > 1 else ''}:"
            told = [f"{i}. {type(p).__name__}: {p}".replace("\n", "\n   ") for i, p in enumerate(self.problems, 1)]
            return "\n".join([head, *told])
        lines = []
        for name, counts in self.counts.items():
            listed = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in counts.items())
            lines.append(f"{name}: {listed}")
        lines += [f"[{name}] will be left out: {why}" for name, why in self.left_out.items()]
        return "\n".join([*lines, "No problem found."])


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
    for section, reference, cohort in _references(study, cohorts):
        if reference.startswith("pathways:") and "pathways" in available(study):
            continue  # the scores are not there yet
        try:
            cohort.column(reference)
        except RadassocError as error:
            problems.add(StudyError(f"[{section}]: {error.found}", wanted=error.wanted, remedy=error.remedy))
    for problem in (*_gene_set_problems(study), *_event_problems(study, cohorts)):
        problems.add(problem)
    return problems


def _references(study: Study, cohorts: StudyCohorts) -> Iterator[tuple[str, str, Cohort]]:
    """Yield every column that a section names, with the cohort that must have it."""
    file = study.file
    for name in ("risk_score", "groups", "association", "enrichment", "table_one"):
        section = getattr(file, name)
        if section is None or (name != "table_one" and not runs(study, name)):
            continue
        for key in ("covariates", "strata", "groups", "variables"):
            for reference in listed(getattr(section, key, None)):
                yield name, reference, cohorts.main
    if file.enrichment is not None and runs(study, "enrichment"):
        for reference in listed(file.enrichment.by):
            if reference != "risk_score":
                yield "enrichment", reference, cohorts.main
    if file.risk_score is not None and runs(study, "risk_score"):
        for test, cohort in cohorts.tests.items():
            for reference in file.risk_score.covariates:
                yield f"risk_score] with [{test}", reference, cohort


def _gene_set_problems(study: Study) -> Iterator[RadassocError]:
    import radassoc as ra

    for name in ("pathways", "enrichment"):
        section = getattr(study.file, name)
        for written in listed(section.gene_sets if section is not None else None):
            try:
                ra.gene_sets(gene_set_source(study, written))
            except RadassocError as error:
                yield StudyError(f"[{name}]: {error.found}", wanted=error.wanted, remedy=error.remedy)


def _event_problems(study: Study, cohorts: StudyCohorts) -> Iterator[RadassocError]:
    section = study.file.risk_score
    if section is None or not runs(study, "risk_score") or section.force:
        return
    cohort = cohorts.main
    assert cohort.outcome is not None
    event = cohort.outcome.table["event"]
    event = event[event.index.isin(cohort.sample_patients(section.modality))]
    if event.sum() < FEWEST_EVENTS:
        yield DesignError(
            f"[risk_score]: {int(event.sum())} events among the {len(event)} patients with {section.modality} and "
            f"known survival.",
            wanted=f"at least {FEWEST_EVENTS} events",
            remedy="Check the coding of the event column; with so few events a score cannot be validated.",
        )
