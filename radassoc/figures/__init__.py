"""Publication-ready figures: one file per figure, drawn from results, computing nothing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: Figure -> module that holds it.
_FIGURES = {
    "plot_added_value": "added_value",
    "plot_adjusted_survival": "kaplan_meier",
    "plot_adjustment": "adjustment",
    "plot_association_heatmap": "association_heatmap",
    "plot_attrition": "attrition",
    "plot_balance": "balance",
    "plot_calibration": "calibration",
    "plot_coefficient_path": "coefficient_path",
    "plot_cross_matrix": "cross_matrix",
    "plot_cutpoint": "cutpoint",
    "plot_cv_curve": "cv_curve",
    "plot_decision_curve": "decision_curve",
    "plot_enrichment": "enrichment",
    "plot_evaluation": "concordance",
    "plot_exploration": "exploration",
    "plot_forest": "forest",
    "plot_kaplan_meier": "kaplan_meier",
    "plot_leading_edge": "leading_edge",
    "plot_loadings": "loadings",
    "plot_mirrored_coefficients": "mirrored_coefficients",
    "plot_missingness": "missingness",
    "plot_modality_comparison": "modality_comparison",
    "plot_module_map": "module_map",
    "plot_modules": "module_map",
    "plot_nes_scatter": "nes_scatter",
    "plot_nomogram": "nomogram",
    "plot_over_representation": "over_representation",
    "plot_overlap_network": "overlap_network",
    "plot_p_histogram": "p_values",
    "plot_pair": "pair",
    "plot_pathway_map": "pathway_map",
    "plot_pca": "pca",
    "plot_pooled_forest": "pooled_forest",
    "plot_qq": "p_values",
    "plot_ridges": "ridge",
    "plot_risk_overview": "risk_overview",
    "plot_risk_score": "risk_score",
    "plot_running_score": "running_score",
    "plot_scree": "scree",
    "plot_slope_scatter": "slope_scatter",
    "plot_strata_forest": "strata_forest",
    "plot_stratified_curves": "stratified_curves",
    "plot_strip": "strip",
    "plot_subgroup_forest": "subgroup_forest",
    "plot_time_roc": "time_roc",
    "plot_validation": "concordance",
    "plot_volcano": "volcano",
    "plot_weighted_curves": "weighted_curves",
}

__all__ = [*_FIGURES]


def __getattr__(name: str) -> Any:
    if name not in _FIGURES:
        raise AttributeError(f"module 'radassoc.figures' has no attribute {name!r}")
    return getattr(import_module(f"radassoc.figures.{_FIGURES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
