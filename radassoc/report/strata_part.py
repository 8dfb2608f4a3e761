"""The section on strata: each analysis beside its test of a difference, scores crossed over, tests of interaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from radassoc.report.blocks import Section, figures, filled, heading, listing, note, table, text
from radassoc.report.kinds import of_kind
from radassoc.report.pictures import Picture, pictures_of
from radassoc.report.wording import listed

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
_BALANCE = ("variable", "level", "stratum_1", "stratum_2", "mean_1", "mean_2", "standardized_difference", "by_chance")
_POOLED = ("n_strata", "natural", "natural_low", "natural_high", "p_value", "p_adjusted", "q_p", "i2", "tau2", "reason")
_MOST = 20


def strata_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section with everything that was asked of strata."""
    if not of_kind(results, *_PARTS):
        return None
    section = Section("strata", "Strata").add(
        text(
            "An effect that is significant in one stratum and not in the other is no evidence of a difference: the "
            "difference itself is tested, with its interval and the difference that such a study could detect."
        )
    )
    for kind, add in _PARTS.items():
        for name, result in of_kind(results, kind).items():
            add(section, name, result, pictures)
    return section


def _add_balance(section: Section, name: str, result: Any, pictures: Sequence[Picture]) -> None:
    shown = result.table[list(_BALANCE)].sort_values("standardized_difference", key=abs, ascending=False, kind="stable")
    section.add(
        heading(f"In what else levels of {_words(result.variable)} differ"),
        figures(pictures_of(pictures, [name])),
        table(filled(shown), "Standardised differences", most=_MOST, more=f"tables/{name}.csv"),
        listing(result.notes),
    )


def _add_weighted(section: Section, name: str, result: Any, pictures: Sequence[Picture]) -> None:
    section.add(
        heading(f"Survival weighted to the same {listed(_words(c) for c in result.params['covariates'])}"),
        figures(pictures_of(pictures, [name])),
        table(filled(result.table), "Hazard ratio of the strata, as they are and weighted"),
        table(filled(result.weights), "Weights"),
        listing(result.notes),
    )


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


def _add_pooled(section: Section, name: str, result: Any, pictures: Sequence[Picture]) -> None:
    section.add(
        heading("Strata pooled"),
        figures(pictures_of(pictures, [name])),
        table(
            filled(result.table[[*result.keys, *_POOLED]]),
            "Pooled estimates",
            names={"p_adjusted": "adj. p"},
            most=_MOST,
            more=f"tables/{name}.csv",
        ),
        listing(result.notes),
    )


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


def _add_interactions(section: Section, name: str, result: Any, pictures: Sequence[Picture]) -> None:
    section.add(
        heading(f"Interactions with {_words(result.variable)}"),
        figures(pictures_of(pictures, [name])),
        table(result.formatted, "The smallest p of interaction", most=_MOST, more=f"tables/{name}.csv"),
        listing(result.notes),
    )


def _words(name: object) -> str:
    return str(name).replace("_", " ")


#: Kinds of results in the order of the section: in what strata differ anyhow comes before any difference.
_PARTS: Mapping[str, Callable[[Section, str, Any, Sequence[Picture]], None]] = {
    "balance": _add_balance,
    "weighted_comparison": _add_weighted,
    "stratified": _add_stratified,
    "pooled_estimates": _add_pooled,
    "cross_application": _add_crossed,
    "interactions": _add_interactions,
}
