"""radassoc: statistical association of imaging features with genes, pathways and survival.

>>> import radassoc as ra
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from radassoc._version import __version__

#: Public name -> module that holds it. Modules are imported when a name is first used.
_NAMES = {
    "Cohort": "radassoc.cohort.cohort",
    "Preparation": "radassoc.preparation.preparation",
    "Table": "radassoc.tables.table",
    "associate": "radassoc.association.associate",
    "associate_modules": "radassoc.association.associate_modules",
    "by_stratum": "radassoc.strata.by_stratum",
    "compare_enrichment": "radassoc.enrichment.compare_enrichment",
    "compare_modalities": "radassoc.association.compare_modalities",
    "compare_survival": "radassoc.survival.compare",
    "cox_table": "radassoc.survival.cox_table",
    "cross_apply": "radassoc.strata.cross_apply",
    "enrich": "radassoc.enrichment.enrich",
    "evaluate_risk_score": "radassoc.survival.evaluate",
    "example_cohort": "radassoc.cohort.datasets",
    "explore": "radassoc.exploration.explore",
    "find_modules": "radassoc.association.find_modules",
    "fit_cutpoint": "radassoc.survival.cutpoint",
    "fit_nomogram": "radassoc.survival.nomogram",
    "fit_pathway_scores": "radassoc.enrichment.fit_pathway_scores",
    "fit_preparation": "radassoc.preparation.preparation",
    "fit_risk_score": "radassoc.survival.risk_score",
    "gene_sets": "radassoc.tables.gene_sets",
    "interactions": "radassoc.strata.interactions",
    "load": "radassoc.base.codec",
    "options": "radassoc.base.settings",
    "over_represent": "radassoc.enrichment.over_represent",
    "pca": "radassoc.exploration.pca",
    "pool_estimates": "radassoc.strata.pool_estimates",
    "read_cohort": "radassoc.cohort.read",
    "run_study": "radassoc.study.run",
    "score_pathways": "radassoc.enrichment.pathway_scores",
    "simulate_cohort": "radassoc.cohort.simulate",
    "table_one": "radassoc.exploration.table_one",
    "validate_risk_score": "radassoc.survival.validate",
    "write_report": "radassoc.report.report",
}
_ROOMS = (
    "association",
    "cohort",
    "enrichment",
    "exploration",
    "figures",
    "preparation",
    "resampling",
    "strata",
    "survival",
    "tables",
)
_ERRORS = (
    "ClinicalError",
    "DesignError",
    "ExpressionError",
    "FormatError",
    "IdentifierError",
    "InputError",
    "MissingDependencyError",
    "NumericalError",
    "RadassocError",
    "RadiomicsError",
    "StudyError",
)

__all__ = ["__version__", *_NAMES, *_ROOMS, *_ERRORS]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        value = getattr(import_module(_NAMES[name]), name)
    elif name in _ROOMS:
        value = import_module(f"radassoc.{name}")
    elif name in _ERRORS:
        value = getattr(import_module("radassoc.base.errors"), name)
    else:
        raise AttributeError(f"module 'radassoc' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
