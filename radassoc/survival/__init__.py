"""Risk scores, cut-points and survival of groups: LASSO-Cox, nested validation, curves, hazards."""

from __future__ import annotations

from radassoc.survival.compare import compare_survival
from radassoc.survival.comparison import SurvivalComparison
from radassoc.survival.cox_path import CoxPath, cox_path
from radassoc.survival.cox_results import CoxTable, SubgroupEffects
from radassoc.survival.cox_table import cox_table
from radassoc.survival.cutpoint import Cutpoint, fit_cutpoint
from radassoc.survival.evaluate import evaluate_risk_score
from radassoc.survival.evaluation import RiskEvaluation
from radassoc.survival.groups import RiskGroups
from radassoc.survival.maxstat import MaxstatResult, maxstat
from radassoc.survival.nomogram import fit_nomogram
from radassoc.survival.nomogram_model import Nomogram
from radassoc.survival.risk_score import fit_risk_score
from radassoc.survival.sample_size import SampleSize, sample_size
from radassoc.survival.score import RiskScore
from radassoc.survival.subgroups import subgroup_effects
from radassoc.survival.validate import validate_risk_score
from radassoc.survival.validation import RiskValidation

__all__ = [
    "CoxPath",
    "CoxTable",
    "Cutpoint",
    "MaxstatResult",
    "Nomogram",
    "RiskEvaluation",
    "RiskGroups",
    "RiskScore",
    "RiskValidation",
    "SampleSize",
    "SubgroupEffects",
    "SurvivalComparison",
    "compare_survival",
    "cox_path",
    "cox_table",
    "evaluate_risk_score",
    "fit_cutpoint",
    "fit_nomogram",
    "fit_risk_score",
    "maxstat",
    "sample_size",
    "subgroup_effects",
    "validate_risk_score",
]
