"""One self-contained HTML file from a set of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from radassoc._version import __version__
from radassoc.base.errors import InputError
from radassoc.report.blocks import Section, listing, note, table
from radassoc.report.clinical_part import clinical_section, nomogram_section
from radassoc.report.closing_part import (
    families_section,
    limits_section,
    methods_section,
    other_section,
    patient_section,
    provenance_section,
)
from radassoc.report.cohort_part import cohort_section, patients_section
from radassoc.report.exploration_part import exploration_section
from radassoc.report.export import write_atomic
from radassoc.report.gene_part import association_section, pathway_section, pca_section
from radassoc.report.headline import key_sentences
from radassoc.report.key_table import key_table
from radassoc.report.kinds import kind_of, of_kind
from radassoc.report.pictures import Picture, draw_pictures
from radassoc.report.score_part import score_section, survival_section, validation_section
from radassoc.report.strata_part import strata_section

__all__ = ["render_report", "write_report"]

_KEY_NAMES = {
    "estimate": "C or NES",
    "interval_95": "95% interval",
    "estimate_after": "after: NES",
    "p_after": "after: p",
    "p_adjusted_after": "after: adjusted p",
}


def write_report(
    results: Mapping[str, Any],
    path: str | Path,
    *,
    title: str = "Radiogenomic study",
    patient_level: bool = False,
) -> Path:
    """Write results as one HTML file that needs no network: figures, tables, methods text, families, versions.

    Parameters
    ----------
    results
        Results, fits and cohorts by name, such as ``{"cohort": cohort, "risk_score": score}``.
        Each goes to the section of its kind; what is not there is left out.
    path
        The ``.html`` file; an existing one is replaced.
    title
        Heading of the report; escaped, like every text that comes from your files.
    patient_level
        Also print the values of single patients, with their identifiers.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    InputError
        ``results`` is no mapping, is empty or holds something that is no result.

    Examples
    --------
    >>> import radassoc as ra
    >>> ra.write_report({"cohort": cohort, "risk_score": score}, "report.html")  # doctest: +SKIP
    """
    if not isinstance(results, Mapping):
        raise InputError(
            f"The results are given as {type(results).__name__}.",
            wanted='results by name, such as {"cohort": cohort, "risk_score": score}',
        )
    if not results:
        raise InputError("There are no results to report.", wanted='such as {"cohort": cohort, "risk_score": score}')
    unknown = [name for name, value in results.items() if not kind_of(value)]
    if unknown:
        raise InputError(
            f"results[{unknown[0]!r}] is a {type(results[unknown[0]]).__name__}.",
            wanted="cohorts and what radassoc's verbs return",
        )
    pictures = draw_pictures(results, patient_level=patient_level)
    return write_atomic(Path(path), render_report(results, pictures, title=title, patient_level=patient_level))


def render_report(
    results: Mapping[str, Any], pictures: Sequence[Picture], *, title: str, patient_level: bool = False
) -> str:
    """Return the report as HTML; ``pictures`` are the drawn figures of the results."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    environment.filters["breakable"] = _breakable
    template = environment.from_string(files("radassoc.report").joinpath("template.html").read_text(encoding="utf-8"))
    sections = _sections(results, pictures, patient_level=patient_level)
    text: str = template.render(title=title, subtitle=_subtitle(results), sections=sections, version=__version__)
    return text


def _breakable(text: str) -> str:
    """Return escaped text that may break after an underscore, where long feature names would widen a table."""
    from markupsafe import Markup, escape

    return Markup(str(escape(text)).replace("_", "_<wbr>"))


def _sections(results: Mapping[str, Any], pictures: Sequence[Picture], *, patient_level: bool) -> list[Section]:
    made = [
        _key_results(results),
        cohort_section(results, pictures),
        patients_section(results),
        exploration_section(results, pictures),
        score_section(results, pictures),
        validation_section(results, pictures),
        survival_section(results, pictures),
        clinical_section(results, pictures),
        nomogram_section(results, pictures),
        pathway_section(results, pictures),
        association_section(results, pictures),
        strata_section(results, pictures),
        pca_section(results, pictures),
        other_section(results),
        patient_section(results) if patient_level else None,
        methods_section(results),
        families_section(results),
        limits_section(results),
        provenance_section(results),
    ]
    return [section for section in made if section is not None]


def _key_results(results: Mapping[str, Any]) -> Section:
    section = Section("key-results", "Key results")
    section.add(listing(key_sentences(results)))
    numbers = key_table(results)
    section.add(table(numbers, "The main numbers", names=_KEY_NAMES, most=40))
    return section.add(
        note(
            "Intervals are 95%. 'No evidence' means that the data are compatible with no effect, and with every effect "
            "inside the interval."
        )
    )


def _subtitle(results: Mapping[str, Any]) -> str:
    cohorts = list(of_kind(results, "cohort").values())
    told = f"radassoc {__version__}"
    return f"{len(cohorts[0].patients)} patients · {told}" if cohorts else told
