"""A whole study in one call: each step computed or taken up where an earlier run stopped, then the report."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radassoc.base.errors import FormatError, RadassocError
from radassoc.base.provenance import versions
from radassoc.base.settings import options
from radassoc.report.description import StudyDescription
from radassoc.report.export import export_all, write_atomic
from radassoc.report.pictures import draw_pictures
from radassoc.report.report import render_report
from radassoc.study.check import find_problems
from radassoc.study.cohorts import StudyCohorts, digests, read_cohorts
from radassoc.study.lock import locked
from radassoc.study.plan import Context, Step, plan_steps, step_keys
from radassoc.study.read import Study, read_study
from radassoc.study.requirements import absent_data
from radassoc.study.store import Store
from radassoc.study.writing import writing

__all__ = ["StudyRun", "run_study"]


@dataclass(frozen=True)
class StudyRun:
    """A finished run.

    Attributes
    ----------
    folder
        Where everything is.
    report
        The report, one HTML file.
    results
        Every result and fit by name, with the cohorts.
    computed, kept
        Names of the steps that this run computed, and of those that it found finished.
    """

    folder: Path
    report: Path
    results: Mapping[str, Any]
    computed: tuple[str, ...]
    kept: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<StudyRun: {len(self.computed)} steps computed, {len(self.kept)} kept; report {self.report}>"


def run_study(
    path: str | Path, *, out: str | Path | None = None, n_jobs: int | None = None, quiet: bool = False
) -> StudyRun:
    """Run every analysis that a study file asks for, and write its report, tables and figures.

    Finished steps are kept in the folder: a run that was stopped goes on where it was, and a changed study file
    computes anew only what the change touches. The same study gives the same bytes, however often it was interrupted.

    Parameters
    ----------
    path
        The study file.
    out
        The folder of the results; by default one beside the study file, named after it: ``study_results``.
    n_jobs
        Number of workers; ``ra.options`` by default. No result depends on it.
    quiet
        Say nothing while working.

    Returns
    -------
    StudyRun
        The folder, the report and all results.

    Raises
    ------
    StudyError, InputError
        The study file or its data cannot be used; all problems at once. ``radassoc check`` finds the same problems.
    DesignError
        The data cannot answer one of the questions; the message names the section.

    Examples
    --------
    >>> import radassoc as ra
    >>> run = ra.run_study("study.toml")  # doctest: +SKIP
    >>> run.report  # doctest: +SKIP
    """
    study = read_study(path)
    folder = study.folder / f"{study.path.stem}_results" if out is None else Path(out)
    inputs = digests(study)
    store = Store(folder).open()
    with locked(store.lock), options(n_jobs=n_jobs, progress=False if quiet else None):
        return _Run(study, store, inputs, _Log(store.private / "log.txt", quiet=quiet)).finish()


class _Log:
    """Tells a person what is being done; times go to a file of their own, never into a result."""

    def __init__(self, path: Path, *, quiet: bool) -> None:
        self._path, self._quiet, self._start = path, quiet, time.monotonic()

    def say(self, text: str) -> None:
        with self._path.open("a", encoding="utf-8", newline="\n") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")
        if not self._quiet:
            print(f"[{time.monotonic() - self._start:6.1f} s] {text}", file=sys.stderr, flush=True)


class _Run:
    def __init__(self, study: Study, store: Store, inputs: Mapping[str, str], log: _Log) -> None:
        self.study, self.store, self.inputs, self.log = study, store, inputs, log
        self.steps = plan_steps(study)
        self.keys = step_keys(study, self.steps, inputs=inputs, versions=versions())

    def finish(self) -> StudyRun:
        self.log.say("reading the cohort")
        cohorts = read_cohorts(self.study)
        find_problems(self.study, cohorts).raise_if_any()
        results: dict[str, Any] = {}
        computed = [step.name for step in self.steps if self._do(step, cohorts, results)]
        self.log.say("writing tables, figures and report")
        told = self._told(cohorts, results)
        pictures = draw_pictures(told)
        page = render_report(told, pictures, title=self.study.file.study.title)
        with writing(self.store.folder):
            export_all(told, pictures, self.store.folder)
            report = write_atomic(self.store.folder / "report.html", page)
        self.store.forget_others(self.keys)
        self.log.say(f"done: {report}")
        kept = tuple(step.name for step in self.steps if step.name not in computed)
        return StudyRun(self.store.folder, report, told, tuple(computed), kept)

    def _do(self, step: Step, cohorts: StudyCohorts, results: dict[str, Any]) -> bool:
        """Add the step's results, and tell whether they had to be computed."""
        kept = self._kept(step)
        if kept is None:
            self._compute(step, Context(self.study, cohorts, results))
        # what later steps see is always what was read back, so that a resumed run cannot differ
        results.update(self.store.read(step.name, self.keys[step.name]) if kept is None else kept)
        return kept is None

    def _kept(self, step: Step) -> dict[str, Any] | None:
        key = self.keys[step.name]
        if not self.store.has(step.name, key):
            return None
        try:
            return self.store.read(step.name, key)
        except FormatError as error:
            self.log.say(f"{step.name}: what was kept cannot be read ({error.found}); computed anew")
            self.store.forget(step.name, key)
            return None

    def _compute(self, step: Step, context: Context) -> None:
        self.log.say(step.name.replace("_", " "))
        try:
            made = step.run(context)
        except RadassocError as error:
            error.add_note(f"This was the step {step.name!r}; the steps before it are kept.")
            raise
        self.store.keep(step.name, self.keys[step.name], made)

    def _told(self, cohorts: StudyCohorts, results: Mapping[str, Any]) -> dict[str, Any]:
        file = self.study.file
        description = StudyDescription(
            title=file.study.title,
            seed=file.study.seed,
            primary=file.study.primary or "",
            settings=file.model_dump(exclude_unset=True),
            files=dict(self.inputs),
            not_run=absent_data(self.study),
            versions=versions(),
        )
        tests = {f"cohort_{name}": cohort for name, cohort in cohorts.tests.items()}
        return {"study": description, "cohort": cohorts.main, **tests, **results}
