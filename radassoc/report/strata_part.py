"""The section on strata: each analysis beside its test of a difference, scores crossed over, tests of interaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from radassoc.report.blocks import Section, figures, filled, heading, listing, note, table, text
from radassoc.report.kinds import of_kind
from radassoc.report.pictures import Picture, pictures_of

__all__ = ["strata_section"]

_NAMES = {
    "contrast_of_strata": "contrast",
    "estimate": "difference",
    "p_adjusted": "adj. p",
    "significant_in": "significant in",
}
_TESTED = (
    "contrast_of_strata",
    "estimate",
    "ci_low",
    "ci_high",
    "detectable",
    "p_value",
    "p_adjusted",
    "significant_in",
    "reason",
)
_MOST = 20


def strata_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section with everything that was asked of strata."""
    stratified, crossed = of_kind(results, "stratified"), of_kind(results, "cross_application")
    differences = of_kind(results, "interactions")
    if not (stratified or crossed or differences):
        return None
    section = Section("strata", "Strata").add(
        text(
            "An effect that is significant in one stratum and not in the other is no evidence of a difference: the "
            "difference itself is tested, with its interval and the difference that such a study could detect."
        )
    )
    for name, result in stratified.items():
        _add_stratified(section, name, result, pictures)
    for name, result in crossed.items():
        _add_crossed(section, name, result, pictures)
    for name, result in differences.items():
        shown = result.table.sort_values("p_value", kind="stable")
        section.add(
            heading(f"Interactions with {_words(result.params.get('variable', 'the stratum'))}"),
            figures(pictures_of(pictures, [name])),
            table(filled(shown), "The smallest p of interaction", most=_MOST, more=f"tables/{name}.csv"),
            listing(result.notes),
        )
    return section


def _add_stratified(section: Section, name: str, result: Any, pictures: Sequence[Picture]) -> None:
    section.add(
        heading(f"{_words(result.analysis).capitalize()} by {_words(result.variable)}"),
        table(filled(result.strata), "The strata"),
        figures(pictures_of(pictures, [name])),
        table(
            _tested(result),
            "Difference between the strata",
            names=_NAMES,
            most=_MOST,
            more=f"tables/{name}_heterogeneity.csv",
        ),
        listing(result.notes),
    )


def _tested(result: Any) -> pd.DataFrame:
    """Return the rows with the smallest p of heterogeneity first; without any p, as they stand."""
    frame = result.heterogeneity
    ordered = frame.sort_values("p_value", kind="stable") if frame["p_value"].notna().any() else frame
    return filled(ordered[[*result.keys, *_TESTED]])


def _add_crossed(section: Section, name: str, result: Any, pictures: Sequence[Picture]) -> None:
    section.add(
        heading(f"Scores of each {_words(result.variable)} applied to both"),
        figures(pictures_of(pictures, [name])),
        table(
            filled(result.contrasts), "What the own model gains, on the same patients", names={"p_adjusted": "adj. p"}
        ),
        table(filled(result.overlap), "Features selected in both"),
        listing(result.notes),
        note(
            "All models were trained on, and tested in, equal numbers of events of both strata, drawn anew in every "
            f"repeat. The matrix is in tables/{name}.csv."
        ),
    )


def _words(name: object) -> str:
    return str(name).replace("_", " ")
