"""A study looked at before it is run: every problem at once, and nothing computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radassoc.base.errors import Problems, RadassocError, StudyError, name_some
from radassoc.study.as_meant import Guess, read_as_meant
from radassoc.study.cohorts import StudyCohorts, digests, read_cohorts, read_columns, table_paths
from radassoc.study.columns import column_problems
from radassoc.study.gene_set_files import gene_set_source, listed
from radassoc.study.read import Study, read_study
from radassoc.study.requirements import absent_data

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
    study, lost = _read(path, problems)
    if study is not None:
        if not lost:
            left_out = {name: why for name, why in absent_data(study).items() if _optional(study, name)}
            for error in file_problems(study):
                problems.add(error)
        cohorts = _cohorts(study, problems, lost)
        if cohorts is not None:
            counts = {name: _counts(cohort) for name, cohort in {"cohort": cohorts.main, **cohorts.tests}.items()}
        for error in (*_gene_set_problems(study), *(column_problems(study, cohorts) if cohorts else ())):
            problems.add(error)
    unique = {str(problem): problem for problem in problems}
    return StudyCheck(tuple(unique.values()), left_out, counts)


def _read(path: str | Path, problems: Problems) -> Guess:
    """Return the study; one with mistakes as it was meant, after telling them."""
    try:
        return Guess(read_study(path), frozenset())
    except RadassocError as error:
        problems.add(error)
    return read_as_meant(path)


def _cohorts(study: Study, problems: Problems, lost: frozenset[str]) -> StudyCohorts | None:
    """Return the cohorts, without outcome if that is what is wrong, or None where columns cannot be looked at."""
    try:
        digests(study)
    except RadassocError as error:
        problems.add(error)
    if lost & {"cohort", "external"} or not all(path.is_file() for path in table_paths(study).values()):
        return None
    try:
        return read_cohorts(study)
    except RadassocError as error:
        problems.add(error)
    return read_columns(study)


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
            problems.add(StudyError(f"The section [{name}] cannot run: {why}.", remedy=_remedy(name)))
    for name in ("cox_table", "subgroups"):
        section = getattr(study.file, name)
        known = ["test"] * bool(study.file.cohort.test) + list(study.file.external)
        if section is not None and (unknown := [where for where in section.also_in if where not in known]):
            problems.add(
                StudyError(
                    f"also_in in [{name}] names {name_some(unknown)}, which is no cohort of the study.",
                    wanted=name_some(known) if known else "no cohort: the study has no test patients and no [external]",
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


def _remedy(name: str) -> str:
    if name in ("validation", "groups", "sample_size"):
        return f"Add [risk_score], or remove [{name}]."
    if name == "evaluation":
        return "Add what is missing, or remove [evaluation]."
    return f"Add what is missing, remove [{name}], or set optional = true in it."


def find_problems(study: Study, cohorts: StudyCohorts) -> Problems:
    """Return every problem of a study whose files could be read."""
    problems = file_problems(study)
    for problem in (*_gene_set_problems(study), *column_problems(study, cohorts)):
        problems.add(problem)
    return problems


def _gene_set_problems(study: Study) -> Iterator[RadassocError]:
    import radassoc as ra

    for name in ("pathways", "enrichment"):
        section = getattr(study.file, name)
        for written in listed(section.gene_sets if section is not None else None):
            source = gene_set_source(study, written)
            if isinstance(source, Path) and not source.is_file():
                continue  # told with all other files that are not there
            try:
                ra.gene_sets(source)
            except RadassocError as error:
                yield StudyError(f"[{name}]: {error.found}", wanted=error.wanted, remedy=error.remedy)
