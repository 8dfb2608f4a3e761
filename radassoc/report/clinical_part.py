"""The sections on clinical models: Cox tables, subgroups, and the nomogram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from radassoc.report.blocks import Block, Section, figures, filled, heading, listing, note, table, text
from radassoc.report.kinds import of_kind
from radassoc.report.pictures import Picture, pictures_of
from radassoc.report.wording import capitalised, listed, number, plural, who_of

__all__ = ["clinical_section", "nomogram_section", "sample_size_blocks"]

_MODEL_NAMES = {
    "n_parameters": "parameters",
    "events_per_parameter": "events per parameter",
    "overall_p": "likelihood-ratio p",
    "ph_p": "proportional hazards p",
    "r_squared": "R² (Cox-Snell)",
    "shrinkage": "expected shrinkage",
}
_MODEL_COLUMNS = ("model", "variable", "n_patients", "n_events", "n_missing", *_MODEL_NAMES)
_SIZE_NAMES = {
    "events_per_parameter": "events per candidate",
    "n_parameters": "candidates",
    "r_squared": "R² (Cox-Snell)",
    "max_r_squared": "largest R²",
    "nagelkerke": "share of it",
}
_EFFECTS = (
    "subgroup",
    "level",
    "n_patients",
    "n_events",
    "hazard_ratio",
    "ci_low",
    "ci_high",
    "interaction_p",
    "interval",
    "reason",
)


def clinical_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section with the Cox models of clinical variables, and the effect of one of them in subgroups."""
    tables, effects = of_kind(results, "cox_table"), of_kind(results, "subgroup_effects")
    if not tables and not effects:
        return None
    section = Section("clinical-models", "Clinical models")
    for name, result in tables.items():
        section.add(
            heading(f"Cox models: {who_of(name, 'cox_table')}"),
            text(
                "Unpenalised Cox models of each variable alone and of all together. A hazard ratio of a number is that "
                f"of the step beside it. The table as a paper prints it is in tables/{name}_formatted.csv."
            ),
            table(
                result.formatted, "Hazard ratios, univariable and multivariable", more=f"tables/{name}_formatted.csv"
            ),
            listing(result.notes),
            figures(pictures_of(pictures, [name])),
            table(filled(result.models), "The models", columns=_MODEL_COLUMNS, names=_MODEL_NAMES),
        )
    for name, result in effects.items():
        section.add(
            heading(f"{capitalised(result.variable)} within subgroups: {who_of(name, 'subgroups')}"),
            text(_interaction(result)),
            figures(pictures_of(pictures, [name])),
            table(filled(result.table), f"Hazard ratio of {result.variable}", columns=_EFFECTS),
            listing(result.notes),
        )
    return section


def _interaction(result: Any) -> str:
    told = (
        "A difference between subgroups is evidence only by the test of interaction: an interval that excludes 1 in "
        "one subgroup and not in another is none."
    )
    n_tests = int(result.interactions["interaction_p"].notna().sum())
    return f"{told} {plural(n_tests, 'such test')}, not corrected for their number." if n_tests else told


def sample_size_blocks(results: Mapping[str, Any]) -> list[Block | None]:
    """Return how many patients the candidates of the score ask for, beside how many there are."""
    blocks: list[Block | None] = []
    for result in of_kind(results, "sample_size").values():
        blocks += [
            heading("Sample size"),
            text(f"{capitalised(result.reason)}."),
            table(result.table, "Patients that the criteria of Riley et al. ask for", names=_SIZE_NAMES),
            note(
                "Candidates are all parameters that were looked at, before any selection. The criteria were derived "
                "for unpenalised models; a penalty does not repeal them. The R² is "
                f"{result.params['r_squared_rule'].replace('given', 'the one given')}."
            ),
        ]
    return blocks


def nomogram_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section with the rulers, their validation and calibration."""
    nomograms = of_kind(results, "nomogram")
    if not nomograms:
        return None
    section = Section("nomogram", "Nomogram")
    for name, result in nomograms.items():
        counts = result.provenance.get("counts", {})
        section.add(
            text(
                f"An unpenalised Cox model of {listed(result.params['variables'])} in "
                f"{plural(counts.get('n_patients', 0), 'patient')} with {plural(counts.get('n_events', 0), 'event')}, "
                "laid out as points. The variables were taken as given: if they were chosen for their p-values in "
                "these patients, its performance is too good even after correction."
            ),
            figures(pictures_of(pictures, [name])),
            table(_validated(result), "Performance, and the optimism that the bootstrap takes away", names=_VALIDATION),
            table(_points(result), "Points of each value"),
            listing(result.notes),
            note(f"models/{name}.json holds the model; radassoc.load reads it, .predict_survival applies it."),
        )
    return section


_VALIDATION = {"estimate": "corrected", "n_bootstraps": "bootstrap samples"}
_MEASURES = {
    "concordance": "concordance (Harrell's C)",
    "calibration_slope": "calibration slope",
    "nagelkerke_r2": "R² (Nagelkerke)",
}


def _validated(nomogram: Any) -> Any:
    frame = nomogram.validation
    told = frame.assign(measure=frame["measure"].map(lambda name: _MEASURES.get(name, name)))
    return filled(told.drop(columns=["interval"]))


def _points(nomogram: Any) -> Any:
    """Return one row a variable, with the points of the values that its ruler names."""
    frame = nomogram.table
    spots = [f"{row.level or number(row.value)}: {number(row.points)}" for row in frame.itertuples()]
    return frame.assign(points=spots).groupby("variable", sort=False)["points"].agg("; ".join).reset_index()
