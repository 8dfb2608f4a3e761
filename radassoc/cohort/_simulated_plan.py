"""Which effects a simulated study has, and the hazard that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_number, check_whole
from radassoc.base.errors import InputError
from radassoc.cohort._simulated_survival import COVARIATE_UNITS, standard_covariates
from radassoc.tables.identifiers import check_known

__all__ = ["Design", "Plan", "log_hazards", "pathways_table", "plan_effects", "survival_table"]

#: What is planted unless the caller says otherwise; effects of features that are not simulated are left out.
_HAZARD_RATIOS = {
    "TC_original_shape_MeshVolume": 1.25,
    "TC_original_shape_Sphericity": 0.65,
    "T1c_TC_original_glcm_JointEntropy": 1.70,
    "age": 1.25,
    "idh": 0.45,
}
_SEX_HAZARD_RATIOS = {"T1c_TC_original_firstorder_Skewness": (0.75, 1.40)}
_PATHWAY_CORRELATIONS = {
    "HYPOXIA_BUFFA": ("risk", 0.55),
    "HALLMARK_HYPOXIA": ("risk", 0.55),
    "CORE_RTK_RAS_PI3K": ("FLAIR_WT_original_glcm_Contrast", 0.60),
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Design:
    """The arguments of ``simulate_cohort``, checked."""

    n_patients: int
    n_features: int
    n_genes: int
    gene_sets: Any
    hazard_ratios: Mapping[str, float] | None
    sex_hazard_ratios: Mapping[str, tuple[float, float]] | None
    pathway_correlations: Mapping[str, tuple[str, float]] | None
    n_centres: int
    centre_shift: float
    samples_per_patient: int
    missing: float
    censored: float
    median_survival: float
    seed: int

    def __post_init__(self) -> None:
        for name in ("n_patients", "n_features", "n_genes", "n_centres", "samples_per_patient"):
            check_whole(name, getattr(self, name))
        for name in ("n_patients", "n_centres", "samples_per_patient"):
            _require(name, getattr(self, name), getattr(self, name) >= 1, "a positive number")
        for name in ("missing", "censored", "centre_shift", "median_survival"):
            check_number(name, getattr(self, name))
        for name in ("missing", "censored"):
            _require(name, getattr(self, name), 0 <= getattr(self, name) < 1, "a share from 0 to below 1")
        _require("centre_shift", self.centre_shift, self.centre_shift >= 0, "a number of standard deviations from 0")
        _require("median_survival", self.median_survival, self.median_survival > 0, "a time above 0")


def _require(name: str, value: object, right: bool, wanted: str) -> None:
    if not right:
        raise InputError(f"{name}={value!r} cannot be simulated.", wanted=wanted)


@dataclass(frozen=True, eq=False)
class Plan:
    """The planted effects: hazard ratios by feature, by covariate and by sex; source and correlation by pathway."""

    features: Mapping[str, float]
    covariates: Mapping[str, float]
    by_sex: Mapping[str, tuple[float, float]]
    pathways: Mapping[str, tuple[str, float]]


def plan_effects(design: Design, features: Iterable[str], pathways: Iterable[str]) -> Plan:
    """Return the effects asked for, or the usual ones as far as their features and pathways are simulated."""
    known, sets = set(features), list(pathways)
    ratios = _given(design.hazard_ratios, _HAZARD_RATIOS, known | set(COVARIATE_UNITS), "feature or covariate")
    by_sex = _given(design.sex_hazard_ratios, _SEX_HAZARD_RATIOS, known, "feature")
    usual = {name: link for name, link in _PATHWAY_CORRELATIONS.items() if link[0] in known | {"risk"}}
    links = _given(design.pathway_correlations, usual, set(sets), "pathway")
    check_known([source for source, _ in links.values()], [*known, "risk"], what="feature", source="The simulation")
    for name, pair in (*((name, (ratio,)) for name, ratio in ratios.items()), *by_sex.items()):
        _require(f"hazard ratio of {name}", pair, min(pair) > 0, "numbers above 0")
    for name, (_, r) in links.items():
        _require(f"correlation of {name}", r, abs(r) <= 1, "a number from -1 to 1")
    return Plan(
        features={name: ratio for name, ratio in ratios.items() if name in known},
        covariates={name: ratio for name, ratio in ratios.items() if name not in known},
        by_sex=by_sex,
        pathways=links,
    )


def _given(asked: Mapping[str, Any] | None, usual: Mapping[str, Any], known: set[str], what: str) -> dict[str, Any]:
    if asked is None:
        return {name: value for name, value in usual.items() if name in known}
    check_known(asked, sorted(known), what=what, source="The simulation")
    return dict(asked)


def log_hazards(plan: Plan, standard: pd.DataFrame, patients: pd.DataFrame) -> pd.DataFrame:
    """Return by patient the log hazard around its mean, and ``risk``: its imaging part, standardised."""
    male = (patients["sex"] == "male").to_numpy()
    imaging = np.zeros(len(patients))
    for name, ratio in plan.features.items():
        imaging += np.log(ratio) * standard[name].to_numpy()
    for name, (female_ratio, male_ratio) in plan.by_sex.items():
        imaging += np.where(male, np.log(male_ratio), np.log(female_ratio)) * standard[name].to_numpy()
    covariates = standard_covariates(patients)
    other = sum((np.log(ratio) * covariates[name].to_numpy() for name, ratio in plan.covariates.items()), 0.0)
    spread = imaging.std()
    risk = (imaging - imaging.mean()) / spread if spread > 0 else imaging
    total = imaging + other
    return pd.DataFrame({"log_hazard": total - total.mean(), "risk": risk}, index=patients.index)


def survival_table(plan: Plan) -> pd.DataFrame:
    """Return one row per planted hazard ratio."""
    rows = [(name, "all", "1 SD", ratio) for name, ratio in plan.features.items()]
    for name, (female, male) in plan.by_sex.items():
        rows += [(name, "female", "1 SD", female), (name, "male", "1 SD", male)]
    rows += [(name, "all", COVARIATE_UNITS[name], ratio) for name, ratio in plan.covariates.items()]
    frame = pd.DataFrame(rows, columns=["variable", "sex", "unit", "hazard_ratio"])
    frame["hazard_ratio"] = frame["hazard_ratio"].astype("float64")
    return frame.assign(log_hazard_ratio=np.log(frame["hazard_ratio"]))


def pathways_table(plan: Plan, pathways: Iterable[str]) -> pd.DataFrame:
    """Return one row per pathway: what its activity follows, and how closely."""
    rows = [(name, *plan.pathways.get(name, ("", 0.0))) for name in pathways]
    return pd.DataFrame(rows, columns=["pathway", "source", "correlation"]).astype({"correlation": "float64"})
