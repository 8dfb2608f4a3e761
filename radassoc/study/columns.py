"""What the verbs would refuse in the columns that a study names: asked of the cohort, without computing anything."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from radassoc.base.errors import DesignError, RadassocError, StudyError
from radassoc.cohort.align import Aligned, align, outcome_references, refuse_outcome, refuse_repeats
from radassoc.enrichment._subjects import SURVIVAL, read_subjects
from radassoc.strata._levels import read_levels
from radassoc.study.cohorts import StudyCohorts
from radassoc.study.gene_set_files import listed
from radassoc.study.read import Study
from radassoc.study.requirements import SCORE, available, runs
from radassoc.survival._cox_terms import gather_terms

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["column_problems"]

#: Keys in which a column stands once.
_ONCE = ("covariates", "strata", "by", "within")
#: A penalised Cox model with fewer is refused unless forced.
FEWEST_EVENTS, FEWEST_PATIENTS = 10, 20


class _Needs(NamedTuple):
    """What one verb needs: tables, columns by the key that names them, settings of a Cox model of its variables."""

    section: str
    cohort: Cohort
    modalities: tuple[str, ...]
    columns: dict[str, list[str]]
    outcome: bool = False
    score: bool = False
    model: Mapping[str, Any] | None = None


def column_problems(study: Study, cohorts: StudyCohorts) -> Iterator[RadassocError]:
    """Yield every problem of the columns that the sections name."""
    for needs in _all_needs(study, cohorts):
        unknown = yield from _unknown(study, needs)
        yield from _unfit(needs, unknown, with_outcome=cohorts.main.outcome is not None)


def _all_needs(study: Study, cohorts: StudyCohorts) -> Iterator[_Needs]:
    file, main = study.file, cohorts.main
    variables = {"variables": listed(file.table_one.variables), "groups": listed(file.table_one.groups)}
    yield _Needs("table_one", main, (), variables)
    if file.explore is not None and runs(study, "explore"):
        centre = [file.explore.centre] if file.explore.centre != "auto" else []
        columns = {"covariates": listed(file.explore.covariates), "centre": centre}
        yield _Needs("explore", main, (), columns)
    if file.risk_score is not None and runs(study, "risk_score"):
        score = file.risk_score
        columns = {"covariates": listed(score.covariates), "strata": listed(score.strata)}
        tables = _tables(study, list(score.modalities))
        yield _Needs("risk_score", main, tables, columns, outcome=True, score=not score.force)
        for name, cohort in cohorts.tests.items():
            # a frozen score is content with a covariate that is the same in all of them
            frozen = {"learned": columns["covariates"]}
            yield _Needs(f"risk_score] with [{name}", cohort, tables, frozen, outcome=True)
        if file.groups is not None:
            columns = {"covariates": file.groups.covariates, "strata": file.groups.strata}
            yield _Needs("groups", main, tables, columns, outcome=True)
            for name, cohort in cohorts.tests.items():
                yield _Needs(f"groups] with [{name}", cohort, tables, columns, outcome=True)
    yield from _clinical_needs(study, cohorts)
    if file.association is not None and runs(study, "association"):
        for pair in file.association.pairs:
            yield _Needs("association", main, _tables(study, pair), {"covariates": file.association.covariates})
    if file.enrichment is not None and runs(study, "enrichment"):
        along = file.enrichment
        by = [name for name in listed(along.by) if name not in ("risk_score", SURVIVAL)]
        columns = {"by": by, "covariates": along.covariates, "strata": listed(along.strata)}
        yield _Needs("enrichment", main, _tables(study, [along.modality]), columns)
    if file.strata is not None and runs(study, "strata"):
        yield _Needs("strata", main, (), {"variable": [file.strata.variable], "within": listed(file.strata.within)})


def _clinical_needs(study: Study, cohorts: StudyCohorts) -> Iterator[_Needs]:
    """Return what the Cox models of clinical variables need, in each cohort that they are fitted in."""
    file, main = study.file, cohorts.main
    if file.cox_table is not None and runs(study, "cox_table"):
        section = file.cox_table
        names = {"variables": _columns(section.variables), "strata": listed(section.strata)}
        model = {"per": _of_columns(section.per), "reference": section.reference}
        needs = _Needs("cox_table", main, (), names, outcome=True, model=model)
        yield from _in_each(needs, section.also_in, cohorts)
    if file.subgroups is not None and runs(study, "subgroups"):
        part = file.subgroups
        names = {
            "variables": [*_columns(part.variable), *listed(part.subgroups)],
            "covariates": listed(part.covariates),
            "strata": listed(part.strata),
        }
        yield from _in_each(_Needs("subgroups", main, (), names, outcome=True), part.also_in, cohorts)
    if file.nomogram is not None and runs(study, "nomogram"):
        names = {"variables": _columns(file.nomogram.variables), "strata": listed(file.nomogram.strata)}
        yield _Needs("nomogram", main, (), names, outcome=True, model={"reference": file.nomogram.reference})
        if file.evaluation.clinical_model:
            for where, cohort in cohorts.tests.items():
                yield _Needs(f"nomogram] with [{where}", cohort, (), names, outcome=True)


def _in_each(needs: _Needs, further: list[str], cohorts: StudyCohorts) -> Iterator[_Needs]:
    yield needs
    for where in further:
        if where in cohorts.tests:
            yield needs._replace(section=f"{needs.section}] with [{where}", cohort=cohorts.tests[where])


def _of_columns(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name != SCORE}


def _columns(written: str | list[str]) -> list[str]:
    """Return the variables that are columns, not the score."""
    return [name for name in listed(written) if name != SCORE]


def _tables(study: Study, names: list[str]) -> tuple[str, ...]:
    """Return tables that are there already: pathway scores come from genes."""
    scored = study.file.pathways.modality if study.file.pathways is not None else "pathways"
    return tuple(dict.fromkeys(scored if name == "pathways" else name for name in names))


def _unknown(study: Study, needs: _Needs) -> Generator[RadassocError, None, set[str]]:
    """Yield an error for each column that the cohort does not have; return those that cannot be looked at."""
    unknown = set()
    for reference in dict.fromkeys(name for names in needs.columns.values() for name in names):
        if reference.startswith("pathways:") and "pathways" in available(study):
            unknown.add(reference)  # the scores are not there yet
            continue
        try:
            needs.cohort.column(reference)
        except RadassocError as error:
            unknown.add(reference)
            yield _told(needs.section, error)
    return unknown


def _unfit(needs: _Needs, unknown: set[str], *, with_outcome: bool) -> Iterator[RadassocError]:
    """Yield what the verb would say to columns that are there; without an outcome, what can be said without it."""
    known = {key: [name for name in names if name not in unknown] for key, names in needs.columns.items()}
    covariates, strata = known.get("covariates", []), known.get("strata", [])
    outcome = needs.outcome and with_outcome
    checks: list[Callable[[], object]] = [
        lambda: refuse_repeats({key: names for key, names in known.items() if key in _ONCE}),
        *(partial(read_subjects, needs.cohort, name) for name in dict.fromkeys(known.get("by", []))),
    ]
    own = outcome_references(needs.cohort) if outcome else frozenset()
    if outcome:
        variables = known.get("variables", []) if needs.model is None else []  # a model looks at its own
        checks.append(lambda: refuse_outcome(needs.cohort, [*variables, *covariates, *strata]))
    if needs.model is not None and known["variables"]:
        checks.append(partial(gather_terms, needs.cohort, known["variables"], **needs.model))
    for name in known.get("variable", []):
        checks.append(partial(read_levels, needs.cohort, name))
    if needs.modalities:
        checks.append(
            lambda: _enough(
                needs,
                align(
                    needs.cohort,
                    modalities=needs.modalities,
                    covariates=[name for name in dict.fromkeys(covariates) if name not in own],
                    strata=[name for name in dict.fromkeys(strata) if name not in own],
                    outcome=outcome,
                ),
            )
        )
    for check in checks:
        try:
            check()
        except RadassocError as error:
            yield _told(needs.section, error)


def _enough(needs: _Needs, aligned: Aligned) -> None:
    """Refuse too few patients or events for a risk score."""
    if not needs.score or aligned.event is None:
        return
    complete = " and all covariates" if aligned.covariate_names else ""
    who = f"patients with {needs.modalities[0]} and known survival{complete}"
    n, n_events = len(aligned.patients), int(aligned.event.sum())
    if n_events < FEWEST_EVENTS:
        raise DesignError(
            f"{n_events} events among the {n} {who}.",
            wanted=f"at least {FEWEST_EVENTS} events",
            remedy="Check the coding of the event column; with so few events a score cannot be validated.",
        )
    if n < FEWEST_PATIENTS:
        raise DesignError(f"{n} {who} are too few for a risk score.", wanted=f"at least {FEWEST_PATIENTS} patients")


def _told(section: str, error: RadassocError) -> RadassocError:
    kind = DesignError if isinstance(error, DesignError) else StudyError
    return kind(f"[{section}]: {error.found}", wanted=error.wanted, remedy=error.remedy)
