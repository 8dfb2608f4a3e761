"""Which verb an analysis is, and what its settings must be so that strata can be compared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from radassoc.association.associate import associate
from radassoc.base.apparent import mark_out_of_fold
from radassoc.base.errors import InputError, name_some
from radassoc.enrichment.enrich import enrich
from radassoc.survival._cox_terms import gather_terms, named_subjects
from radassoc.survival.compare import compare_survival
from radassoc.survival.cox_table import cox_table
from radassoc.survival.risk_score import fit_risk_score
from radassoc.survival.score import RiskScore
from radassoc.survival.validate import validate_risk_score

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["ANALYSES", "Analysis", "analysis_of"]

ANALYSES = ("risk_score", "survival", "association", "enrichment")


class Analysis(NamedTuple):
    """An analysis with its settings.

    ``run`` gives a stratum's result, ``fit`` its fitted score where there is one. ``least`` patients and events are
    asked of a stratum before the verb's own limits.
    """

    name: str
    run: Callable[[Cohort], Any]
    fit: Callable[[Cohort], Any] | None
    settings: Mapping[str, Any]
    least: tuple[int, int]
    notes: tuple[str, ...] = ()

    def again(self, **settings: Any) -> Analysis:
        """Return the same analysis with other settings."""
        return _verb(self.name, {**self.settings, **settings})._replace(notes=self.notes)


def analysis_of(
    name: str | Callable[..., Any], settings: Mapping[str, Any], cohort: Cohort, inside: pd.Index
) -> Analysis:
    """Return the analysis that a name or a callable stands for; ``inside`` are the patients of all strata."""
    if callable(name):
        label = getattr(name, "__name__", "analysis")
        return Analysis(label, lambda part: name(part, **settings), None, dict(settings), (1, 0))
    if name not in ANALYSES:
        raise InputError(
            f"analysis={name!r} is no analysis.",
            wanted=f"{', '.join(map(repr, ANALYSES))}, or a function of a cohort that returns a result",
        )
    common, notes = _common(name, dict(settings), cohort, inside)
    return _verb(name, common)._replace(notes=notes)


def _verb(name: str, settings: Mapping[str, Any]) -> Analysis:
    if name == "risk_score":
        own, fitted = _own(validate_risk_score, settings), _own(fit_risk_score, settings)
        _refuse_unknown(name, settings, {*own, *fitted})
        return Analysis(
            name,
            lambda part: validate_risk_score(part, **own),
            lambda part: fit_risk_score(part, **fitted),
            settings,
            (1, 1),
        )
    verb: Callable[..., Any]
    if name == "survival":
        verb, wanted, least = (cox_table, "variables", (10, 5))
        if "groups" in settings or "variables" not in settings:
            verb, wanted = compare_survival, "groups"
    else:
        verb, wanted, least = (
            (associate, "left and right", (10, 0)) if name == "association" else (enrich, "by", (10, 0))
        )
    _refuse_unknown(name, settings, set(_own(verb, settings)))
    needed = [
        p.name for p in inspect.signature(verb).parameters.values() if p.default is p.empty and p.name != "cohort"
    ]
    if missing := [key for key in needed if key not in settings]:
        more = " (or variables= for Cox models)" if wanted == "groups" else ""
        raise InputError(
            f"analysis={name!r} lacks {name_some(missing)}.", wanted=f"{wanted}= as in {verb.__name__}{more}"
        )
    return Analysis(name, lambda part: verb(part, **settings), None, settings, least)


def _own(verb: Callable[..., Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    known = inspect.signature(verb).parameters
    return {key: value for key, value in settings.items() if key in known and key != "cohort"}


def _refuse_unknown(name: str, settings: Mapping[str, Any], known: set[str]) -> None:
    if unknown := [key for key in settings if key not in known]:
        raise InputError(f"analysis={name!r} takes no {name_some(unknown)}.", wanted="keywords of its verb")


def _common(
    name: str, settings: dict[str, Any], cohort: Cohort, inside: pd.Index
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return settings that mean the same in every stratum."""
    if name == "association":
        if settings.get("keep", "all") != "all":
            raise InputError(
                f"keep={settings['keep']!r} keeps other pairs in each stratum.",
                wanted="all pairs: leave keep out",
                remedy='interactions(kind="association") tests the difference of millions of pairs.',
            )
        return {**settings, "keep": "all"}, ()
    if isinstance(settings.get("by"), RiskScore):
        settings["by"] = _frozen(cohort, "risk_score", settings["by"])
    if name == "survival" and "variables" in settings:
        return _common_variables(settings, cohort, inside)
    return settings, ()


def _common_variables(
    settings: dict[str, Any], cohort: Cohort, inside: pd.Index
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Take a fitted score out of fold in the whole cohort, and ``"SD"`` as the standard deviation over all strata.

    A stratum's own standard deviation would be another step in each; a score knows its folds in all of its patients.
    """
    named = {key: _frozen(cohort, key, subject) for key, subject in named_subjects(settings["variables"])}
    steps, told = dict(settings.get("per") or {}), []
    for key in [key for key, step in steps.items() if step == "SD" and key in named]:
        values = gather_terms(cohort, {key: named[key]})[0].values
        steps[key] = float(f"{values[values.index.isin(inside)].astype(float).std():.4g}")  # as it is told
        told.append(f"{key}: one step is {steps[key]:.4g}, the standard deviation over all strata.")
    given = {"per": steps} if steps else {}
    return {**settings, "variables": named, **given}, tuple(told)


def _frozen(cohort: Cohort, name: str, subject: Any) -> Any:
    """Return the values of a fitted score, marked as what they are; anything else as it is."""
    if not isinstance(subject, RiskScore):
        return subject
    term = gather_terms(cohort, {name: subject})[0]
    return mark_out_of_fold(term.values) if term.source == "out_of_fold" else term.values
