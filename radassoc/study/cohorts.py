"""The cohorts of a study: read from their files, parted for a test, and known by the bytes they came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radassoc.base.errors import Problems, RadassocError, StudyError
from radassoc.study.gene_set_files import gene_set_files
from radassoc.study.read import Study
from radassoc.study.schema import CohortSection, TableSection, TestSplit

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["StudyCohorts", "digests", "read_cohorts", "read_columns", "source_paths", "table_paths"]

_SOURCES = ("radiomics", "expression", "clinical")
_OUTCOME = ("time", "event", "unit", "event_coding", "invert_event")


@dataclass(frozen=True)
class StudyCohorts:
    """The patients that a study learns from (``main``) and those on whom it is tested (``tests``, by name)."""

    main: Cohort
    tests: Mapping[str, Cohort] = field(default_factory=dict)


def read_cohorts(study: Study) -> StudyCohorts:
    """Read the study's cohort and its external ones, and set test patients aside.

    Raises
    ------
    StudyError, InputError
        All problems of all files at once.
    """
    problems = Problems()
    read: dict[str, Cohort] = {}
    for name, section in _sections(study):
        try:
            read[name] = _read(study, section)
        except RadassocError as error:
            problems.add(error)
    problems.raise_if_any()
    main = read.pop("cohort")
    split = study.file.cohort.test
    if split is None:
        return StudyCohorts(main, read)
    train, test = _split(main, split, study.seed)
    return StudyCohorts(train, {"test": test, **read})


def read_columns(study: Study) -> StudyCohorts | None:
    """Return the cohorts without outcome and with nobody set aside, or None if even so one cannot be read.

    For ``check`` only: a wrong time column must not hide a misspelt covariate.
    """
    try:
        read = {name: _read(study, section, *_OUTCOME) for name, section in _sections(study)}
    except RadassocError:
        return None  # read_cohorts has told why
    main = read.pop("cohort")
    return StudyCohorts(main, {**({"test": main} if study.file.cohort.test else {}), **read})


def _sections(study: Study) -> Iterator[tuple[str, CohortSection]]:
    yield "cohort", study.file.cohort
    yield from study.file.external.items()


def _split(cohort: Cohort, split: TestSplit, seed: int) -> tuple[Cohort, Cohort]:
    if split.fraction is not None:
        return cohort.split(test_fraction=split.fraction, stratify=tuple(split.stratify), seed=seed)
    return cohort.split(by=split.column, values=split.values, stratify=tuple(split.stratify), seed=seed)


def _read(study: Study, section: CohortSection, *leave_out: str) -> Cohort:
    from radassoc.cohort.read import read_cohort

    given = section.given("test", "other", *_SOURCES, *leave_out)
    for name in _SOURCES:
        source = getattr(section, name)
        if source is not None:
            given[name] = _source(study, source)
    if section.other:
        given["other"] = {name: _source(study, source) for name, source in section.other.items()}
    return read_cohort(**given)


def _source(study: Study, source: Any) -> Any:
    """Return what ``read_cohort`` takes: paths from the study's folder, and tables as ``ra.Table``."""
    if isinstance(source, list):
        return [_source(study, item) for item in source]
    if isinstance(source, str):
        return study.folder / source
    from radassoc.tables.table import Table

    given = source.given("path")
    if isinstance(given.get("mapping"), str):
        given["mapping"] = study.folder / given["mapping"]
    return Table(_source(study, source.path), **given)


def source_paths(study: Study) -> dict[str, Path]:
    """Return every data file that the study names, by the way it is written there."""
    file = study.file
    written = list(gene_set_files(file.pathways.gene_sets if file.pathways else None))
    written += gene_set_files(file.enrichment.gene_sets if file.enrichment else None)
    return {**table_paths(study), **{name: study.folder / name for name in written}}


def table_paths(study: Study) -> dict[str, Path]:
    """Return the files of the cohorts' tables, by the way they are written."""
    written: list[str] = []
    for _, section in _sections(study):
        for source in (*(getattr(section, name) for name in _SOURCES), *section.other.values()):
            written += _written(source)
    return {name: study.folder / name for name in dict.fromkeys(written)}


def _written(source: Any) -> list[str]:
    if source is None:
        return []
    if isinstance(source, str):
        return [source]
    if isinstance(source, list):
        return [name for item in source for name in _written(item)]
    assert isinstance(source, TableSection)
    return _written(source.path) + ([source.mapping] if isinstance(source.mapping, str) else [])


def digests(study: Study) -> dict[str, str]:
    """Return the SHA-256 of each data file, by the way the study writes its name.

    Raises
    ------
    StudyError
        Files that are not there, all at once.
    """
    problems = Problems()
    found = {}
    for name, path in source_paths(study).items():
        try:
            with path.open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            reason = "is not there" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
            problems.add(
                StudyError(f"{name} {reason}.", remedy=f"Paths start from the study file's folder: {study.folder}.")
            )
    problems.raise_if_any()
    return found
