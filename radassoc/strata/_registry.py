"""Which verb an analysis is, and what its settings must be so that strata can be compared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from radassoc.association.associate import associate
from radassoc.base.errors import InputError, name_some
from radassoc.enrichment.enrich import enrich
from radassoc.survival.compare import compare_survival
from radassoc.survival.cox_table import cox_table
from radassoc.survival.risk_score import fit_risk_score
from radassoc.survival.validate import validate_risk_score

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["ANALYSES", "Analysis", "analysis_of"]

ANALYSES = ("risk_score", "survival", "association", "enrichment")


class Analysis(NamedTuple):
    """An analysis with its settings.

    ``run`` gives a stratum's result, ``fit`` its fitted score where there is one. ``least`` patients and events are
    asked of a stratum before the verb's own limits. ``patients``: all who are in any stratum.
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


def analysis_of(name: str | Callable[..., Any], settings: Mapping[str, Any], cohort: Cohort) -> Analysis:
    """Return the analysis that a name or a callable stands for; ``cohort`` holds the patients of all strata."""
    if callable(name):
        label = getattr(name, "__name__", "analysis")
        return Analysis(label, lambda part: name(part, **settings), None, dict(settings), (1, 0))
    if name not in ANALYSES:
        raise InputError(
            f"analysis={name!r} is no analysis.",
            wanted=f"{', '.join(map(repr, ANALYSES))}, or a function of a cohort that returns a result",
        )
    common, notes = _common(name, dict(settings), cohort)
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


def _common(name: str, settings: dict[str, Any], cohort: Cohort) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return settings that mean the same in every stratum."""
    if name == "association":
        if settings.get("keep", "all") != "all":
            raise InputError(
                f"keep={settings['keep']!r} keeps other pairs in each stratum.",
                wanted="all pairs: leave keep out",
                remedy='interactions(kind="association") tests the difference of millions of pairs.',
            )
        return {**settings, "keep": "all"}, ()
    if name == "survival" and "per" in settings and "variables" in settings:
        return _common_step(settings, cohort)
    return settings, ()


def _common_step(settings: dict[str, Any], cohort: Cohort) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Replace ``"SD"`` by the standard deviation over all strata: a stratum's own would be another step."""
    steps, told = dict(settings["per"] or {}), []
    for name, step in steps.items():
        if step == "SD":
            values = _values(settings["variables"], name, cohort)
            steps[name] = float(f"{values.std():.4g}")  # as it is told
            told.append(f"{name}: one step is {steps[name]:.4g}, the standard deviation over all strata.")
    return {**settings, "per": steps}, tuple(told)


def _values(variables: Any, name: str, cohort: Cohort) -> pd.Series:
    subject = variables.get(name) if isinstance(variables, Mapping) else None
    if subject is None and isinstance(variables, (list, tuple)):
        subject = next((item for item in variables if isinstance(item, pd.Series) and item.name == name), None)
    if isinstance(variables, pd.Series):
        subject = variables
    series = subject if isinstance(subject, pd.Series) else cohort.column(subject if isinstance(subject, str) else name)
    return series[series.index.isin(cohort.patients)].astype(float)
